"""The shipped registers, written as their procedures write them: what one step after another leaves in a row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.db import Database
from app.registers import Declarations, load, register_row

SHIPPED = load(Path(__file__).parents[3] / "processes")


@pytest.fixture
def shipped() -> Declarations:
    return SHIPPED


def rows(database: Database, code: str) -> dict[str, Any]:
    with database.reading() as tx:
        query = select(register_row).where(register_row.c.register == code).order_by(register_row.c.row_key)
        return {row.row_key: row for row in tx.rows(query)}


def test_the_work_order_register_grows_in_four_procedures(database: Database, shipped: Declarations, step: Any) -> None:
    order = {"work_order_no": "WX-1", "engineers": ["service_engineer_1"], "dispatched_at": "2026-03-02T09:30:00+08:00"}
    site = {**order, "arrived_at": "2026-03-02T11:00:00+08:00", "customer_comment": "满意"}
    back = {
        **site,
        "collected_by": "hotline_agent_1",
        "work_hours": 4,
        "expenses_total": 35,
        "completion_state": "completed",
    }
    step(shipped, "issue_work_order", order, process="dispatch", instance_id=1)
    step(shipped, "departed", {"work_order_no": "WX-1"}, process="task_acceptance", instance_id=2)
    step(shipped, "arrive_on_site", site, process="onsite_service", instance_id=3)
    step(shipped, "register_return", back, process="return_reporting", instance_id=4)
    row = rows(database, "R04")["WX-1"]
    assert row.data["dispatched_at"] == "2026-03-02T09:30:00+08:00"
    assert row.data["customer_comment"] == "满意"
    assert (row.data["work_hours"], row.data["expenses_total"]) == (4, 35)
    assert row.instance_id == 1


def test_hours_of_one_person_and_day_are_one_row(database: Database, shipped: Declarations, step: Any) -> None:
    lines = [
        {"user": "service_engineer_1", "date": "2026-03-02", "hours": 3, "expenses": 20},
        {"user": "service_engineer_1", "date": "2026-03-02", "hours": 1.5, "expenses": None},
        {"user": "service_engineer_2", "date": "2026-03-02", "hours": 2, "expenses": 0},
    ]
    step(shipped, "register_return", {"work_order_no": "WX-1", "hour_lines": lines}, process="return_reporting")
    found = rows(database, "R38")
    assert sorted(found) == ["WX-1/service_engineer_1/2026-03-02", "WX-1/service_engineer_2/2026-03-02"]
    first = found["WX-1/service_engineer_1/2026-03-02"].data
    assert (first["hours"], first["expenses"], first["month"]) == (4.5, 20, "2026-03")


def test_every_decision_of_the_rotation_is_a_row(database: Database, shipped: Declarations, step: Any) -> None:
    log = [
        {"pool": "O1/body", "seq": 1, "candidate": "service_engineer_1", "decision": "skipped", "skip_reason": "leave"},
        {"pool": "O1/body", "seq": 1, "candidate": "service_engineer_2", "decision": "assigned"},
    ]
    assert step(shipped, "assign_rotation", {"rotation_log": log}, process="dispatch") == 1
    found = rows(database, "R55")
    assert sorted(row.data["decision"] for row in found.values()) == ["assigned", "skipped"]
    known = {"rotation_log": log}
    step(shipped, "issue_work_order", {**known, "work_order_no": "WX-1"}, before=known, process="dispatch")
    assert {row.data["work_order_no"] for row in rows(database, "R55").values()} == {"WX-1"}


def test_earlier_stops_of_a_trip_are_reports_of_their_own(database: Database, shipped: Declarations, step: Any) -> None:
    earlier = [{"report_no": "BG-1", "trip_no": "WC-1", "signed_at": "2026-03-02T10:00:00+08:00", "outcome": "signed"}]
    known = {"report_no": "BG-2", "trip_no": "WC-1", "earlier_reports": earlier, "approved_by": "department_leader_1"}
    step(shipped, "archive_report", {**known, "report_state": "archived"}, process="return_reporting")
    found = rows(database, "R06")
    assert sorted(found) == ["BG-1", "BG-2"]
    assert {row.data["report_state"] for row in found.values()} == {"archived"}
    assert {row.data["approved_by"] for row in found.values()} == {"department_leader_1"}


@pytest.mark.parametrize(
    ("parts", "due"),
    [
        ([("bring_back", 1), ("not_recoverable", 2), ("to_customer", 5), ("company_disposal", 7)], 3),
        ([("bring_back", None)], 0),
        ([], 0),
        (None, None),
    ],
)
def test_a_report_says_how_many_old_parts_have_to_come_back(
    database: Database, shipped: Declarations, step: Any, parts: list[tuple[str, int | None]] | None, due: int | None
) -> None:
    names = ("old_part_disposition", "qty")
    lines = None if parts is None else [{"part_name": "胶条", **dict(zip(names, part, strict=True))} for part in parts]
    known = {"report_no": "BG-1", "report_state": "signed", "parts_replaced": lines}
    step(shipped, "freeze_signature", known, process="onsite_service")
    assert rows(database, "R06")["BG-1"].data.get("old_parts_due") == due


def test_a_trip_without_a_work_order_has_no_row(database: Database, shipped: Declarations, step: Any) -> None:
    step(shipped, "arrive_on_site", {"work_order_no": None, "arrived_at": "x"}, process="onsite_service")
    assert rows(database, "R04") == {}
