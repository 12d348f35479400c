"""`upgrade` from the database of release 1: a backup first, then schema, data and procedures; nothing is lost."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from app import settings
from app.cli.archive import read_archive, schema_of, write_archive
from app.cli.assembly import prepare_jobs
from app.cli.upgrading import Upgraded, backup_path, prepare_for, upgrade_house
from app.clock import ManualClock
from app.db import Database
from app.db.schema import VERSIONS, NewerDatabaseError, current, head
from app.definitions.tables import process_version
from app.messages import Refusal
from app.runtime.tables import service_case
from tests.factories.companies import Company, job_port
from tools import freeze_release

HERE = Path(__file__).parent
NEXT = (VERSIONS, HERE / "next_release")
BROKEN = (VERSIONS, HERE / "broken_release")


@dataclass
class Installation:
    """A database of release 1 with the folders of this release around it."""

    database: Database
    conf: settings.Settings
    clock: ManualClock

    @property
    def company(self) -> Company:
        return Company(self.database, self.clock)

    def upgrade(self, **options: Any) -> Upgraded:
        given = {"backup": backup_path(self.conf), "folders": NEXT, **options}
        return upgrade_house(self.company.house, self.conf, **given)

    def cases(self) -> list[Any]:
        with self.database.reading() as tx:
            query = text("SELECT case_no, customer_name, running FROM service_case ORDER BY case_no")
            return [tuple(row) for row in tx.rows(query)]


def release_1(path: Path) -> Database:
    """The stored database, as an SQLite file."""
    with sqlite3.connect(path) as connection, gzip.open(freeze_release.FIXTURE, "rt", encoding="utf-8") as lines:
        connection.executescript(lines.read())
    return Database(f"sqlite:///{path}")


@pytest.fixture
def installed(maker: Any, monday: ManualClock, tmp_path: Path) -> Iterator[Installation]:
    """Release 1 on both kinds; on PostgreSQL it comes by backup and restore."""
    conf = settings.load({"AFTERCARE_DATA": str(tmp_path / "data"), "AFTERCARE_SECRET_KEY": "x" * 40})
    database = release_1(tmp_path / "release_1.db")
    if "Sqlite" not in type(maker).__name__:
        stored, archive = database, tmp_path / "moved.tar.gz"
        write_archive(stored, job_port(stored), conf.files_dir, archive)
        stored.close()
        database = maker.empty()
        assert prepare_for(archive, database)
        read_archive(archive, database, job_port(database), conf.files_dir)
    yield Installation(database, conf, monday)
    maker.drop(database) if not database.is_sqlite else database.close()


def test_the_stored_database_is_the_one_of_the_first_migration() -> None:
    if head() == "0001":
        assert freeze_release.digest() == freeze_release.digest_of_fixture(), "run: python -m tools.freeze_release"


def test_column_and_data_come_and_every_case_stays(installed: Installation) -> None:
    before = installed.cases()
    assert len(before) == 3
    done = installed.upgrade()
    assert (done.before, done.after) == ("0001", "0002")
    assert current(installed.database) == "0002"
    assert installed.cases() == before
    with installed.database.reading() as tx:
        words = [row[0] for row in tx.rows(text("SELECT first_word FROM service_case ORDER BY case_no"))]
        assert words == [f"case {case_no}" for case_no, _, _ in before]
        assert tx.value(text("SELECT number FROM case_count")) == 3


def test_work_goes_on_where_it_stopped(installed: Installation) -> None:
    installed.upgrade()
    company = installed.company
    task = company.open_tasks("FW2026000002")["answer_contact"]
    company.submit(task.id, "hotline_agent_1", {"reply_text": "五千公里"})
    assert "answer_contact" not in company.open_tasks("FW2026000002")
    assert company.start().case_no == "FW2026000004"


def test_what_the_company_published_stays_live(installed: Installation) -> None:
    # The folders bring something new for another procedure only: as if they had been deployed otherwise.
    with installed.database.transaction() as tx:
        tx.execute(text("UPDATE deployment SET digest = 'of an earlier release'"))
    done = installed.upgrade()
    assert done.deployed is not None
    assert not done.deployed.refused
    company = installed.company
    with company.step() as tx:
        assert company.world.definitions.live(tx, "crisis").name == "本公司的危机处理"
        versions = tx.rows(select(process_version.c.version).where(process_version.c.key == "crisis"))
    assert sorted(row.version for row in versions) == [1, 2]


def test_the_backup_holds_what_was_there_before_and_can_be_restored(
    installed: Installation, maker: Any, tmp_path: Path
) -> None:
    done = installed.upgrade()
    assert done.backup is not None
    assert done.backup.stat().st_mode & 0o777 == 0o600
    assert schema_of(done.backup) == "0001"
    again = maker.empty()
    assert prepare_for(done.backup, again, NEXT)
    read_archive(done.backup, again, job_port(again), tmp_path / "files")
    back = Installation(again, installed.conf, installed.clock)
    assert current(again) == "0001"
    assert back.cases() == installed.cases()
    back.upgrade(backup=None)
    assert current(again) == "0002"
    maker.drop(again)


def test_a_database_of_the_next_release_is_backed_up_and_restored_whole(
    installed: Installation, maker: Any, tmp_path: Path
) -> None:
    """This code knows neither the column nor the table; the archive holds them all the same."""
    installed.upgrade(backup=None)
    archive = tmp_path / "next.tar.gz"
    write_archive(installed.database, job_port(installed.database), tmp_path / "files", archive)
    again = maker.empty()
    assert prepare_for(archive, again, NEXT)
    read_archive(archive, again, job_port(again), tmp_path / "files")
    with again.reading() as tx:
        assert tx.value(text("SELECT count(*) FROM service_case WHERE first_word LIKE 'case FW%'")) == 3
    with pytest.raises(Refusal, match="newer release"):
        prepare_for(archive, again)
    maker.drop(again)


def test_without_a_backup_none_is_written(installed: Installation) -> None:
    assert installed.upgrade(backup=None).backup is None
    assert list(installed.conf.data_dir.glob("backup-*")) == []


def test_a_second_time_changes_nothing(installed: Installation) -> None:
    installed.upgrade()
    before = installed.cases()
    done = installed.upgrade(backup=None)
    assert (done.before, done.after, done.deployed, done.clocks_moved) == ("0002", "0002", None, 0)
    assert installed.cases() == before


def test_a_migration_that_fails_leaves_everything_as_it_was(installed: Installation) -> None:
    before = installed.cases()
    with pytest.raises(Exception, match="there_is_no_such_table"):
        installed.upgrade(folders=BROKEN)
    assert current(installed.database) == "0001"
    assert installed.cases() == before
    with installed.database.reading() as tx:
        columns = list(tx.execute(text("SELECT * FROM service_case")).keys())
        assert "first_word" not in columns
    installed.upgrade(backup=None)
    assert current(installed.database) == "0002"


def test_a_newer_database_is_refused_before_anything_is_written(installed: Installation) -> None:
    installed.upgrade(backup=None)
    with pytest.raises(NewerDatabaseError, match="0002"):
        installed.upgrade(folders=(VERSIONS,))
    assert list(installed.conf.data_dir.glob("backup-*")) == []


def test_an_empty_database_is_refused(empty_database: Database, installed: Installation) -> None:
    prepare_jobs(empty_database)
    empty = Installation(empty_database, installed.conf, installed.clock)
    with pytest.raises(Refusal, match="nothing to upgrade"):
        empty.upgrade()
    assert list(installed.conf.data_dir.glob("backup-*")) == []


def test_thumbnails_are_made_again(installed: Installation) -> None:
    folder = installed.conf.thumbnails_dir
    folder.mkdir(parents=True)
    (folder / "old.webp").write_bytes(b"of an earlier release")
    installed.upgrade(backup=None)
    assert not folder.exists()


def test_the_release_is_that_of_the_tables(installed: Installation) -> None:
    """Nothing in the stored database is unknown to this code: every case can be read by it."""
    with installed.database.reading() as tx:
        assert [row.case_no for row in tx.rows(select(service_case))] == [case_no for case_no, *_ in installed.cases()]
