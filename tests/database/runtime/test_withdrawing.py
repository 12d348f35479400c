"""撤回 turns a submission back wholly, or refuses."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.messages import Refusal
from app.runtime import fire_timer, see_task, withdraw_task
from app.runtime.tables import case_term, process_instance, service_case, task_draft, timer, user_task


def test_a_parallel_task_submitted_after_the_one_withdrawn_is_open_again(desk) -> None:
    case_no = desk.start("side_by_side").case_no
    tasks = desk.open(case_no)
    desk.complete(tasks["a"])
    desk.complete(tasks["b"])
    assert set(desk.open(case_no)) == {"c"}
    desk.run(withdraw_task, "hotline_agent_1", task_id=tasks["a"])
    assert set(desk.open(case_no)) == {"a", "b"}
    desk.complete(desk.open(case_no)["b"])
    desk.complete(desk.open(case_no)["a"])
    assert set(desk.open(case_no)) == {"c"}


def test_only_the_last_of_two_parallel_submissions_may_be_withdrawn_alone(desk) -> None:
    case_no = desk.start("side_by_side").case_no
    tasks = desk.open(case_no)
    desk.complete(tasks["a"])
    desk.complete(tasks["b"])
    desk.run(withdraw_task, "hotline_agent_1", task_id=tasks["b"])
    assert set(desk.open(case_no)) == {"b"}
    desk.complete(desk.open(case_no)["b"])
    assert set(desk.open(case_no)) == {"c"}


def test_a_timer_that_fired_in_between_is_not_turned_back(desk) -> None:
    case_no = desk.start("timer_beside").case_no
    tasks = desk.open(case_no)
    desk.complete(tasks["a"])
    armed = desk.row(timer)
    desk.clock.advance("PT2H")
    desk.run(fire_timer, instance_id=armed.instance_id, engine_task_id=armed.engine_task_id)
    desk.complete(tasks["b"])
    with pytest.raises(Refusal) as refused:
        desk.run(withdraw_task, "hotline_agent_1", task_id=tasks["a"])
    assert refused.value.code == "stays_done"
    desk.run(withdraw_task, "hotline_agent_1", task_id=tasks["b"])
    assert set(desk.open(case_no)) == {"a2", "b", "c"}


def test_what_the_next_person_has_opened_stays(desk) -> None:
    case_no = desk.start("in_a_row").case_no
    task_id = desk.open(case_no)["a"]
    desk.complete(task_id)
    with desk.transaction() as tx:
        see_task(tx, actor=desk.actor("cs_supervisor_1"), task_id=desk.open(case_no)["b"])
    with pytest.raises(Refusal) as refused:
        desk.run(withdraw_task, "hotline_agent_1", task_id=task_id)
    assert refused.value.code == "too_late"


def test_a_stranger_learns_nothing_of_the_task(desk) -> None:
    case_no = desk.start("in_a_row").case_no
    task_id = desk.open(case_no)["a"]
    desk.complete(task_id)
    with pytest.raises(Refusal) as refused:
        desk.run(withdraw_task, "hotline_agent_3", task_id=task_id)
    assert refused.value.status == 404


def test_the_case_shows_and_is_found_by_what_it_was_before(desk) -> None:
    case_no = desk.start("in_a_row", customer_name="示例一队", contact_phone="000-0000-0001").case_no
    task_id = desk.open(case_no)["a"]
    told = {"customer_name": "示例二队", "contact_phone": "000-0000-0001", "serial_no": "DEMO-9", "content": "漏水"}
    desk.complete(task_id, values=told, check_form=False)
    assert desk.row(service_case).serial_no == "DEMO-9"
    desk.run(withdraw_task, "hotline_agent_1", task_id=task_id)
    row = desk.row(service_case)
    assert (row.customer_name, row.serial_no, row.subject) == ("示例一队", None, None)
    terms = {row.term for row in desk.rows(case_term)}
    assert "demo-9" not in terms
    assert "示例二队" not in terms
    assert {"示例一队", "000-0000-0001"} <= terms


def test_what_was_typed_comes_back_as_drafts(desk) -> None:
    case_no = desk.start("side_by_side").case_no
    tasks = desk.open(case_no)
    desk.complete(tasks["a"], values={"x": 1}, check_form=False)
    desk.complete(tasks["b"], values={"y": 2}, check_form=False)
    desk.run(withdraw_task, "hotline_agent_1", task_id=tasks["a"])
    drafts = {row.task_id: row.form_values for row in desk.rows(task_draft)}
    assert drafts == {tasks["a"]: {"x": 1}, tasks["b"]: {"y": 2}}


def test_what_it_opened_is_closed_with_time_and_person(desk) -> None:
    case_no = desk.start("in_a_row").case_no
    task_id = desk.open(case_no)["a"]
    desk.complete(task_id)
    opened = desk.open(case_no)["b"]
    desk.run(withdraw_task, "hotline_agent_1", task_id=task_id)
    row = desk.row(user_task, user_task.c.id == opened)
    assert row.state == "cancelled"
    assert row.closed_at is not None
    assert [event.kind for event in desk.history(case_no)].count("task_withdrawn") == 1


def test_twice_is_refused(desk) -> None:
    case_no = desk.start("in_a_row").case_no
    task_id = desk.open(case_no)["a"]
    desk.complete(task_id)
    desk.run(withdraw_task, "hotline_agent_1", task_id=task_id)
    with pytest.raises(Refusal):
        desk.run(withdraw_task, "hotline_agent_1", task_id=task_id)
    with desk.house.db.reading() as tx:
        assert tx.value(select(process_instance.c.state)) == "active"
