"""Queues: one per role and unit; a task waits in the queue of the nearest unit that has someone for it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import String, bindparam, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite

from app.db import Transaction
from app.identity.tables import member, org_unit, queue


@dataclass(frozen=True, slots=True)
class Queue:
    """Where a task waits. `staffed` is false when nobody holds the role anywhere above the case's unit."""

    id: int
    role: str
    staffed: bool


_nearest = (
    select(queue.c.id)
    .join(org_unit, org_unit.c.id == queue.c.org_unit_id)
    .where(
        queue.c.role == bindparam("role"),
        func.substr(bindparam("path", type_=String), 1, func.length(org_unit.c.path)) == org_unit.c.path,
        exists().where(member.c.queue_id == queue.c.id),
    )
    .order_by(org_unit.c.depth.desc())
    .limit(1)
)
_root = select(org_unit.c.id).where(org_unit.c.depth == 0).order_by(org_unit.c.id).limit(1)
_make = {
    "sqlite": sqlite.insert(queue).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(queue).on_conflict_do_nothing(),
}
_queue = select(queue.c.id).where(queue.c.role == bindparam("role"), queue.c.org_unit_id == bindparam("unit"))


def queue_of(tx: Transaction, role: str, unit_id: int) -> int:
    """The queue of a role at a unit, made when there is none."""
    found = tx.value(_queue, {"role": role, "unit": unit_id})
    if found is not None:
        return int(found)
    # Two tasks may need it first at the same time: the second waits here, and then finds it.
    tx.execute(_make[tx.connection.dialect.name], {"role": role, "org_unit_id": unit_id})
    return int(tx.value(_queue, {"role": role, "unit": unit_id}))


def nearest_queue(tx: Transaction, role: str, unit_path: str) -> Queue:
    """The queue of `role` at the nearest unit from `unit_path` upward with an active holder, else the company's."""
    found = tx.value(_nearest, {"role": role, "path": unit_path})
    if found is not None:
        return Queue(int(found), role, staffed=True)
    return Queue(queue_of(tx, role, int(tx.value(_root))), role, staffed=False)
