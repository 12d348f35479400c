"""The answer of whoever was asked before a decision (前加签) or consulted (沟通)."""

from __future__ import annotations

from app.db import Transaction
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.commands.approvals.held import note, require_text
from app.runtime.commands.tasks import load_task, require_open, require_work
from app.runtime.parts import BEFORE, CONSULT, end_part, lock
from app.runtime.world import World


def answer_part(
    tx: Transaction, world: World, *, actor: Actor, part_id: int, answer: str, agrees: bool | None = None
) -> None:
    """Give the opinion (`agrees` is needed where the holder waits for it) or answer the question."""
    part = load_task(tx, part_id).task
    require_work(actor, part)
    if part.part not in {BEFORE, CONSULT}:
        raise Refusal(
            "no_question",
            Message("这项任务请填写表单后提交。", "Fill in the form of this task and submit it."),
        )
    require_open(part)
    if part.part == BEFORE and agrees is None:
        raise Refusal(
            "agrees_missing",
            Message("请选择同意或不同意。", "Say whether you agree."),
            field="agrees",
            status=422,
        )
    if part.part == CONSULT or not agrees:
        answer = require_text(answer, "answer", "意见", "your opinion")
    lock(tx, part.part_of)
    outcome = "answered" if part.part == CONSULT else "agreed" if agrees else "disagreed"
    if not end_part(tx, part_id, closed_by=actor.id, outcome=outcome, state="completed"):
        require_open(load_task(tx, part_id).task)
    behalf = part.assignee_name if part.assignee_id != actor.id else None
    note(tx, actor, part, "part_answered", outcome=outcome, answer=answer.strip() or None, behalf=behalf)
