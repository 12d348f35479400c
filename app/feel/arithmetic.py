"""Arithmetic among FEEL values: numbers, texts, dates, times and durations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from typing import Any

from app.feel import kinds, numbers
from app.feel.compare import clock_instant, instant
from app.feel.kinds import kind
from app.feel.values import DaysTimeDuration, YearsMonthsDuration
from app.feel.wide import (
    DAY_NANOS,
    AnyDate,
    AnyDateTime,
    AnyTime,
    civil,
    date_days,
    date_from_days,
    make_date,
    make_date_time,
    make_time,
    month_length,
    offset_nanos,
    split,
    time_nanos,
)

Operation = Callable[[Any, Any], Any]


def _plus_months(value: AnyDateTime, duration: YearsMonthsDuration, sign: int = 1) -> AnyDateTime | None:
    days, nanos, zone = split(value)
    moved = _shift_months(*civil(days), sign * duration.months)
    return None if moved is None else make_date_time(date_days(moved), nanos, zone)


def _shift_months(year: int, month: int, day: int, months: int) -> AnyDate | None:
    index = year * 12 + month - 1 + months
    year, month = index // 12, index % 12 + 1
    return make_date(year, month, min(day, month_length(year, month)))


def plus_days(value: AnyDateTime, nanoseconds: int) -> AnyDateTime | None:
    """A date and time moved by an exact length of time; in a zone with rules, by elapsed time."""
    days, nanos, zone = split(value)
    moved = make_date_time(days, nanos + nanoseconds, zone)
    if moved is None or zone is None:
        return moved
    before, after = offset_nanos(value), offset_nanos(moved)
    if before is None or after is None or before == after:
        return moved
    return make_date_time(days, nanos + nanoseconds + after - before, zone)


def _date_time_plus(value: AnyDateTime, duration: DaysTimeDuration) -> AnyDateTime | None:
    return plus_days(value, duration.nanoseconds)


def _date_plus_days(value: AnyDate, duration: DaysTimeDuration) -> AnyDate | None:
    return date_from_days(date_days(value) + duration.nanoseconds // DAY_NANOS)


def _date_minus_days(value: AnyDate, duration: DaysTimeDuration) -> AnyDate | None:
    return date_from_days(date_days(value) + (-duration.nanoseconds) // DAY_NANOS)


def _date_plus_months(value: AnyDate, duration: YearsMonthsDuration) -> AnyDate | None:
    return _shift_months(value.year, value.month, value.day, duration.months)


def _date_minus_months(value: AnyDate, duration: YearsMonthsDuration) -> AnyDate | None:
    return _shift_months(value.year, value.month, value.day, -duration.months)


def _time_plus(value: AnyTime, duration: DaysTimeDuration) -> AnyTime:
    return make_time(time_nanos(value) + duration.nanoseconds, value.tzinfo)


def _time_minus(value: AnyTime, duration: DaysTimeDuration) -> AnyTime:
    return make_time(time_nanos(value) - duration.nanoseconds, value.tzinfo)


def _between(left: AnyDateTime, right: AnyDateTime) -> DaysTimeDuration | None:
    (zoned, a), (other_zoned, b) = instant(left), instant(right)
    return DaysTimeDuration(a - b) if zoned == other_zoned else None


def midnight(value: AnyDate) -> AnyDateTime:
    """A date as its midnight in UTC, as the standard has it when a date meets a date and time."""
    found = make_date_time(date_days(value), 0, UTC)
    assert found is not None
    return found


def _between_times(left: AnyTime, right: AnyTime) -> DaysTimeDuration | None:
    if left.tzinfo is right.tzinfo:
        return DaysTimeDuration(time_nanos(left) - time_nanos(right))
    (zoned, a), (other_zoned, b) = clock_instant(left), clock_instant(right)
    return DaysTimeDuration(a - b) if zoned == other_zoned else None


def _scaled(amount: int, factor: Decimal) -> int | None:
    """An integer times a number, cut towards zero; None when absurdly large."""
    product = numbers.multiply(Decimal(amount), factor)
    return int(product) if product.is_finite() and product.adjusted() < 40 else None


def _days_times(duration: DaysTimeDuration, factor: Decimal) -> DaysTimeDuration | None:
    scaled = _scaled(duration.nanoseconds, factor)
    return None if scaled is None else DaysTimeDuration(scaled)


def _months_times(duration: YearsMonthsDuration, factor: Decimal) -> YearsMonthsDuration | None:
    scaled = _scaled(duration.months, factor)
    return None if scaled is None else YearsMonthsDuration(scaled)


def _divided(amount: int, divisor: Decimal) -> int | None:
    if not divisor:
        return None
    quotient = numbers.divide(Decimal(amount), divisor)
    return int(quotient) if quotient.is_finite() and quotient.adjusted() < 40 else None


def _days_by(duration: DaysTimeDuration, divisor: Decimal) -> DaysTimeDuration | None:
    found = _divided(duration.nanoseconds, divisor)
    return None if found is None else DaysTimeDuration(found)


def _months_by(duration: YearsMonthsDuration, divisor: Decimal) -> YearsMonthsDuration | None:
    found = _divided(duration.months, divisor)
    return None if found is None else YearsMonthsDuration(found)


def _ratio(left: int, right: int) -> Decimal | None:
    return numbers.finite(numbers.divide(Decimal(left), Decimal(right))) if right else None


_N, _S, _D, _T, _DT = kinds.NUMBER, kinds.STRING, kinds.DATE, kinds.TIME, kinds.DATE_TIME
_DAYS, _MONTHS = kinds.DAYS, kinds.MONTHS


def _swapped(operation: Operation) -> Operation:
    return lambda left, right: operation(right, left)


ADD: dict[tuple[str, str], Operation] = {
    (_N, _N): lambda a, b: numbers.finite(numbers.add(a, b)),
    (_DT, _MONTHS): _plus_months,
    (_DT, _DAYS): _date_time_plus,
    (_D, _MONTHS): _date_plus_months,
    (_D, _DAYS): _date_plus_days,
    (_T, _DAYS): _time_plus,
    (_MONTHS, _DT): _swapped(_plus_months),
    (_DAYS, _DT): _swapped(_date_time_plus),
    (_MONTHS, _D): _swapped(_date_plus_months),
    (_DAYS, _D): _swapped(_date_plus_days),
    (_DAYS, _T): _swapped(_time_plus),
    (_DAYS, _DAYS): lambda a, b: DaysTimeDuration(a.nanoseconds + b.nanoseconds),
    (_MONTHS, _MONTHS): lambda a, b: YearsMonthsDuration(a.months + b.months),
}
SUBTRACT: dict[tuple[str, str], Operation] = {
    (_N, _N): lambda a, b: numbers.finite(numbers.subtract(a, b)),
    (_DT, _DT): _between,
    (_D, _D): lambda a, b: DaysTimeDuration((date_days(a) - date_days(b)) * DAY_NANOS),
    (_DT, _D): lambda a, b: _between(a, midnight(b)),
    (_D, _DT): lambda a, b: _between(midnight(a), b),
    (_T, _T): _between_times,
    (_DT, _MONTHS): lambda a, b: _plus_months(a, b, -1),
    (_DT, _DAYS): lambda a, b: plus_days(a, -b.nanoseconds),
    (_D, _MONTHS): _date_minus_months,
    (_D, _DAYS): _date_minus_days,
    (_T, _DAYS): _time_minus,
    (_DAYS, _DAYS): lambda a, b: DaysTimeDuration(a.nanoseconds - b.nanoseconds),
    (_MONTHS, _MONTHS): lambda a, b: YearsMonthsDuration(a.months - b.months),
}
MULTIPLY: dict[tuple[str, str], Operation] = {
    (_N, _N): lambda a, b: numbers.finite(numbers.multiply(a, b)),
    (_N, _DAYS): _swapped(_days_times),
    (_DAYS, _N): _days_times,
    (_N, _MONTHS): _swapped(_months_times),
    (_MONTHS, _N): _months_times,
}
DIVIDE: dict[tuple[str, str], Operation] = {
    (_N, _N): lambda a, b: numbers.finite(numbers.divide(a, b)) if b else None,
    (_DAYS, _N): _days_by,
    (_MONTHS, _N): _months_by,
    (_DAYS, _DAYS): lambda a, b: _ratio(a.nanoseconds, b.nanoseconds),
    (_MONTHS, _MONTHS): lambda a, b: _ratio(a.months, b.months),
}
POWER: dict[tuple[str, str], Operation] = {(_N, _N): numbers.power}

# Adding two texts is not in the table: its result has a size, which the evaluation's budget must see.
TABLES = {"+": ADD, "-": SUBTRACT, "*": MULTIPLY, "/": DIVIDE, "**": POWER}


def negative(value: Any) -> Any:
    """`-value`; None for what has no negative."""
    if isinstance(value, Decimal):
        return numbers.minus(value)
    if isinstance(value, DaysTimeDuration):
        return DaysTimeDuration(-value.nanoseconds)
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(-value.months)
    return None


def operation(operator: str, left: Any, right: Any) -> Operation | None:
    """The operation for two values, None when the operator does not fit them."""
    return TABLES[operator].get((kind(left), kind(right)))
