"""Finding what people are to be told: tasks and events behind a mark, read after their commits.

No step writes anything for this. The mark stays behind by `SETTLED`: a transaction that commits a moment later with a
lower number is still found, and what is found twice has the same key and is told once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.calendar import WorkCalendar
from app.db import Transaction
from app.history import history_event
from app.identity.tables import member, org_unit, user_account
from app.notices.choices import Choice, choices_of
from app.notices.tables import notice, notice_delivery, notice_mark
from app.runtime.tables import user_task

SETTLED = timedelta(minutes=2)  # longer than any step takes
MOST = 2000  # rows read at once
SAME_STEP = timedelta(seconds=5)  # between a step's submission and the tasks that it opens
LATE_FOR = timedelta(days=1)  # how long after its due time a task is still news
AHEAD = timedelta(days=5)  # tasks with more time than that warn when it has come down to this
_WARNED = 0.8

CalendarOf = Callable[[Transaction, str], WorkCalendar]
_INSERT = {
    "sqlite": lambda: sqlite.insert(notice).on_conflict_do_nothing(),
    "postgresql": lambda: postgresql.insert(notice).on_conflict_do_nothing(),
}
_GIVEN = {"task_reassigned": "assigned", "task_transferred": "assigned", "task_delegated": "assigned"}
_TOLD = {**_GIVEN, "task_returned_to_owner": "returned", "task_urged": "urged"}


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody is to be told something about a task."""

    key: str
    user_id: int
    kind: str
    task: Row[Any]
    person: str | None = None
    note: str | None = None


def find_new(tx: Transaction, channels: Collection[str], calendar_of: CalendarOf) -> int:
    """Tell of tasks that were opened and of what happened to them; returns how many messages came of it."""
    return tell(tx, [*_opened(tx), *_happened(tx)], channels, calendar_of)


def find_late(tx: Transaction, channels: Collection[str], calendar_of: CalendarOf) -> int:
    """Tell holders of tasks whose time is used to 80 %, or over."""
    now = clock.now()
    rows = tx.rows(
        select(user_task).where(
            user_task.c.state == "open",
            user_task.c.assignee_id.is_not(None),
            user_task.c.due_at > now - LATE_FOR,
            user_task.c.due_at <= now + AHEAD,
        )
    )
    found = []
    for row in rows:
        share = (now - row.opened_at) / (row.due_at - row.opened_at) if row.due_at > row.opened_at else 1.0
        if share >= _WARNED:
            kind = "late" if row.due_at <= now else "warned"
            found.append(Found(f"{kind}:{row.id}:{row.assignee_id}", row.assignee_id, kind, row))
    return tell(tx, found, channels, calendar_of)


def tell(tx: Transaction, found: Iterable[Found], channels: Collection[str], calendar_of: CalendarOf) -> int:
    """Write the messages that are new and wanted, and what is to leave the house for them."""
    by_key = {each.key: each for each in found}
    if by_key:
        known = tx.rows(select(notice.c.key).where(notice.c.key.in_(sorted(by_key))))
        for row in known:
            by_key.pop(row.key)
    choices = choices_of(tx, {each.user_id for each in by_key.values()})
    wanted = [each for each in by_key.values() if choices.get(each.user_id, Choice()).wants(each.kind)]
    if not wanted:
        return 0
    now = clock.now()
    rows = [
        {
            "key": each.key,
            "user_id": each.user_id,
            "kind": each.kind,
            "at": now,
            "case_no": each.task.case_no,
            "task_id": each.task.id,
            "task_name": each.task.name,
            "person": each.person,
            "note": each.note[:400] if each.note else None,
        }
        for each in wanted
    ]
    write = _INSERT[tx.connection.dialect.name]().values(rows).returning(notice.c.id, notice.c.user_id, notice.c.kind)
    made = tx.rows(write)
    _deliver(tx, made, choices, channels, calendar_of, now)
    return len(made)


def _deliver(
    tx: Transaction,
    made: Collection[Row[Any]],
    choices: dict[int, Choice],
    channels: Collection[str],
    calendar_of: CalendarOf,
    now: datetime,
) -> None:
    if not made or not channels:
        return
    people = {
        row.id: row
        for row in tx.rows(
            select(user_account.c.id, user_account.c.email, org_unit.c.path)
            .outerjoin(org_unit, org_unit.c.id == user_account.c.home_unit_id)
            .where(user_account.c.id.in_(sorted({row.user_id for row in made})), user_account.c.active)
        )
    }
    rows = []
    for row in made:
        person, choice = people.get(row.user_id), choices.get(row.user_id, Choice())
        if person is None:
            continue
        send_at = choice.send_at(now, row.kind, calendar_of(tx, person.path or "/"))
        for channel in sorted(channels):
            address = person.email if channel == "mail" else choice.addresses.get(channel)
            if address and choice.uses(channel):
                rows.append(
                    {
                        "notice_id": row.id,
                        "user_id": row.user_id,
                        "channel": channel,
                        "state": "waiting",
                        "send_at": send_at,
                        "attempts": 0,
                    }
                )
    if rows:
        tx.execute(insert(notice_delivery), rows)


# -- tasks that were opened --------------------------------------------------------------------------------------------


def _opened(tx: Transaction) -> list[Found]:
    mark = _mark(tx, "tasks", user_task.c.id)
    rows = tx.rows(select(user_task).where(user_task.c.id > mark).order_by(user_task.c.id).limit(MOST))
    settled = clock.now() - SETTLED
    reached = mark
    for row in rows:
        if row.opened_at > settled:
            break
        reached = row.id
    _move(tx, "tasks", mark, reached)
    waiting = [row for row in rows if row.state == "open"]
    held = [row for row in waiting if row.assignee_id is not None]
    himself, again, names = _by_themselves(tx, held), _done_before(tx, held), _names(tx, held)
    found = []
    for row in held:
        if row.part_of is not None:
            asker = names.get(row.asked_by)
            found.append(Found(f"asked:{row.id}:{row.assignee_id}", row.assignee_id, "asked", row, asker, row.note))
        elif row.claimed_at == row.opened_at and row.id not in himself:  # what came to him later is an event
            kind = "returned" if (row.instance_id, row.element_id, row.assignee_id) in again else "assigned"
            found.append(Found(f"task:{row.id}:{row.assignee_id}", row.assignee_id, kind, row))
    return [*found, *_for_queues(tx, [row for row in waiting if row.assignee_id is None])]


def _by_themselves(tx: Transaction, rows: list[Row[Any]]) -> set[int]:
    """Tasks that a step of their holder opened: he goes on with them anyway."""
    if not rows:
        return set()
    event = history_event.c
    events = tx.rows(
        select(event.case_no, event.actor_id, event.at).where(
            event.case_no.in_(sorted({row.case_no for row in rows})),
            event.at >= min(row.opened_at for row in rows) - SAME_STEP,
            event.actor_id.in_(sorted({row.assignee_id for row in rows})),
        )
    )
    return {
        row.id
        for row in rows
        for each in events
        if (each.case_no, each.actor_id) == (row.case_no, row.assignee_id) and abs(each.at - row.opened_at) <= SAME_STEP
    }


def _names(tx: Transaction, rows: list[Row[Any]]) -> dict[int, str]:
    """Who asked, by number."""
    ids = sorted({row.asked_by for row in rows if row.asked_by is not None})
    if not ids:
        return {}
    named = select(user_account.c.id, user_account.c.name).where(user_account.c.id.in_(ids))
    return {row.id: row.name for row in tx.rows(named)}


def _done_before(tx: Transaction, rows: list[Row[Any]]) -> set[tuple[int, str, int]]:
    """(instance, element, person) that were completed before: such a task has come back to him."""
    if not rows:
        return set()
    done = tx.rows(
        select(user_task.c.instance_id, user_task.c.element_id, user_task.c.closed_by).where(
            user_task.c.instance_id.in_(sorted({row.instance_id for row in rows})), user_task.c.state == "completed"
        )
    )
    return {(row.instance_id, row.element_id, row.closed_by) for row in done}


def _for_queues(tx: Transaction, rows: list[Row[Any]]) -> list[Found]:
    """Unclaimed tasks, for those of their roles who want to hear of them."""
    wanting = {user_id for user_id, choice in choices_of(tx).items() if choice.wants("queue")} if rows else set()
    if not wanting:
        return []
    queues = sorted({row.queue_id for row in rows if row.queue_id is not None})
    members = tx.rows(
        select(member.c.queue_id, member.c.user_id).where(
            member.c.user_id.in_(sorted(wanting)), member.c.queue_id.in_(queues)
        )
    )
    return [
        Found(f"queue:{row.id}:{each.user_id}", each.user_id, "queue", row)
        for row in rows
        for each in members
        if each.queue_id == row.queue_id
    ]


# -- what happened to a task -------------------------------------------------------------------------------------------


def _happened(tx: Transaction) -> list[Found]:
    mark = _mark(tx, "history", history_event.c.id)
    event = history_event.c
    rows = tx.rows(
        select(event.id, event.kind, event.task_id, event.actor_id, event.actor_name, event.data)
        .where(event.id > mark, event.kind.in_([*_TOLD, "task_signed"]), event.task_id.is_not(None))
        .order_by(event.id)
        .limit(MOST)
    )
    last = rows[-1].id if len(rows) == MOST else None
    settled = select(func.max(event.id)).where(event.id > mark, event.at <= clock.now() - SETTLED)
    reached = tx.value(settled if last is None else settled.where(event.id <= last))
    _move(tx, "history", mark, reached or mark)
    tasks = _open_tasks(tx, {row.task_id for row in rows})
    found = []
    for row in rows:
        data = row.data or {}
        if row.kind == "task_signed":
            found += [
                Found(f"asked:{part.id}:{part.assignee_id}", part.assignee_id, "asked", part, row.actor_name, part.note)
                for part in tasks.values()
                if part.part == "after" and part.part_of == row.task_id
            ]
            continue
        task = tasks.get(row.task_id)
        if task is None or task.assignee_id is None or task.assignee_id == row.actor_id:
            continue
        kind = _TOLD[row.kind]
        note = data.get("note") or data.get("reason")
        key = f"event:{row.id}:{task.assignee_id}"
        found.append(Found(key, task.assignee_id, kind, task, row.actor_name, str(note) if note else None))
    return found


def _open_tasks(tx: Transaction, ids: set[int]) -> dict[int, Row[Any]]:
    """Open tasks by number, with the open parts of tasks."""
    if not ids:
        return {}
    known = user_task.c.id.in_(sorted(ids)) | user_task.c.part_of.in_(sorted(ids))
    return {row.id: row for row in tx.rows(select(user_task).where(known, user_task.c.state == "open"))}


# -- the marks ---------------------------------------------------------------------------------------------------------


def _mark(tx: Transaction, name: str, column: Any) -> int:
    """Up to which number everything is told; a house that never told anything begins now, not with its past."""
    value = tx.value(select(notice_mark.c.value).where(notice_mark.c.name == name))
    if value is not None:
        return int(value)
    begin = int(tx.value(select(func.max(column))) or 0)
    into: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    made = into[tx.connection.dialect.name](notice_mark)
    tx.execute(made.values(name=name, value=begin).on_conflict_do_nothing())
    return begin


def _move(tx: Transaction, name: str, before: int, reached: int) -> None:
    if reached > before:
        tx.execute(
            update(notice_mark).where(notice_mark.c.name == name, notice_mark.c.value < reached).values(value=reached)
        )
