"""Pausing a clock by hand, and with the diagram: reasons, rights, and that one does not undo the other."""

from __future__ import annotations

import pytest

from app import calendar
from app.calendar import RunningClock
from app.messages import Refusal
from app.runtime import pause_clock, resume_clock
from tests.factories.companies import Company


def clock_of(company: Company, case_no: str) -> RunningClock:
    with company.db.reading() as tx:
        (found,) = calendar.clocks_of_case(tx, case_no, lambda path: company.world.calendar(tx, path))
    return found


def pause(company: Company, login: str, clock_id: int, reason: str = "weather", note: str = "电话告知") -> RunningClock:
    actor = company.person(login)
    with company.step() as tx:
        return pause_clock(tx, company.world, actor=actor, clock_id=clock_id, reason=reason, note=note)


def resume(company: Company, login: str, clock_id: int) -> RunningClock:
    actor = company.person(login)
    with company.step() as tx:
        return resume_clock(tx, company.world, actor=actor, clock_id=clock_id)


@pytest.mark.parametrize("login", ["cs_supervisor_1", "department_leader_1"])
@pytest.mark.parametrize("reason", list(calendar.PAUSE_REASONS))
def test_who_dispatches_or_leads_stops_a_clock_for_each_reason(company: Company, login: str, reason: str) -> None:
    running = clock_of(company, company.start().case_no)
    due = running.clock.due_at
    pause(company, login, running.id, reason)
    company.clock.advance("PT3H")
    assert (resume(company, login, running.id).clock.due_at - due).total_seconds() == 3 * 3600
    (kept,) = clock_of(company, running.case_no).clock.pauses
    assert (kept.reason, kept.end is not None) == (reason, True)


@pytest.mark.parametrize("login", ["hotline_agent_1", "service_engineer_1", "cs_supervisor_3", "department_leader_3"])
def test_nobody_else_and_nobody_of_another_outlet(company: Company, login: str) -> None:
    running = clock_of(company, company.start().case_no)
    with pytest.raises(Refusal) as refused:
        pause(company, login, running.id)
    assert refused.value.code == "may_not_pause"
    assert not clock_of(company, running.case_no).clock.is_paused


@pytest.mark.parametrize(
    ("reason", "note", "code"),
    [("lunch", "x", "pause_reason_unknown"), ("weather", " ", "note_missing")],
)
def test_another_reason_and_no_note_are_refused(company: Company, reason: str, note: str, code: str) -> None:
    running = clock_of(company, company.start().case_no)
    with pytest.raises(Refusal) as refused:
        pause(company, "cs_supervisor_1", running.id, reason, note)
    assert refused.value.code == code


def test_two_at_once_stop_it_once(company: Company) -> None:
    running = clock_of(company, company.start().case_no)
    pause(company, "cs_supervisor_1", running.id)
    with pytest.raises(Refusal, match="paused already"):
        pause(company, "department_leader_1", running.id, "customer_absent")
    assert len(clock_of(company, running.case_no).clock.pauses) == 1
