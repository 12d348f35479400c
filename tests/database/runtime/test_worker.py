"""The worker: due jobs are done soon, failures come again, the last failure is an incident that can be mended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from app import clock
from app.messages import Message, Refusal
from app.runtime import resolve_incident
from app.runtime.tables import incident, submission, timer
from app.worker import Runner
from app.worker.housekeeping import forget_submissions
from tests.factories.companies import QUESTION, UNCLEAR, Company


def eventually(true: Callable[[], Any], seconds: float = 5.0) -> None:
    """Wait until it is true."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


@pytest.fixture
def handled() -> list[Any]:
    return []


@pytest.fixture
def runner(company: Company, handled: list[Any]) -> Iterator[Runner]:
    """A worker on the machine's clock: threads do not see a test's clock."""

    def note(tx: Any, world: Any, payload: dict[str, Any]) -> None:
        handled.append((payload["number"], time.monotonic()))
        if payload.get("fails"):
            raise RuntimeError("the line was busy")

    made = Runner(company.house, handlers={"test": note}, poll=0.1)
    yield made
    made.stop()


def defer(company: Company, **payload: Any) -> float:
    with clock.use(lambda: datetime.now(UTC)), company.step() as tx:
        company.world.jobs.defer(tx, "test", payload)
    return time.monotonic()


def test_a_job_starts_within_50_ms_of_its_commit(company: Company, runner: Runner, handled: list[Any]) -> None:
    runner.start()
    time.sleep(0.3)
    waits = []
    for number in range(15):
        committed = defer(company, number=number)
        eventually(lambda number=number: len(handled) > number)
        waits.append(handled[-1][1] - committed)
    assert sorted(waits)[-2] < 0.05, waits


def test_a_job_that_fails_does_not_hold_up_the_others(company: Company, runner: Runner, handled: list[Any]) -> None:
    runner.start()
    defer(company, number=1, fails=True)
    defer(company, number=2)
    eventually(lambda: {1, 2} <= {number for number, _ in handled})
    eventually(lambda: [number for number, _ in handled].count(1) >= 2, 8)


def test_a_timer_that_keeps_failing_becomes_an_incident_and_fires_after_it_was_mended(company: Company) -> None:
    task = company.start()
    company.submit(task.id, "hotline_agent_1", QUESTION)
    with company.db.reading() as tx:
        armed = tx.row(select(timer).order_by(timer.c.due_at).limit(1))
    assert armed is not None
    company.clock.move_to(armed.due_at + timedelta(minutes=1))
    calls: list[int] = []

    def broken(tx: Any, world: Any, payload: dict[str, Any]) -> None:
        calls.append(payload["instance_id"])
        raise Refusal("broken", Message("坏了", "it is broken"))

    failing = Runner(company.house, handlers={"timer": broken})
    for _ in range(5):
        failing.run_due()
        company.clock.advance("PT20M")
    assert len(calls) >= 5
    with company.db.reading() as tx:
        raised = tx.row(select(incident).where(incident.c.instance_id == armed.instance_id))
    assert raised is not None
    assert (raised.kind, raised.element_id, raised.resolved_at) == ("timer_failed", armed.element_id, None)
    with company.step() as tx:
        resolve_incident(
            tx, company.world, actor=company.person("system_admin_1"), incident_id=raised.id, reason="线路已修好"
        )
    sound = Runner(company.house)
    while sound.run_due():
        pass
    with company.db.reading() as tx:
        fired = text("SELECT count(*) FROM history_event WHERE kind = 'timer_fired' AND element_id = :element")
        assert tx.value(fired, {"element": armed.element_id}) == 1


def test_a_timer_that_comes_too_early_comes_again(company: Company) -> None:
    task = company.start()
    company.submit(task.id, "hotline_agent_1", QUESTION)
    with company.step() as tx:
        armed = tx.row(select(timer).order_by(timer.c.due_at).limit(1))
        assert armed is not None
        payload = {"instance_id": armed.instance_id, "engine_task_id": armed.engine_task_id}
        company.world.jobs.defer(tx, "timer", payload)
    runner = Runner(company.house)
    assert runner.run_due() == 1
    company.clock.move_to(armed.due_at)
    while runner.run_due():
        pass
    with company.db.reading() as tx:
        assert tx.row(select(timer).where(timer.c.engine_task_id == armed.engine_task_id)) is None


def test_keys_of_submissions_are_forgotten_after_a_month(company: Company) -> None:
    for key in ("old", "new"):
        company.submit(company.start().id, "hotline_agent_1", UNCLEAR, key=key)
    with company.step() as tx:
        tx.execute(update(submission).where(submission.c.key == "old").values(at=clock.now() - timedelta(days=40)))
    forget_submissions(company.house)
    with company.db.reading() as tx:
        assert [row.key for row in tx.rows(select(submission.c.key))] == ["new"]
