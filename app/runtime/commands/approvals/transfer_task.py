"""转办: the task goes to another person for good."""

from __future__ import annotations

from app.db import Transaction
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.commands.approvals.held import load_held, note, require_text, the_others
from app.runtime.commands.reassign_task import give_task
from app.runtime.parts import SIGN
from app.runtime.world import World


def transfer_task(tx: Transaction, world: World, *, actor: Actor, task_id: int, to_login: str, reason: str) -> None:
    """Give an open task to another holder of its role, who answers for it from now on.

    Only where the diagram switches it on: elsewhere nobody swaps work on his own (GR14).
    """
    task = load_held(tx, actor, task_id, "transfer").task
    reason = require_text(reason, "reason", "转办原因", "the reason")
    (other,) = the_others(tx, actor, task, [to_login])
    if task.part not in {None, "main", SIGN}:
        raise Refusal(
            "part_only",
            Message("征求您的意见，不能转给别人。", "You were asked for your own opinion; it cannot be handed on."),
            status=403,
        )
    give_task(tx, task, other)
    note(tx, actor, task, "task_transferred", to=other.name, reason=reason)
