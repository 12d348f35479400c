"""沟通: ask people something about a task without giving it away; nothing waits for the answer."""

from __future__ import annotations

from collections.abc import Sequence

from app.db import Transaction
from app.identity import Actor
from app.runtime.commands.approvals.held import load_held, note, require_text, the_others
from app.runtime.parts import CONSULT, add_parts, require_main
from app.runtime.world import World


def consult_people(
    tx: Transaction, world: World, *, actor: Actor, task_id: int, logins: Sequence[str], question: str
) -> None:
    """Ask; each person finds the question in his inbox, with the task to read."""
    task = load_held(tx, actor, task_id, "consult").task
    require_main(task)
    question = require_text(question, "note", "问题", "the question")
    others = the_others(tx, actor, task, logins)
    tx.begin_writing()
    people = [each.id for each in others]
    add_parts(tx, dict(task._mapping), task.id, CONSULT, people, asked_by=actor.id, note=question)
    note(tx, actor, task, "people_consulted", people="、".join(each.name for each in others), note=question)
