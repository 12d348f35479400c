"""When a timer is due: ISO 8601 dates, durations and repeating intervals, evaluated once when the timer is armed."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from app.engine.model import TimerKind

_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_LONGEST = timedelta(days=366 * 100)


@dataclass(frozen=True, slots=True)
class Duration:
    """Months count on the calendar, the rest is exact; a day is 24 hours."""

    months: int
    rest: timedelta

    def after(self, moment: datetime) -> datetime:
        """`moment` plus this duration; the day is clipped to the month's last."""
        if self.months:
            index = moment.year * 12 + moment.month - 1 + self.months
            year, month = divmod(index, 12)
            moment = moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
        return moment + self.rest


@dataclass(frozen=True, slots=True)
class Due:
    """The next moment; `repeats` firings follow it (None: without end), `interval` apart."""

    at: datetime
    interval: str | None = None
    repeats: int | None = 0


def duration(text: str) -> Duration:
    """An ISO 8601 duration that is not negative; ValueError otherwise."""
    match = _DURATION.fullmatch(text.strip())
    parts = {name: value for name, value in match.groupdict().items() if value} if match else {}
    if not parts or parts == {"sign": "-"}:
        raise ValueError(f"not an ISO 8601 duration: {text!r}")
    if "sign" in parts:
        raise ValueError(f"a duration must not be negative: {text!r}")
    try:
        rest = timedelta(
            **{unit: float(parts.get(unit, 0)) for unit in ("weeks", "days", "hours", "minutes", "seconds")}
        )
    except OverflowError:
        raise ValueError(f"longer than a hundred years: {text!r}") from None
    months = int(parts.get("years", 0)) * 12 + int(parts.get("months", 0))
    if months > 1200 or rest > _LONGEST:
        raise ValueError(f"longer than a hundred years: {text!r}")
    return Duration(months, rest)


def moment(value: Any, zone: tzinfo = UTC) -> datetime:
    """An ISO 8601 date or date-time (offset, `Z` or `@Zone/Name`); without an offset it is read in `zone`."""
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime.combine(value, time())
    else:
        text, _, name = str(value).strip().partition("@")
        found = datetime.fromisoformat(text)
        if name and found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(name))
    return (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(UTC)


def is_cron(text: str) -> bool:
    """Whether it looks like a cron expression of six fields or a name for one; the calendar reads it."""
    return text.strip().startswith("@") or len(text.split()) == 6


def due(kind: TimerKind, value: Any, now: datetime, zone: tzinfo = UTC) -> Due:
    """When a timer of `kind` with this value is due first; ValueError when it is no such value."""
    now = now.astimezone(UTC)
    try:
        if kind == "date":
            return Due(moment(value, zone))
        if kind == "duration":
            if isinstance(value, timedelta):
                if value < timedelta():
                    raise ValueError(f"a duration must not be negative: {value}")
                return Due(now + value)
            return Due(duration(str(value)).after(now))
        return _cycle(str(value), now, zone)
    except (OverflowError, KeyError):
        raise ValueError(f"beyond the calendar, or a time zone nobody knows: {value!r}") from None


def following(interval: str, repeats: int | None, last: datetime) -> Due | None:
    """The firing after `last`, or None when a cycle is through."""
    if repeats == 0:
        return None
    return Due(duration(interval).after(last), interval, None if repeats is None else repeats - 1)


def _cycle(text: str, now: datetime, zone: tzinfo) -> Due:
    head, _, tail = text.strip().partition("/")
    if not re.fullmatch(r"R\d*", head) or not tail:
        raise ValueError(f"not a repeating interval such as R3/PT1H (cron is not supported): {text!r}")
    count = int(head[1:]) if head != "R" else None
    start, _, interval = tail.rpartition("/")
    step = duration(interval)
    if step.after(now) <= now:
        raise ValueError(f"the interval must be longer than nothing: {text!r}")
    if count == 0:
        raise ValueError(f"a cycle must run at least once: {text!r}")
    return Due(moment(start, zone) if start else step.after(now), interval, None if count is None else count - 1)
