"""The schema of a database on disk or on a server: brought up to date by migrations, in one transaction each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, inspect, text

from app.db.transaction import Database
from app.db.types import metadata

MIGRATIONS = Path(__file__).parent / "migrations"
VERSIONS = MIGRATIONS / "versions"
_FILE = re.compile(r"(\d{4})_\w+\.py")


def head(folders: Sequence[Path] = (VERSIONS,)) -> str:
    """The number of the newest migration; read from the file names, so that a start needs no alembic."""
    names = [path.name for folder in folders for path in folder.iterdir()]
    return max(found[1] for name in names if (found := _FILE.fullmatch(name)))


def current(database: Database) -> str | None:
    """The number of the last migration of this database; None when it is empty."""
    with database.reading() as tx:
        if not inspect(tx.connection).has_table("alembic_version"):
            return None
        return tx.value(text("SELECT version_num FROM alembic_version"))


def upgrade(database: Database, to: str = "head", folders: Sequence[Path] = (VERSIONS,)) -> bool:
    """Bring the schema up to date; True when something was done. A newer database is left alone and refused.

    `folders` hold the migrations; a test adds those of a release that is still to come.
    """
    at = current(database)
    wanted = head(folders)
    if at == wanted and to == "head":
        return False
    if at is not None and at > wanted:
        raise NewerDatabaseError(at, wanted)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(str(folder).replace("%", "%%") for folder in folders))
    config.attributes["database"] = database
    command.upgrade(config, to)
    return True


def tables_there(connection: Connection) -> list[Table]:
    """The tables as they are in the database, those first that others point to.

    A database of another release has other columns than this code knows; those that it knows keep their types.
    """
    found = MetaData()
    names = [
        name
        for name in inspect(connection).get_table_names()
        if name != "alembic_version" and not name.startswith("procrastinate")
    ]
    found.reflect(connection, only=names)
    for table in found.tables.values():
        known = metadata.tables.get(table.name)
        for column in table.columns:
            if known is not None and column.name in known.c:
                column.type = known.c[column.name].type
    return list(found.sorted_tables)


def has_rows(connection: Connection, table: str) -> bool:
    """Whether a table holds anything."""
    return connection.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).first() is not None  # noqa: S608 - a name of ours


class NewerDatabaseError(Exception):
    """The database was written by a newer version of the product."""

    def __init__(self, found: str, known: str) -> None:
        super().__init__(
            f"The database has schema {found}, this version of Aftercare knows {known}; start the newer version."
        )
