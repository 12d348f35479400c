"""Putting a house together from the settings: the right database, the right job port, the schema up to date."""

from __future__ import annotations

from app.db import Database
from app.db.schema import NewerDatabaseError, upgrade
from app.house import House
from app.notices import channels_of
from app.runtime.jobs import JobPort, TableJobs
from app.settings import Settings, SettingsError

THREADS_ON_SERVER = 16


def open_house(settings: Settings) -> House:
    """The house of these settings, with jobs in our own table on SQLite and with procrastinate on PostgreSQL."""
    database = Database(settings.database_url, pool_size=THREADS_ON_SERVER)
    house = House(database, settings.processes_dir, settings.forms_dir, jobs=job_port(database))
    house.channels, house.public_url = channels_of(settings), settings.public_url
    return house


def job_port(database: Database) -> JobPort:
    """The adapter of the job port that fits the database."""
    if database.is_sqlite:
        return TableJobs()
    from app.runtime.jobs.procrastinate import ProcrastinateJobs

    return ProcrastinateJobs()


def port_of(house: House) -> JobPort:
    """The job port of a house that `open_house` made."""
    port = house.world.jobs
    assert isinstance(port, JobPort)
    return port


def bring_up_to_date(database: Database) -> bool:
    """Create or migrate the tables; True when there was something to do."""
    try:
        changed = upgrade(database)
    except NewerDatabaseError as newer:
        raise SettingsError(str(newer)) from None
    prepare_jobs(database)
    return changed


def prepare_jobs(database: Database) -> None:
    """Make what the job port keeps beside our tables."""
    if not database.is_sqlite:
        from app.runtime.jobs.procrastinate import prepare

        with database.transaction() as tx:
            prepare(tx)
