"""Equality and order among FEEL values: True, False, or None where two values cannot be compared."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from app.feel import kinds, temporal
from app.feel.extent import bounded
from app.feel.kinds import kind
from app.feel.values import DaysTimeDuration, Range, YearsMonthsDuration
from app.feel.wide import (
    AnyDateTime,
    AnyTime,
    WideDateTime,
    date_days,
    date_from_days,
    make_date_time,
    offset_nanos,
    split,
    time_nanos,
    time_offset_nanos,
)

_DAY_NANOS = 86_400 * 10**9
_SIMPLE = frozenset((Decimal, str, bool, DaysTimeDuration, YearsMonthsDuration))
_ORDERED = frozenset((Decimal, str, DaysTimeDuration, YearsMonthsDuration))


def instant(value: AnyDateTime) -> tuple[bool, int]:
    """Whether a date and time has a zone, and its nanoseconds since 1970 (UTC if it has)."""
    days, nanos, _ = split(value)
    offset = offset_nanos(value)
    return offset is not None, days * _DAY_NANOS + nanos - (offset or 0)


def clock_instant(value: AnyTime) -> tuple[bool, int]:
    """The same for a time of day."""
    offset = time_offset_nanos(value)
    return offset is not None, time_nanos(value) - (offset or 0)


def equal(left: Any, right: Any) -> bool | None:
    """`left = right`: values of different kinds are not comparable, null equals only null."""
    kind_of_left = type(left)
    if kind_of_left is type(right) and kind_of_left in _SIMPLE:
        return bool(left == right)
    if left is None or right is None:
        return left is right
    what = kind(left)
    if what != kind(right):
        return None
    if what in (kinds.LIST, kinds.CONTEXT):
        bounded(left)
        bounded(right)
        return _equal_parts(left, right)
    if what == kinds.RANGE:
        if (left.low_included, left.high_included) != (right.low_included, right.high_included):
            return False
        return (left.operator == "!=") == (right.operator == "!=") and _all(
            (equal(left.low, right.low), equal(left.high, right.high))
        )
    if what == kinds.FUNCTION:
        return True if left is right else None
    order = _order(what, left, right)
    return None if order is None else order == 0


def _equal_parts(left: Any, right: Any) -> bool | None:
    """Equality of lists and contexts, whose size has been checked at the top."""
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return False
        return _all(_equal_parts(one, other) for one, other in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        if left.keys() != right.keys():
            return False
        return _all(_equal_parts(value, right[key]) for key, value in left.items())
    return equal(left, right)


def _all(results: Any) -> bool | None:
    verdict: bool | None = True
    for result in results:
        if result is False:
            return False
        if result is None:
            verdict = None
    return verdict


def order(left: Any, right: Any) -> int | None:
    """Negative, zero or positive as `left` is before, equal to or after `right`; None when there is no order."""
    kind_of_left = type(left)
    if kind_of_left is type(right) and kind_of_left in _ORDERED:
        return -1 if left < right else int(left > right)
    what = kind(left)
    if what != kind(right):
        return None
    return _order(what, left, right)


def _order(what: str, left: Any, right: Any) -> int | None:
    match what:
        case kinds.NUMBER | kinds.STRING | kinds.DAYS | kinds.MONTHS:
            a, b = left, right
        case kinds.DATE:
            a, b = date_days(left), date_days(right)
        case kinds.DATE_TIME:
            (zoned, a), (other_zoned, b) = instant(left), instant(right)
            if zoned != other_zoned:
                return None
        case kinds.TIME:
            (zoned, a), (other_zoned, b) = clock_instant(left), clock_instant(right)
            if zoned != other_zoned:
                return None
        case _:
            return None
    return -1 if a < b else int(a > b)


def as_temporal(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Both values with an ISO text beside a temporal value turned into that kind; None when there is nothing to turn.

    Process variables are JSON and keep dates as text, so `due_date < today()` must work on a text.
    """
    if isinstance(left, str):
        turned = _turned(left, right)
        return None if turned is None else (turned, right)
    if isinstance(right, str):
        turned = _turned(right, left)
        return None if turned is None else (left, turned)
    return None


def _turned(text: str, partner: Any) -> Any:
    what = kind(partner)
    if what not in kinds.TEMPORAL or len(text) > 80:
        return None
    found = temporal.read_literal(text)
    if found is None or kind(found) == what:
        return found
    if what == kinds.DATE and isinstance(found, (datetime, WideDateTime)):
        return date_from_days(split(found)[0])
    if what == kinds.DATE_TIME and kind(found) == kinds.DATE:
        return make_date_time(date_days(found), 0, partner.tzinfo)
    # A length of time and a point in time are different kinds, but arithmetic joins them.
    lengths = (kinds.DAYS, kinds.MONTHS)
    return found if (what in lengths) != (kind(found) in lengths) else None


def contains(range_: Range, value: Any) -> bool | None:
    """Whether a range holds a value; None when they cannot be compared."""
    if range_.operator == "!=":
        same = equal(value, range_.low)
        return None if same is None else not same
    if range_.operator == "=":
        return equal(value, range_.low)
    if value is None:
        return None
    low, high = range_.low, range_.high
    if (low is None or high is None) and not range_.operator:
        # An unknown end is not an open one: `(null..10]` cannot tell, `(<= 10)` can.
        return None
    above: bool | None = True
    if low is not None:
        at = order(value, low)
        above = None if at is None else (at >= 0 if range_.low_included else at > 0)
    below: bool | None = True
    if high is not None:
        at = order(value, high)
        below = None if at is None else (at <= 0 if range_.high_included else at < 0)
    if above is False or below is False:
        return False
    return None if above is None or below is None else True


def sort_key_kind(value: Any) -> str:
    """The kind, or "" for what has no order."""
    what = kind(value)
    return what if what in (kinds.NUMBER, kinds.STRING) or what in kinds.TEMPORAL else ""
