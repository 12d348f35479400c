"""What is to be done every so often: hearts that beat, clocks that are announced, keys that are forgotten, old rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete

from app import clock, notices, registers
from app.house import House
from app.identity import forget_attempts
from app.runtime.clock_watch import announce_due_clocks
from app.runtime.jobs import JobPort
from app.runtime.tables import submission

KEPT = timedelta(days=30)  # how long a phone may be without network and still send a form only once


def say_alive(house: House) -> None:
    """Let the heart beat, and take over from workers whose heart has stopped."""
    jobs = house.world.jobs
    assert isinstance(jobs, JobPort)
    with house.db.transaction() as tx:
        jobs.alive(tx)
        jobs.release_stalled(tx)


def announce_clocks(house: House) -> None:
    """Warn, and say what is late."""
    with house.db.transaction() as tx:
        announce_due_clocks(tx, house.world)


def arrange_starts(house: House) -> None:
    """Schedule what starts by itself: calendars, parameters and units may have changed."""
    with house.db.transaction() as tx:
        house.arrange_starts(tx)


def find_notices(house: House) -> None:
    """Tell people of tasks that are new, came back or were urged since the last time."""
    with house.db.transaction() as tx:
        notices.find_new(tx, house.channels.keys(), house.calendar)


def find_late_tasks(house: House) -> None:
    """Tell people of their tasks whose time is nearly used or over."""
    with house.db.transaction() as tx:
        notices.find_late(tx, house.channels.keys(), house.calendar)


def send_notices(house: House) -> None:
    """Send the messages that are to leave the house now."""
    notices.send_due(house.db, house.channels, house.public_url)


def send_to_customers(house: House) -> None:
    """Send what customers are told of their cases."""
    notices.send_to_customers(house.db, house.channels)


def forget_submissions(house: House) -> None:
    """Delete the keys of submissions that nobody will send again."""
    with house.db.transaction() as tx:
        tx.execute(delete(submission).where(submission.c.at < clock.now() - KEPT))


def forget_logins(house: House) -> None:
    """Delete the counts of attempts to log in that no limit asks for any more."""
    with house.db.transaction() as tx:
        forget_attempts(tx)


def retire_register_rows(house: House) -> None:
    """Take out register rows that are past the time their register keeps them, a few hundred at a time."""
    with house.db.reading() as tx:
        library = house.library(tx, "/")
    for register in house.registers.registers.values():
        years = registers.years_kept(register, library)
        while years is not None:
            with house.db.transaction() as tx:
                if registers.retire(tx, register, years) < registers.AT_ONCE:
                    break


def notice_changes(house: House) -> None:
    """Parameters and calendars that another process changed are read anew."""
    house.notice_changes()


CHORES: tuple[tuple[float, Callable[[House], None]], ...] = (
    (3.0, notice_changes),
    (10.0, say_alive),
    (30.0, announce_clocks),
    (60.0, arrange_starts),
    (5.0, find_notices),
    (60.0, find_late_tasks),
    (5.0, send_notices),
    (5.0, send_to_customers),
    (3600.0, forget_submissions),
    (3600.0, forget_logins),
    (86_400.0, retire_register_rows),
)
