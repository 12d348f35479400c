"""Transactions: read and compute first, take the write lock at the first write, commit once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, Executable, Row, create_engine, event
from sqlalchemy.pool import StaticPool

from app.db.types import metadata
from app.db.write_ahead import BACKSTOP, WriteAheadLog

Params = Mapping[str, Any] | Sequence[Mapping[str, Any]]

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER")


class Transaction:
    """One unit of work. Commands receive it and never commit; the entry point that opened it does."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._after_commit: list[Callable[[], None]] = []
        self.lasts = False

    @property
    def on_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.connection.dialect.name == "sqlite"

    def execute(self, statement: Executable, params: Params | None = None) -> CursorResult[Any]:
        """Run one statement."""
        return self.connection.execute(statement, params)

    def row(self, statement: Executable, params: Params | None = None) -> Row[Any] | None:
        """The first row, or None."""
        return self.connection.execute(statement, params).first()

    def rows(self, statement: Executable, params: Params | None = None) -> Sequence[Row[Any]]:
        """All rows."""
        return self.connection.execute(statement, params).all()

    def value(self, statement: Executable, params: Params | None = None) -> Any:
        """The first column of the first row, or None."""
        return self.connection.execute(statement, params).scalar()

    def begin_writing(self) -> None:
        """Take the write lock now: for a command whose checks must not be outrun by another writer."""
        _begin_immediate(self.connection)

    def must_last(self) -> None:
        """Let nobody be told of this work before it is on the disk: what could not be asked for again."""
        self.lasts = True

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Take back what the block has written when it raises, and nothing else: an error that a diagram catches."""
        self.begin_writing()
        with self.connection.begin_nested():
            yield

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run `action` once the work is durable (wake a worker, forget a cache)."""
        self._after_commit.append(action)

    def committed(self) -> None:
        """Run what waited for the commit."""
        for action in self._after_commit:
            action()


LONGEST_WAIT = 60  # seconds for the write lock: behind that somebody holds it who never ends, and says so


def _begin_immediate(connection: Connection) -> None:
    raw = connection.connection.driver_connection
    if connection.dialect.name == "sqlite" and raw is not None and not raw.in_transaction:
        # SQLite's own busy handler starves writers; inside one process a lock queues them fairly.
        lock: threading.Lock = connection.info["writers"]
        if not lock.acquire(timeout=LONGEST_WAIT):
            raise TimeoutError("a transaction of this process has held the write lock for too long")
        connection.info["write_lock"] = lock
        raw.execute("BEGIN IMMEDIATE")


def _release(connection: Connection) -> bool:
    """Give the write lock back; False when the work had not taken it, so that nothing was written."""
    lock: threading.Lock | None = connection.info.pop("write_lock", None)
    if lock is None:
        return False
    lock.release()
    return True


class Database:
    """One database: an SQLite file (or memory) or a PostgreSQL server."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        in_memory = url in {"sqlite://", "sqlite:///:memory:"}
        self._log: WriteAheadLog | None = None
        if self.is_sqlite:
            self.engine = create_engine(
                url,
                connect_args={"check_same_thread": False, "timeout": 30},
                **({"poolclass": StaticPool} if in_memory else {"pool_size": pool_size}),
            )
            _prepare_sqlite(self.engine, in_memory)
            if not in_memory:
                self._log = WriteAheadLog(Path(str(self.engine.url.database)))
        else:
            self.engine = create_engine(url, pool_size=pool_size, pool_pre_ping=False)
        self._reading = (
            self.engine.execution_options(isolation_level="AUTOCOMMIT") if not self.is_sqlite else self.engine
        )

    def create_all(self) -> None:
        """Create every table at once: for databases in memory and in tests; files are migrated."""
        with self.transaction() as tx:
            metadata.create_all(tx.connection)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a unit of work; commit when the block ends, roll back when it raises."""
        with self.engine.connect() as connection:
            work = Transaction(connection)
            try:
                yield work
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
            finally:
                wrote = _release(connection)
        if wrote and self._log is not None:
            self._log.soon()
            if work.lasts:
                self._log.now()
        work.committed()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Open a view for queries only; costs no BEGIN and no COMMIT."""
        with self._reading.connect() as connection:
            yield Transaction(connection)

    @contextmanager
    def one_moment(self) -> Iterator[Transaction]:
        """A view for many queries that must agree: everything as it was at one moment, whoever writes meanwhile."""
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(**options) as connection:
            if self.is_sqlite:
                raw = connection.connection.driver_connection
                assert raw is not None
                raw.execute("BEGIN")
            try:
                yield Transaction(connection)
            finally:
                connection.rollback()

    def close(self) -> None:
        """Close all connections; what was committed is on the disk then."""
        if self._log is not None:
            self._log.close()
        self.engine.dispose()


def _prepare_sqlite(engine: Engine, in_memory: bool) -> None:
    writers = threading.Lock()

    @event.listens_for(engine, "connect")
    def _connected(raw: Any, record: Any) -> None:
        record.info["writers"] = writers
        # No implicit BEGIN: reads run outside a transaction, the first write takes the lock.
        raw.isolation_level = None
        cursor = raw.cursor()
        if not in_memory:
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = NORMAL")  # what must last waits for the disk itself: write_ahead.py
            cursor.execute(f"PRAGMA wal_autocheckpoint = {BACKSTOP}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "before_cursor_execute")
    def _before(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement[:12].lstrip().upper().startswith(_WRITES):
            _begin_immediate(connection)
