"""Message subscriptions: who waits for which message with which key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert

from app.engine import facts as f
from app.runtime.tables import subscription

if TYPE_CHECKING:
    from app.db import Transaction
    from app.runtime.step import StepRecord
    from app.runtime.world import World

_insert = insert(subscription)
_delete = delete(subscription).where(
    subscription.c.instance_id == bindparam("its_instance"), subscription.c.engine_task_id == bindparam("its_task")
)


def write(tx: Transaction, world: World, record: StepRecord) -> None:
    """Open and close subscriptions."""
    opened: dict[str, f.SubscriptionOpened] = {}
    closed: list[str] = []
    for fact in record.facts:
        if isinstance(fact, f.SubscriptionOpened):
            opened[fact.task_id] = fact
        elif isinstance(fact, f.SubscriptionClosed) and opened.pop(fact.task_id, None) is None:
            closed.append(fact.task_id)
    if closed:
        tx.execute(_delete, [{"its_instance": record.instance_id, "its_task": task_id} for task_id in closed])
    if opened:
        tx.execute(
            _insert,
            [
                {
                    "instance_id": record.instance_id,
                    "engine_task_id": fact.task_id,
                    "element_id": fact.element_id,
                    "message_name": fact.message_name,
                    "correlation_key": fact.correlation_key,
                }
                for fact in opened.values()
            ],
        )
    if opened or closed:
        record.reversible = False
