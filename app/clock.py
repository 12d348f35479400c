"""The one place that knows what time it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")  # the company's clock on the wall, wherever the server stands


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: ContextVar[Callable[[], datetime]] = ContextVar("clock_source", default=_system_time)


def now() -> datetime:
    """The current time, aware, in UTC."""
    return _source.get()()


@contextmanager
def use(source: Callable[[], datetime]) -> Iterator[None]:
    """Let `now()` answer from `source` inside the block (this thread or task only)."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?$"
)


def duration(text: str) -> timedelta:
    """An ISO 8601 duration of weeks to seconds; a day is 24 hours. ValueError when it is none."""
    match = _DURATION.match(text)
    parts = {name: float(value) for name, value in match.groupdict().items() if value} if match else {}
    if not parts:
        raise ValueError(f"not a duration of weeks, days, hours, minutes or seconds: {text!r}")
    return timedelta(**parts)


class ManualClock:
    """A clock that stands still until it is moved: for tests, scenarios, try and play."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The time it was last set to."""
        return self._now

    def advance(self, by: str | timedelta) -> datetime:
        """Move forward by an ISO 8601 duration or a timedelta."""
        self._now += duration(by) if isinstance(by, str) else by
        return self._now

    def move_to(self, moment: datetime) -> datetime:
        """Jump to `moment`; a clock never goes back."""
        moment = moment.astimezone(UTC)
        if moment < self._now:
            raise ValueError(f"the clock stands at {self._now.isoformat()} and cannot go back to {moment.isoformat()}")
        self._now = moment
        return self._now
