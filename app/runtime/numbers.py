"""Numbers without gaps or doubles: taken inside the transaction that uses them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.db import Transaction
from app.runtime.tables import number_sequence

_values = {"name": bindparam("name"), "scope": bindparam("scope"), "value": 1}
_next = {
    "sqlite": sqlite.insert(number_sequence)
    .values(_values)
    .on_conflict_do_update(index_elements=["name", "scope"], set_={"value": number_sequence.c.value + 1})
    .returning(number_sequence.c.value),
    "postgresql": postgresql.insert(number_sequence)
    .values(_values)
    .on_conflict_do_update(index_elements=["name", "scope"], set_={"value": number_sequence.c.value + 1})
    .returning(number_sequence.c.value),
}


def next_value(tx: Transaction, name: str, scope: str) -> int:
    """The next number of a sequence, from 1. Whoever asks at the same time waits; a rollback gives it back."""
    return int(tx.execute(_next[tx.connection.dialect.name], {"name": name, "scope": scope}).scalar_one())


def next_case_no(tx: Transaction, at: datetime) -> str:
    """A case number 服务单号: FW, the local year, and a number of that year (readings 3)."""
    year = at.astimezone(clock.ZONE).year
    return f"FW{year}{next_value(tx, 'case_no', str(year)):06d}"
