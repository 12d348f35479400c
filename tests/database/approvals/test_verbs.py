"""What people do with a task besides completing it; each with its effect, its limits and its line of history."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.messages import Refusal
from app.runtime.commands import approvals as verbs
from app.runtime.queries.cases import find_case
from app.runtime.tables import task_draft

LEADER, OTHER, MANAGER = "department_leader_1", "department_leader_2", "general_manager_1"
AGENT, SUPERVISOR = "hotline_agent_1", "cs_supervisor_1"


def refused(code: str, act: Any, *arguments: Any, **named: Any) -> Refusal:
    with pytest.raises(Refusal) as found:
        act(*arguments, **named)
    assert found.value.code == code
    assert found.value.message.zh
    return found.value


@pytest.fixture
def request_(request_of: Any) -> Any:
    return request_of("one_signs").to_the_last_task()


class TestSwitchedOn:
    def test_where_the_diagram_says_nothing_no_verb_works(self, request_of: Any) -> None:
        plain = request_of("nothing_on").to_the_last_task()
        task_id = plain.task("agree").id
        for act, named in (
            (verbs.transfer_task, {"to_login": OTHER, "reason": "出差"}),
            (verbs.delegate_task, {"to_login": OTHER, "request": "请核对"}),
            (verbs.add_signers, {"logins": [OTHER], "where": "before"}),
            (verbs.consult_people, {"logins": [OTHER], "question": "可以吗？"}),
            (verbs.copy_task, {"logins": [OTHER]}),
            (verbs.send_back_task, {"element_id": "write", "reason": "不清楚"}),
        ):
            refused("verb_off", plain.do, act, LEADER, task_id=task_id, **named)
        refused("verb_off", plain.do, verbs.urge_task, OTHER, task_id=plain.task("agree").id)

    def test_only_whoever_may_work_on_the_task_uses_them(self, request_: Any) -> None:
        task_id = request_.task("agree").id
        for login in (AGENT, "cs_supervisor_1"):
            with pytest.raises(Refusal) as found:
                request_.do(verbs.copy_task, login, task_id=task_id, logins=[MANAGER])
            assert found.value.status in {403, 404}


class TestTransfer:
    def test_the_task_is_another_persons_for_good(self, request_: Any) -> None:
        task_id = request_.task("agree").id
        request_.do(verbs.transfer_task, LEADER, task_id=task_id, to_login=OTHER, reason="出差一周")
        assert request_.inbox(OTHER) == ["agree"]
        refused("held_by_other", request_.submit, "agree", LEADER, decision="approved")
        request_.submit("agree", OTHER, decision="approved")
        assert request_.over
        (event,) = request_.events("task_transferred")
        assert (event.actor_name, event.data["reason"]) == ("领导甲", "出差一周")
        assert event.data["to"] == "领导乙"

    def test_it_goes_to_a_holder_of_the_role_only_and_never_without_a_reason(self, request_: Any) -> None:
        task_id = request_.task("agree").id
        give = verbs.transfer_task
        refused("not_in_role", request_.do, give, LEADER, task_id=task_id, to_login=AGENT, reason="出差")
        refused("reason_missing", request_.do, give, LEADER, task_id=task_id, to_login=OTHER, reason="  ")
        refused("unknown_person", request_.do, give, LEADER, task_id=task_id, to_login="nobody_9", reason="出差")
        refused("yourself", request_.do, give, LEADER, task_id=task_id, to_login=LEADER, reason="出差")
        assert request_.task("agree").assignee_id is None


class TestDelegate:
    def test_another_prepares_it_and_its_owner_completes_it(self, request_: Any) -> None:
        task_id = request_.task("agree").id
        request_.do(verbs.delegate_task, LEADER, task_id=task_id, to_login=SUPERVISOR, request="请先核对里程")
        assert request_.inbox(SUPERVISOR) == ["agree"]
        assert request_.inbox(LEADER) == []
        refused("delegated", request_.submit, "agree", SUPERVISOR, decision="approved")
        refused("held_by_other", request_.submit, "agree", LEADER, decision="approved")
        filled = {"remark": "里程 120 公里"}
        request_.do(
            verbs.return_delegated_task, SUPERVISOR, task_id=task_id, values=filled, answer="已核对"
        )  # fmt: skip
        assert request_.inbox(LEADER) == ["agree"]
        with request_.company.db.reading() as tx:
            kept = tx.row(select(task_draft).where(task_draft.c.task_id == task_id))
        assert (kept.user_id, kept.form_values) == (request_.company.person(LEADER).id, filled)
        request_.submit("agree", LEADER, decision="approved")
        assert request_.over
        assert [event.data["note"] for event in request_.events("task_delegated")] == ["请先核对里程"]
        assert [event.data["note"] for event in request_.events("task_returned_to_owner")] == ["已核对"]

    def test_its_owner_takes_it_back(self, request_: Any) -> None:
        task_id = request_.task("agree").id
        request_.do(verbs.delegate_task, LEADER, task_id=task_id, to_login=OTHER, request="请核对")
        request_.do(verbs.return_delegated_task, LEADER, task_id=task_id)
        assert request_.inbox(LEADER) == ["agree"]
        assert len(request_.events("task_recalled")) == 1
        refused("unknown_task", request_.do, verbs.return_delegated_task, OTHER, task_id=task_id)

    def test_what_is_delegated_is_not_given_further(self, request_: Any) -> None:
        task_id = request_.task("agree").id
        request_.do(verbs.delegate_task, LEADER, task_id=task_id, to_login=OTHER, request="请核对")
        again = {"task_id": task_id, "to_login": MANAGER}
        refused("delegated", request_.do, verbs.delegate_task, OTHER, request="请核对", **again)
        refused("delegated", request_.do, verbs.transfer_task, OTHER, reason="出差", **again)


class TestAddSigners:
    def test_before_the_holder_waits_for_every_opinion_and_then_decides(self, request_: Any) -> None:
        task_id = request_.task("agree").id
        ask = {"task_id": task_id, "logins": [SUPERVISOR, MANAGER], "where": "before", "request": "预算够吗？"}
        request_.do(verbs.add_signers, LEADER, **ask)
        assert request_.inbox(SUPERVISOR) == request_.inbox(MANAGER) == ["agree"]
        waits = refused("waits_for_signers", request_.submit, "agree", LEADER, decision="approved")
        assert "主管甲" in waits.message.zh
        request_.do(verbs.answer_part, MANAGER, part_id=request_.part(MANAGER).id, answer="", agrees=True)
        refused("waits_for_signers", request_.submit, "agree", LEADER, decision="approved")
        part = request_.part(SUPERVISOR).id
        refused("agrees_missing", request_.do, verbs.answer_part, SUPERVISOR, part_id=part, answer="不够")
        refused("answer_missing", request_.do, verbs.answer_part, SUPERVISOR, part_id=part, answer=" ", agrees=False)
        request_.do(verbs.answer_part, SUPERVISOR, part_id=part, answer="预算不够", agrees=False)
        assert request_.part(SUPERVISOR).outcome == "disagreed"
        request_.submit("agree", LEADER, decision="approved")  # an opinion binds nobody
        assert request_.over
        answers = [(event.actor_name, event.data["outcome"]) for event in request_.events("part_answered")]
        assert answers == [("总经理甲", "agreed"), ("主管甲", "disagreed")]

    def test_after_the_holders_agreement_it_goes_on_to_each_in_turn(self, request_: Any) -> None:
        task_id = request_.task("agree").id
        request_.do(verbs.add_signers, LEADER, task_id=task_id, logins=[OTHER, MANAGER], where="after")
        assert request_.inbox(OTHER) == []
        request_.submit("agree", LEADER, decision="approved", remark="先修后付")
        assert (request_.inbox(OTHER), request_.inbox(MANAGER)) == (["agree"], [])
        with request_.company.db.reading() as tx:
            kept = tx.row(select(task_draft).where(task_draft.c.task_id == task_id))
        assert kept.form_values == {"remark": "先修后付"}
        request_.submit("agree", OTHER, decision="approved")
        assert request_.inbox(MANAGER) == ["agree"]
        request_.submit("agree", MANAGER, decision="approved")
        assert request_.over
        signed = [(event.actor_name, event.data["next"]) for event in request_.events("task_signed")]
        assert signed == [("领导甲", "领导乙"), ("领导乙", "总经理甲")]

    def test_after_a_refusal_nobody_else_is_asked(self, request_: Any) -> None:
        task_id = request_.task("agree").id
        request_.do(verbs.add_signers, LEADER, task_id=task_id, logins=[OTHER], where="after")
        request_.submit("agree", LEADER, decision="rejected", decision_comment="没有预算")
        assert request_.over
        assert request_.part(OTHER).state == "cancelled"

    def test_a_signer_is_taken_out_before_he_has_acted_and_not_afterwards(self, request_: Any) -> None:
        task_id = request_.task("agree").id
        request_.do(verbs.add_signers, LEADER, task_id=task_id, logins=[SUPERVISOR, MANAGER], where="before")
        part = request_.part(SUPERVISOR).id
        refused("not_asked_by_you", request_.do, verbs.remove_signer, MANAGER, part_id=part)
        request_.do(verbs.remove_signer, LEADER, part_id=part)
        assert request_.inbox(SUPERVISOR) == []
        refused("withdrawn", request_.do, verbs.answer_part, SUPERVISOR, part_id=part, answer="好", agrees=True)
        asked = request_.part(MANAGER).id
        request_.do(verbs.answer_part, MANAGER, part_id=asked, answer="", agrees=True)
        refused("acted_already", request_.do, verbs.remove_signer, LEADER, part_id=asked)
        request_.submit("agree", LEADER, decision="approved")
        assert request_.over

    def test_nobody_is_asked_twice_and_a_mere_adviser_adds_nobody(self, request_: Any) -> None:
        ask = {"task_id": request_.task("agree").id, "logins": [SUPERVISOR], "where": "before"}
        request_.do(verbs.add_signers, LEADER, **ask)
        refused("signs_already", request_.do, verbs.add_signers, LEADER, **ask)
        mine = {"task_id": request_.part(SUPERVISOR).id, "logins": [MANAGER], "where": "before"}
        refused("part_only", request_.do, verbs.add_signers, SUPERVISOR, **mine)
        refused("opinion_only", request_.sign, SUPERVISOR)


class TestConsult:
    def test_a_question_holds_nobody_up_and_its_answer_is_on_record(self, request_: Any) -> None:
        task_id = request_.task("agree").id
        ask = {"task_id": task_id, "logins": [SUPERVISOR, AGENT], "question": "客户同意了吗？"}
        request_.do(verbs.consult_people, LEADER, **ask)
        part = request_.part(SUPERVISOR)
        assert (part.note, part.part) == ("客户同意了吗？", "consult")
        request_.do(verbs.answer_part, SUPERVISOR, part_id=part.id, answer="同意了")
        refused("already_done", request_.do, verbs.answer_part, SUPERVISOR, part_id=part.id, answer="又同意了")
        request_.submit("agree", LEADER, decision="approved")
        assert request_.over
        assert request_.part(AGENT).state == "cancelled"  # what was still asked ends with the task
        (event,) = request_.events("part_answered")
        assert event.data == {"outcome": "answered", "answer": "同意了"}


class TestCopy:
    def test_whoever_gets_a_copy_may_read_the_case_and_nothing_else(self, request_: Any) -> None:
        far = "hotline_agent_3"  # of another outlet
        actor = request_.company.person(far)
        with request_.company.db.reading() as tx:
            refused("unknown_case", find_case, tx, actor, request_.case_no)
        task_id = request_.task("agree").id
        request_.do(verbs.copy_task, LEADER, task_id=task_id, logins=[far], remark="请知悉")
        request_.do(verbs.copy_task, LEADER, task_id=task_id, logins=[far])
        with request_.company.db.reading() as tx:
            assert find_case(tx, actor, request_.case_no).case_no == request_.case_no
        assert len(request_.events("task_copied")) == 1
        with pytest.raises(Refusal):
            request_.submit("agree", far, decision="approved")


class TestUrge:
    def test_a_reminder_marks_the_task_once_an_hour(self, request_: Any) -> None:
        task_id = request_.task("agree").id
        request_.do(verbs.urge_task, AGENT, task_id=task_id, remark="客户在等")
        assert request_.task("agree").urged_at == request_.company.clock.now()
        again = refused("urged_just_now", request_.do, verbs.urge_task, SUPERVISOR, task_id=task_id)
        assert "10:0" in again.message.zh
        request_.company.clock.advance("PT1H")
        request_.do(verbs.urge_task, AGENT, task_id=task_id)
        refused("own_task", request_.do, verbs.urge_task, LEADER, task_id=task_id)
        assert [event.data for event in request_.events("task_urged")] == [{"note": "客户在等"}, None]


class TestSendBack:
    def test_it_goes_to_whoever_did_the_step_and_what_was_filled_in_stays(self, request_: Any) -> None:
        task_id = request_.task("agree").id
        ways = request_.do(verbs.ways_back, LEADER, task_id=task_id)
        assert [(way.element_id, way.name) for way in ways] == [("check", "核对申请"), ("write", "填写申请")]
        back = {"task_id": task_id, "element_id": "write", "reason": "没有写里程"}
        request_.do(verbs.send_back_task, LEADER, **back)
        assert request_.inbox(AGENT) == ["write"]
        assert [row.state for row in request_.rows("agree")] == ["cancelled"]
        request_.submit("write", AGENT, wish="一台备用车，120 公里")
        assert request_.inbox(SUPERVISOR) == ["check"]
        (event,) = request_.events("task_sent_back")
        assert event.data == {"to": "填写申请", "to_element": "write", "reason": "没有写里程"}

    def test_it_goes_nowhere_else_and_never_without_a_reason(self, request_: Any) -> None:
        back = {"task_id": request_.task("agree").id, "reason": "再看"}
        gone = refused("not_on_path", request_.do, verbs.send_back_task, LEADER, element_id="end", **back)
        assert "完成" in gone.message.zh
        back["reason"] = ""
        refused("reason_missing", request_.do, verbs.send_back_task, LEADER, element_id="write", **back)
        assert request_.task("agree").state == "open"

    def test_what_others_were_asked_ends_with_it(self, request_: Any) -> None:
        task_id = request_.task("agree").id
        request_.do(verbs.add_signers, LEADER, task_id=task_id, logins=[OTHER], where="after")
        request_.do(verbs.consult_people, LEADER, task_id=task_id, logins=[MANAGER], question="行吗？")
        request_.do(verbs.send_back_task, LEADER, task_id=task_id, element_id="check", reason="请再核对")
        assert [row.state for row in request_.rows("agree")] == ["cancelled"] * 3
        assert request_.inbox(SUPERVISOR) == ["check"]
