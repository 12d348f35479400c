"""Answer an outgoing job: done with results, failed with a BPMN error, or failed for now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, select, update

from app import clock
from app.db import Transaction
from app.history import Event, record
from app.identity import SYSTEM, Actor
from app.messages import Message, Refusal
from app.runtime.step import StepRecord, load_instance, run_step
from app.runtime.tables import incident, outgoing_job
from app.runtime.world import World


def load_job(tx: Transaction, job_id: int) -> Row[Any]:
    """The job, or a refusal."""
    row = tx.row(select(outgoing_job).where(outgoing_job.c.id == job_id))
    if row is None:
        raise Refusal("unknown_job", Message("没有这个作业。", "There is no such job."), status=404)
    return row


def complete_job(
    tx: Transaction, world: World, *, job_id: int, variables: dict[str, Any], actor: Actor = SYSTEM
) -> StepRecord | None:
    """Go on with the results; None when the job was withdrawn meanwhile."""
    job = load_job(tx, job_id)
    if job.state not in {"open", "failed"}:
        return None
    return _go_on(tx, world, job, actor, lambda running: running.complete_job(job.engine_task_id, variables))


def throw_job_error(
    tx: Transaction, world: World, *, job_id: int, code: str, message: str, actor: Actor = SYSTEM
) -> StepRecord | None:
    """Go on at the boundary event that catches this error."""
    job = load_job(tx, job_id)
    if job.state not in {"open", "failed"}:
        return None
    return _go_on(tx, world, job, actor, lambda running: running.fail_job_with_error(job.engine_task_id, code, message))


def fail_job(tx: Transaction, world: World, *, job_id: int, reason: str) -> None:
    """After the last retry: the job stands still and an incident says why."""
    job = load_job(tx, job_id)
    tx.execute(update(outgoing_job).where(outgoing_job.c.id == job_id).values(state="failed", last_error=reason))
    tx.execute(
        insert(incident).values(
            instance_id=job.instance_id,
            engine_task_id=job.engine_task_id,
            element_id=job.element_id,
            kind="job_failed",
            message_zh=f"作业“{job.job_type}”多次失败：{reason}",
            message_en=f"The job “{job.job_type}” failed again and again: {reason}",
            raised_at=clock.now(),
        )
    )
    instance = load_instance(tx, job.instance_id)
    record(
        tx,
        actor=SYSTEM,
        kind="incident_raised",
        case_no=instance.case_no,
        data={"element": job.element_id, "reason": reason},
    )


def _go_on(tx: Transaction, world: World, job: Row[Any], actor: Actor, act: Any) -> StepRecord:
    instance = load_instance(tx, job.instance_id)
    done = Event("job_answered", case_no=instance.case_no, instance_id=instance.id, element_id=job.element_id)
    return run_step(tx, world, actor, instance, act, events=[done])
