"""SQL that reads alike on SQLite and PostgreSQL: months in the company's zone, JSON values, hours between moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Numeric, String, and_, cast, column, false, func, literal, or_, table
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH, TIMESTAMP

from app.db import Json, UtcDateTime
from app.kpi.figure import Scope

# The rows of registers as figures read them. The room of registers stands beside this one, so only the names meet.
register_row = table(
    "register_row",
    column("register", String),
    column("row_key", String),
    column("case_no", String),
    column("instance_id"),
    column("unit_path", String),
    column("data", Json),
    column("created_at", UtcDateTime),
    column("voided_at", UtcDateTime),
)


def standing(code: str, rows: Any = register_row) -> ColumnElement[bool]:
    """The rows of a register that are not void."""
    return and_(rows.c.register == code, rows.c.voided_at.is_(None))


def month_of(at: ColumnElement[Any], scope: Scope) -> ColumnElement[str]:
    """The month "2026-03" of a moment (a column of moments, or ISO text with its offset)."""
    if scope.on_sqlite:
        # SQLite knows no zones; the offset of today is right wherever clocks are not changed, as in China.
        offset = scope.now.astimezone(scope.zone).utcoffset() or timedelta()
        return func.strftime("%Y-%m", at, f"{int(offset.total_seconds() // 60):+d} minutes", type_=String)
    local = func.timezone(str(scope.zone), cast(at, TIMESTAMP(timezone=True)))
    return func.to_char(local, "YYYY-MM", type_=String)


def text_at(document: ColumnElement[Any], *path: str, on_sqlite: bool) -> ColumnElement[str]:
    """A value of a JSON document as text, null when there is none."""
    if on_sqlite:
        return cast(func.json_extract(cast(document, String), "$" + "".join(f'."{key}"' for key in path)), String)
    return cast(document, JSONB)[tuple(path)].astext


def number_at(document: ColumnElement[Any], *path: str, on_sqlite: bool) -> ColumnElement[Any]:
    """A value of a JSON document that is a number."""
    return cast(text_at(document, *path, on_sqlite=on_sqlite), Numeric(asdecimal=False))


def items_of(document: ColumnElement[Any], *path: str, on_sqlite: bool) -> Any:
    """The items of a list in a JSON document as a table with the column `value`; to be joined laterally."""
    if on_sqlite:
        where = "$" + "".join(f'."{key}"' for key in path)
        return func.json_each(cast(document, String), where).table_valued("value", name="item")
    items = cast(document, JSONB)[tuple(path)]
    listed = func.jsonb_path_query(items, cast("$[*]", JSONPATH))
    return listed.table_valued("value", name="item").render_derived()


def item_text(item: Any, key: str, *, on_sqlite: bool) -> ColumnElement[str]:
    """A value of one such item as text."""
    if on_sqlite:
        return cast(func.json_extract(item.c.value, f'$."{key}"'), String)
    return cast(item.c.value, JSONB)[key].astext


def item_number(item: Any, key: str, *, on_sqlite: bool) -> ColumnElement[Any]:
    """A value of one such item as a number."""
    return cast(item_text(item, key, on_sqlite=on_sqlite), Numeric(asdecimal=False))


def hours_between(first: ColumnElement[Any], last: ColumnElement[Any], *, on_sqlite: bool) -> ColumnElement[Any]:
    """Natural hours from one moment to another."""
    if on_sqlite:
        return (func.julianday(last) - func.julianday(first)) * 24.0
    seconds = func.extract("epoch", cast(last, TIMESTAMP(timezone=True)) - cast(first, TIMESTAMP(timezone=True)))
    return cast(seconds, Numeric(asdecimal=False)) / 3600.0


def later_by(at: ColumnElement[Any], length: timedelta, *, on_sqlite: bool) -> ColumnElement[Any]:
    """A stored moment moved by a whole number of hours."""
    hours = int(length.total_seconds() // 3600)
    if on_sqlite:
        return func.strftime("%Y-%m-%dT%H:%M:%fZ", at, f"{hours:+d} hours", type_=UtcDateTime)
    return at + func.make_interval(0, 0, 0, 0, hours)


def within(unit_path: ColumnElement[Any], paths: Sequence[str], unit: str = "") -> ColumnElement[bool]:
    """At or below one of the units, and below the chosen one."""
    reached = or_(false(), *(unit_path.startswith(path, autoescape=True) for path in paths))
    return and_(reached, unit_path.startswith(unit, autoescape=True)) if unit else reached


def moment(at: datetime) -> ColumnElement[Any]:
    """A moment as a bound value."""
    return literal(at, UtcDateTime)
