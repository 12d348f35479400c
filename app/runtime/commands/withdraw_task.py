"""Take a submission back (撤回) as long as the next person has not opened what it led to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from app import clock
from app.db import Transaction
from app.history import Event, record_all
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.commands.save_draft import save_draft
from app.runtime.commands.tasks import TaskRow, load_task, properties_of, unknown_task
from app.runtime.elements.user_tasks import SHOWN_WHILE_OPEN, sorted_at
from app.runtime.tables import case_term, process_instance, service_case, timer, undo, user_task
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
        raise _why_not(tx, actor, found)
    later = [step for step in steps if step.revision >= mine.revision]
    # Every step since then must be one of these: a timer, a message or a job in between is not turned back.
    unbroken = list(range(found.revision, mine.revision - 1, -1))
    if any(step.user_id not in actor.own_ids for step in later) or [step.revision for step in later] != unbroken:
        raise _why_not(tx, actor, found)
    closed: set[str] = set()
    opened: set[str] = set()
    armed: set[str] = set()
    disarmed: list[dict[str, str]] = []
    terms: set[str] = set()
    case: dict[str, str | None] = {}
    for step in later:
        closed.update(step.rows.get("closed", ()))
        opened.update(step.rows.get("opened", ()))
        armed.update(step.rows.get("armed", ()))
        disarmed.extend(step.rows.get("disarmed", ()))
        terms.update(step.rows.get("terms", ()))
        case.update(step.rows.get("case", {}))  # the oldest step knows how it was
    _require_unseen(tx, actor, found.id, opened - closed)
    moved = tx.execute(
        update(process_instance)
        .where(process_instance.c.id == found.id, process_instance.c.revision == found.revision)
        .values(engine_state=mine.engine_state, revision=process_instance.c.revision + 1)
    )
    if moved.rowcount != 1:
        raise _too_late()
    shown = {key: case.get(key, getattr(found, key)) for key in SHOWN_WHILE_OPEN}
    tasks_of = (user_task.c.instance_id == found.id,)
    tx.execute(
        update(user_task)
        .where(*tasks_of, user_task.c.engine_task_id.in_(opened), user_task.c.state != "cancelled")
        .values(state="cancelled", closed_by=actor.id, closed_at=clock.now())
    )
    reopened = (*tasks_of, user_task.c.engine_task_id.in_(closed - opened), user_task.c.part_of.is_(None))
    for row in tx.rows(select(user_task).where(*reopened)):
        version = world.definitions.version(tx, row.version_id)
        tx.execute(
            update(user_task)
            .where(user_task.c.id == row.id)
            .values(
                state="open",
                closed_at=None,
                closed_by=None,
                outcome=None,
                late=False,
                process_name=version.name,
                properties=dict(properties_of(tx, world, row)),
                sort_at=sorted_at(row.due_at, row.opened_at),
                **shown,
            )
        )
    if armed:
        tx.execute(delete(timer).where(timer.c.instance_id == found.id, timer.c.engine_task_id.in_(armed)))
    _arm_again(tx, world, found.id, [each for each in disarmed if each["engine_task_id"] not in armed])
    if case:
        tx.execute(update(service_case).where(service_case.c.case_no == found.case_no).values(**case))
    if terms:
        tx.execute(delete(case_term).where(case_term.c.case_no == found.case_no, case_term.c.term.in_(terms)))
    for step in later:  # the newest first
        for name, take_back in world.taking_back.items():
            if step.rows.get(name):
                take_back(tx, actor, step.rows[name])
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
    typed = {step.task_id: step.form_values for step in later}
    for row in tx.rows(select(user_task.c.id).where(user_task.c.id.in_(typed), user_task.c.state == "open")):
        save_draft(tx, world, actor=actor, task_id=row.id, values=typed[row.id])


def _arm_again(tx: Transaction, world: World, instance_id: int, timers: list[dict[str, str]]) -> None:
    """Timers that the step had withdrawn run again; one that is over by now fires at once."""
    for each in timers:
        due_at = datetime.fromisoformat(each["due_at"])
        row = {"instance_id": instance_id, "engine_task_id": each["engine_task_id"], "element_id": each["element_id"]}
        tx.execute(insert(timer).values(**row, due_at=due_at))
        payload = {"instance_id": instance_id, "engine_task_id": each["engine_task_id"]}
        world.jobs.defer(tx, "timer", payload, run_at=due_at)


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


def _why_not(tx: Transaction, actor: Actor, found: TaskRow) -> Refusal:
    """The true reason: somebody went on, or the step did something that stays done."""
    since = select(user_task.c.seen_by, user_task.c.closed_by).where(
        user_task.c.instance_id == found.id, user_task.c.opened_at >= found.task.closed_at
    )
    others = {user_id for row in tx.rows(since) for user_id in row} - {None, *actor.own_ids}
    if others:
        return _too_late()
    return Refusal(
        "stays_done",
        Message(
            "这一步已给出编号、发出消息或启动了计时，不能撤回；请联系下一位同事退回。",
            "This step gave a number, sent a message or started a clock and cannot be taken back; "
            "ask the next person to return it.",
        ),
    )


def _too_late() -> Refusal:
    return Refusal(
        "too_late",
        Message(
            "下一位同事已经打开，不能撤回；请联系他退回。",
            "The next person has opened it already; ask them to return it.",
        ),
    )
