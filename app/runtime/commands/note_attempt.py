"""Record what somebody tried and was refused, show it to the leader, and take note of it."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select, update

from app import clock
from app.db import Transaction
from app.history import Event, record_all
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.attempts import Attempt
from app.runtime.tables import refused_attempt

LEADER = "department_leader"
_same = select(refused_attempt.c.id).where(
    refused_attempt.c.task_id == bindparam("task_id"),
    refused_attempt.c.actor_id == bindparam("actor_id"),
    refused_attempt.c.rule == bindparam("rule"),
    refused_attempt.c.acknowledged_at.is_(None),
)
_insert = insert(refused_attempt)
_acknowledge = (
    update(refused_attempt)
    .where(refused_attempt.c.id == bindparam("its_id"), refused_attempt.c.acknowledged_at.is_(None))
    .values(acknowledged_at=bindparam("now"), acknowledged_by=bindparam("leader"))
)


def note_attempt(tx: Transaction, *, actor: Actor, attempt: Attempt) -> None:
    """One line of history each time; to the leader the same attempt is shown once until he has taken note of it."""
    event = Event(
        "attempt_refused",
        case_no=attempt.case_no,
        task_id=attempt.task_id,
        element_name=attempt.task_name,
        data=attempt.as_json(),
    )
    record_all(tx, actor, [event])
    if tx.row(_same, {"task_id": attempt.task_id, "actor_id": actor.id, "rule": attempt.rule}) is None:
        tx.execute(
            _insert,
            {
                "at": clock.now(),
                "rule": attempt.rule,
                "case_no": attempt.case_no,
                "task_id": attempt.task_id,
                "task_name": attempt.task_name,
                "unit_path": attempt.unit_path,
                "actor_id": actor.id,
                "actor_name": actor.name,
                "fields": attempt.as_json(),
            },
        )


def acknowledge_attempt(tx: Transaction, *, actor: Actor, attempt_id: int) -> None:
    """The leader has taken note; what follows is his decision. Doing it twice does nothing more.

    Raises Refusal: unknown to everybody but the leader of the unit.
    """
    row = tx.row(select(refused_attempt).where(refused_attempt.c.id == attempt_id))
    if row is None or not actor.holds(LEADER, row.unit_path):
        raise Refusal("unknown_attempt", Message("没有这条记录。", "There is no such record."), status=404)
    if tx.execute(_acknowledge, {"its_id": attempt_id, "now": clock.now(), "leader": actor.id}).rowcount == 1:
        data = {"who": row.actor_name, "rule": row.rule}
        event = Event("attempt_acknowledged", case_no=row.case_no, task_id=row.task_id, data=data)
        record_all(tx, actor, [event])
