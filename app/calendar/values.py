"""Times of day, targets and moments: what a person or a FEEL text writes, read into exact values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from app.messages import Message, Refusal

MINUTES_OF_A_DAY = 24 * 60
LONGEST = timedelta(days=36525)
"""A hundred years: what is longer is a mistake or an attack, and counting its working days would take for ever."""

_RANGE = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})\s*$")
_TARGET = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?$"
)


def _refuse(code: str, zh: str, en: str) -> Refusal:
    return Refusal(code, Message(zh, en), status=422)


@dataclass(frozen=True, slots=True, order=True)
class TimeRange:
    """Minutes after midnight, the start included, the end not; an end before the start lies on the next day."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < MINUTES_OF_A_DAY and 0 < self.end <= MINUTES_OF_A_DAY) or self.start == self.end:
            raise _refuse(
                "bad_time_range",
                f"时间段无效：{self}。起点在 00:00–23:59,终点在 00:01–24:00,两者不能相同。",
                f"{self} is no time range: it begins in 00:00–23:59, ends in 00:01–24:00, and the two differ.",
            )

    @classmethod
    def parse(cls, text: str) -> TimeRange:
        """Read "08:30-17:30"; "21:00-08:00" crosses midnight, "00:00-24:00" is the whole day."""
        match = _RANGE.match(text)
        if match is None or int(match[2]) > 59 or int(match[4]) > 59:
            raise _refuse(
                "bad_time_range",
                f"时间段“{text}”无法识别，请按“08:30-17:30”填写。",
                f'"{text}" is no time range; write it like "08:30-17:30".',
            )
        end = int(match[3]) * 60 + int(match[4])
        return cls(int(match[1]) * 60 + int(match[2]), end or MINUTES_OF_A_DAY)

    @property
    def crosses_midnight(self) -> bool:
        """Whether it ends on the next day."""
        return self.end < self.start

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return self.end - self.start + (MINUTES_OF_A_DAY if self.crosses_midnight else 0)

    def covers(self, time_of_day: time) -> bool:
        """Whether that time of day lies in it."""
        minute = time_of_day.hour * 60 + time_of_day.minute
        if self.crosses_midnight:
            return minute >= self.start or minute < self.end
        return self.start <= minute < self.end

    def __str__(self) -> str:
        return f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"


def time_ranges(texts: Any) -> tuple[TimeRange, ...]:
    """Read a list of ranges (or one text with commas) and sort them; overlapping ranges are refused."""
    if isinstance(texts, str):
        texts = [part for part in re.split(r"[,，、;；]", texts) if part.strip()]
    ranges = tuple(sorted(item if isinstance(item, TimeRange) else TimeRange.parse(str(item)) for item in texts))
    for index, item in enumerate(ranges):
        after = ranges[(index + 1) % len(ranges)]
        next_start = after.start + (MINUTES_OF_A_DAY if index + 1 == len(ranges) else 0)
        if item.start + item.minutes > next_start:
            raise _refuse(
                "overlapping_time_ranges",
                f"时间段 {item} 与 {after} 重叠。",
                f"The time ranges {item} and {after} overlap.",
            )
    return ranges


@dataclass(frozen=True, slots=True)
class Target:
    """How long a promise runs: months, days and clock time kept apart, because a clock treats them differently."""

    months: int = 0
    days: int = 0
    time: timedelta = timedelta()

    @classmethod
    def parse(cls, value: str | timedelta | int | float | Decimal | Target) -> Target:
        """Read "PT12H", "P7D", "P2W", "P18M", a number of hours or a timedelta (clock time)."""
        if isinstance(value, Target):
            return value
        try:
            target = cls._read(value)
        except (OverflowError, ValueError):
            target = None
        if target is None or target.time < timedelta() or target._roughly() > LONGEST:
            raise _refuse(
                "bad_duration",
                f"时限“{value}”无法识别，请填写小时数或 ISO 8601 时长，例如 PT12H、P7D、P18M。",
                f'"{value}" is no time limit; give hours or an ISO 8601 duration such as PT12H, P7D, P18M.',
            )
        return target

    @classmethod
    def _read(cls, value: object) -> Target | None:
        if isinstance(value, timedelta):
            return cls(time=value)
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return cls(time=timedelta(hours=float(value)))
        match = _TARGET.match(value.strip()) if isinstance(value, str) else None
        part = {name: Decimal(number) for name, number in match.groupdict().items() if number} if match else {}
        if not part:
            return None
        seconds = part.get("hours", 0) * 3600 + part.get("minutes", 0) * 60 + part.get("seconds", 0)
        return cls(
            months=int(part.get("years", 0) * 12 + part.get("months", 0)),
            days=int(part.get("weeks", 0) * 7 + part.get("days", 0)),
            time=timedelta(microseconds=round(seconds * 1_000_000)),
        )

    def _roughly(self) -> timedelta:
        # A month of 30 days is near enough to see that a limit is absurd; sums in int cannot overflow a timedelta.
        days = self.months * 30 + self.days
        return self.time + timedelta(days=min(days, LONGEST.days + 1))

    @property
    def is_time(self) -> bool:
        """Only hours, minutes, seconds."""
        return not self.months and not self.days

    @property
    def is_days(self) -> bool:
        """Only whole days."""
        return not self.months and not self.time

    def times(self, factor: int) -> Target:
        """The same promise, `factor` times as long."""
        return Target(self.months * factor, self.days * factor, self.time * factor)

    def __str__(self) -> str:
        text = "P"
        if self.months:
            text += f"{self.months}M"
        if self.days:
            text += f"{self.days}D"
        if self.time or text == "P":
            minutes, seconds = divmod(self.time, timedelta(minutes=1))
            numbers = (minutes // 60, "H"), (minutes % 60, "M"), (_exact(seconds), "S")
            text += "T" + "".join(f"{number}{unit}" for number, unit in numbers if number)
        return text if text != "PT" else "PT0S"

    def words(self, lang: str, *, working: bool = False) -> str:
        """The promise in words: "12 小时", "7 个工作日", "18 months"."""
        zh = lang.lower().startswith("zh")
        parts = []
        if self.months:
            parts.append(f"{self.months} 个月" if zh else _count(self.months, "month"))
        if self.days:
            if zh:
                parts.append(f"{self.days} 个工作日" if working else f"{self.days} 天")
            else:
                parts.append(_count(self.days, "working day" if working else "day"))
        if self.time or not parts:
            parts.append(clock_time_words(self.time, lang, working=working))
        return " ".join(parts)


def _exact(seconds: timedelta) -> str:
    """Seconds to the microsecond, without a float on the way: a stored limit must lead to the same due time."""
    whole, part = divmod(seconds, timedelta(seconds=1))
    return f"{whole}.{part.microseconds:06}".rstrip("0").rstrip(".") if part else str(whole or "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def clock_time_words(length: timedelta, lang: str, *, working: bool = False) -> str:
    """Hours and minutes in words, rounded to the minute: "2 小时 30 分钟", "2 h 30 min"."""
    zh = lang.lower().startswith("zh")
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    unit = ("工作小时" if working else "小时") if zh else ("working h" if working else "h")
    parts = [f"{hours} {unit}"] if hours else []
    if minutes or not parts:
        few = (
            ("工作分钟" if working and not hours else "分钟")
            if zh
            else ("working min" if working and not hours else "min")
        )
        parts.append(f"{minutes} {few}")
    return " ".join(parts)


def as_date(value: Any, zone: tzinfo) -> date:
    """A date from a date, a moment (its date in `zone`) or their ISO text."""
    if isinstance(value, datetime):
        return as_moment(value, zone).date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        text = value.strip()
        try:
            return date.fromisoformat(text) if len(text) == 10 else as_moment(text, zone).date()
        except ValueError:
            pass
    raise _refuse("not_a_date", f"“{value}”不是日期。", f'"{value}" is not a date.')


def as_moment(value: Any, zone: tzinfo) -> datetime:
    """An aware moment in `zone` from a date-time, a date (its beginning) or their ISO text; naive means `zone`."""
    if isinstance(value, str):
        text = value.strip().partition("@")[0]
        try:
            value = datetime.fromisoformat(text)
        except ValueError:
            value = None
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise _refuse("not_a_moment", f"“{value}”不是日期时间。", f'"{value}" is not a date and time.')
    return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
