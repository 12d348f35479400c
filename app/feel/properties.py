"""The properties of dates, times, durations and ranges: `due_at.hour`, `duration.days`, `range.start`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.feel import kinds
from app.feel.kinds import kind
from app.feel.values import NANO, DaysTimeDuration
from app.feel.wide import civil, date_days, offset_nanos, split, time_nanos, time_offset_nanos

NO_PROPERTY = object()


def _zone_name(zone: tzinfo | None) -> str | None:
    return zone.key if isinstance(zone, ZoneInfo) else None


def _offset(nanos: int | None) -> DaysTimeDuration | None:
    return None if nanos is None else DaysTimeDuration(nanos)


def _second(nanos: int) -> Decimal:
    return Decimal(nanos // NANO % 60)


def weekday(days: int) -> int:
    """1 for Monday … 7 for Sunday, from days since 1970-01-01 (a Thursday)."""
    return (days + 3) % 7 + 1


_DATE: dict[str, Callable[[Any], Any]] = {
    "year": lambda v: Decimal(v.year),
    "month": lambda v: Decimal(v.month),
    "day": lambda v: Decimal(v.day),
    "weekday": lambda v: Decimal(weekday(date_days(v))),
}
_TIME: dict[str, Callable[[Any], Any]] = {
    "hour": lambda v: Decimal(time_nanos(v) // NANO // 3600),
    "minute": lambda v: Decimal(time_nanos(v) // NANO // 60 % 60),
    "second": lambda v: _second(time_nanos(v)),
    "time offset": lambda v: _offset(time_offset_nanos(v)),
    "timezone": lambda v: _zone_name(v.tzinfo),
}
_DATE_TIME: dict[str, Callable[[Any], Any]] = {
    "year": lambda v: Decimal(civil(split(v)[0])[0]),
    "month": lambda v: Decimal(civil(split(v)[0])[1]),
    "day": lambda v: Decimal(civil(split(v)[0])[2]),
    "weekday": lambda v: Decimal(weekday(split(v)[0])),
    "hour": lambda v: Decimal(split(v)[1] // NANO // 3600),
    "minute": lambda v: Decimal(split(v)[1] // NANO // 60 % 60),
    "second": lambda v: _second(split(v)[1]),
    "time offset": lambda v: _offset(offset_nanos(v)),
    "timezone": lambda v: _zone_name(v.tzinfo),
}
_DAYS: dict[str, Callable[[Any], Any]] = {
    "days": lambda v: Decimal(v.parts()[0]),
    "hours": lambda v: Decimal(v.parts()[1]),
    "minutes": lambda v: Decimal(v.parts()[2]),
    "seconds": lambda v: Decimal(v.parts()[3]),
}
_MONTHS: dict[str, Callable[[Any], Any]] = {
    "years": lambda v: Decimal(v.parts()[0]),
    "months": lambda v: Decimal(v.parts()[1]),
}
_RANGE: dict[str, Callable[[Any], Any]] = {
    "start": lambda v: v.low,
    "end": lambda v: v.high,
    "start included": lambda v: v.low_included,
    "end included": lambda v: v.high_included,
}

PROPERTIES = {
    kinds.DATE: _DATE,
    kinds.TIME: _TIME,
    kinds.DATE_TIME: _DATE_TIME,
    kinds.DAYS: _DAYS,
    kinds.MONTHS: _MONTHS,
    kinds.RANGE: _RANGE,
}


def property_of(value: Any, name: str) -> Any:
    """A property's value, NO_PROPERTY when this kind of value has none of that name."""
    reader = PROPERTIES.get(kind(value), {}).get(name)
    return NO_PROPERTY if reader is None else reader(value)
