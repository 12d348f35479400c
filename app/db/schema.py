"""The schema of a database on disk or on a server: brought up to date by migrations, in one transaction each."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from app.db.transaction import Database

MIGRATIONS = Path(__file__).parent / "migrations"
_FILE = re.compile(r"(\d{4})_\w+\.py")


def head() -> str:
    """The number of the newest migration; read from the file names, so that a start needs no alembic."""
    return max(found[1] for path in (MIGRATIONS / "versions").iterdir() if (found := _FILE.fullmatch(path.name)))


def current(database: Database) -> str | None:
    """The number of the last migration of this database; None when it is empty."""
    with database.reading() as tx:
        if not inspect(tx.connection).has_table("alembic_version"):
            return None
        return tx.value(text("SELECT version_num FROM alembic_version"))


def upgrade(database: Database, to: str = "head") -> bool:
    """Bring the schema up to date; True when something was done. A newer database is left alone and refused."""
    at = current(database)
    wanted = head()
    if at == wanted and to == "head":
        return False
    if at is not None and at > wanted:
        raise NewerDatabaseError(at, wanted)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database"] = database
    command.upgrade(config, to)
    return True


def has_rows(connection: Connection, table: str) -> bool:
    """Whether a table holds anything."""
    return connection.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).first() is not None  # noqa: S608 - a name of ours


class NewerDatabaseError(Exception):
    """The database was written by a newer version of the product."""

    def __init__(self, found: str, known: str) -> None:
        super().__init__(
            f"The database has schema {found}, this version of Aftercare knows {known}; start the newer version."
        )
