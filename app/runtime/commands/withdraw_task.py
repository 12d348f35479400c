"""Take a submission back (撤回) as long as the next person has not opened what it led to."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from app.db import Transaction
from app.history import Event, record_all
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.commands.save_draft import save_draft
from app.runtime.commands.tasks import load_task, unknown_task
from app.runtime.tables import process_instance, timer, undo, user_task
from app.runtime.world import World


def withdraw_task(tx: Transaction, world: World, *, actor: Actor, task_id: int) -> None:
    """Turn the instance back to before the actor completed the task, and reopen it with what he had filled in.

    Later steps of the same person in the same instance are turned back with it. Refuses when somebody else has
    opened or done what followed, or when the step did what cannot be undone (a number given, a message sent).
    """
    tx.begin_writing()
    found = load_task(tx, task_id)
    steps = tx.rows(select(undo).where(undo.c.instance_id == found.id).order_by(undo.c.revision.desc()))
    mine = next((step for step in steps if step.task_id == task_id and step.user_id in actor.own_ids), None)
    if mine is None:
        if found.task.closed_by not in actor.own_ids:
            raise unknown_task()
        raise _too_late()
    later = [step for step in steps if step.revision >= mine.revision]
    if any(step.user_id not in actor.own_ids for step in later) or later[0].revision != found.revision:
        raise _too_late()
    reopened: set[str] = set()
    opened: set[str] = set()
    armed: set[str] = set()
    for step in later:
        reopened.update(step.rows.get("closed", ()))
        opened.update(step.rows.get("opened", ()))
        armed.update(step.rows.get("armed", ()))
    _require_unseen(tx, actor, found.id, opened - reopened)
    moved = tx.execute(
        update(process_instance)
        .where(process_instance.c.id == found.id, process_instance.c.revision == found.revision)
        .values(engine_state=mine.engine_state, revision=process_instance.c.revision + 1)
    )
    if moved.rowcount != 1:
        raise _too_late()
    tasks_of = (user_task.c.instance_id == found.id,)
    tx.execute(
        update(user_task)
        .where(*tasks_of, user_task.c.engine_task_id.in_(opened), user_task.c.state.in_(("open", "completed")))
        .values(state="cancelled", closed_by=actor.id)
    )
    reopen = set(later[-1].rows.get("closed", ()))
    tx.execute(
        update(user_task)
        .where(*tasks_of, user_task.c.engine_task_id.in_(reopen))
        .values(state="open", closed_at=None, closed_by=None, outcome=None, late=False)
    )
    if armed:
        tx.execute(delete(timer).where(timer.c.instance_id == found.id, timer.c.engine_task_id.in_(armed)))
    tx.execute(delete(undo).where(undo.c.instance_id == found.id, undo.c.revision >= mine.revision))
    event = Event(
        "task_withdrawn",
        case_no=found.case_no,
        instance_id=found.id,
        task_id=task_id,
        element_id=found.task.element_id,
        element_name=found.task.name,
        data={"steps": len(later)},
    )
    record_all(tx, actor, [event])
    save_draft(tx, world, actor=actor, task_id=task_id, values=mine.form_values)


def _require_unseen(tx: Transaction, actor: Actor, instance_id: int, engine_task_ids: set[str]) -> None:
    seen = tx.rows(
        select(user_task.c.seen_by, user_task.c.closed_by).where(
            user_task.c.instance_id == instance_id, user_task.c.engine_task_id.in_(engine_task_ids)
        )
    )
    for row in seen:
        for user_id in (row.seen_by, row.closed_by):
            if user_id is not None and user_id not in actor.own_ids:
                raise _too_late()


def _too_late() -> Refusal:
    return Refusal(
        "too_late",
        Message(
            "下一位同事已经打开，不能撤回；请联系他退回。",
            "The next person has opened it already; ask them to return it.",
        ),
    )
