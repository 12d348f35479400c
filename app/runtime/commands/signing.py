"""How a submission counts where several people decide a task: 会签, 或签, 前加签 and 后加签 (docs/approvals.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, update

from app import clock
from app.db import Transaction
from app.definitions import sign_rule_of
from app.history import Event, record_all
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.commands.save_draft import keep_draft
from app.runtime.commands.tasks import TaskRow, load_task, require_open
from app.runtime.parts import AFTER, BEFORE, CONSULT, MAIN, SIGN, end_part, lock, names, parts_of
from app.runtime.tables import user_task

AGREED = {None, "approved"}
"""What a form says that lets a task go on to who was asked to sign after; a form without a decision always does."""

DECIDED_BY_EACH = ("decision", "decision_comment")


def require_decidable(tx: Transaction, task: Row[Any]) -> None:
    """Refuse a submission by who only gives an opinion or prepares, and one that others are still waited for."""
    if task.part in {BEFORE, CONSULT}:
        raise Refusal(
            "opinion_only",
            Message("请填写您的意见；表单由主办人提交。", "Give your opinion; the task's holder submits the form."),
            status=403,
        )
    if task.owner_id is not None:
        raise Refusal(
            "delegated",
            Message(
                "这项任务是委派给您的：填好后请交回，由委派人提交。",
                "This task was delegated to you: fill it in and give it back; its owner submits it.",
            ),
            status=403,
        )
    if task.part == MAIN:
        before = [row for row in parts_of(tx, task.id) if row.part == BEFORE and row.state == "open"]
        if before:
            zh, en = names(before)
            raise Refusal(
                "waits_for_signers",
                Message(f"还在等待加签人{zh}的意见；可以减签后再提交。", f"Still waiting for {en}; or take them out."),
            )


def task_that_moves(tx: Transaction, found: TaskRow) -> TaskRow:
    """The task the engine knows: for a signer's part the one he signs, locked, so that signatures count in turn."""
    if found.task.part != SIGN:
        return found
    lock(tx, found.task.part_of)
    main = load_task(tx, found.task.part_of)
    require_open(main.task)
    return main


def counts(
    tx: Transaction, actor: Actor, task: Row[Any], data: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, Any] | None:
    """What the task is completed with now, or None when somebody else has to sign first."""
    if task.part == SIGN:
        return _sign(tx, actor, task, data, values)
    if task.part == MAIN and values.get("decision") in AGREED and _pass_on(tx, actor, task, data, values):
        return None
    return dict(values)


def _sign(
    tx: Transaction, actor: Actor, part: Row[Any], data: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, Any] | None:
    rule = sign_rule_of(part.properties)
    assert rule is not None
    decision = str(values.get("decision") or "approved")
    if not end_part(tx, part.id, closed_by=actor.id, outcome=decision, state="completed"):
        require_open(load_task(tx, part.id).task)
    comment = str(values.get("decision_comment") or "").strip()
    _note(tx, actor, part, "task_signed", {**data, "decision": decision})
    signers = [row for row in parts_of(tx, part.part_of) if row.part == SIGN and row.state != "cancelled"]
    decided = rule.decision(row.outcome for row in signers)
    if decided is None:
        # The next signer's form knows nothing of it; what was said is kept for the whole.
        tx.execute(update(user_task).where(user_task.c.id == part.id).values(note=comment or None))
        return None
    said = [(row.assignee_name, row.note) for row in signers if row.note and row.id != part.id]
    if comment:
        said.append((part.assignee_name, comment))
    whole = dict(values)
    if "decision" in values:
        whole["decision"] = decided
        whole["decision_comment"] = "\n".join(f"{name}：{text}" for name, text in said) or None
    return whole


def _pass_on(tx: Transaction, actor: Actor, task: Row[Any], data: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Give the task to the next person who was asked to sign after; what was filled in stays his draft."""
    following = next((row for row in parts_of(tx, task.id) if row.part == AFTER and row.state == "waiting"), None)
    if following is None or not end_part(tx, following.id, closed_by=None, outcome="turn", state="cancelled"):
        return False
    tx.execute(
        update(user_task)
        .where(user_task.c.id == task.id)
        .values(assignee_id=following.assignee_id, claimed_at=clock.now(), seen_at=None, seen_by=None)
    )
    kept = {key: value for key, value in values.items() if key not in DECIDED_BY_EACH}
    keep_draft(tx, task_id=task.id, user_id=following.assignee_id, values=kept)
    _note(tx, actor, task, "task_signed", {**data, "decision": "approved", "next": following.assignee_name})
    return True


def _note(tx: Transaction, actor: Actor, task: Row[Any], kind: str, data: dict[str, Any]) -> None:
    event = Event(
        kind,
        case_no=task.case_no,
        instance_id=task.instance_id,
        task_id=task.part_of or task.id,
        element_id=task.element_id,
        element_name=task.name,
        data=data,
    )
    record_all(tx, actor, [event])
