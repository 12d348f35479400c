"""Several people on one user task: who signs together, who is asked before or after, who is only consulted.

The diagram keeps its one token. What each person has to do is a row of `user_task` of its own, a *part*: it carries the
id of the task it belongs to (`part_of`) and the task's `engine_task_id`, so that it ends with the task however that
ends. A task that has parts is marked `main`, so that a task without them costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, select, update

from app import clock
from app.db import Transaction
from app.definitions import verbs_of
from app.identity.tables import member, user_account
from app.messages import Message, Refusal
from app.runtime.tables import user_task

MAIN: Final = "main"  # has parts, or had
SIGN: Final = "sign"  # 会签, 或签: decides with the others
BEFORE: Final = "before"  # 前加签: gives an opinion that the holder waits for
AFTER: Final = "after"  # 后加签: decides after the holder; hidden until then
CONSULT: Final = "consult"  # 沟通: answers a question, holds nobody up

_parts = (
    select(
        user_task.c.id,
        user_task.c.part,
        user_task.c.state,
        user_task.c.assignee_id,
        user_task.c.asked_by,
        user_task.c.outcome,
        user_task.c.note,
        user_task.c.opened_at,
        user_task.c.closed_at,
        user_account.c.name.label("assignee_name"),
    )
    .join(user_account, user_account.c.id == user_task.c.assignee_id)
    .where(user_task.c.part_of == bindparam("main"))
    .order_by(user_task.c.id)
)
_members = (
    select(member.c.user_id)
    .join(user_account, user_account.c.id == member.c.user_id)
    .where(member.c.queue_id == bindparam("queue"), user_account.c.active)
    .order_by(member.c.user_id)
)
_lock = select(user_task.c.id).where(user_task.c.id == bindparam("main")).with_for_update()
_end = update(user_task).where(user_task.c.id == bindparam("its_id"), user_task.c.state.in_(("open", "waiting")))
_mark = update(user_task).where(user_task.c.id == bindparam("its_id")).values(part=MAIN)
# What a part has in common with its task.
_SHARED = (
    *("instance_id", "engine_task_id", "element_id", "name", "process_key", "process_name", "version_id", "case_no"),
    *("role", "unit_path", "form_id", "due_at", "sort_at", "priority", "customer_name", "serial_no", "subject"),
)


def require_verb(task: Row[Any], verb: str) -> None:
    """Refuse what the diagram does not switch on."""
    if verb not in verbs_of(task.properties):
        raise Refusal(
            "verb_off",
            Message(f"任务“{task.name}”没有开通这个操作。", f"“{task.name}” does not offer this."),
            status=403,
        )


def require_main(task: Row[Any]) -> None:
    """Refuse at a part what belongs to the whole task."""
    if task.part_of is not None:
        raise Refusal(
            "part_only",
            Message(
                "您只是协办人，请直接填写意见；这个操作由主办人进行。",
                "You were asked for your part only; the holder of the task does this.",
            ),
            status=403,
        )


def parts_of(tx: Transaction, main_id: int) -> list[Row[Any]]:
    """Every part of a task, oldest first, with the name of its person."""
    return list(tx.rows(_parts, {"main": main_id}))


def members_of(tx: Transaction, queue_id: int) -> list[int]:
    """The ids of the active people of a queue."""
    return [row.user_id for row in tx.rows(_members, {"queue": queue_id})]


def lock(tx: Transaction, main_id: int) -> None:
    """Whoever acts on a part waits for the one before him."""
    tx.begin_writing()
    tx.row(_lock, {"main": main_id})


def add_parts(
    tx: Transaction,
    task: Mapping[str, Any],
    main_id: int,
    kind: str,
    people: Iterable[int],
    *,
    asked_by: int | None,
    note: str | None = None,
) -> None:
    """Give each person a part of a task (`task`: its columns) and mark the task."""
    now = clock.now()
    rows = [
        {
            **{key: task[key] for key in _SHARED},
            "state": "waiting" if kind == AFTER else "open",
            "assignee_id": person,
            "properties": task["properties"],
            "opened_at": now,
            "claimed_at": now,
            "late": False,
            "part_of": main_id,
            "part": kind,
            "asked_by": asked_by,
            "note": note,
        }
        for person in people
    ]
    if rows:
        tx.execute(insert(user_task), rows)
        tx.execute(_mark, {"its_id": main_id})


def end_part(tx: Transaction, part_id: int, *, closed_by: int | None, outcome: str | None, state: str) -> bool:
    """Close a part as `completed` or `cancelled`; whether it was still open."""
    values = {"state": state, "closed_at": clock.now(), "closed_by": closed_by, "outcome": outcome}
    return tx.execute(_end.values(**values), {"its_id": part_id}).rowcount == 1


def names(rows: Iterable[Row[Any]]) -> tuple[str, str]:
    """The people of some parts, for a Chinese and for an English sentence."""
    found = [row.assignee_name for row in rows]
    return "、".join(found), ", ".join(found)
