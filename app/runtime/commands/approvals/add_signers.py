"""加签 and 减签: the holder of a task asks others to decide before or after him, and takes that back."""

from __future__ import annotations

from collections.abc import Sequence

from app.db import Transaction
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.commands.approvals.held import load_held, note, the_others
from app.runtime.commands.tasks import load_task, may_see, require_open, unknown_task
from app.runtime.parts import AFTER, BEFORE, CONSULT, SIGN, add_parts, end_part, lock, names, parts_of
from app.runtime.world import World


def add_signers(
    tx: Transaction,
    world: World,
    *,
    actor: Actor,
    task_id: int,
    logins: Sequence[str],
    where: str,
    request: str = "",
) -> None:
    """Ask people in. `where` is `before` (they give their opinion, the holder waits for it and then decides) or `after`
    (once the holder has agreed the task goes on to them, one after the other; the last one's agreement completes it).

    Where several sign together anyhow, whoever is added signs with them, whatever `where` says.
    """
    task = load_held(tx, actor, task_id, "add_signers").task
    if where not in {BEFORE, AFTER}:
        raise Refusal("where", Message("请选择前加签或后加签。", "Choose before or after."), field="where", status=422)
    if task.part in {BEFORE, CONSULT}:
        raise Refusal(
            "part_only",
            Message("征求您的意见，不能再加签。", "You were asked for your own opinion; nobody can be added."),
            status=403,
        )
    main_id = task.part_of or task.id
    lock(tx, main_id)
    main = load_task(tx, main_id).task
    require_open(main)
    others = the_others(tx, actor, main, logins)
    kind = SIGN if task.part == SIGN else where
    there = [row for row in parts_of(tx, main_id) if row.part != CONSULT and row.state in {"open", "waiting"}]
    twice = [row for row in there if row.assignee_id in {each.id for each in others}]
    if twice:
        zh, en = names(twice)
        raise Refusal(
            "signs_already",
            Message(f"{zh}已在签批人之中。", f"{en} is among the signers already."),
            field="to",
            status=422,
        )
    people = [each.id for each in others]
    add_parts(tx, dict(main._mapping), main_id, kind, people, asked_by=actor.id, note=request.strip() or None)
    added = "、".join(each.name for each in others)
    note(tx, actor, main, "signers_added", people=added, where=kind, note=request.strip() or None)


def remove_signer(tx: Transaction, world: World, *, actor: Actor, part_id: int) -> None:
    """Take a signer back who has not acted: by whoever asked him in, or by the holder of the task."""
    part = load_task(tx, part_id).task
    if part.part_of is None or not may_see(actor, part):
        raise unknown_task()
    lock(tx, part.part_of)
    main = load_task(tx, part.part_of).task
    holder = main.assignee_id in actor.own_ids
    if not holder and (part.asked_by is None or part.asked_by not in actor.own_ids):
        raise Refusal(
            "not_asked_by_you",
            Message("只有加签人或主办人可以减签。", "Only who asked this person in, or the holder, can take him out."),
            status=403,
        )
    if part.part == SIGN and part.state == "open":
        waiting = [row for row in parts_of(tx, main.id) if row.part == SIGN and row.state == "open"]
        if len(waiting) == 1:
            raise Refusal(
                "last_signer",
                Message(
                    "其他人都已签批，只等他一人，不能减签；可以催办。",
                    "Everybody else has signed and only this person is waited for; remind him instead.",
                ),
            )
    if not end_part(tx, part_id, closed_by=actor.id, outcome="removed", state="cancelled"):
        raise Refusal(
            "acted_already", Message(f"{part.assignee_name}已经处理。", f"{part.assignee_name} has acted already.")
        )
    note(tx, actor, main, "signer_removed", person=part.assignee_name)
