"""退回 to an earlier step of the task's own path; what was filled in stays."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete

from app import engine
from app.db import Transaction
from app.history import Event
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.commands.approvals.held import load_held, require_text
from app.runtime.commands.tasks import load_task, may_work, require_open, unknown_task
from app.runtime.parts import require_main, require_verb
from app.runtime.step import StepRecord, restore, run_step
from app.runtime.tables import undo
from app.runtime.world import World


@dataclass(frozen=True, slots=True)
class Way:
    """A step the task can be sent back to."""

    element_id: str
    name: str


def ways_back(tx: Transaction, world: World, *, actor: Actor, task_id: int) -> list[Way]:
    """The steps a task can be sent back to, the nearest first; empty behind a fork or a join."""
    found = load_task(tx, task_id)
    if not may_work(actor, found.task):
        raise unknown_task()
    require_open(found.task)
    require_verb(found.task, "send_back")
    instance, _ = restore(tx, world, actor, found)
    elements = world.definitions.version(tx, found.task.version_id).process.elements
    return [Way(each, elements[each].name) for each in reversed(instance.way_back(found.task.engine_task_id))]


def send_back_task(
    tx: Transaction, world: World, *, actor: Actor, task_id: int, element_id: str, reason: str
) -> StepRecord:
    """Withdraw the task and open the earlier one again, for whoever did it; the steps between follow once more.

    Refuses steps that the task's token has not passed since it last was one of several: sending one branch back would
    do the other branches twice.
    """
    found = load_held(tx, actor, task_id, "send_back")
    task = found.task
    require_main(task)
    reason = require_text(reason, "reason", "退回原因", "the reason")
    elements = world.definitions.version(tx, task.version_id).process.elements
    target = elements[element_id].name if element_id in elements else element_id
    sent = Event(
        "task_sent_back",
        case_no=task.case_no,
        instance_id=task.instance_id,
        task_id=task.id,
        element_id=task.element_id,
        element_name=task.name,
        data={"to": target, "to_element": element_id, "reason": reason},
    )
    try:
        record = run_step(
            tx,
            world,
            actor,
            found,
            lambda instance: instance.send_back(task.engine_task_id, element_id),
            events=[sent],
        )
    except engine.NotOnPath as gone:
        raise Refusal(
            "not_on_path",
            Message(
                f"不能退回到“{target}”：它不在本任务自上次分支或汇合以来经过的步骤之中。",
                f"It cannot go back to “{target}”: the task has not come from there since its last fork or join.",
            ),
            field="to",
            status=422,
        ) from gone
    tx.execute(delete(undo).where(undo.c.instance_id == found.id))
    return record
