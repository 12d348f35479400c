"""Writing history: rows are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import insert

from app import clock
from app.db import Transaction
from app.history.tables import history_event

_insert = insert(history_event)


class Doer(Protocol):
    """Whoever acts: identity's Actor fits."""

    @property
    def id(self) -> int | None: ...
    @property
    def name(self) -> str: ...


@dataclass(slots=True)
class Event:
    """One line of history."""

    kind: str
    case_no: str | None = None
    instance_id: int | None = None
    task_id: int | None = None
    element_id: str | None = None
    element_name: str | None = None
    data: dict[str, Any] | None = None
    at: datetime | None = None  # now when it is not said


def record_all(tx: Transaction, actor: Doer, events: list[Event]) -> None:
    """Append the events in order, at their time or now. One statement."""
    if not events:
        return
    now = clock.now()
    tx.execute(
        _insert,
        [
            {
                "at": event.at or now,
                "case_no": event.case_no,
                "instance_id": event.instance_id,
                "task_id": event.task_id,
                "actor_id": actor.id,
                "actor_name": actor.name,
                "kind": event.kind,
                "element_id": event.element_id,
                "element_name": event.element_name,
                "data": event.data,
            }
            for event in events
        ],
    )


def record(
    tx: Transaction, *, actor: Doer, kind: str, data: dict[str, Any] | None = None, case_no: str | None = None
) -> None:
    """Append one event."""
    record_all(tx, actor, [Event(kind, case_no=case_no, data=data)])
