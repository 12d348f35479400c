"""Approving (§0.4): returned goes to whoever filled it in with the values kept; nobody approves their own form."""

from __future__ import annotations

from typing import Any

import pytest

from app.identity import SYSTEM, assign_role
from app.messages import Refusal
from tests.factories.companies import Company
from tools.whole_case import WHOLE_CASE, act

ENGINEER, LEADER = "service_engineer_1", "department_leader_1"


@pytest.fixture
def report(company: Company) -> Any:
    """A whole trip, walked until its report waits for approval: the row of that task."""
    case_no = company.start().case_no
    for _ in WHOLE_CASE:
        waiting = company.open_tasks(case_no)
        if "approve_report" in waiting:
            return waiting["approve_report"]
        element = next(name for name in WHOLE_CASE if name in waiting)
        company.clock.advance("PT2M")
        with company.step() as tx:
            act(tx, company.world, waiting[element], company.clock.now())
    raise AssertionError("the case never came to its approval")


def test_a_returned_report_goes_back_to_who_filled_it_in(company: Company, report: Any) -> None:
    company.submit(report.id, LEADER, {"decision": "returned", "decision_comment": "请补充原因"})
    waiting = company.open_tasks(report.case_no)
    again = [row for row in waiting.values() if row.process_key == "return_reporting"]
    assert [row.assignee_id for row in again] == [company.person(ENGINEER).id]
    assert "approve_report" not in waiting


def test_returning_without_saying_why_is_refused(company: Company, report: Any) -> None:
    with pytest.raises(Refusal) as refused:
        company.submit(report.id, LEADER, {"decision": "returned"})
    assert "decision_comment" in {error.field for error in refused.value.errors}


def test_nobody_approves_what_they_filled_in(company: Company, report: Any) -> None:
    with company.step() as tx:
        assign_role(tx, actor=SYSTEM, login=ENGINEER, role="department_leader", unit="O1")
    with pytest.raises(Refusal) as refused:
        company.submit(report.id, ENGINEER, {"decision": "approved"})
    assert (refused.value.code, refused.value.status) == ("own_form", 403)
    company.submit(report.id, LEADER, {"decision": "approved"})
    assert company.task(report.id).state == "completed"
