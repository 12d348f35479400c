"""What people set: versioned values that begin at a date, for the company or for one profile."""

from __future__ import annotations

from collections.abc import Sequence
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


def load_values(tx: Transaction, at: datetime | None = None) -> dict[tuple[str, str], Any]:
    """What people set, as in force at `at` (default: now), by (name, scope). One statement."""
    table = parameter_value.c
    query = (
        select(table.name, table.scope, table.value, table.cleared)
        .where(table.valid_from <= (at or clock.now()))
        .order_by(table.valid_from, table.version)
    )
    found: dict[tuple[str, str], Any] = {}
    for row in tx.execute(query):
        if row.cleared:
            found.pop((row.name, row.scope), None)
        else:
            found[row.name, row.scope] = row.value
    return found


def current(tx: Transaction, book: ParameterBook, at: datetime | None = None) -> Parameters:
    """The values in force at `at` (default: now) under the company's profile."""
    stored = load_values(tx, at)
    profile = stored.get((COMPANY_PROFILE, COMPANY), book.definition(COMPANY_PROFILE).default)
    return Parameters(book, profile, stored)


def versions(tx: Transaction, name: str) -> Sequence[Row[Any]]:
    """Everything ever set for one parameter, newest first."""
    table = parameter_value.c
    return tx.execute(select(parameter_value).where(table.name == name).order_by(table.id.desc())).all()
