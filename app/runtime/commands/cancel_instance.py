"""Cancel a running instance with a reason."""

from __future__ import annotations

from sqlalchemy import update

from app import clock
from app.db import Transaction
from app.history import Event
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.step import load_instance, run_step
from app.runtime.tables import process_instance
from app.runtime.world import World


def cancel_instance(tx: Transaction, world: World, *, actor: Actor, instance_id: int, reason: str) -> None:
    """Withdraw every token; tasks, timers and subscriptions go with them."""
    if not reason.strip():
        raise Refusal(
            "reason_missing", Message("请填写终止原因。", "Please give the reason."), field="reason", status=422
        )
    row = load_instance(tx, instance_id)
    note = Event("instance_cancelled", case_no=row.case_no, instance_id=row.id, data={"reason": reason.strip()})
    run_step(tx, world, actor, row, lambda running: running.cancel(), events=[note])
    tx.execute(
        update(process_instance)
        .where(process_instance.c.id == instance_id)
        .values(state="cancelled", ended_at=clock.now())
    )
