"""转办: the task goes to another person for good."""

from __future__ import annotations

from sqlalchemy import update

from app import clock
from app.db import Transaction
from app.identity import Actor, holds_role
from app.messages import Message, Refusal
from app.runtime.commands.approvals.held import load_held, note, require_text, the_others
from app.runtime.commands.tasks import load_task, require_open
from app.runtime.parts import SIGN
from app.runtime.tables import user_task
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
    if task.role and not holds_role(tx, other.login, task.role, task.unit_path):
        raise Refusal(
            "not_in_role",
            Message(
                f"{other.name}在这个单位没有担任该角色，请选择别人。",
                f"{other.name} does not hold this role at this unit; choose somebody else.",
            ),
            field="to",
            status=422,
        )
    given = tx.execute(
        update(user_task)
        .where(user_task.c.id == task.id, user_task.c.state == "open")
        .values(assignee_id=other.id, claimed_at=clock.now(), seen_at=None, seen_by=None)
    )
    if given.rowcount != 1:
        require_open(load_task(tx, task_id).task)
    note(tx, actor, task, "task_transferred", to=other.name, reason=reason)
