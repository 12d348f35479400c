"""Who may do what to a task, on the shipped procedures: once, by the right person, and never lost."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app import clock
from app.history import history_event
from app.identity import SYSTEM, add_deputy
from app.messages import Refusal
from app.runtime import claim_task, reassign_task, see_task, withdraw_task
from app.runtime.commands.tasks import load_task, may_see
from app.runtime.queries import open_task
from app.runtime.tables import process_instance
from tests.factories.companies import UNCLEAR, Company

AGENT, COLLEAGUE, ELSEWHERE = "hotline_agent_1", "hotline_agent_2", "hotline_agent_3"
LEADER = "department_leader_1"


def completed(company: Company, task_id: int) -> int:
    with company.db.reading() as tx:
        asked = select(func.count()).where(history_event.c.task_id == task_id, history_event.c.kind == "task_completed")
        return int(tx.value(asked))


def at_the_next_task(company: Company) -> tuple[Any, Any]:
    """A task that was submitted, and the one that it led to."""
    first = company.start(AGENT)
    company.submit(first.id, AGENT, UNCLEAR)
    return first, company.open_tasks(first.case_no)["clarify_contact"]


def test_the_same_submission_sent_twice_acts_once(company: Company) -> None:
    task = company.start(AGENT)
    first = company.submit(task.id, AGENT, UNCLEAR, key="one")
    again = company.submit(task.id, AGENT, UNCLEAR, key="one")
    assert again.repeated
    assert again.as_json() == first.as_json()
    assert completed(company, task.id) == 1


def test_another_submission_of_a_task_that_is_done_says_who_did_it_and_when(company: Company) -> None:
    task = company.start(AGENT)
    company.submit(task.id, AGENT, UNCLEAR, key="one")
    with pytest.raises(Refusal) as refused:
        company.submit(task.id, AGENT, UNCLEAR, key="another")
    assert refused.value.code == "already_done"
    assert refused.value.message.zh == "已由客服甲于2026-03-02 09:00处理。"


def test_of_two_people_at_the_same_moment_one_acts_and_the_other_is_told(company: Company) -> None:
    task = company.start(AGENT)
    said: list[str] = []
    together = threading.Barrier(2)
    moment = clock.now()

    def submit(login: str) -> None:
        with clock.use(lambda: moment):
            together.wait()
            try:
                company.submit(task.id, login, UNCLEAR, key=login)
                said.append("done")
            except Refusal as refusal:
                said.append(refusal.code)

    threads = [threading.Thread(target=submit, args=(login,)) for login in (AGENT, COLLEAGUE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said)[-1] in {"done", "moved_on"}
    assert said.count("done") == 1, said
    assert set(said) <= {"done", "already_done", "moved_on", "held_by_other"}
    assert completed(company, task.id) == 1


def test_a_submission_can_be_taken_back_and_keeps_what_was_typed(company: Company) -> None:
    first, following = at_the_next_task(company)
    with company.step() as tx:
        withdraw_task(tx, company.world, actor=company.person(AGENT), task_id=first.id)
    assert company.task(first.id).state == "open"
    assert company.task(following.id).state == "cancelled"
    with company.db.reading() as tx:
        draft = open_task(tx, company.world, company.person(AGENT), first.id).draft
    assert draft is not None
    assert draft["content"] == UNCLEAR["content"]


def test_what_somebody_else_has_opened_cannot_be_taken_back(company: Company) -> None:
    first, following = at_the_next_task(company)
    with company.step() as tx:
        see_task(tx, actor=company.person(COLLEAGUE), task_id=following.id)
    with pytest.raises(Refusal) as refused, company.step() as tx:
        withdraw_task(tx, company.world, actor=company.person(AGENT), task_id=first.id)
    assert refused.value.code == "too_late"
    assert company.task(following.id).state == "open"


def test_a_deputy_acts_for_who_is_away_and_history_names_both(company: Company) -> None:
    task = company.start(AGENT)
    with company.step() as tx:
        claim_task(tx, company.world, actor=company.person(AGENT), task_id=task.id)
    with pytest.raises(Refusal) as refused:
        company.submit(task.id, COLLEAGUE, UNCLEAR)
    assert refused.value.code == "held_by_other"
    now = clock.now()
    with company.step() as tx:
        add_deputy(
            tx,
            actor=SYSTEM,
            login=AGENT,
            deputy_login=COLLEAGUE,
            from_at=now - timedelta(hours=1),
            until_at=now + timedelta(hours=1),
        )
    company.submit(task.id, COLLEAGUE, UNCLEAR)
    with company.db.reading() as tx:
        row = tx.row(
            select(history_event).where(history_event.c.task_id == task.id, history_event.c.kind == "task_completed")
        )
    assert row is not None
    assert (row.actor_name, row.data["for"]) == ("客服乙", "客服甲")


def test_a_deputyship_ends_by_itself(company: Company) -> None:
    now = clock.now()
    with company.step() as tx:
        add_deputy(
            tx, actor=SYSTEM, login=AGENT, deputy_login=COLLEAGUE, from_at=now, until_at=now + timedelta(hours=1)
        )
    agent = company.person(AGENT).id
    assert agent in company.person(COLLEAGUE).own_ids
    company.clock.advance("PT1H")
    assert agent not in company.person(COLLEAGUE).own_ids


def test_only_a_leader_reassigns_and_says_why(company: Company) -> None:
    task = company.start(AGENT)

    unit = company.task(task.id).unit_path

    def reassign(login: str, roles: set[str], reason: str = "忙闲调配", at: str = unit, to: str = COLLEAGUE) -> None:
        with company.step() as tx:
            reassign_task(
                tx,
                company.world,
                actor=company.person(login),
                task_id=task.id,
                to_login=to,
                reason=reason,
                leads={at: frozenset(roles)},
            )

    with pytest.raises(Refusal) as refused:
        reassign(AGENT, set())
    assert refused.value.code == "not_leader"
    with pytest.raises(Refusal) as refused:
        reassign(LEADER, {"hotline_agent"}, at="/C1/R1/O2/")
    assert refused.value.code == "not_leader"
    with pytest.raises(Refusal) as refused:
        reassign(LEADER, {"hotline_agent"}, reason=" ")
    assert refused.value.code == "reason_missing"
    with pytest.raises(Refusal) as refused:
        reassign(LEADER, {"hotline_agent"}, to=ELSEWHERE)
    assert (refused.value.code, refused.value.field) == ("not_in_role", "to")
    assert "客服丙" in refused.value.message.zh
    reassign(LEADER, {"hotline_agent"})
    assert company.task(task.id).assignee_id == company.person(COLLEAGUE).id


def test_a_task_of_another_outlet_is_unknown(company: Company) -> None:
    task = company.start(AGENT)
    stranger = company.person(ELSEWHERE)
    with company.db.reading() as tx:
        assert not may_see(stranger, load_task(tx, task.id).task)
    with pytest.raises(Refusal) as refused:
        company.submit(task.id, ELSEWHERE, UNCLEAR)
    assert (refused.value.code, refused.value.status) == ("unknown_task", 404)
    with pytest.raises(Refusal) as missing, company.db.reading() as tx:
        open_task(tx, company.world, stranger, task.id)
    assert missing.value.status == 404


def test_a_step_that_fails_leaves_everything_as_it_was(company: Company) -> None:
    task = company.start(AGENT)
    with company.db.reading() as tx:
        before = tx.value(select(process_instance.c.revision).where(process_instance.c.id == task.instance_id))
        events = tx.value(select(func.count()).select_from(history_event))
    with pytest.raises(Refusal):
        company.submit(task.id, AGENT, {**UNCLEAR, "content": ""})
    with company.db.reading() as tx:
        after = tx.value(select(process_instance.c.revision).where(process_instance.c.id == task.instance_id))
        assert (after, tx.value(select(func.count()).select_from(history_event))) == (before, events)
    assert company.task(task.id).state == "open"
