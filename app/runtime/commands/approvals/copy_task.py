"""抄送: let people read a case; they have nothing to do."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from app import clock
from app.db import Transaction
from app.identity import Actor
from app.runtime.commands.approvals.held import load_held, note, the_others
from app.runtime.tables import case_copy
from app.runtime.world import World


def copy_task(
    tx: Transaction, world: World, *, actor: Actor, task_id: int, logins: Sequence[str], remark: str = ""
) -> None:
    """Send the case to people's copies; they may read it from now on. Sending it again to the same person does nothing
    while he has not read it."""
    task = load_held(tx, actor, task_id, "copy").task
    others = the_others(tx, actor, task, logins)
    unread = select(case_copy.c.user_id).where(case_copy.c.task_id == task.id, case_copy.c.read_at.is_(None))
    there = {row.user_id for row in tx.rows(unread)}
    fresh = [each for each in others if each.id not in there]
    if not fresh:
        return
    remark = remark.strip()[:400]
    tx.execute(
        insert(case_copy),
        [
            {
                "case_no": task.case_no,
                "task_id": task.id,
                "user_id": each.id,
                "copied_by": actor.id,
                "copied_at": clock.now(),
                "note": remark or None,
            }
            for each in fresh
        ],
    )
    note(tx, actor, task, "task_copied", people="、".join(each.name for each in fresh), note=remark or None)


def read_copy(tx: Transaction, *, actor: Actor, case_no: str) -> None:
    """The person has opened the case; whoever was sent no copy changes nothing."""
    unread = (case_copy.c.case_no == case_no, case_copy.c.user_id == actor.id, case_copy.c.read_at.is_(None))
    if tx.row(select(case_copy.c.id).where(*unread).limit(1)) is not None:
        tx.execute(update(case_copy).where(*unread).values(read_at=clock.now()))
