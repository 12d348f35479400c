"""Functions on dates, times and durations."""

from __future__ import annotations

from datetime import tzinfo
from decimal import Decimal
from typing import Any

from app import clock
from app.feel import kinds, numbers, temporal
from app.feel.errors import NoResult, shortened
from app.feel.functions.signature import Declared, parse
from app.feel.kinds import kind
from app.feel.properties import weekday
from app.feel.values import NANO, DaysTimeDuration, Function, YearsMonthsDuration
from app.feel.wide import (
    civil,
    date_days,
    date_from_days,
    fixed_zone,
    is_leap,
    make_date,
    make_date_time,
    make_time,
    month_length,
    split,
    time_nanos,
)

declared = Declared()


def _needed(value: Any, text: str, zh: str, en: str) -> Any:
    if value is None:
        raise NoResult(f"「{shortened(text, 40)}」不是{zh}。", f"{shortened(text, 40)!r} is not {en}.")
    return value


def _whole(value: Decimal) -> int:
    found = numbers.whole(value)
    if found is None:
        raise NoResult("年、月、日、时、分要是整数。", "year, month, day, hour and minute must be whole numbers.")
    return found


@declared("date(from: string)")
def date_of_text(text: str) -> Any:
    return _needed(temporal.read_date(text), text, "日期", "a date")


@declared("date(from: date)")
def date_of_date(value: Any) -> Any:
    return value


@declared("date(from: date and time)")
def date_of_date_time(value: Any) -> Any:
    return date_from_days(split(value)[0])


@declared("date(year: number, month: number, day: number)")
def date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> Any:
    found = make_date(_whole(year), _whole(month), _whole(day))
    return _needed(found, f"{year}-{month}-{day}", "日期", "a date")


@declared("time(from: string)")
def time_of_text(text: str) -> Any:
    return _needed(temporal.read_time(text), text, "时间", "a time")


@declared("time(from: time)")
def time_of_time(value: Any) -> Any:
    return value


@declared("time(from: date and time)")
def time_of_date_time(value: Any) -> Any:
    _, nanos, zone = split(value)
    return make_time(nanos, zone)


@declared("time(from: date)")
def time_of_date(value: Any) -> Any:
    return make_time(0, fixed_zone(0))


@declared("time(hour: number, minute: number, second: number, offset?: days and time duration|null)")
def time_of_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTimeDuration | None = None) -> Any:
    hours, minutes = _whole(hour), _whole(minute)
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= second < 60):
        raise NoResult("没有这样的时间。", "there is no such time.")
    zone: tzinfo | None = None
    if offset is not None:
        seconds = offset.nanoseconds // NANO
        if abs(seconds) > 18 * 3600:
            raise NoResult("时区偏移最多 18 小时。", "an offset is at most 18 hours.")
        zone = fixed_zone(seconds)
    return make_time((hours * 60 + minutes) * 60 * NANO + int(second * NANO), zone)


@declared("date and time(from: string)")
def date_time_of_text(text: str) -> Any:
    return _needed(temporal.read_date_time(text), text, "日期时间", "a date and time")


@declared("date and time(from: date and time)")
def date_time_of_date_time(value: Any) -> Any:
    return value


@declared("date and time(from: date)")
def date_time_of_date(value: Any) -> Any:
    return make_date_time(date_days(value), 0, None)


@declared("date and time(date: date|date and time, time: time)")
def date_time_of_parts(day: Any, clock_time: Any) -> Any:
    days = split(day)[0] if kind(day) == kinds.DATE_TIME else date_days(day)
    return make_date_time(days, time_nanos(clock_time), clock_time.tzinfo)


@declared("date and time(date: date and time, timezone: string)")
def date_time_in_zone(value: Any, timezone: str) -> Any:
    zone = temporal.zone(timezone if timezone[:1] in "Z+-@" and timezone else f"@{timezone}")
    if zone is None:
        raise NoResult(f"没有时区「{timezone}」。", f"there is no time zone {timezone!r}.")
    if getattr(value, "tzinfo", None) is None:
        days, nanos, _ = split(value)
        return make_date_time(days, nanos, zone)
    return value.astimezone(zone)


@declared("duration(from: string)")
def duration(text: str) -> Any:
    return _needed(temporal.read_duration(text), text, "时长", "a duration")


@declared("duration(from: days and time duration|years and months duration)")
def duration_of_duration(value: Any) -> Any:
    return value


@declared("years and months duration(from: date|date and time, to: date|date and time)")
def years_and_months_duration(start: Any, end: Any) -> Any:
    # Only the dates count: the time of day and the zone do not matter.
    first, last = _day_number(start), _day_number(end)
    sign = 1
    if last < first:
        first, last, sign = last, first, -1
    (year, month, day), (end_year, end_month, end_day) = civil(first), civil(last)
    months = (end_year - year) * 12 + end_month - month - (end_day < day)
    return YearsMonthsDuration(sign * months)


@declared("now()")
def now() -> Any:
    return clock.now()


@declared("today()")
def today() -> Any:
    return clock.now().date()


def clock_functions(zone: tzinfo) -> dict[str, Function]:
    """`now()` and `today()` as a zone has them: in China a day begins while it is still the day before in UTC."""
    return {
        "now": parse("now()", lambda: clock.now().astimezone(zone)),
        "today": parse("today()", lambda: clock.now().astimezone(zone).date()),
    }


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _day_number(value: Any) -> int:
    return split(value)[0] if kind(value) == kinds.DATE_TIME else date_days(value)


@declared("day of year(date: date|date and time)")
def day_of_year(value: Any) -> Decimal:
    days = _day_number(value)
    year = civil(days)[0]
    first = make_date(year, 1, 1)
    assert first is not None
    return Decimal(days - date_days(first) + 1)


@declared("day of week(date: date|date and time)")
def day_of_week(value: Any) -> str:
    return _DAYS[weekday(_day_number(value)) - 1]


@declared("month of year(date: date|date and time)")
def month_of_year(value: Any) -> str:
    return _MONTHS[civil(_day_number(value))[1] - 1]


@declared("week of year(date: date|date and time)")
def week_of_year(value: Any) -> Decimal:
    days = _day_number(value)
    # The week of a day is that of its Thursday (ISO 8601).
    thursday = days - weekday(days) + 4
    first = make_date(civil(thursday)[0], 1, 1)
    assert first is not None
    return Decimal((thursday - date_days(first)) // 7 + 1)


@declared("last day of month(date: date|date and time)")
def last_day_of_month(value: Any) -> Any:
    year, month, _ = civil(_day_number(value))
    return make_date(year, month, month_length(year, month))


@declared("is leap year(date: date|date and time)")
def is_leap_year(value: Any) -> bool:
    return is_leap(civil(_day_number(value))[0])
