"""What the verbs have in common: the task is held by the actor, offers the verb, and the others are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from app.db import Transaction
from app.history import Event, record_all
from app.identity import Actor
from app.identity.tables import user_account
from app.messages import Message, Refusal
from app.runtime.commands.tasks import TaskRow, load_task, require_open, require_work
from app.runtime.parts import require_verb

MOST = 30  # people asked at once

_people = select(user_account.c.id, user_account.c.login, user_account.c.name, user_account.c.active).where(
    user_account.c.login.in_(bindparam("logins", expanding=True)), user_account.c.active
)


def load_held(tx: Transaction, actor: Actor, task_id: int, verb: str) -> TaskRow:
    """An open task that the actor works on, where the diagram offers the verb."""
    found = load_task(tx, task_id)
    require_work(actor, found.task)
    require_open(found.task)
    require_verb(found.task, verb)
    if found.task.owner_id is not None:
        raise Refusal(
            "delegated",
            Message("这项任务是委派给您的，请先交回。", "This task was delegated to you; give it back first."),
            status=403,
        )
    return found


def the_others(
    tx: Transaction, actor: Actor, task: Row[Any], logins: Sequence[str], *, field: str = "to"
) -> list[Row[Any]]:
    """Active people by login, in that order, never the actor or the holder; refuses by name who is not there."""
    wanted = list(dict.fromkeys(login.strip() for login in logins if login.strip()))
    if not wanted:
        raise Refusal("nobody", Message("请选择人员。", "Choose somebody."), field=field, status=422)
    if len(wanted) > MOST:
        raise Refusal(
            "too_many",
            Message(f"一次最多选择 {MOST} 人。", f"Choose at most {MOST} people at once."),
            field=field,
            status=422,
        )
    found = sorted(tx.rows(_people, {"logins": wanted}), key=lambda row: wanted.index(row.login))
    missing = sorted(set(wanted) - {row.login for row in found})
    if missing:
        raise Refusal(
            "unknown_person",
            Message(f"没有在职人员“{missing[0]}”。", f"There is no active person “{missing[0]}”."),
            field=field,
            status=422,
        )
    own = {*actor.own_ids, task.assignee_id}
    for row in found:
        if row.id in own:
            raise Refusal(
                "yourself",
                Message(f"任务已在{row.name}手中，请选择别人。", f"{row.name} has this task already; choose others."),
                field=field,
                status=422,
            )
    return found


def require_text(text: str, field: str, zh: str, en: str) -> str:
    """The text without its margins, or a refusal."""
    text = text.strip()
    if not text:
        raise Refusal(f"{field}_missing", Message(f"请填写{zh}。", f"Please give {en}."), field=field, status=422)
    if len(text) > 2000:
        raise Refusal(
            f"{field}_long",
            Message(f"{zh}最多 2000 字。", f"At most 2000 characters for {en}."),
            field=field,
            status=422,
        )
    return text


def note(tx: Transaction, actor: Actor, task: Row[Any], kind: str, **data: Any) -> None:
    """A line of history about the task."""
    event = Event(
        kind,
        case_no=task.case_no,
        instance_id=task.instance_id,
        task_id=task.id,
        element_id=task.element_id,
        element_name=task.name,
        data={key: value for key, value in data.items() if value is not None} or None,
    )
    record_all(tx, actor, [event])
