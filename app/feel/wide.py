"""Dates and times beyond Python's own: years outside 1…9999 and fractions of a second finer than a microsecond."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from app.feel.values import NANO

LAST_YEAR = 999_999_999
DAY_NANOS = 86_400 * NANO
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class WideDate:
    """A date whose year Python's `date` cannot hold."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class WideTime:
    """A time of day with nanoseconds."""

    nanos: int
    tzinfo: tzinfo | None


@dataclass(frozen=True, slots=True)
class WideDateTime:
    """A date and time that Python's `datetime` cannot hold: days since 1970-01-01 and nanoseconds of that day."""

    days: int
    nanos: int
    tzinfo: tzinfo | None


AnyDate = date | WideDate
AnyTime = time | WideTime
AnyDateTime = datetime | WideDateTime


def days_of(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date of the proleptic Gregorian calendar."""
    if 1 <= year <= 9999:
        return date(year, month, day).toordinal() - _EPOCH
    shifted = year - (month <= 2)
    era, year_of_era = divmod(shifted, 400)
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


def civil(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970-01-01."""
    ordinal = days + _EPOCH
    if 1 <= ordinal <= date.max.toordinal():
        found = date.fromordinal(ordinal)
        return found.year, found.month, found.day
    era, day_of_era = divmod(days + 719_468, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_index = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_index + 2) // 5 + 1
    month = month_index + (3 if month_index < 10 else -9)
    return year_of_era + era * 400 + (month <= 2), month, day


def is_leap(year: int) -> bool:
    """Whether February has 29 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """Days of a month."""
    return (31, 29 if is_leap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def make_date(year: int, month: int, day: int) -> AnyDate | None:
    """A date, None when there is no such day."""
    if not (-LAST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= month_length(year, month)):
        return None
    return date(year, month, day) if 1 <= year <= 9999 else WideDate(year, month, day)


def date_from_days(days: int) -> AnyDate | None:
    """A date from days since 1970-01-01, None outside the calendar."""
    if abs(days) > 366 * 10**9:
        return None
    return make_date(*civil(days))


def date_days(value: AnyDate) -> int:
    """Days since 1970-01-01 of a date."""
    return days_of(value.year, value.month, value.day)


def make_time(nanos: int, zone: tzinfo | None) -> AnyTime:
    """A time of day from nanoseconds since midnight (taken modulo one day)."""
    nanos %= DAY_NANOS
    if nanos % 1000:
        return WideTime(nanos, zone)
    seconds, fraction = divmod(nanos, NANO)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, fraction // 1000, tzinfo=zone)


def time_nanos(value: AnyTime) -> int:
    """Nanoseconds since midnight of a time, by its own clock."""
    if isinstance(value, WideTime):
        return value.nanos
    return ((value.hour * 60 + value.minute) * 60 + value.second) * NANO + value.microsecond * 1000


def make_date_time(days: int, nanos: int, zone: tzinfo | None) -> AnyDateTime | None:
    """A date and time from local days and nanoseconds (which may run over), None outside the calendar."""
    extra, nanos = divmod(nanos, DAY_NANOS)
    days += extra
    if abs(days) > 366 * 10**9:
        return None
    year, month, day = civil(days)
    if not -LAST_YEAR <= year <= LAST_YEAR:
        return None
    if nanos % 1000 or not 1 <= year <= 9999:
        return WideDateTime(days, nanos, zone)
    seconds, fraction = divmod(nanos, NANO)
    return datetime(
        year, month, day, seconds // 3600, seconds // 60 % 60, seconds % 60, fraction // 1000, tzinfo=zone
    )  # fmt: skip


def split(value: AnyDateTime) -> tuple[int, int, tzinfo | None]:
    """Local days since 1970-01-01, nanoseconds of that day, and the zone."""
    if isinstance(value, WideDateTime):
        return value.days, value.nanos, value.tzinfo
    nanos = ((value.hour * 60 + value.minute) * 60 + value.second) * NANO + value.microsecond * 1000
    return value.toordinal() - _EPOCH, nanos, value.tzinfo


def offset_nanos(value: AnyDateTime) -> int | None:
    """The offset from UTC, None for a local date and time."""
    if value.tzinfo is None:
        return None
    if isinstance(value, datetime):
        delta = value.utcoffset()
    else:
        # A zone's rules are asked for the same day of the 400-year cycle inside Python's calendar.
        year, month, day = civil(value.days)
        near = (
            year
            if 1 < year < 9999
            else (2 if year < 2 else 9600 + year % 400 - (400 if 9600 + year % 400 > 9998 else 0))
        )
        seconds = value.nanos // NANO
        stand_in = datetime(near, month, min(day, month_length(near, month)), tzinfo=value.tzinfo) + timedelta(
            seconds=seconds
        )
        delta = value.tzinfo.utcoffset(stand_in)
    return None if delta is None else int(delta.total_seconds()) * NANO


def time_offset_nanos(value: AnyTime) -> int | None:
    """The offset from UTC of a time; None without zone, or when the zone's offset depends on the date."""
    zone = value.tzinfo
    if zone is None:
        return None
    delta = zone.utcoffset(None)
    if delta is None and isinstance(zone, ZoneInfo):
        winter, summer = (zone.utcoffset(datetime(2026, month, 1, tzinfo=zone)) for month in (1, 7))
        delta = winter if winter == summer else None
    return None if delta is None else int(delta.total_seconds()) * NANO


def fixed_zone(seconds: int) -> tzinfo:
    """The zone of a fixed offset."""
    return UTC if seconds == 0 else timezone(timedelta(seconds=seconds))
