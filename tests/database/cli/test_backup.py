"""Backup and restore: everything comes back, also in a database of the other kind."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.cli.archive import is_empty, read_archive, write_archive
from app.cli.assembly import bring_up_to_date
from app.db import Database, metadata
from app.messages import Refusal
from tests.factories.companies import QUESTION, Company, job_port

KEPT_ELSEWHERE = {"job"}


def contents(database: Database) -> dict[str, list[Any]]:
    """Every row of every table."""
    with database.reading() as tx:
        return {
            table.name: [tuple(row) for row in tx.rows(select(table).order_by(*table.primary_key.columns))]
            for table in metadata.sorted_tables
            if table.name not in KEPT_ELSEWHERE
        }


def jobs_of(database: Database) -> list[Any]:
    with database.reading() as tx:
        return sorted((kind, sorted(payload.items()), at) for kind, payload, at in job_port(database).pending(tx))


@pytest.fixture
def lived_in(company: Company, tmp_path: Path) -> Company:
    """A house with a case that waits for its answer, a timer, and a photo."""
    task = company.start()
    company.submit(task.id, "hotline_agent_1", QUESTION, key="once")
    photo = tmp_path / "files" / "ab" / "photo.jpg"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"\xff\xd8 a photo")
    return company


@pytest.mark.parametrize("other", ["sqlite", "postgresql"])
def test_a_house_moves_whole(lived_in: Company, other: str, makers: dict[str, Any], tmp_path: Path) -> None:
    if other not in makers:
        from tests.factories.databases import PostgreSQL

        makers[other] = PostgreSQL()
    archive = tmp_path / "backup.tar.gz"
    written = write_archive(lived_in.db, job_port(lived_in.db), tmp_path / "files", archive)
    target = makers[other].empty()
    bring_up_to_date(target)
    assert is_empty(target)
    read = read_archive(archive, target, job_port(target), tmp_path / "restored")
    assert read == written
    assert contents(target) == contents(lived_in.db)
    assert jobs_of(target) == jobs_of(lived_in.db) != []
    assert (tmp_path / "restored" / "ab" / "photo.jpg").read_bytes() == b"\xff\xd8 a photo"
    moved = Company(target, lived_in.clock)
    case_no = moved.start().case_no
    assert case_no == "FW2026000002", "numbers go on where they were"
    answer = moved.open_tasks("FW2026000001")["answer_contact"]
    moved.submit(answer.id, "hotline_agent_1", {"reply_text": "已答复"})
    assert moved.open_tasks("FW2026000001").keys().isdisjoint({"answer_contact"})
    makers[other].drop(target)


def test_a_damaged_archive_restores_nothing(lived_in: Company, maker: Any, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    write_archive(lived_in.db, job_port(lived_in.db), tmp_path / "files", archive)
    short = tmp_path / "short.tar.gz"
    with tarfile.open(archive) as whole, tarfile.open(short, "w:gz") as part:
        for member in whole.getmembers():
            if member.name != "tables/user_task.jsonl":
                part.addfile(member, whole.extractfile(member))
    target = maker.empty()
    bring_up_to_date(target)
    with pytest.raises(Refusal, match="incomplete"):
        read_archive(short, target, job_port(target), tmp_path / "restored")
    assert is_empty(target)
    maker.drop(target)


def test_something_else_is_not_taken_for_a_backup(maker: Any, tmp_path: Path) -> None:
    archive = tmp_path / "other.tar.gz"
    with tarfile.open(archive, "w:gz"):
        pass
    target = maker.empty()
    bring_up_to_date(target)
    with pytest.raises(Refusal, match="not a backup"):
        read_archive(archive, target, job_port(target), tmp_path / "restored")
    maker.drop(target)
