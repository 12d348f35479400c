"""An export of any size takes the same memory: rows leave as they come."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert

from app import registers
from app.clock import ZONE
from app.db import Database
from app.identity import Actor
from app.identity.actor import Holding
from app.registers import Register, register_row
from app.registers.workbook import write_workbook
from tests.database.registers.conftest import NOW

FEW, MANY = 600, 2_400
ROW = 600  # bytes of one row in memory, at least
LEADER = Actor(id=1, login="me", name="我", holdings=(Holding("department_leader", 1, "C1", "/C1/", None),))


def fill(database: Database, first: int, after: int) -> None:
    with database.transaction() as tx:
        tx.execute(
            insert(register_row),
            [
                {
                    "register": "R01", "row_key": f"LD-{number}", "case_no": f"FW{number}", "instance_id": 1,
                    "unit_path": "/C1/R1/O1/", "created_by": "客服甲", "created_at": NOW, "updated_at": NOW,
                    "data": {
                        "contact_no": f"LD-{number}", "customer_name": "示例公交一队", "amount": number,
                        "reply": "答复" * 100, "received_at": "2026-03-02T09:00:00+08:00", "channel": "phone",
                    },
                }
                for number in range(first, after)
            ],
        )  # fmt: skip


def to_csv(database: Database, register: Register, _target: Path) -> int:
    with database.one_moment() as tx:
        reader = registers.reader_of(tx, register, None, lang="zh", zone=ZONE)
        rows = registers.all_rows(tx, register, LEADER)
        return sum(piece.count(b"\n") for piece in registers.csv_lines(rows, list(register.columns), reader)) - 1


def to_workbook(database: Database, register: Register, target: Path) -> int:
    with database.one_moment() as tx, target.open("wb") as file:
        reader = registers.reader_of(tx, register, None, lang="zh", zone=ZONE)
        rows = registers.all_rows(tx, register, LEADER)
        return write_workbook(file, register, rows, list(register.columns), reader)


@pytest.mark.parametrize("export", [to_csv, to_workbook])
def test_four_times_the_rows_take_no_more_memory(
    database: Database, contacts: Register, tmp_path: Path, export: Callable[..., int]
) -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        try:
            assert export(database, contacts, tmp_path / "export.xlsx") == rows
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    fill(database, 0, FEW)
    assert export(database, contacts, tmp_path / "export.xlsx") == FEW  # what is loaded once is loaded
    few = peak(FEW)
    fill(database, FEW, MANY)
    many = peak(MANY)
    # All rows at once would add (MANY - FEW) * ROW, which is a megabyte.
    assert many - few < (MANY - FEW) * ROW / 4, f"{few / 1e6:.2f} MB for {FEW} rows, {many / 1e6:.2f} MB for {MANY}"
