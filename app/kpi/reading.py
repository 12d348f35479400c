"""Reading figures: by month, unit and person, and the counted things themselves. One statement each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, select

from app.db import Transaction
from app.kpi.figure import Counted, Figure, Scope, Value
from app.kpi.sql import within


def months_back(until: str, count: int) -> list[str]:
    """The `count` months that end with `until`, oldest first."""
    year, month = map(int, until.split("-"))
    last = year * 12 + month - 1
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(last - count + 1, last + 1)]


def by_month(tx: Transaction, figure: Figure, scope: Scope) -> dict[str, Value]:
    """The value of every month that counted something."""
    return _grouped(tx, figure, scope, "month")


def by_unit(tx: Transaction, figure: Figure, scope: Scope) -> dict[str, Value]:
    """The value of every unit, by its path."""
    return _grouped(tx, figure, scope, "unit_path")


def by_person(tx: Transaction, figure: Figure, scope: Scope) -> dict[str, Value]:
    """The value of every person, by login."""
    return _grouped(tx, figure, scope, "person")


def counted(
    tx: Transaction, figure: Figure, scope: Scope, *, only: str = "", offset: int = 0, limit: int = 50
) -> Sequence[Counted]:
    """The counted things, newest first, `only` those "in" the part or "out" of it; one beyond `limit` tells of more."""
    facts = _facts(figure, scope)
    query = select(facts).order_by(facts.c.at.desc(), facts.c.case_no.desc())
    if only == "in":
        query = query.where(facts.c.part >= facts.c.whole)
    elif only == "out":
        query = query.where(facts.c.part < facts.c.whole)
    return [
        Counted(row.case_no, _iso(row.at), row.unit_path, row.person, _decimal(row.part), _decimal(row.whole))
        for row in tx.rows(query.offset(offset).limit(limit + 1))
    ]


def _facts(figure: Figure, scope: Scope) -> Any:
    facts = figure.counted(scope).subquery("counted")
    return (
        select(facts)
        .where(facts.c.month.between(scope.since, scope.until), within(facts.c.unit_path, scope.reach, scope.unit))
        .subquery("facts")
    )


def _grouped(tx: Transaction, figure: Figure, scope: Scope, key: str) -> dict[str, Value]:
    facts = _facts(figure, scope)
    if figure.kind == "median":
        return {str(row.key): _value(figure, row) for row in tx.rows(_medians(facts, facts.c[key]))}
    query = select(
        cast(facts.c[key], String).label("key"),
        func.count().label("things"),
        func.sum(facts.c.part).label("part"),
        func.sum(facts.c.whole).label("whole"),
    ).group_by(facts.c[key])
    return {str(row.key): _value(figure, row) for row in tx.rows(query)}


def _medians(facts: Any, key: ColumnElement[Any]) -> Select[Any]:
    """The middle one of each group, or the mean of the two middle ones."""
    ranked = select(
        key.label("key"),
        facts.c.part.label("part"),
        func.row_number().over(partition_by=key, order_by=facts.c.part).label("place"),
        func.count().over(partition_by=key).label("things"),
    ).subquery("ranked")
    middle = ranked.c.place.between((ranked.c.things + 1) / 2 - 0.5, ranked.c.things / 2 + 1)
    return (
        select(
            cast(ranked.c.key, String).label("key"),
            func.max(ranked.c.things).label("things"),
            func.avg(ranked.c.part).label("part"),
            func.max(ranked.c.things).label("whole"),
        )
        .where(middle)
        .group_by(ranked.c.key)
    )


def _value(figure: Figure, row: Any) -> Value:
    part, whole = _decimal(row.part), _decimal(row.whole)
    value: Decimal | None = part
    if figure.kind == "share":
        value = part * 100 / whole if whole else None
    return Value(value if row.things else None, row.things, part, whole)


def _decimal(number: Any) -> Decimal:
    return Decimal(str(number)) if number is not None else Decimal(0)


def _iso(at: Any) -> str:
    return at.isoformat() if isinstance(at, datetime) else str(at or "")
