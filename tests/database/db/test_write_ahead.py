"""What was committed to a SQLite file comes to the disk: at once where it must last, else a moment later."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.db import Database, Transaction
from app.db import write_ahead as w

Synced = list[str]


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> Synced:
    """Which thread has waited for the disk, each time."""
    waited: Synced = []
    ours = os.fsync

    def fsync(handle: int) -> None:
        ours(handle)
        waited.append(threading.current_thread().name)

    monkeypatch.setattr(w.os, "fsync", fsync)
    return waited


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'house.db'}")
    with made.transaction() as tx:
        tx.execute(text("CREATE TABLE line (said TEXT)"))
    made.close()
    yield made
    made.close()


def write(database: Database, *, and_then: Callable[[Transaction], None] = lambda _: None) -> None:
    with database.transaction() as tx:
        tx.execute(text("INSERT INTO line VALUES ('x')"))
        and_then(tx)


def lines(path: Path) -> int:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    count: int = connection.execute("SELECT count(*) FROM line").fetchone()[0]
    connection.close()
    return count


def test_a_step_does_not_wait_for_the_disk_and_is_there_when_the_house_closes(
    database: Database, synced: Synced, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(w, "PAUSE", 3600)
    write(database)
    assert synced == []
    database.close()
    assert synced == ["aftercare-disk"]


def test_the_disk_is_asked_within_the_pause(
    database: Database, synced: Synced, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = threading.Event()
    followed = w.WriteAheadLog.follow_up
    monkeypatch.setattr(w.WriteAheadLog, "follow_up", lambda log: (followed(log), done.set()))
    write(database)
    assert done.wait(20)
    assert synced == ["aftercare-disk"]


def test_what_must_last_is_on_the_disk_before_anybody_is_told(
    database: Database, synced: Synced, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(w, "PAUSE", 3600)
    told: list[Synced] = []

    def last(tx: Transaction) -> None:
        tx.must_last()
        tx.after_commit(lambda: told.append(list(synced)))

    write(database, and_then=last)
    assert told == [[threading.current_thread().name]]


def test_looking_asks_for_nothing(database: Database, synced: Synced) -> None:
    with database.transaction() as tx:
        tx.must_last()
        assert tx.value(text("SELECT count(*) FROM line")) == 0
    with database.reading() as tx:
        tx.rows(text("SELECT * FROM line"))
    database.close()
    assert synced == []


def test_a_killed_product_loses_nothing(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(w, "PAUSE", 3600)
    write(database)
    copy = tmp_path / "after.db"  # what whoever opens the files next would find
    for suffix in ("", "-wal"):
        copy.with_name(copy.name + suffix).write_bytes((tmp_path / f"house.db{suffix}").read_bytes())
    connection = sqlite3.connect(copy)
    assert connection.execute("SELECT count(*) FROM line").fetchone() == (1,)
    connection.close()


def test_the_log_goes_into_the_file_behind_the_steps(database: Database, tmp_path: Path) -> None:
    log = w.WriteAheadLog(tmp_path / "house.db")
    reader = database.engine.connect()  # as long as somebody has the file open, closing does not do it
    for _ in range(3):
        write(database)
    before = (tmp_path / "house.db").read_bytes()
    log.follow_up()
    assert (tmp_path / "house.db").read_bytes() == before
    log._commits = w.CHECKPOINT_EVERY
    log.follow_up()
    assert (tmp_path / "house.db").read_bytes() != before
    assert lines(tmp_path / "house.db") == 3
    reader.close()


def test_a_file_that_is_gone_is_not_made_again(database: Database, tmp_path: Path) -> None:
    log = w.WriteAheadLog(tmp_path / "nothing.db")
    log._commits = w.CHECKPOINT_EVERY
    with pytest.raises(sqlite3.OperationalError):
        log.follow_up()
    assert not (tmp_path / "nothing.db").exists()


def test_the_thread_begins_again_after_closing(
    database: Database, synced: Synced, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(w, "PAUSE", 3600)
    for times in (1, 2):
        write(database)
        database.close()
        assert synced == ["aftercare-disk"] * times
