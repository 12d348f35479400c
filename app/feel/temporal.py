"""Reads and writes dates, times and durations: ISO 8601, and `@Zone/Name` for zones."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from app.feel.values import NANO, DaysTimeDuration, YearsMonthsDuration
from app.feel.wide import (
    AnyDate,
    AnyDateTime,
    AnyTime,
    WideDate,
    WideDateTime,
    WideTime,
    civil,
    date_days,
    fixed_zone,
    make_date,
    make_date_time,
    make_time,
    split,
    time_nanos,
)

_DATE = re.compile(r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-([0-9]{2})-([0-9]{2})\Z")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,30}))?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z0-9_+\-/]{1,60})?\Z"
)
_DAYS_TIME = re.compile(
    r"(-)?P(?:([0-9]{1,20})D)?(?:T(?=[0-9])(?:([0-9]{1,20})H)?(?:([0-9]{1,20})M)?(?:([0-9]{1,20})(?:\.([0-9]{0,30}))?S)?)?\Z"
)
_YEARS_MONTHS = re.compile(r"(-)?P(?:([0-9]{1,12})Y)?(?:([0-9]{1,12})M)?\Z")
_MOST_OFFSET = 18 * 3600


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=256)
def zone(written: str) -> tzinfo | None:
    """The zone written as `Z`, `+08:00` or `@Asia/Shanghai`; None when there is no such zone."""
    if written in ("Z", "z"):
        return UTC
    if written.startswith("@"):
        # Only names of the zone database: a text must not choose files.
        return ZoneInfo(written[1:]) if written[1:] in _zones() else None
    sign = -1 if written[0] == "-" else 1
    parts = [int(part) for part in written[1:].split(":")]
    seconds = parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)
    if parts[1] > 59 or (len(parts) > 2 and parts[2] > 59) or seconds > _MOST_OFFSET:
        return None
    return fixed_zone(sign * seconds)


def read_date(text: str) -> AnyDate | None:
    """`2026-03-02`."""
    match = _DATE.match(text)
    return make_date(int(match[1]), int(match[2]), int(match[3])) if match else None


def _read_clock(text: str) -> tuple[int, tzinfo | None] | None:
    """Nanoseconds and zone of `09:00:00+08:00`; 24:00:00 is a whole day."""
    match = _TIME.match(text)
    if match is None or match[3] is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3])
    fraction = int(match[4][:9].ljust(9, "0")) if match[4] else 0
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second or fraction)):
        return None
    found = zone(match[5]) if match[5] else None
    if match[5] and found is None:
        return None
    return ((hour * 60 + minute) * 60 + second) * NANO + fraction, found


def read_time(text: str) -> AnyTime | None:
    """`09:00:00`, `09:00:00+08:00`, `09:00:00@Asia/Shanghai`."""
    clock = _read_clock(text)
    return make_time(*clock) if clock else None


def read_date_time(text: str) -> AnyDateTime | None:
    """`2026-03-02T09:00:00+08:00`; a date alone is its midnight."""
    day_text, mark, clock_text = text.partition("T")
    day = read_date(day_text)
    if day is None:
        return None
    if not mark:
        return make_date_time(date_days(day), 0, None)
    clock = _read_clock(clock_text)
    return make_date_time(date_days(day), *clock) if clock else None


def read_duration(text: str) -> DaysTimeDuration | YearsMonthsDuration | None:
    """`PT12H`, `P3D`, `P1Y6M`; a mixture of months and days is no duration."""
    match = _DAYS_TIME.match(text)
    if match and any(match.groups()[1:]):
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:5])
        nanos = (days * 86_400 + hours * 3_600 + minutes * 60 + seconds) * NANO + int(
            (match[6] or "0")[:9].ljust(9, "0")
        )
        return DaysTimeDuration(-nanos if match[1] else nanos)
    match = _YEARS_MONTHS.match(text)
    if match and any(match.groups()[1:]):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsMonthsDuration(-months if match[1] else months)
    return None


def read_literal(text: str) -> Any:
    """What stands between the quotes of `@"…"`, whichever kind it is; None when it is none."""
    if text[:1] == "P" or text[:2] == "-P":
        return read_duration(text)
    if "T" in text[1:]:
        return read_date_time(text)
    return read_time(text) if ":" in text[:4] else read_date(text)


def _zone_text(found: tzinfo | None) -> str:
    if found is None:
        return ""
    if isinstance(found, ZoneInfo):
        return f"@{found.key}"
    delta = found.utcoffset(None)
    if delta is None:
        return ""
    seconds = int(delta.total_seconds())
    if not seconds:
        return "Z"
    hours, rest = divmod(abs(seconds), 3600)
    tail = f":{rest % 60:02d}" if rest % 60 else ""
    return f"{'-' if seconds < 0 else '+'}{hours:02d}:{rest // 60:02d}{tail}"


def _clock_text(nanos: int) -> str:
    seconds, fraction = divmod(nanos, NANO)
    tail = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{tail}"


def _date_text(year: int, month: int, day: int) -> str:
    return f"{'-' if year < 0 else ''}{abs(year):04d}-{month:02d}-{day:02d}"


def write(value: Any) -> str:
    """The FEEL text of a date, time, date and time or duration."""
    if isinstance(value, (datetime, WideDateTime)):
        days, nanos, found = split(value)
        return f"{_date_text(*civil(days))}T{_clock_text(nanos)}{_zone_text(found)}"
    if isinstance(value, (date, WideDate)):
        return _date_text(value.year, value.month, value.day)
    if isinstance(value, (time, WideTime)):
        return _clock_text(time_nanos(value)) + _zone_text(value.tzinfo)
    return str(value)


def write_iso(value: Any) -> str:
    """The ISO 8601 text that variables keep: zones become offsets, since JSON's readers know no `@Zone`."""
    if isinstance(value, datetime) and isinstance(value.tzinfo, ZoneInfo):
        delta = value.utcoffset()
        if delta is not None:
            return write(value.replace(tzinfo=fixed_zone(int(delta.total_seconds()))))
    return write(value)
