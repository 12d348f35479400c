"""The example company in a database, with every procedure deployed, and people who act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import calendar, clock
from app.clock import ManualClock
from app.db import Database, Transaction
from app.house import House
from app.identity import SYSTEM, Actor, load_actor_by_login
from app.rehearsal import found_company
from app.runtime import Submitted, complete_task, start_case
from app.runtime.jobs import JobPort, TableJobs
from app.runtime.tables import user_task

ROOT = Path(__file__).parents[2]
MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+08:00")

# A contact whose facts are not clear yet: it leads to clarify_contact (P01.4).
UNCLEAR = {"channel": "phone", "content": "车坏了，听不清", "facts_clear": False, "contact_phone": "000-0000-0002"}
# A question that is answered at once.
QUESTION = {
    "channel": "phone",
    "content": "保养周期是多久？",
    "facts_clear": True,
    "request_type": "consultation",
    "source_party": "end_user",
    "contact_phone": "000-0000-0002",
    "customer_name": "示例公交一队",
    "contact_person": "调度员甲",
    "customer_address": "示例市示范路1号停车场",
    "region_code": "R1",
    "product_category": "vehicle",
    "product_model": "示例客车A型",
    "serial_no": "DEMO-VIN-0001",
}


def job_port(database: Database) -> JobPort:
    """The adapter that fits the database."""
    if database.is_sqlite:
        return TableJobs()
    from app.runtime.jobs.procrastinate import ProcrastinateJobs

    return ProcrastinateJobs()


def house_on(database: Database) -> House:
    """The shipped procedures around a database."""
    return House(database, ROOT / "processes", ROOT / "forms", jobs=job_port(database))


def fill_company(database: Database) -> None:
    """Found the company and deploy everything."""
    with clock.use(ManualClock(datetime.fromisoformat("2025-01-01T00:00:00+08:00")).now):
        house = house_on(database)
        with database.transaction() as tx:
            if not database.is_sqlite:
                from app.runtime.jobs.procrastinate import prepare

                prepare(tx)
            found_company(tx, house.roles)
            for year in (2025, 2026, 2027):
                calendar.import_year(tx, year, actor="system")
        # Founded long before the tests play: what would have started since then is not caught up in each of them.
        deployed = house.deploy_folders(schedule=False)
        assert deployed is not None
        assert not deployed.refused, deployed.problems


class Company:
    """A house with people in it and a clock that is moved by hand."""

    def __init__(self, database: Database, hands: ManualClock) -> None:
        self.house = house_on(database)
        self.world = self.house.world
        self.db = database
        self.clock = hands

    @contextmanager
    def step(self) -> Iterator[Transaction]:
        """One transaction."""
        with self.db.transaction() as tx:
            yield tx

    def person(self, login: str | None) -> Actor:
        """Somebody of the company."""
        if login is None:
            return SYSTEM
        with self.db.reading() as tx:
            found = load_actor_by_login(tx, login)
        assert found is not None, login
        return found

    def start(self, login: str = "hotline_agent_1", unit: str = "O1", process: str = "contact_intake") -> Any:
        """Start a case; the row of its first task."""
        actor = self.person(login)
        with self.step() as tx:
            record = start_case(tx, self.world, actor=actor, process_key=process, unit_code=unit)
        return self.task(record.opened[0].id)

    def submit(self, task_id: int, login: str | None, values: dict[str, Any], key: str | None = None) -> Submitted:
        """Complete a task as somebody."""
        actor = self.person(login)
        with self.step() as tx:
            return complete_task(tx, self.world, actor=actor, task_id=task_id, values=values, key=key)

    def task(self, task_id: int) -> Any:
        """The row of a task."""
        with self.db.reading() as tx:
            return tx.row(select(user_task).where(user_task.c.id == task_id))

    def open_tasks(self, case_no: str) -> dict[str, Any]:
        """Element id → row of the open tasks of a case."""
        with self.db.reading() as tx:
            rows = tx.rows(select(user_task).where(user_task.c.case_no == case_no, user_task.c.state == "open"))
        return {row.element_id: row for row in rows}
