"""Fire a due timer: the job that was written when it was armed comes back."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app import clock
from app.db import Transaction
from app.history import Event
from app.identity import SYSTEM
from app.runtime.step import StepRecord, load_instance, run_step
from app.runtime.tables import timer
from app.runtime.world import World

_timer = select(timer.c.element_id, timer.c.due_at).where(
    timer.c.instance_id == bindparam("instance_id"), timer.c.engine_task_id == bindparam("engine_task_id")
)


def fire_timer(tx: Transaction, world: World, *, instance_id: int, engine_task_id: str) -> StepRecord | None:
    """Fire it when it is still armed and due; None when it was disarmed or moved meanwhile."""
    row = tx.row(_timer, {"instance_id": instance_id, "engine_task_id": engine_task_id})
    if row is None or row.due_at > clock.now():
        return None
    instance = load_instance(tx, instance_id)
    if instance.state != "active":
        return None
    fired = Event("timer_fired", case_no=instance.case_no, instance_id=instance_id, element_id=row.element_id)
    return run_step(tx, world, SYSTEM, instance, lambda running: running.fire_timer(engine_task_id), events=[fired])
