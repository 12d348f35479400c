"""The case an instance belongs to: what it is about, by what it is found, whether it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, update
from sqlalchemy.dialects import postgresql, sqlite

from app.db import UtcDateTime
from app.runtime.tables import case_term, service_case

if TYPE_CHECKING:
    from app.db import Transaction
    from app.runtime.step import StepRecord
    from app.runtime.world import World

SHOWN = {"customer_name": 80, "contact_phone": 40, "product_model": 60, "serial_no": 60, "subject": 200}
_SUBJECTS = ("fault_description", "content", "task_content")

_terms = {
    "sqlite": sqlite.insert(case_term).on_conflict_do_nothing().returning(case_term.c.term),
    "postgresql": postgresql.insert(case_term).on_conflict_do_nothing().returning(case_term.c.term),
}
_running = (
    update(service_case)
    .where(service_case.c.case_no == bindparam("its_case_no"))
    .values(
        running=service_case.c.running - 1,
        # Typed: inside a CASE nothing else says how a moment is written.
        closed_at=case((service_case.c.running <= 1, bindparam("now", type_=UtcDateTime())), else_=None),
    )
)


def shown(variables: dict[str, Any]) -> dict[str, Any]:
    """The columns of the case that lists show, from an instance's variables."""
    values = {key: variables.get(key) for key in SHOWN}
    values["subject"] = next((variables[key] for key in _SUBJECTS if variables.get(key)), None)
    return {
        key: " ".join(str(value).split())[: SHOWN[key]] if value not in (None, "") else None
        for key, value in values.items()
    }


def write(tx: Transaction, world: World, record: StepRecord) -> None:
    """Keep what is shown and searched in step with the variables; close the case after its last instance."""
    changed = {
        key: value for key, value in shown(record.variables).items() if value is not None and value != record.case[key]
    }
    if changed:
        record.undo_rows["case"] = {key: record.case[key] for key in changed}
        record.case.update(changed)
        tx.execute(update(service_case).where(service_case.c.case_no == record.case_no).values(**changed))
    record.undo_rows["terms"] = add_terms(tx, record.case_no, record.before, record.variables)
    if record.completed:
        tx.execute(_running, {"its_case_no": record.case_no, "now": record.now})


def add_terms(tx: Transaction, case_no: str, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Make the case findable by every record number, name, phone and serial number; returns the new ones."""
    rows = [
        {"case_no": case_no, "term": str(value)[:80].lower(), "kind": key}
        for key, value in after.items()
        if (key.endswith("_no") or key in {"customer_name", "contact_phone"})
        and isinstance(value, str | int)
        and value != ""
        and before.get(key) != value
    ]
    if not rows:
        return []
    return list(tx.execute(_terms[tx.connection.dialect.name], rows).scalars())
