"""The rows that came into a register since a moment: of the unit and below, never void ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.db import Database
from app.registers import register_row, rows_since
from tests.database.registers.conftest import CONTACTS, NOW


@pytest.fixture
def asked(database: Database, declared: Any, step: Any) -> Any:
    """Three contacts, one day apart, the last at another outlet; `asked(days)` gives their numbers."""
    declarations = declared(CONTACTS)
    for number, outlet in enumerate(("O1", "O1", "O2")):
        variables = {"contact_no": f"LD-{number}"}
        at = NOW + timedelta(days=number)
        step(declarations, "register_contact", variables, at=at, unit_path=f"/C1/R1/{outlet}/")

    def ask(since: Any, within: str = "/", code: str = "R01") -> list[Any]:
        with database.reading() as tx:
            return [row["contact_no"] for row in rows_since(tx, within, code, since)]

    return ask


def test_the_oldest_first_from_the_moment_on(asked: Any) -> None:
    assert asked(NOW + timedelta(days=1)) == ["LD-1", "LD-2"]


def test_only_of_the_unit_and_below(asked: Any) -> None:
    assert asked(NOW, "/C1/R1/O1/") == ["LD-0", "LD-1"]
    assert asked(NOW, "/C1/R1/") == ["LD-0", "LD-1", "LD-2"]


def test_without_a_moment_or_a_register_nothing(asked: Any) -> None:
    assert asked(None) == asked("yesterday") == asked(NOW, code="R99") == []


def test_a_void_row_is_left_out(asked: Any, database: Database) -> None:
    with database.transaction() as tx:
        tx.execute(update(register_row).where(register_row.c.row_key == "LD-0").values(voided_at=NOW))
    assert asked(NOW) == ["LD-1", "LD-2"]
