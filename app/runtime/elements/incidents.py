"""Incidents: a token that cannot go on until somebody mends it, shown red on the diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, update

from app.engine import facts as f
from app.runtime.tables import incident

if TYPE_CHECKING:
    from app.db import Transaction
    from app.runtime.step import StepRecord
    from app.runtime.world import World

_insert = insert(incident)
_resolve = (
    update(incident)
    .where(
        incident.c.instance_id == bindparam("its_instance"),
        incident.c.engine_task_id == bindparam("its_task"),
        incident.c.resolved_at.is_(None),
    )
    .values(resolved_at=bindparam("now"), resolved_by=bindparam("actor"))
)


def write(tx: Transaction, world: World, record: StepRecord) -> None:
    """Raise and resolve."""
    for fact in record.facts:
        if isinstance(fact, f.IncidentRaised):
            tx.execute(
                _insert,
                {
                    "instance_id": record.instance_id,
                    "engine_task_id": fact.task_id,
                    "element_id": fact.element_id,
                    "kind": fact.kind,
                    "message_zh": fact.message_zh,
                    "message_en": fact.message_en,
                    "raised_at": record.now,
                },
            )
            record.event("incident_raised", fact, reason_zh=fact.message_zh, reason_en=fact.message_en)
            record.reversible = False
        elif isinstance(fact, f.IncidentResolved):
            tx.execute(
                _resolve,
                {
                    "its_instance": record.instance_id,
                    "its_task": fact.task_id,
                    "now": record.now,
                    "actor": record.actor.id,
                },
            )
            record.event("incident_resolved", fact)
