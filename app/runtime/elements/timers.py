"""Timers: a row that says when, and a job that comes back for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert

from app.engine import facts as f
from app.runtime.tables import timer

if TYPE_CHECKING:
    from app.db import Transaction
    from app.runtime.step import StepRecord
    from app.runtime.world import World

_insert = insert(timer)
_delete = (
    delete(timer)
    .where(
        timer.c.instance_id == bindparam("its_instance"),
        timer.c.engine_task_id.in_(bindparam("its_tasks", expanding=True)),
    )
    .returning(timer.c.engine_task_id, timer.c.element_id, timer.c.due_at)
)


def write(tx: Transaction, world: World, record: StepRecord) -> None:
    """Arm and disarm; a timer whose value is null is not armed, and history says so (readings 8)."""
    armed: dict[str, f.TimerArmed] = {}
    disarmed: list[str] = []
    for fact in record.facts:
        if isinstance(fact, f.TimerArmed):
            if fact.due_at is None:
                record.event("timer_not_armed", fact)
            else:
                armed[fact.task_id] = fact
        elif isinstance(fact, f.TimerDisarmed) and armed.pop(fact.task_id, None) is None:
            disarmed.append(fact.task_id)
    if disarmed:
        gone = tx.rows(_delete, {"its_instance": record.instance_id, "its_tasks": disarmed})
        record.undo_rows["disarmed"] = [
            {"engine_task_id": row.engine_task_id, "element_id": row.element_id, "due_at": row.due_at.isoformat()}
            for row in gone
        ]
    if armed:
        tx.execute(
            _insert,
            [
                {
                    "instance_id": record.instance_id,
                    "engine_task_id": fact.task_id,
                    "element_id": fact.element_id,
                    "due_at": fact.due_at,
                }
                for fact in armed.values()
            ],
        )
        record.undo_rows["armed"] = list(armed)
        for fact in armed.values():
            payload = {"instance_id": record.instance_id, "engine_task_id": fact.task_id}
            world.jobs.defer(tx, "timer", payload, run_at=fact.due_at)
