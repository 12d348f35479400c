"""`assign_by_rotation`: D18 rule by rule, on the example company's engineers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from connector_bench import CASE, Bench
from sqlalchemy import delete, select

from app.history import Event, record_all
from app.identity import SYSTEM, add_deputy, add_unit, add_user, assign_role, deactivate_user, set_skills
from app.identity.tables import deputy
from app.registers import register_row
from app.runtime import fire_timer
from app.runtime.tables import timer

ONE, TWO = "service_engineer_1", "service_engineer_2"
JOB = {"required_skill": "body", "responsible_unit": "service", "planned_date": "2026-03-03"}
ASSESSED = {"urgency": "normal", "weather": "fit", "required_skill": "body", "planned_date": "2026-03-03"}


def assigned(bench: Bench, unit: str = "O1", **variables: Any) -> str | None:
    engineer: str | None = bench.run("assign_by_rotation", {**JOB, **variables}, unit=unit)["engineer"]
    return engineer


def reasons(bench: Bench, **variables: Any) -> dict[str, str | None]:
    """Candidate → why he was skipped, None for whoever got the job."""
    log = bench.run("assign_by_rotation", {**JOB, **variables})["rotation_log"]
    return {line["candidate"]: line["skip_reason"] for line in log}


def hire(bench: Bench, login: str, unit: str, skills: dict[str, date | None] | None = None) -> None:
    with bench.company.step() as tx:
        add_user(tx, actor=SYSTEM, login=login, name=login, home_unit=unit)
        assign_role(tx, actor=SYSTEM, login=login, role="service_engineer", unit=unit)
        set_skills(tx, actor=SYSTEM, login=login, skills={"body": None} if skills is None else skills)


def skilled(bench: Bench, login: str, **skills: date | None) -> None:
    with bench.company.step() as tx:
        set_skills(tx, actor=SYSTEM, login=login, skills=skills)


def away(bench: Bench, login: str, from_at: str, until_at: str) -> None:
    with bench.company.step() as tx:
        add_deputy(
            tx,
            actor=SYSTEM,
            login=login,
            deputy_login="department_leader_1",
            from_at=datetime.fromisoformat(from_at),
            until_at=datetime.fromisoformat(until_at),
        )


def send_out(bench: Bench, login: str, process: str = "task_acceptance") -> str:
    """A trip that this engineer is on; its case."""
    given = {"engineer": login, "engineers": [login], "work_order_no": "WX-1", "trip_no": "WC-1", "urgency": "normal"}
    case_no = str(bench.hand_over(process, **given).case_no)
    held = bench.company.open_tasks(case_no)
    assert any(task.assignee_id == bench.company.person(login).id for task in held.values()), held
    return case_no


def submit(bench: Bench, case_no: str, element: str, values: dict[str, Any]) -> None:
    """Do a task of a dispatch as the supervisor."""
    bench.company.submit(bench.company.open_tasks(case_no)[element].id, "cs_supervisor_1", values)


class TestRule1TheList:
    def test_the_pointer_stands_behind_whoever_was_assigned_last(self, bench: Bench) -> None:
        assert [assigned(bench) for _ in range(4)] == [ONE, TWO, ONE, TWO]

    def test_each_outlet_has_its_list(self, bench: Bench) -> None:
        assert [assigned(bench), assigned(bench, unit="O2"), assigned(bench)] == [ONE, "service_engineer_3", TWO]

    def test_each_skill_has_its_pointer(self, bench: Bench) -> None:
        assert [assigned(bench), assigned(bench, required_skill="chassis"), assigned(bench)] == [ONE, ONE, TWO]

    def test_a_newcomer_stands_at_the_end_of_the_list(self, bench: Bench) -> None:
        assigned(bench)
        hire(bench, "service_engineer_9", "O1")
        assert [assigned(bench) for _ in range(3)] == [TWO, "service_engineer_9", ONE]

    def test_whoever_left_is_not_in_the_list(self, bench: Bench) -> None:
        with bench.company.step() as tx:
            deactivate_user(tx, actor=SYSTEM, login=ONE)
        assert reasons(bench) == {TWO: None}

    def test_outlets_without_engineers_share_the_list_of_the_region(self, bench: Bench) -> None:
        """One list, one pointer: else the first in it would be sent by every outlet."""
        with bench.company.step() as tx:
            for code in ("O8", "O9"):
                add_unit(tx, actor=SYSTEM, code=code, kind="outlet", name=code, parent="R1")
        hire(bench, "regional_1", "R1")
        hire(bench, "regional_2", "R1")
        assert [assigned(bench, unit="O8"), assigned(bench, unit="O9")] == ["regional_1", "regional_2"]


class TestRule2EqualChances:
    def test_everybody_gets_as_many_jobs(self, bench: Bench) -> None:
        hire(bench, "service_engineer_9", "O1")
        given = [assigned(bench) for _ in range(9)]
        assert {login: given.count(login) for login in given} == {ONE: 3, TWO: 3, "service_engineer_9": 3}


class TestRule3Skipped:
    def test_whoever_lacks_the_skill(self, bench: Bench) -> None:
        skilled(bench, ONE, engine=None)
        assert reasons(bench) == {ONE: "skill", TWO: None}

    def test_a_job_that_needs_no_skill_is_for_everybody(self, bench: Bench) -> None:
        skilled(bench, ONE)
        assert reasons(bench, required_skill=None) == {ONE: None}

    @pytest.mark.parametrize("process", ["task_acceptance", "onsite_service"])
    def test_whoever_is_not_back_from_a_trip(self, bench: Bench, process: str) -> None:
        send_out(bench, ONE, process)
        assert reasons(bench) == {ONE: "not_back", TWO: None}

    def test_whoever_has_left_the_site_and_not_reported_back(self, bench: Bench) -> None:
        case_no = send_out(bench, ONE, "return_reporting")
        assert "return_to_work" in bench.company.open_tasks(case_no)
        assert reasons(bench) == {ONE: "not_back", TWO: None}

    def test_papers_to_be_written_after_the_return_keep_nobody_away(self, bench: Bench) -> None:
        case_no = send_out(bench, ONE, "return_reporting")
        task = bench.company.open_tasks(case_no)["return_to_work"]
        bench.company.submit(task.id, ONE, {"returned_at": "2026-03-02T08:50:00+08:00"})
        assert "return_to_work" not in bench.company.open_tasks(case_no)
        assert reasons(bench) == {ONE: None}

    def test_whoever_is_skipped_loses_this_round_and_is_not_caught_up(self, bench: Bench) -> None:
        """AM29: passed over, not first the next time."""
        hire(bench, "service_engineer_9", "O1")
        skilled(bench, ONE)
        assert assigned(bench) == TWO
        skilled(bench, ONE, body=None)
        assert [assigned(bench) for _ in range(3)] == ["service_engineer_9", ONE, TWO]


class TestRule4NotOnDuty:
    def test_whoever_is_on_leave_that_day(self, bench: Bench) -> None:
        away(bench, ONE, "2026-03-03T00:00:00+08:00", "2026-03-04T00:00:00+08:00")
        assert reasons(bench) == {ONE: "leave", TWO: None}

    def test_leave_on_another_day_does_not_matter(self, bench: Bench) -> None:
        away(bench, ONE, "2026-03-04T00:00:00+08:00", "2026-03-06T00:00:00+08:00")
        assert reasons(bench) == {ONE: None}

    def test_without_a_planned_date_it_is_about_today(self, bench: Bench) -> None:
        away(bench, ONE, "2026-03-02T00:00:00+08:00", "2026-03-03T00:00:00+08:00")
        assert reasons(bench, planned_date=None) == {ONE: "leave", TWO: None}

    def test_whose_certificate_has_run_out(self, bench: Bench) -> None:
        skilled(bench, ONE, body=date(2026, 3, 2))
        assert reasons(bench) == {ONE: "certificate", TWO: None}

    def test_a_certificate_is_valid_on_its_last_day(self, bench: Bench) -> None:
        skilled(bench, ONE, body=date(2026, 3, 3))
        assert reasons(bench) == {ONE: None}

    def test_the_certificate_of_another_skill_does_not_matter(self, bench: Bench) -> None:
        skilled(bench, ONE, body=None, engine=date(2020, 1, 1))
        assert reasons(bench) == {ONE: None}


class TestRule5NobodyAvailable:
    def test_the_whole_list_is_skipped(self, bench: Bench) -> None:
        found = bench.run("assign_by_rotation", {**JOB, "required_skill": "welding"})
        assert (found["engineer"], found["rotation_result"]) == (None, "none_available")
        assert [line["skip_reason"] for line in found["rotation_log"]] == ["skill", "skill"]

    def test_it_does_not_move_the_pointer(self, bench: Bench) -> None:
        assigned(bench)
        for login in (ONE, TWO):
            away(bench, login, "2026-03-05T00:00:00+08:00", "2026-03-06T00:00:00+08:00")
        assert assigned(bench, planned_date="2026-03-05") is None
        assert assigned(bench) == TWO

    def test_a_unit_without_any_engineer_above_it_has_nobody(self, bench: Bench) -> None:
        found = bench.run("assign_by_rotation", JOB, unit="R1")
        assert (found["rotation_result"], found["rotation_log"]) == ("none_available", [])


class TestRule6ChosenByHand:
    def test_a_choice_outside_the_list_does_not_move_the_pointer(self, bench: Bench) -> None:
        """A whole dispatch in which the supervisor names somebody, because nobody of the list can go."""
        for login in (ONE, TWO):
            away(bench, login, "2026-03-03T00:00:00+08:00", "2026-03-04T00:00:00+08:00")
        case_no = str(bench.hand_over("dispatch", onsite_due_at="2026-03-05T08:30:00+08:00", urgency="normal").case_no)
        submit(bench, case_no, "assess_dispatch", ASSESSED)
        choice = {"shortage_choice": "manual", "engineer": "repair_technician_1", "manual_reason": "维修员请假"}
        submit(bench, case_no, "resolve_shortage", choice)
        assert "issue_work_order" in bench.company.open_tasks(case_no)
        assert assigned(bench, planned_date="2026-03-04") == ONE


class TestRule7Everything:
    def test_every_decision_is_written_down(self, bench: Bench) -> None:
        skilled(bench, ONE)
        log = bench.run("assign_by_rotation", JOB)["rotation_log"]
        same = {"decided_at": "2026-03-02T09:00:00+08:00", "pool": "O1/service/body", "seq": 1}
        assert log == [
            {"candidate": ONE, "decision": "skipped", "skip_reason": "skill", "line": 1, **same},
            {"candidate": TWO, "decision": "assigned", "skip_reason": None, "line": 2, **same},
        ]

    def test_rounds_are_counted(self, bench: Bench) -> None:
        rounds = [bench.run("assign_by_rotation", JOB)["rotation_log"][-1]["seq"] for _ in range(3)]
        assert rounds == [1, 2, 3]

    def test_a_round_that_finds_nobody_is_a_round(self, bench: Bench) -> None:
        """Else the next one would be written over it in the ledger."""
        away(bench, ONE, "2026-03-03T00:00:00+08:00", "2026-03-04T00:00:00+08:00")
        away(bench, TWO, "2026-03-03T00:00:00+08:00", "2026-03-04T00:00:00+08:00")
        first = bench.run("assign_by_rotation", JOB)["rotation_log"]
        second = bench.run("assign_by_rotation", {**JOB, "planned_date": "2026-03-04"})["rotation_log"]
        assert {line["seq"] for line in first} == {1}
        assert {line["seq"] for line in second} == {2}

    def test_the_log_goes_on_from_the_round_before(self, bench: Bench) -> None:
        first = bench.run("assign_by_rotation", JOB)["rotation_log"]
        assert bench.run("assign_by_rotation", {**JOB, "rotation_log": first})["rotation_log"][: len(first)] == first

    def test_the_ledger_keeps_both_rounds_of_a_case_that_waited(self, bench: Bench) -> None:
        for login in (ONE, TWO):
            away(bench, login, "2026-03-03T00:00:00+08:00", "2026-03-04T00:00:00+08:00")
        step = bench.hand_over("dispatch", onsite_due_at="2026-03-06T08:30:00+08:00", urgency="normal")
        case_no = str(step.case_no)
        submit(bench, case_no, "assess_dispatch", ASSESSED)
        wait = {"shortage_choice": "wait", "wait_until": "2026-03-02T13:00:00+08:00"}
        submit(bench, case_no, "resolve_shortage", wait)
        with bench.company.step() as tx:
            set_skills(tx, actor=SYSTEM, login=ONE, skills={})
            tx.execute(delete(deputy))
        bench.clock.advance("PT4H")
        (armed,) = bench.rows(select(timer).where(timer.c.instance_id == step.instance_id))
        with bench.company.step() as tx:
            fire_timer(tx, bench.company.world, instance_id=step.instance_id, engine_task_id=armed.engine_task_id)
        standing = (register_row.c.case_no == case_no) & register_row.c.voided_at.is_(None)
        query = select(register_row.c.data).where(register_row.c.register == "R55", standing)
        decisions = [(row.data["seq"], row.data["candidate"], row.data.get("skip_reason")) for row in bench.rows(query)]
        assert sorted(decisions, key=str) == [(1, ONE, "leave"), (1, TWO, "leave"), (2, ONE, "skill"), (2, TWO, None)]


class TestRefused:
    def test_whoever_refused_with_an_excuse_is_skipped_for_this_job(self, bench: Bench) -> None:
        assert reasons(bench, refused_by=ONE, refusal_skip_reason="certificate") == {ONE: "certificate", TWO: None}

    def test_whoever_refused_without_one_is_not(self, bench: Bench) -> None:
        assert reasons(bench, refused_by=ONE, refusal_skip_reason=None) == {ONE: None}

    def test_the_excuse_is_for_whoever_gave_it(self, bench: Bench) -> None:
        assert reasons(bench, refused_by=TWO, refusal_skip_reason="leave") == {ONE: None}

    def test_when_everybody_else_is_skipped_nobody_is_left(self, bench: Bench) -> None:
        skilled(bench, TWO)
        assert reasons(bench, refused_by=ONE, refusal_skip_reason="leave") == {ONE: "leave", TWO: "skill"}


class TestOrderOfReasons:
    def test_the_first_reason_that_holds_is_written(self, bench: Bench) -> None:
        """Skill before trip before leave before certificate."""
        away(bench, ONE, "2026-03-03T00:00:00+08:00", "2026-03-04T00:00:00+08:00")
        skilled(bench, ONE, body=date(2020, 1, 1))
        assert reasons(bench)[ONE] == "leave"
        send_out(bench, ONE)
        bench.clock.advance(timedelta(minutes=1))
        assert reasons(bench)[ONE] == "not_back"
        skilled(bench, ONE)
        assert reasons(bench)[ONE] == "skill"


def answered(bench: Bench, login: str, **values: Any) -> None:
    """An engineer answered the trip order of this case."""
    event = Event("task_completed", case_no=CASE, element_id="take_trip_order", data={"values": values})
    with bench.company.step() as tx:
        record_all(tx, bench.company.person(login), [event])


class TestExcusedEarlier:
    def test_who_was_excused_is_not_asked_again_after_the_next_has_refused_too(self, bench: Bench) -> None:
        answered(bench, ONE, task_refused=True, refusal_skip_reason="certificate")
        answered(bench, TWO, task_refused=True, refusal_skip_reason="leave")
        told = reasons(bench, refused_by=TWO, refusal_skip_reason="leave")
        assert told == {ONE: "certificate", TWO: "leave"}

    def test_without_a_reason_that_excuses_he_is_asked_again(self, bench: Bench) -> None:
        answered(bench, ONE, task_refused=True, refusal_skip_reason=None)
        assert assigned(bench) == ONE

    def test_once_somebody_has_accepted_everybody_is_asked_again(self, bench: Bench) -> None:
        """A further visit in the same case is another job."""
        answered(bench, ONE, task_refused=True, refusal_skip_reason="certificate")
        answered(bench, TWO, task_refused=False)
        assert assigned(bench) == ONE
