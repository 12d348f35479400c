"""Guest links on both databases: used once however often they are pressed, and by nobody for anything else."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import select, update

from app import clock
from app.history import history_event
from app.messages import Refusal
from app.runtime.commands.guests import answer_as_guest, find_link, make_guest_link
from app.runtime.commands.tasks import may_see, may_work
from app.runtime.tables import user_task
from tests.factories.companies import UNCLEAR, Company

AGENT = "hotline_agent_1"
TOKEN = "a-token-of-a-test"


@pytest.fixture
def task(company: Company) -> Any:
    """A task that somebody outside may do, with a link."""
    found = company.start(AGENT)
    with company.db.transaction() as tx:
        mine = {"properties": {"behalf_of": "customer"}, "assignee_id": company.person(AGENT).id}
        tx.execute(update(user_task).where(user_task.c.id == found.id).values(mine))
        make_guest_link(
            tx, actor=company.person(AGENT), task_id=found.id, token=TOKEN, guest_name=" 调度员  甲 ", hours=1
        )
    return found


def answer(company: Company) -> None:
    with company.db.transaction() as tx:
        answer_as_guest(tx, company.world, find_link(tx, TOKEN), values=UNCLEAR)


def test_pressed_twice_at_the_same_moment_it_acts_once(company: Company, task: Any) -> None:
    said: list[str] = []
    together = threading.Barrier(2)

    def press() -> None:
        together.wait()
        try:
            with clock.use(company.clock.now):
                answer(company)
        except Refusal as refusal:
            said.append(refusal.code)
        else:
            said.append("done")

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", "link_used"]
    with company.db.reading() as tx:
        done = tx.rows(
            select(history_event.c.actor_name).where(
                history_event.c.task_id == task.id, history_event.c.kind == "task_completed"
            )
        )
    assert [row.actor_name for row in done] == ["来宾 调度员 甲"]


def test_a_refused_form_leaves_the_link_unused(company: Company, task: Any) -> None:
    with company.db.transaction() as tx, pytest.raises(Refusal) as refused, tx.connection.begin_nested():
        answer_as_guest(tx, company.world, find_link(tx, TOKEN), values={})
    assert refused.value.code == "form"
    answer(company)
    assert company.task(task.id).state == "completed"


def test_a_guest_reaches_his_task_and_nothing_else(company: Company, task: Any) -> None:
    other = company.start(AGENT)
    with company.db.reading() as tx:
        link = find_link(tx, TOKEN)
    assert link is not None
    guest = link.actor()
    assert (may_work(guest, task), may_see(guest, task)) == (True, True)
    assert (may_work(guest, other), may_see(guest, other)) == (False, False)
    assert not guest.is_system
    assert guest.own_ids == ()
    assert not guest.reaches(task.unit_path)


def test_an_approval_is_nobodys_outside(company: Company, task: Any) -> None:
    with company.db.transaction() as tx:
        tx.execute(update(user_task).where(user_task.c.id == task.id).values(properties={"approval": "true"}))
        with pytest.raises(Refusal) as refused:
            make_guest_link(tx, actor=company.person(AGENT), task_id=task.id, token="b", guest_name="甲", hours=1)
    assert refused.value.code == "not_for_guests"
