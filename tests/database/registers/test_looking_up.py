"""What stands in a register already, for rules that must know: open loans of a person, vouchers used before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app.db import Database
from app.registers import load, register_row, rows_with
from tests.database.registers.conftest import NOW

SHIPPED = load(Path(__file__).parents[3] / "processes")


def lend(step: Any, number: str, borrower: str, amount: float, instance_id: int) -> None:
    values = {
        "loan_no": number,
        "borrower": borrower,
        "trip_no": f"WC-{instance_id}",
        "payment": "paid",
        "paid_amount": amount,
    }
    step(SHIPPED, "pay_loan", values, process="advance_loan", instance_id=instance_id)


def test_rows_of_one_person_the_oldest_first_with_what_was_voided(database: Database, step: Any) -> None:
    lend(step, "JK-1", "service_engineer_1", 80.5, 1)
    lend(step, "JK-2", "service_engineer_2", 10, 2)
    lend(step, "JK-3", "service_engineer_1", 20, 3)
    with database.transaction() as tx:
        tx.execute(update(register_row).where(register_row.c.row_key == "JK-3").values(voided_at=NOW))
    with database.reading() as tx:
        found = rows_with(tx, SHIPPED, "R07", "borrower", "service_engineer_1")
    assert {row["unit_path"] for row in found} == {"/C1/R1/O1/"}
    assert [(row["loan_no"], row["balance"], row["void"]) for row in found] == [
        ("JK-1", 80.5, False),
        ("JK-3", 20, True),
    ]


@pytest.mark.parametrize(
    ("code", "column", "value"),
    [
        ("R07", "borrower", None),
        ("R07", "borrower", ""),
        ("R07", "borrower", "service_engineer"),
        ("R07", "nobody", "service_engineer_1"),
        ("R99", "borrower", "service_engineer_1"),
        (None, None, "service_engineer_1"),
    ],
)
def test_nothing_asked_or_nothing_there_gives_no_row(
    database: Database, step: Any, code: Any, column: Any, value: Any
) -> None:
    lend(step, "JK-1", "service_engineer_1", 80, 1)
    with database.reading() as tx:
        assert rows_with(tx, SHIPPED, code, column, value) == []
