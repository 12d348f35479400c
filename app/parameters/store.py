"""What people set: versioned values that begin at a date, for the company or for one profile."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Identity,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
)

from app import clock
from app.db import Json, Transaction, UtcDateTime, metadata
from app.messages import Message, Refusal
from app.parameters.definitions import ParameterBook
from app.parameters.values import COMPANY, COMPANY_PROFILE, Parameters

parameter_value = Table(
    "parameter_value",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("name", String(64), nullable=False),
    # "company", or the profile whose value this replaces.
    Column("scope", String(32), nullable=False),
    Column("value", Json),
    # From here on the value of the layer below holds again; tells "back to the default" from a value of null.
    Column("cleared", Boolean, nullable=False),
    Column("valid_from", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    UniqueConstraint("name", "scope", "version"),
)
Index("ix_parameter_value_valid_from", parameter_value.c.valid_from)


def set_value(
    tx: Transaction,
    book: ParameterBook,
    name: str,
    value: Any,
    *,
    actor: str,
    reason: str,
    scope: str = COMPANY,
    valid_from: datetime | None = None,
    expected_version: int | None = None,
) -> int:
    """Set a parameter from `valid_from` (default: now) on and return its new version.

    Refuses an unknown name or scope, a wrong value, a start in the past, a missing reason, and a change made on top of
    an outdated version (`expected_version`; 0 means "not set so far").
    """
    checked = book.definition(name).check(value)
    return _append(tx, book, name, checked, False, actor, reason, scope, valid_from, expected_version)


def clear_value(
    tx: Transaction,
    book: ParameterBook,
    name: str,
    *,
    actor: str,
    reason: str,
    scope: str = COMPANY,
    valid_from: datetime | None = None,
    expected_version: int | None = None,
) -> int:
    """Let profile or default hold again from `valid_from` on; returns the new version."""
    book.definition(name)
    return _append(tx, book, name, None, True, actor, reason, scope, valid_from, expected_version)


def _append(
    tx: Transaction,
    book: ParameterBook,
    name: str,
    value: Any,
    cleared: bool,
    actor: str,
    reason: str,
    scope: str,
    valid_from: datetime | None,
    expected_version: int | None,
) -> int:
    if scope != COMPANY:
        book.profile_values(scope)
    now = clock.now()
    if not reason.strip():
        raise Refusal(
            "reason_missing",
            Message("修改参数须填写原因。", "Changing a parameter needs a reason."),
            field="reason",
            status=422,
        )
    if valid_from is not None and valid_from < now:
        raise Refusal(
            "valid_from_past",
            Message("生效时间不能早于现在。", "A parameter cannot be changed for the past."),
            field="valid_from",
            status=422,
        )
    newest = tx.execute(
        select(func.max(parameter_value.c.version)).where(
            parameter_value.c.name == name, parameter_value.c.scope == scope
        )
    ).scalar()
    version = newest or 0
    if expected_version is not None and expected_version != version:
        raise Refusal(
            "changed_meanwhile",
            Message(
                "该参数刚被他人修改，请刷新后重试。", "Somebody changed this parameter meanwhile; reload and retry."
            ),
            field=name,
        )
    tx.execute(
        insert(parameter_value).values(
            name=name,
            scope=scope,
            value=value,
            cleared=cleared,
            valid_from=valid_from or now,
            version=version + 1,
            actor=actor,
            reason=reason.strip(),
            recorded_at=now,
        )
    )
    return version + 1


class StoredValues:
    """Everything people set, in the order it takes effect: what was in force at any moment, from memory."""

    def __init__(self, rows: Sequence[Row[Any]]) -> None:
        """`rows`: name, scope, value, cleared, valid_from, ordered by `valid_from` and version."""
        self._rows = rows
        self._begins = [row.valid_from for row in rows]
        self._known: dict[int, dict[tuple[str, str], Any]] = {}

    def reached(self, moment: datetime) -> int:
        """How many changes had taken effect by that moment: two moments with the same number saw the same values."""
        return bisect_right(self._begins, moment)

    def at(self, moment: datetime) -> dict[tuple[str, str], Any]:
        """What people had set, as in force at that moment, by (name, scope)."""
        number = self.reached(moment)
        if number not in self._known:
            found: dict[tuple[str, str], Any] = {}
            for row in self._rows[:number]:
                if row.cleared:
                    found.pop((row.name, row.scope), None)
                else:
                    found[row.name, row.scope] = row.value
            self._known[number] = found
        return self._known[number]


def load_stored(tx: Transaction) -> StoredValues:
    """Everything ever set. One statement."""
    table = parameter_value.c
    query = select(table.name, table.scope, table.value, table.cleared, table.valid_from)
    return StoredValues(tx.execute(query.order_by(table.valid_from, table.version)).all())


def load_values(tx: Transaction, at: datetime | None = None) -> dict[tuple[str, str], Any]:
    """What people set, as in force at `at` (default: now), by (name, scope). One statement."""
    return load_stored(tx).at(at or clock.now())


def current(tx: Transaction, book: ParameterBook, at: datetime | None = None) -> Parameters:
    """The values in force at `at` (default: now) under the company's profile."""
    return in_force(book, load_values(tx, at))


def in_force(book: ParameterBook, stored: Mapping[tuple[str, str], Any], profile: str | None = None) -> Parameters:
    """The values that `stored` gives under `profile` (default: the one the company chose)."""
    own = stored.get((COMPANY_PROFILE, COMPANY), book.definition(COMPANY_PROFILE).default)
    return Parameters(book, profile or own, stored)


def versions(tx: Transaction, name: str) -> Sequence[Row[Any]]:
    """Everything ever set for one parameter, newest first."""
    table = parameter_value.c
    return tx.execute(select(parameter_value).where(table.name == name).order_by(table.id.desc())).all()
