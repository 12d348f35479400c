"""Outgoing jobs: written in the step, done by a worker after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, update

from app.engine import facts as f
from app.runtime.tables import outgoing_job

if TYPE_CHECKING:
    from app.db import Transaction
    from app.runtime.step import StepRecord
    from app.runtime.world import World

_insert = insert(outgoing_job).returning(outgoing_job.c.id)
_close = (
    update(outgoing_job)
    .where(
        outgoing_job.c.instance_id == bindparam("its_instance"),
        outgoing_job.c.engine_task_id == bindparam("its_task"),
        outgoing_job.c.state != "done",
    )
    .values(state=bindparam("new_state"))
)


def write(tx: Transaction, world: World, record: StepRecord) -> None:
    """Write new jobs, close those whose token went on or was withdrawn."""
    for fact in record.facts:
        if isinstance(fact, f.JobCreated):
            job_id = tx.execute(
                _insert,
                {
                    "instance_id": record.instance_id,
                    "engine_task_id": fact.task_id,
                    "element_id": fact.element_id,
                    "job_type": fact.job_type,
                    "headers": fact.headers,
                    "variables": fact.variables,
                    "retries": fact.retries,
                    "state": "open",
                },
            ).scalar_one()
            world.jobs.defer(tx, "outgoing", {"job_id": job_id})
            record.reversible = False
        elif isinstance(fact, f.JobClosed):
            tx.execute(
                _close,
                {
                    "its_instance": record.instance_id,
                    "its_task": fact.task_id,
                    "new_state": "done" if fact.completed else "cancelled",
                },
            )
            record.reversible = False
