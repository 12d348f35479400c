"""What commands promise at their edges: values nobody asked for, messages, cancelling, hand-over."""

from __future__ import annotations

import pytest

from app.identity import SYSTEM, assign_role
from app.messages import Refusal
from app.runtime import (
    cancel_instance,
    claim_task,
    complete_task,
    hand_over_tasks,
    publish_message,
    reassign_task,
    release_task,
    start_case,
)
from app.runtime.step import load_instance, restore
from app.runtime.tables import incident, process_instance, service_case, subscription, timer, user_task


def _variables(desk, instance_id: int) -> dict:
    with desk.house.db.reading() as tx:
        return restore(tx, desk.world, SYSTEM, load_instance(tx, instance_id))[0].root_variables


def test_a_task_without_a_form_takes_no_values(desk) -> None:
    begun = desk.start("in_a_row")
    desk.complete(desk.open(begun.case_no)["a"], values={"amount": 1_000_000, "case_no": "FW2026999999"})
    variables = _variables(desk, begun.instance_id)
    assert "amount" not in variables
    assert variables["case_no"] == begun.case_no


def test_who_comes_second_is_told_who_was_first(desk) -> None:
    task_id = desk.open(desk.start("one").case_no)["a"]
    desk.run(claim_task, "hotline_agent_1", task_id=task_id)
    desk.complete(task_id)
    for command, arguments in ((complete_task, {"values": {}}), (claim_task, {}), (release_task, {})):
        with pytest.raises(Refusal) as refused:
            desk.run(command, "hotline_agent_2", task_id=task_id, **arguments)
        assert refused.value.code == "already_done"
        assert "客服甲" in refused.value.message.zh


def test_a_stranger_is_told_nothing(desk) -> None:
    task_id = desk.open(desk.start("one").case_no)["a"]
    for when in ("open", "done"):
        for command, arguments in ((complete_task, {"values": {}}), (claim_task, {}), (release_task, {})):
            with pytest.raises(Refusal) as refused:
                desk.run(command, "hotline_agent_3", task_id=task_id, **arguments)
            assert (refused.value.code, refused.value.status) == ("unknown_task", 404), when
        if when == "open":
            desk.complete(task_id)


def test_cancelling_ends_everything_and_closes_the_case(desk) -> None:
    begun = desk.start("timer_beside")
    desk.run(cancel_instance, "hotline_agent_1", instance_id=begun.instance_id, reason="错打")
    assert desk.open(begun.case_no) == {}
    assert desk.rows(timer) == []
    assert desk.row(process_instance).state == "cancelled"
    row = desk.row(service_case)
    assert row.running == 0
    assert row.closed_at is not None
    kinds = [event.kind for event in desk.history(begun.case_no)]
    assert kinds.count("instance_cancelled") == 1


def test_cancelling_twice_is_refused(desk) -> None:
    begun = desk.start("one")
    desk.run(cancel_instance, "hotline_agent_1", instance_id=begun.instance_id, reason="错打")
    with pytest.raises(Refusal):
        desk.run(cancel_instance, "hotline_agent_1", instance_id=begun.instance_id, reason="错打")
    assert desk.row(service_case).running == 0


def test_cancelling_one_of_two_leaves_the_case_open(desk) -> None:
    begun = desk.start("one")
    other = desk.run(start_case, "hotline_agent_1", process_key="waits", unit_code="O1", case_no=begun.case_no,
                     variables={"key": "k"})  # fmt: skip
    desk.run(cancel_instance, "hotline_agent_1", instance_id=other.instance_id, reason="错打")
    assert desk.row(service_case).running == 1
    assert desk.row(service_case).closed_at is None
    assert desk.rows(subscription) == []


def test_a_message_reaches_only_its_key(desk) -> None:
    mine, other = desk.start("waits", key="k-1"), desk.start("waits", key="k-2")
    desk.run(publish_message, "hotline_agent_1", name="go", correlation_key="k-1")
    assert set(desk.open(mine.case_no)) == {"a"}
    assert desk.open(other.case_no) == {}
    for key in (None, "", "k", "k-3", "K-2"):
        with pytest.raises(Refusal) as refused:
            desk.run(publish_message, "hotline_agent_1", name="go", correlation_key=key)
        assert refused.value.code == "message_unheard"


def test_a_message_reaches_one_instance_of_a_process_the_oldest(desk) -> None:
    """Camunda's rule: a message is correlated once per process."""
    first, second = desk.start("waits", key="k-1"), desk.start("waits", key="k-1")
    desk.run(publish_message, "hotline_agent_1", name="go", correlation_key="k-1")
    assert set(desk.open(first.case_no)) == {"a"}
    assert desk.open(second.case_no) == {}
    desk.run(publish_message, "hotline_agent_1", name="go", correlation_key="k-1")
    assert set(desk.open(second.case_no)) == {"a"}


@pytest.mark.parametrize("key", [None, ""])
def test_who_waits_for_a_key_that_is_empty_is_an_incident_and_hears_nothing(desk, key: str | None) -> None:
    begun = desk.start("waits", **({} if key is None else {"key": key}))
    raised = desk.row(incident, incident.c.instance_id == begun.instance_id)
    assert "关联键" in raised.message_zh
    assert "correlation key" in raised.message_en
    assert desk.rows(subscription) == []


def test_without_a_key_nothing_from_outside_reaches_who_waits_without_one(desk) -> None:
    begun = desk.start("waits_without_key")
    for key in (None, "", begun.case_no):
        with pytest.raises(Refusal) as refused:
            desk.run(publish_message, "hotline_agent_1", name="hint", correlation_key=key)
        assert refused.value.code == "message_unheard"
    assert desk.open(begun.case_no) == {}


def test_without_a_key_a_message_stays_in_its_case(desk) -> None:
    mine, other = desk.start("waits_without_key"), desk.start("waits_without_key")
    hinting = desk.run(start_case, "hotline_agent_1", process_key="hints", unit_code="O1", case_no=mine.case_no)
    desk.complete(desk.open(hinting.case_no)["b"])
    assert set(desk.open(mine.case_no)) == {"a"}
    assert desk.open(other.case_no) == {}


def test_a_message_received_stands_in_the_history_of_its_case(desk) -> None:
    mine = desk.start("waits", key="k-1")
    desk.run(publish_message, "hotline_agent_1", name="go", correlation_key="k-1")
    assert "message_received" in [event.kind for event in desk.history(mine.case_no)]


def test_a_message_that_ends_its_own_second_receiver_is_no_fault(desk) -> None:
    begun = desk.start("waits_twice", key="k-1")
    desk.run(publish_message, "hotline_agent_1", name="stop", correlation_key="k-1")
    assert desk.row(process_instance, process_instance.c.id == begun.instance_id).state == "completed"
    assert desk.rows(subscription) == []


def test_processes_that_start_each_other_for_ever_are_refused(desk) -> None:
    begun = desk.start("shouts", key="k")
    with pytest.raises(Refusal) as refused:
        desk.complete(desk.open(begun.case_no)["a"])
    assert refused.value.code == "message_loop"
    assert set(desk.open(begun.case_no)) == {"a"}


def test_nobody_reassigns_by_leading_elsewhere(desk) -> None:
    # hotline_agent_3 belongs to O2; as a supervisor of O2 and a mere agent of O1 he leads nobody at O1.
    with desk.transaction() as tx:
        assign_role(tx, actor=SYSTEM, login="cs_supervisor_3", role="hotline_agent", unit="O1")
    task_id = desk.open(desk.start("one").case_no)["a"]
    with pytest.raises(Refusal) as refused:
        desk.run(
            reassign_task, "cs_supervisor_3", task_id=task_id, to_login="hotline_agent_2", reason="忙",
            leads={"/C1/R1/O2/": frozenset({"hotline_agent"})},
        )  # fmt: skip
    assert refused.value.code == "not_leader"
    desk.run(
        reassign_task, "cs_supervisor_1", task_id=task_id, to_login="hotline_agent_2", reason="忙",
        leads={"/C1/R1/O1/": frozenset({"hotline_agent"})},
    )  # fmt: skip
    assert desk.row(user_task).assignee_id == desk.actor("hotline_agent_2").id


def test_whoever_leaves_hands_over_what_is_open_and_nothing_else(desk) -> None:
    first, second = (desk.open(desk.start("one").case_no)["a"] for _ in range(2))
    for task_id in (first, second):
        desk.run(claim_task, "hotline_agent_1", task_id=task_id)
    desk.complete(first)
    assert desk.run(hand_over_tasks, "system_admin_1", login="hotline_agent_1") == 1
    rows = {row.id: row for row in desk.rows(user_task)}
    assert rows[second].assignee_id is None
    assert rows[first].assignee_id == desk.actor("hotline_agent_1").id
