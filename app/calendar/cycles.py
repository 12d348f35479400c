"""Repeating dates: cron expressions of six fields, with working days of this calendar (CA11–CA14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.calendar.work_calendar import WorkCalendar, add_months
from app.messages import Message, Refusal

_MONTHS = {
    name: n
    for n, name in enumerate(["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1)
}
_WEEKDAYS = {name: n for n, name in enumerate(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])}
_ALIASES = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
# Within eight years every date that exists at all has come, 29 February included.
_HORIZON = timedelta(days=366 * 8 + 2)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A cron expression "second minute hour day month weekday", as Camunda 8 writes timer cycles.

    Days may also be `L` (last of the month), `LW` and `1W` (its last and first working day, which here follows the
    official calendar, not just Monday to Friday) and `W` (every working day). Weekday 0 and 7 are Sunday.
    When day and weekday are both given, both must hold.
    """

    text: str
    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    day_rule: str
    months: frozenset[int]
    weekdays: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> Cycle:
        """Read an expression; refuses what it cannot read."""
        fields = _ALIASES.get(text.strip().lower(), text).upper().split()
        if len(fields) != 6:
            raise _wrong(text)
        try:
            day_rule = fields[3] if fields[3] in ("L", "LW", "1W", "W") else ""
            return cls(
                text=text,
                seconds=_numbers(fields[0], 0, 59),
                minutes=_numbers(fields[1], 0, 59),
                hours=_numbers(fields[2], 0, 23),
                days=frozenset() if day_rule else _numbers(fields[3], 1, 31),
                day_rule=day_rule,
                months=_numbers(fields[4], 1, 12, _MONTHS),
                weekdays=frozenset(number % 7 for number in _numbers(fields[5], 0, 7, _WEEKDAYS)),
            )
        except ValueError as error:
            raise _wrong(text) from error

    def falls_on(self, day: date, calendar: WorkCalendar) -> bool:
        """Whether it happens on that day."""
        if day.month not in self.months or (day.weekday() + 1) % 7 not in self.weekdays:
            return False
        match self.day_rule:
            case "L":
                return day == add_months(day.replace(day=1), 1) - timedelta(days=1)
            case "LW":
                return day == calendar.last_working_day(day)
            case "1W":
                return day == calendar.first_working_day(day)
            case "W":
                return calendar.is_working_day(day)
            case _:
                return day.day in self.days

    def next_after(self, moment: Any, calendar: WorkCalendar) -> datetime:
        """The first occurrence after `moment`, in the calendar's zone; refuses a date that never comes."""
        after = calendar.moment_of(moment)
        day, last = after.date(), after.date() + _HORIZON
        while day <= last:
            if self.falls_on(day, calendar):
                for hour in sorted(self.hours):
                    if day == after.date() and hour < after.hour:
                        continue
                    for minute in sorted(self.minutes):
                        start = calendar.at(day, hour * 60 + minute)
                        for second in sorted(self.seconds):
                            if (found := start + timedelta(seconds=second)) > after:
                                return found
            day += timedelta(days=1)
        raise Refusal(
            "cycle_never_happens",
            Message(f"周期“{self.text}”永远不会到来。", f'The cycle "{self.text}" never happens.'),
            status=422,
        )


def next_occurrence(cycle: str, after: Any, calendar: WorkCalendar) -> datetime:
    """When the cron expression `cycle` happens next after that moment."""
    return Cycle.parse(cycle).next_after(after, calendar)


def _numbers(field: str, low: int, high: int, names: Mapping[str, int] | None = None) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        if span in ("*", "?"):
            begin, end = low, high
        else:
            begin = _number(first, names)
            # "5/15" runs to the end of the field, "5" is 5 alone.
            end = _number(last, names) if dash else (high if step else begin)
        if not (low <= begin <= end <= high) or (step and int(step) < 1):
            raise ValueError(field)
        found.update(range(begin, end + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str, names: Mapping[str, int] | None) -> int:
    if names and text in names:
        return names[text]
    if not text.isascii() or not text.isdigit():
        raise ValueError(text)
    return int(text)


def _wrong(text: str) -> Refusal:
    return Refusal(
        "bad_cycle",
        Message(
            f"周期“{text}”无法识别，请用六段 cron 表达式（秒 分 时 日 月 星期），例如 0 0 8 LW * *。",
            f'"{text}" is no cycle; use a cron expression of six fields (second minute hour day month weekday) '
            "such as 0 0 8 LW * *.",
        ),
        status=422,
    )
