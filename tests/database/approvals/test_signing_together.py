"""会签 and 或签: several people decide one task of the diagram."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.messages import Refusal
from app.runtime import withdraw_task
from app.runtime.commands import approvals as verbs

LEADER, OTHER, MANAGER = "department_leader_1", "department_leader_2", "general_manager_1"
SIGNERS = (LEADER, OTHER, MANAGER)


def decision_of(request: Any) -> str:
    (event,) = [event for event in request.events("task_completed") if event.element_id == "agree"]
    return str(event.data["values"]["decision"])


def test_everybody_finds_his_part_and_nobody_the_whole(request_of: Any) -> None:
    request = request_of("all_sign").to_the_last_task()
    assert [request.inbox(login) for login in SIGNERS] == [["agree"]] * 3
    whole = request.task("agree")
    assert (whole.assignee_id, whole.queue_id) == (None, None)
    with pytest.raises(Refusal):
        request.submit("agree", LEADER, decision="approved")


def test_all_have_to_agree_and_every_comment_is_kept(request_of: Any) -> None:
    request = request_of("all_sign").to_the_last_task()
    request.sign(LEADER, decision_comment="可行")
    request.sign(MANAGER)
    assert not request.over
    request.sign(OTHER, decision_comment="注意费用")
    assert request.over
    (event,) = [event for event in request.events("task_completed") if event.element_id == "agree"]
    assert event.data["values"]["decision"] == "approved"
    assert event.data["values"]["decision_comment"] == "领导甲：可行\n领导乙：注意费用"
    assert [row.actor_name for row in request.events("task_signed")] == ["领导甲", "总经理甲", "领导乙"]


@pytest.mark.parametrize("decision", ["rejected", "returned"])
def test_one_who_does_not_agree_ends_it_for_all(request_of: Any, decision: str) -> None:
    request = request_of("all_sign").to_the_last_task()
    request.sign(LEADER)
    request.sign(OTHER, decision, decision_comment="费用太高")
    assert request.over
    assert decision_of(request) == decision
    assert request.part(MANAGER).state == "cancelled"
    assert request.inbox(MANAGER) == []


@pytest.mark.parametrize("decision", ["approved", "rejected"])
def test_whoever_signs_first_decides_an_or(request_of: Any, decision: str) -> None:
    request = request_of("any_signs").to_the_last_task()
    request.sign(MANAGER, decision)
    assert request.over
    assert decision_of(request) == decision


def test_a_share_decides_as_soon_as_it_is_reached_or_out_of_reach(request_of: Any) -> None:
    reached = request_of("most_sign").to_the_last_task()
    reached.sign(LEADER, "rejected")
    reached.sign(OTHER)
    assert not reached.over
    reached.sign(MANAGER)
    assert decision_of(reached) == "approved"
    missed = request_of("most_sign").to_the_last_task()
    missed.sign(LEADER, "rejected")
    missed.sign(OTHER, "returned")
    assert decision_of(missed) == "returned"


def test_without_names_all_holders_of_the_role_sign(request_of: Any) -> None:
    request = request_of("role_signs").to_the_last_task()
    request.sign(LEADER)
    request.sign(OTHER)
    assert request.over


def test_another_signer_is_added_by_a_signer_and_taken_out_again(request_of: Any) -> None:
    request = request_of("all_sign").to_the_last_task()
    add = {"task_id": request.part(LEADER).id, "logins": ["general_manager_2"], "where": "before"}
    request.do(verbs.add_signers, LEADER, **add)
    added = request.part("general_manager_2").id
    request.sign(LEADER)
    request.sign(OTHER)
    with pytest.raises(Refusal) as refused:
        request.do(verbs.remove_signer, OTHER, part_id=added)
    assert refused.value.code == "not_asked_by_you"
    request.do(verbs.remove_signer, LEADER, part_id=added)
    request.sign(MANAGER)
    assert decision_of(request) == "approved"


def test_the_last_who_is_waited_for_stays(request_of: Any) -> None:
    request = request_of("all_sign").to_the_last_task()
    add = {"task_id": request.part(LEADER).id, "logins": ["general_manager_2"], "where": "before"}
    request.do(verbs.add_signers, LEADER, **add)
    for login in SIGNERS:
        request.sign(login)
    assert not request.over
    with pytest.raises(Refusal) as refused:
        request.do(verbs.remove_signer, LEADER, part_id=request.part("general_manager_2").id)
    assert refused.value.code == "last_signer"


def test_nobody_signs_twice(request_of: Any) -> None:
    request = request_of("all_sign").to_the_last_task()
    request.sign(LEADER)
    with pytest.raises(Refusal) as refused:
        request.sign(LEADER)
    assert refused.value.code == "already_done"


def test_signatures_given_at_the_same_moment_all_count(request_of: Any) -> None:
    request = request_of("all_sign").to_the_last_task()
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(request.sign, SIGNERS))
    assert request.over
    assert decision_of(request) == "approved"


def test_the_writer_takes_back_until_a_signer_has_opened_his_part(request_of: Any) -> None:
    request = request_of("all_sign").to_the_last_task()
    check = next(row for row in request.rows("check") if row.state == "completed")
    request.do(withdraw_task, "cs_supervisor_1", task_id=check.id)
    assert [request.inbox(login) for login in SIGNERS] == [[], [], []]
    request.submit("check", "cs_supervisor_1", decision="approved")
    request.sign(LEADER)
    again = [row for row in request.rows("check") if row.state == "completed"][-1]
    with pytest.raises(Refusal) as refused:
        request.do(withdraw_task, "cs_supervisor_1", task_id=again.id)
    assert refused.value.code == "too_late"
