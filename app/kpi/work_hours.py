"""K17 work hours per person 工时: the hours of returned work orders in a month."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, literal, select

from app.kpi.figure import Figure, Scope
from app.kpi.sql import number_at, register_row, standing, text_at
from app.messages import Message


def counted(scope: Scope) -> Select[Any]:
    """One row per person, day and returned work order of the ledger R38, in the month of the work (K17, S001-7 §10)."""
    row, sqlite = register_row, scope.on_sqlite
    day = text_at(row.c.data, "date", on_sqlite=sqlite)
    return select(
        row.c.case_no,
        func.substr(day, 1, 7).label("month"),
        day.label("at"),
        row.c.unit_path,
        text_at(row.c.data, "user_id", on_sqlite=sqlite).label("person"),
        number_at(row.c.data, "hours", on_sqlite=sqlite).label("part"),
        literal(0).label("whole"),
    ).where(standing("R38"))


WORK_HOURS = Figure(
    code="K17",
    name=Message("工时", "Work hours"),
    meaning=Message(
        "当月已回收维修单上登记的工时合计，可按人查看；按作业日期计。",
        "The hours entered with returned work orders, also by person, by day of work.",
    ),
    kind="sum",
    unit="h",
    counted=counted,
    target=lambda _: None,
    has_people=True,
)
