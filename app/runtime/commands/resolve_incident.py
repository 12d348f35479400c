"""Mend an incident: try again, with corrected variables if need be, and a reason."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from app import clock
from app.db import Transaction
from app.history import Event, record_all
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.commands.scheduled_starts import start_again
from app.runtime.step import load_instance, run_step
from app.runtime.tables import incident, outgoing_job
from app.runtime.world import World


def resolve_incident(
    tx: Transaction,
    world: World,
    *,
    actor: Actor,
    incident_id: int,
    reason: str,
    variables: dict[str, Any] | None = None,
) -> None:
    """Retry the token at the incident, or the start that failed; a failed job is offered to the workers again."""
    row = tx.row(select(incident).where(incident.c.id == incident_id))
    if row is None or row.resolved_at is not None:
        raise Refusal("no_incident", Message("没有这个待处理的异常。", "There is no such open incident."), status=404)
    if not reason.strip():
        raise Refusal(
            "reason_missing", Message("请填写处理说明。", "Please say what was done."), field="reason", status=422
        )
    if row.scheduled_start_id is not None:
        _resolved(tx, actor, incident_id, reason)
        note = Event("start_retried", data={"element": row.element_id, "reason": reason.strip()})
        record_all(tx, actor, [note])
        start_again(tx, world, actor, row.scheduled_start_id, row.engine_task_id)
        return
    instance = load_instance(tx, row.instance_id)
    if instance.state != "active":
        raise Refusal("instance_over", Message("该流程已经结束。", "This process has already ended."))
    note = Event(
        "incident_retried",
        case_no=instance.case_no,
        instance_id=instance.id,
        element_id=row.element_id,
        data={"reason": reason.strip(), "variables": variables},
    )
    if row.kind == "job_failed":
        again = tx.execute(
            update(outgoing_job)
            .where(
                outgoing_job.c.instance_id == row.instance_id,
                outgoing_job.c.engine_task_id == row.engine_task_id,
                outgoing_job.c.state == "failed",
            )
            .values(state="open", last_error=None)
            .returning(outgoing_job.c.id)
        ).scalars()
        for job_id in again.all():
            world.jobs.defer(tx, "outgoing", {"job_id": job_id})
        record_all(tx, actor, [note])
    elif row.kind == "timer_failed":
        world.jobs.defer(tx, "timer", {"instance_id": row.instance_id, "engine_task_id": row.engine_task_id})
        record_all(tx, actor, [note])
    else:

        def act(running: Any) -> None:
            if variables:
                running.set_variables(None, variables)
            running.retry(row.engine_task_id)

        run_step(tx, world, actor, instance, act, events=[note])
    _resolved(tx, actor, incident_id, reason)


def _resolved(tx: Transaction, actor: Actor, incident_id: int, reason: str) -> None:
    tx.execute(
        update(incident)
        .where(incident.c.id == incident_id)
        .values(resolved_at=clock.now(), resolved_by=actor.id, resolution=reason.strip()[:400])
    )
