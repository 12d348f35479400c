"""Publish a message from outside: to whoever awaits it."""

from __future__ import annotations

from typing import Any

from app.db import Transaction
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.step import StepRecord, deliver
from app.runtime.world import World


def publish_message(
    tx: Transaction,
    world: World,
    *,
    actor: Actor,
    name: str,
    correlation_key: str | None = None,
    case_no: str | None = None,
    variables: dict[str, Any] | None = None,
) -> list[StepRecord]:
    """Correlate a message by its key, or within the case `case_no` with those who wait without one.

    Refuses when nobody awaits it. A start message opens a case through `start_case`.
    """
    records = deliver(
        tx, world, actor, name=name, correlation_key=correlation_key, variables=variables or {}, case_no=case_no
    )
    if not records:
        raise Refusal(
            "message_unheard",
            Message(
                f"没有流程以此关联键等待消息“{name}”。",
                f"Nobody awaits the message “{name}” with this correlation key.",
            ),
            status=404,
        )
    return records
