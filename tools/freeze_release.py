"""Freezes a small database of release 1 as SQL, from which the tests of `upgrade` begin.

Until there is a release that others have installed it is made anew with the first migration (`tools/write_migration.py`
does it); from then on it stays as it is.
"""

from __future__ import annotations

import gzip
import hashlib
import sqlite3
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from app import clock
from app.clock import ManualClock
from app.db import Database
from app.db.schema import VERSIONS, upgrade

ROOT = Path(__file__).resolve().parent.parent
FIXTURE = ROOT / "tests" / "database" / "cli" / "fixtures" / "release_1.sql.gz"
MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+08:00")


def digest() -> str:
    """Of the first migration: what the fixture was made with."""
    return hashlib.sha256((VERSIONS / "0001_first_tables.py").read_bytes()).hexdigest()


def digest_of_fixture() -> str:
    """As the fixture says in its first line."""
    with gzip.open(FIXTURE, "rt", encoding="utf-8") as lines:
        return lines.readline().removeprefix("-- ").strip()


def main() -> None:
    """Write it."""
    from app import definitions
    from app.identity import load_actor_by_login
    from tests.factories.companies import QUESTION, UNCLEAR, Company, fill_company

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "release_1.db"
        database = Database(f"sqlite:///{path}")
        upgrade(database, "0001")
        fill_company(database)
        manual = ManualClock(MONDAY)
        with clock.use(manual.now):
            company = Company(database, manual)
            for values in (UNCLEAR, QUESTION):
                company.submit(company.start().id, "hotline_agent_1", values)
            company.start()
            with company.step() as tx:
                owner = load_actor_by_login(tx, "process_owner_1")
                assert owner is not None
                draft = definitions.open_draft(tx, "crisis")
                content = draft.xml.replace("突发危机事件处理".encode(), "本公司的危机处理".encode())
                assert content != draft.xml
                definitions.save_draft(tx, actor=owner, key="crisis", content=content, base_revision=draft.revision)
                store, knowledge = company.world.definitions, company.house.knowledge(tx)
                definitions.publish_draft(tx, store, knowledge, actor=owner, key="crisis", reason="本公司的叫法")
        database.close()
        with sqlite3.connect(path) as connection:
            lines = "\n".join(connection.iterdump())
    FIXTURE.parent.mkdir(parents=True, exist_ok=True)
    with FIXTURE.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file:
        file.write(f"-- {digest()}\n{lines}\n".encode())
    print(f"{FIXTURE.name}: {FIXTURE.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    sys.exit(main())
