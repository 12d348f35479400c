"""Reading registers: filter, sort and page, only what the person may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, and_, case, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from app.db import Transaction
from app.identity import Actor
from app.registers.declaration import Declarations, Register
from app.registers.tables import register_row


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows; `more` says whether another follows."""

    rows: list[Row[Any]]
    more: bool


def visible_registers(declarations: Declarations, actor: Actor) -> list[Register]:
    """The registers one of this person's roles may see."""
    return [register for register in declarations.registers.values() if register.visible_to & actor.roles]


def _value(tx: Transaction, column: str) -> ColumnElement[Any]:
    if tx.on_sqlite:
        return func.json_extract(cast(register_row.c.data, String), f"$.{column}")
    return cast(register_row.c.data, JSONB)[column].astext


def _query(
    tx: Transaction,
    register: Register,
    actor: Actor,
    filters: dict[str, str],
    since: datetime | None,
    until: datetime | None,
) -> Select[Any]:
    reach = [holding.unit_path for holding in actor.holdings if holding.role in register.visible_to]
    conditions: list[ColumnElement[bool]] = [
        register_row.c.register == register.code,
        or_(*(register_row.c.unit_path.startswith(path, autoescape=True) for path in reach))
        if reach
        else register_row.c.id < 0,
    ]
    known = {column.id for column in register.columns}
    for column, wanted in filters.items():
        if column == "text":
            conditions.append(cast(register_row.c.data, String).contains(wanted, autoescape=True))
        elif column in known:
            conditions.append(cast(_value(tx, column), String).contains(wanted, autoescape=True))
    if since is not None:
        conditions.append(register_row.c.created_at >= since)
    if until is not None:
        conditions.append(register_row.c.created_at < until)
    return select(register_row).where(and_(*conditions))


def find_rows(
    tx: Transaction,
    register: Register,
    actor: Actor,
    *,
    filters: dict[str, str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    sort: str | None = None,
    descending: bool = True,
    offset: int = 0,
    limit: int = 50,
) -> Page:
    """A page of the register, newest first unless sorted by a column."""
    query = _query(tx, register, actor, filters or {}, since, until)
    if sort is not None and sort in {column.id for column in register.columns}:
        value = _value(tx, sort)
        empty = case((value.is_(None), 1), else_=0)
        query = query.order_by(empty, value.desc() if descending else value.asc(), register_row.c.id)
    else:
        newest = register_row.c.created_at
        query = query.order_by(newest.desc() if descending else newest.asc(), register_row.c.id.desc())
    rows = list(tx.rows(query.offset(offset).limit(limit + 1)))
    return Page(rows[:limit], len(rows) > limit)


def all_rows(
    tx: Transaction, register: Register, actor: Actor, filters: dict[str, str] | None = None
) -> Iterator[Row[Any]]:
    """Every row, streamed in the order of writing: for exports."""
    query = _query(tx, register, actor, filters or {}, None, None).order_by(
        register_row.c.created_at, register_row.c.id
    )
    yield from tx.connection.execution_options(yield_per=500).execute(query)
