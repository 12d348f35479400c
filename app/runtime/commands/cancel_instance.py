"""Cancel a running instance with a reason."""

from __future__ import annotations

from sqlalchemy import delete, select

from app import calendar
from app.db import Transaction
from app.history import Event
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.step import load_instance, run_step
from app.runtime.tables import service_case, undo
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
    tx.execute(delete(undo).where(undo.c.instance_id == instance_id))
    if tx.value(select(service_case.c.running).where(service_case.c.case_no == row.case_no)) == 0:
        _end_clocks(tx, world, row.case_no, reason.strip())


def _end_clocks(tx: Transaction, world: World, case_no: str, reason: str) -> None:
    """Nobody is warned of a promise whose case was called off."""
    for each in calendar.clocks_of_case(tx, case_no, lambda unit_path: world.calendar(tx, unit_path)):
        if each.clock.met_at is None and each.cancelled_at is None:
            calendar.cancel_clock(tx, each, reason[:200])
