"""The example company with small diagrams, and short ways to act in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from small_models import SMALL
from sqlalchemy import select

from app import clock, definitions
from app.clock import ManualClock
from app.db import Database
from app.history import history_event
from app.house import House
from app.identity import SYSTEM, Actor, load_actor_by_login
from app.rehearsal.company import found_company
from app.runtime import complete_task, start_case
from app.runtime.tables import user_task

ROOT = Path(__file__).parents[3]
MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+08:00")


class Desk:
    """A house with short ways to do what a test is not about."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.world = house.world
        self.clock = ManualClock(MONDAY)

    def transaction(self) -> Any:
        """A transaction that commits at the end."""
        return self.house.db.transaction()

    def actor(self, login: str) -> Actor:
        """Somebody of the company."""
        with self.house.db.reading() as tx:
            found = load_actor_by_login(tx, login)
        assert found is not None, login
        return found

    def start(self, process_key: str, by: str = "hotline_agent_1", **variables: Any) -> Any:
        """Start a case at O1; returns the first step."""
        with clock.use(self.clock.now), self.transaction() as tx:
            return start_case(
                tx, self.world, actor=self.actor(by), process_key=process_key, unit_code="O1", variables=variables
            )

    def run(self, command: Callable[..., Any], by: str | None = None, **arguments: Any) -> Any:
        """One command in a transaction of its own."""
        with clock.use(self.clock.now), self.transaction() as tx:
            if by is not None:
                arguments["actor"] = self.actor(by)
            return command(tx, self.world, **arguments)

    def complete(self, task_id: int, by: str = "hotline_agent_1", **arguments: Any) -> Any:
        """Submit a task without a form."""
        return self.run(complete_task, by, task_id=task_id, values=arguments.pop("values", {}), **arguments)

    def row(self, table: Any, *conditions: Any) -> Any:
        """The only row that fits."""
        rows = self.rows(table, *conditions)
        assert len(rows) == 1, rows
        return rows[0]

    def rows(self, table: Any, *conditions: Any) -> list[Any]:
        """All rows that fit."""
        with self.house.db.reading() as tx:
            return list(tx.rows(select(table).where(*conditions)))

    def open(self, case_no: str) -> dict[str, int]:
        """The open tasks of a case: element → id."""
        return {
            row.element_id: row.id
            for row in self.rows(user_task, user_task.c.case_no == case_no)
            if row.state == "open"
        }

    def history(self, case_no: str) -> list[Any]:
        """What is on record."""
        return self.rows(history_event, history_event.c.case_no == case_no)


def found(database: Database) -> House:
    """The example company and the small diagrams in an empty database."""
    database.create_all()
    house = House(database, ROOT / "processes", ROOT / "forms", profile="bus_maker")
    house.world = replace(house.world, outgoing=frozenset({"send_mail"}))
    with clock.use(ManualClock(MONDAY).now), database.transaction() as tx:
        found_company(tx, house.roles)
        deployed = definitions.deploy(tx, definitions.parse(SMALL), house.knowledge(tx), actor=SYSTEM, reason="test")
        assert not deployed.refused, [problem.message.en for problem in deployed.problems]
    return house
