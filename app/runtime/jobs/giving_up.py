"""What happens to a job after its last attempt: an incident that an operator sees and can mend."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select

from app import clock
from app.db import Transaction
from app.history import Event, record_all
from app.identity import SYSTEM
from app.runtime.commands.outgoing_jobs import fail_job
from app.runtime.commands.scheduled_starts import KIND, start_failed
from app.runtime.jobs.port import Claimed
from app.runtime.step import load_instance
from app.runtime.tables import incident, outgoing_job, process_instance, timer
from app.runtime.world import World


def give_up(tx: Transaction, world: World, claimed: Claimed, reason: str) -> None:
    """Raise the incident of a job that has failed for good; nothing when its instance has gone on meanwhile."""
    if claimed.kind == "outgoing":
        known = tx.value(select(outgoing_job.c.state).where(outgoing_job.c.id == claimed.payload["job_id"]))
        if known == "open":
            fail_job(tx, world, job_id=claimed.payload["job_id"], reason=reason)
    elif claimed.kind == "timer":
        _timer_failed(tx, claimed.payload, reason)
    elif claimed.kind == KIND:
        start_failed(tx, world, **claimed.payload, reason=reason)


def _timer_failed(tx: Transaction, payload: dict[str, Any], reason: str) -> None:
    armed = tx.row(
        select(timer.c.element_id)
        .join(process_instance, process_instance.c.id == timer.c.instance_id)
        .where(
            timer.c.instance_id == payload["instance_id"],
            timer.c.engine_task_id == payload["engine_task_id"],
            process_instance.c.state == "active",
        )
    )
    if armed is None:
        return
    instance = load_instance(tx, payload["instance_id"])
    tx.execute(
        insert(incident).values(
            instance_id=instance.id,
            engine_task_id=payload["engine_task_id"],
            element_id=armed.element_id,
            kind="timer_failed",
            message_zh=f"到时处理多次失败：{reason}",
            message_en=f"The timer failed again and again: {reason}",
            raised_at=clock.now(),
        )
    )
    note = Event(
        "incident_raised",
        case_no=instance.case_no,
        instance_id=instance.id,
        element_id=armed.element_id,
        data={"reason": reason},
    )
    record_all(tx, SYSTEM, [note])
