"""What a person typed above a column, as a condition: dates and numbers as ranges, words as parts, 空 for nothing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, Integer, Numeric, String, and_, case, cast, func, literal, or_
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from app.messages import Message, Refusal
from app.registers.declaration import Column
from app.registers.tables import register_row

MOST_WORDS = 8  # each word of a search is asked of every column
EMPTY = frozenset({"空", "empty"})
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")
_BETWEEN = re.compile(r"\s*(?:\.\.|~|～|至|到|–|—| to )\s*")
_COMPARED = re.compile(r"(>=|<=|>|<|=|≥|≤|＞|＜|＝)\s*(.+)")
_SIGNS = {"≥": ">=", "≤": "<=", "＞": ">", "＜": "<", "＝": "="}


def value_of(column: Column, *, on_sqlite: bool) -> ColumnElement[str]:
    """The stored value of a column as text, null when the row has none."""
    if on_sqlite:
        return cast(func.json_extract(cast(register_row.c.data, String), f'$."{column.id}"'), String)
    return cast(register_row.c.data, JSONB)[column.id].astext


def order_of(column: Column, *, on_sqlite: bool) -> ColumnElement[Any]:
    """What a column sorts by: moments as moments whatever their offset, numbers as numbers."""
    if column.type == "datetime":
        return _moment(column, on_sqlite)
    return _number(column, on_sqlite) if column.is_number else value_of(column, on_sqlite=on_sqlite)


def number_of(column: Column, *, on_sqlite: bool) -> ColumnElement[Any]:
    """The value as a number, null when it is none."""
    return _number(column, on_sqlite)


def _number(column: Column, on_sqlite: bool) -> ColumnElement[Any]:
    if on_sqlite:
        raw = func.json_extract(cast(register_row.c.data, String), f'$."{column.id}"')
        return case((func.typeof(raw).in_(("integer", "real")), raw))
    node = cast(register_row.c.data, JSONB)[column.id]
    return case((func.jsonb_typeof(node) == "number", cast(node.astext, Numeric)))


def _moment(column: Column, on_sqlite: bool) -> ColumnElement[Any]:
    text = value_of(column, on_sqlite=on_sqlite)
    if on_sqlite:
        return func.strftime("%Y-%m-%dT%H:%M:%S", text)
    return case((text.op("~")(r"^\d{4}-\d\d-\d\dT"), cast(text, TIMESTAMP(timezone=True))))


def condition(
    column: Column, typed: str, *, on_sqlite: bool, zone: tzinfo, logins: frozenset[str] = frozenset()
) -> ColumnElement[bool]:
    """The condition for what was typed; `logins` are the people whose name fits. Raises Refusal naming the column."""
    value = value_of(column, on_sqlite=on_sqlite)
    typed = typed.strip()
    if typed in EMPTY:
        return or_(value.is_(None), value == "")
    if column.is_time:
        first, after = days_between(column, typed)
        return within_days(column, first, after, on_sqlite=on_sqlite, zone=zone)
    if column.is_number:
        return _compared(column, typed, on_sqlite)
    if column.type == "enum":
        return value == typed
    if column.type == "bool":
        yes = value.in_(("1", "true"))
        return yes if typed == "true" else and_(value.is_not(None), ~yes)
    if column.type in {"person", "persons"}:
        return _is_one_of(column, value, logins)
    return and_(*(value.icontains(word, autoescape=True) for word in typed.split()[:MOST_WORDS]))


def _is_one_of(column: Column, value: ColumnElement[str], logins: frozenset[str]) -> ColumnElement[bool]:
    if not logins:
        return literal(1, Integer) == 0
    if column.type == "person":
        return value.in_(sorted(logins))
    return or_(*(value.contains(f'"{login}"', autoescape=True) for login in sorted(logins)))


def within_days(
    column: Column, first: date | None, after: date | None, *, on_sqlite: bool, zone: tzinfo
) -> ColumnElement[bool]:
    """From the beginning of `first` to before the beginning of `after`, either end open."""
    conditions: list[ColumnElement[bool]] = []
    for day, is_start in ((first, True), (after, False)):
        if day is None:
            continue
        if column.type == "date":
            value: ColumnElement[Any] = func.substr(value_of(column, on_sqlite=on_sqlite), 1, 10)
            bound: object = day.isoformat()
        else:
            value = _moment(column, on_sqlite)
            midnight = datetime.combine(day, time(), zone)
            bound = midnight.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") if on_sqlite else midnight
        conditions.append(value >= bound if is_start else value < bound)
    return and_(*conditions)


def days_between(column: Column, typed: str) -> tuple[date, date]:
    """`2026-03` or `2026-03-01..2026-03-15` as (first day, day after the last)."""
    ends = [_span(part) for part in _BETWEEN.split(typed.strip()) if part]
    if len(ends) == 1 and ends[0] is not None:
        return ends[0]
    if len(ends) == 2 and ends[0] is not None and ends[1] is not None and ends[0][0] < ends[1][1]:
        return ends[0][0], ends[1][1]
    raise Refusal(
        "bad_date_filter",
        Message(
            f"“{column.title.zh}”的筛选“{typed}”不是日期，请写 2026、2026-03、2026-03-02 或 2026-03-01..2026-03-15。",
            f"“{typed}” is no date for “{column.title.en}”; write 2026, 2026-03, 2026-03-02 or 2026-03-01..2026-03-15.",
        ),
        field=column.id,
        status=422,
    )


def _span(text: str) -> tuple[date, date] | None:
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = int(found[1]), found[2], found[3]
    try:
        if month is None:
            return date(year, 1, 1), date(year + 1, 1, 1)
        if day is None:
            begin = date(year, int(month), 1)
            return begin, (begin + timedelta(days=32)).replace(day=1)
        begin = date(year, int(month), int(day))
    except (ValueError, OverflowError):
        return None
    return begin, begin + timedelta(days=1)


def _compared(column: Column, typed: str, on_sqlite: bool) -> ColumnElement[bool]:
    value = _number(column, on_sqlite)
    ends = [_decimal(part) for part in _BETWEEN.split(typed) if part]
    if len(ends) == 2 and ends[0] is not None and ends[1] is not None:
        return and_(value >= _bound(ends[0], on_sqlite), value <= _bound(ends[1], on_sqlite))
    sign, text = "=", typed
    if found := _COMPARED.fullmatch(typed):
        sign, text = _SIGNS.get(found[1], found[1]), found[2]
    number = _decimal(text)
    if number is None:
        raise Refusal(
            "bad_number_filter",
            Message(
                f"“{column.title.zh}”的筛选“{typed}”不是数字，请写 100、>100、<=50 或 100..200。",
                f"“{typed}” is no number for “{column.title.en}”; write 100, >100, <=50 or 100..200.",
            ),
            field=column.id,
            status=422,
        )
    bound = _bound(number, on_sqlite)
    return {">": value > bound, ">=": value >= bound, "<": value < bound, "<=": value <= bound, "=": value == bound}[
        sign
    ]


def _bound(number: Decimal, on_sqlite: bool) -> object:
    return float(number) if on_sqlite else number


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", "").replace("，", "").strip().lstrip("¥"))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
