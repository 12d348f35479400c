"""User tasks: opened in the queue of the nearest unit that has the role, closed with who and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import CompoundSelect, bindparam, case, insert, literal_column, null, select, union_all, update

from app.definitions import sign_rule_of
from app.engine import facts as f
from app.identity import nearest_queue
from app.identity.tables import user_account
from app.runtime.parts import SIGN, add_parts, members_of
from app.runtime.tables import user_task

if TYPE_CHECKING:
    from app import engine
    from app.db import Transaction
    from app.runtime.step import StepRecord
    from app.runtime.world import World


EVERY_ROLE = "*"  # as `claim`: whoever starts a case keeps every task that it opens
# What the inbox shows of the case; a closed task is in no inbox, and there are many of them.
SHOWN_WHILE_OPEN = ("customer_name", "serial_no", "subject")
# And what the definition knows anyway.
KNOWN_WHILE_OPEN = ("process_name", "properties", "sort_at")
WITHOUT_DUE = timedelta(days=36500)


@dataclass(frozen=True, slots=True)
class Opened:
    """A user task this step opened."""

    id: int
    engine_task_id: str
    element_id: str
    name: str
    assignee_id: int | None
    queue_id: int | None
    is_step: bool = False  # one of consecutive steps that a person sees as one page (readings 5)


_close = (
    update(user_task)
    .where(
        user_task.c.instance_id == bindparam("its_instance"),
        user_task.c.engine_task_id == bindparam("its_task"),
        # Literals: a partial index must match them.
        literal_column("user_task.state IN ('open', 'waiting')"),
    )
    .values(
        # What other people still had to do for it ends with it.
        state=case((user_task.c.part_of.is_(None), bindparam("new_state")), else_="cancelled"),
        closed_at=bindparam("now"),
        closed_by=bindparam("actor"),
        late=user_task.c.due_at.is_not(None) & (user_task.c.due_at < bindparam("now", type_=user_task.c.due_at.type)),
        outcome=bindparam("new_outcome"),
        **dict.fromkeys((*SHOWN_WHILE_OPEN, *KNOWN_WHILE_OPEN)),
    )
)
_insert = insert(user_task).returning(user_task.c.id, user_task.c.engine_task_id, sort_by_parameter_order=True)
_people = select(
    null().label("element_id"), user_account.c.login.label("login"), user_account.c.id.label("user_id")
).where(user_account.c.login.in_(bindparam("logins", expanding=True)), user_account.c.active)


@cache
def _whose(elements: int) -> CompoundSelect[Any]:
    """Who did some elements of an instance last, and the numbers of people: one statement, a short look for each.

    A loop may have gone round a thousand times: only its last round is read.
    """
    last = (
        select(user_task.c.element_id, null().label("login"), user_task.c.closed_by.label("user_id"))
        .join(user_account, user_account.c.id == user_task.c.closed_by)
        .where(
            user_task.c.instance_id == bindparam("instance"),
            user_task.c.element_id == bindparam(f"element_{number}"),
            user_task.c.state == "completed",
            user_account.c.active,
        )
        .order_by(user_task.c.id.desc())
        .limit(1)
        .subquery()
        for number in range(elements)
    )
    return union_all(*(select(one) for one in last), _people)


def sorted_at(due_at: datetime | None, opened_at: datetime) -> datetime:
    """Where a task stands in an inbox: tasks without a due time behind those with one, in the order they opened."""
    return due_at or opened_at + WITHOUT_DUE


def moment(text: str | None) -> datetime | None:
    """An ISO date-time as an aware datetime; ValueError when it has no offset."""
    if not text:
        return None
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"the date-time {text!r} has no offset")
    return at


def write(tx: Transaction, world: World, record: StepRecord) -> None:
    """Close what ended, then open what waits."""
    opened: dict[str, f.UserTaskOpened] = {}
    closed: list[f.UserTaskClosed] = []
    for fact in record.facts:
        if isinstance(fact, f.UserTaskOpened):
            opened[fact.task_id] = fact
        elif isinstance(fact, f.UserTaskClosed) and opened.pop(fact.task_id, None) is None:
            closed.append(fact)
    if closed:
        tx.execute(
            _close,
            [
                {
                    "its_instance": record.instance_id,
                    "its_task": fact.task_id,
                    "new_state": "completed" if fact.completed else "cancelled",
                    "now": record.now,
                    "actor": record.actor.id,
                    "new_outcome": _outcome(record) if fact.completed else None,
                }
                for fact in closed
            ],
        )
        record.undo_rows["closed"] = [fact.task_id for fact in closed]
    if opened:
        _open(tx, record, list(opened.values()))


def _outcome(record: StepRecord) -> str | None:
    decision = record.variables.get("decision")
    return str(decision)[:40] if decision is not None and record.before.get("decision") != decision else None


def _keeps(record: StepRecord, role: str | None, queue_id: int, element: engine.Element | None) -> bool:
    """Whoever does a step goes on with the next of the same role, but never with an approval."""
    if record.claim not in {EVERY_ROLE, role} or (element is not None and element.properties.get("approval") == "true"):
        return False
    return any(held.queue_id == queue_id and held.deputy_for is None for held in record.actor.holdings)


def _open(tx: Transaction, record: StepRecord, facts: list[f.UserTaskOpened]) -> None:
    # Whoever filled a form in gets it back when it is returned or comes round again (§0.4).
    elements = dict.fromkeys(fact.element_id for fact in facts) if record.before else {}
    logins = sorted({login for fact in facts for login in (fact.assignee, *fact.candidate_users) if login})
    asked = {f"element_{number}": element for number, element in enumerate(elements)}
    found = (
        tx.rows(_whose(len(elements)), {**asked, "instance": record.instance_id, "logins": logins})
        if elements or logins
        else ()
    )
    again: dict[str, int] = {row.element_id: row.user_id for row in found if row.element_id is not None}
    people: dict[str, int] = {row.login: row.user_id for row in found if row.login is not None}
    queues: dict[str, int] = {}
    rows = []
    signers: dict[str, list[int]] = {}
    for fact in facts:
        element = record.element(fact)
        version = record.surroundings.version_of(fact.process_id)
        role = fact.candidate_groups[0] if fact.candidate_groups else fact.role
        assignee = people.get(fact.assignee) if fact.assignee else again.get(fact.element_id)
        if assignee is None and not fact.assignee:
            assignee = next((people[login] for login in fact.candidate_users if login in people), None)
        due_at = moment(fact.due_at)
        if role and role not in queues:
            queues[role] = nearest_queue(tx, role, record.unit_path).id
        queue_id = queues.get(role) if role else None
        if assignee is None and queue_id is not None and _keeps(record, role, queue_id, element):
            assignee = record.actor.id
        if element is not None and sign_rule_of(element.properties) is not None:
            named = [people[login] for login in fact.candidate_users if login in people]
            signing = named or (members_of(tx, queue_id) if queue_id is not None else [])
            if signing:
                # Nobody's alone: each has a part. With nobody to sign it waits in its role's queue like any other.
                signers[fact.task_id] = list(dict.fromkeys(signing))
                assignee = queue_id = None
        rows.append(
            {
                "instance_id": record.instance_id,
                "engine_task_id": fact.task_id,
                "element_id": fact.element_id,
                "name": fact.name,
                "process_key": version.key,
                "process_name": version.name,
                "version_id": version.id,
                "case_no": record.case_no,
                "state": "open",
                "role": role,
                "queue_id": queue_id,
                "unit_path": record.unit_path,
                "assignee_id": assignee,
                "form_id": fact.form_id,
                "properties": dict(element.properties) if element else {},
                "opened_at": record.now,
                "claimed_at": record.now if assignee is not None else None,
                "due_at": due_at,
                "sort_at": sorted_at(due_at, record.now),
                "follow_up_at": moment(fact.follow_up_at),
                "priority": fact.priority,
                "late": False,
                **{key: record.case[key] for key in SHOWN_WHILE_OPEN},
            }
        )
    inserted = tx.execute(_insert, rows).all()
    for row, made in zip(rows, inserted, strict=True):
        if row["engine_task_id"] in signers:
            add_parts(tx, row, made.id, SIGN, signers[row["engine_task_id"]], asked_by=None)
        record.opened.append(
            Opened(made.id, row["engine_task_id"], row["element_id"], row["name"], row["assignee_id"], row["queue_id"])
        )
    record.undo_rows["opened"] = [row["engine_task_id"] for row in rows]
