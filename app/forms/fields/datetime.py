"""Dates, times of day and moments; a moment is stored with its offset."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from app.forms.fields.field_type import Component, Display, FieldType, Situation, wrong_type
from app.forms.sentences import Wrong, wrong
from app.messages import Message

EARLIEST = date(1990, 1, 1)  # §0.4
LATEST = date(2200, 1, 1)
CLOCKS_DIFFER = timedelta(minutes=5)  # §0.4: a past event may lie this far ahead, phones' clocks are not ours
_TYPED_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(.*)", re.DOTALL)
_TYPED_TIME = re.compile(r"\s*[T ]?\s*(\d{1,2})[::](\d{2})\s*")


class Datetime(FieldType):
    """`datetime`; `subtype` is `date`, `time` or `datetime`; `properties.past` = `true` refuses the future."""

    type = "datetime"
    properties = frozenset({"past"})
    ask = Message("选择", "choose it")

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        self.subtype = str(component.get("subtype") or "date")
        self.past = self.settings.get("past") == "true"
        self.no_past_days = component.get("disallowPassedDates") is True

    def problems(self) -> Iterator[Message]:
        if self.subtype not in ("date", "time", "datetime"):
            yield Message(
                f"subtype 只能是 date、time 或 datetime，不是「{self.subtype}」",
                f"subtype is date, time or datetime, not “{self.subtype}”",
            )

    def read(self, value: Any, situation: Situation) -> Any:
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise wrong_type("是日期或时间", "a date or time")
        text = unicodedata.normalize("NFKC", value).strip()
        if not text:
            return None
        if self.subtype == "time":
            return self._time(text)
        if self.subtype == "date":
            day = a_date(text)
            if day is None:
                raise _not_a("日期", "date", "2026-03-02")
            self._in_range(day)
            if self.past and day > situation.local_now.date():
                raise _future()
            if self.no_past_days and day < situation.local_now.date():
                raise _past_day()
            return day.isoformat()
        moment = a_moment(text, situation.zone)
        if moment is None:
            raise _not_a("时间", "date and time", "2026-03-02 09:00")
        self._in_range(moment.date())
        if self.past and moment > situation.now + CLOCKS_DIFFER:
            raise _future()
        if self.no_past_days and moment.astimezone(situation.zone).date() < situation.local_now.date():
            raise _past_day()
        return moment.isoformat()

    def _in_range(self, day: date) -> None:
        if not EARLIEST <= day <= LATEST:
            raise wrong(
                "date_range",
                "不能早于 1990-01-01" if day < EARLIEST else "的年份太大",
                "must not be before 1990-01-01" if day < EARLIEST else "is too far in the future",
                "请检查年份。",
                "Please check the year.",
            )

    def _time(self, text: str) -> str:
        match = _TYPED_TIME.fullmatch(text)
        try:
            return (time(int(match[1]), int(match[2])) if match else time.fromisoformat(text)).isoformat("minutes")
        except ValueError:
            raise _not_a("时刻", "time of day", "09:00") from None

    def same(self, one: Any, other: Any) -> bool:
        if one == other:
            return True
        if self.subtype != "datetime" or not isinstance(one, str) or not isinstance(other, str):
            return False
        first, second = a_moment(one, None), a_moment(other, None)
        return (
            first is not None and second is not None and bool(first.tzinfo) == bool(second.tzinfo) and first == second
        )

    def show(self, value: Any, display: Display) -> str:
        text = str(value)
        if self.subtype == "datetime":
            moment = a_moment(text, display.zone)
            if moment is None:
                return text
            local = moment.astimezone(display.zone)
            return f"{_day(local.date(), display)} {local:%H:%M}"
        if self.subtype == "date":
            day = a_date(text)
            return text if day is None else _day(day, display)
        return text


def a_date(text: str) -> date | None:
    """The day `text` means: `2026-03-02`, `2026/3/2`, `2026年3月2日`, `20260302`, or the day of a moment."""
    match = _TYPED_DATE.fullmatch(text)
    try:
        if match:
            rest = match[4].strip()
            if rest and a_moment(text, None) is None:
                return None
            return date(int(match[1]), int(match[2]), int(match[3]))
        return date.fromisoformat(text) if text.isascii() else None
    except (ValueError, OverflowError):
        return None


def a_moment(text: str, zone: tzinfo | None) -> datetime | None:
    """The moment `text` means; without an offset it is read in `zone`."""
    try:
        match = _TYPED_DATE.fullmatch(text)
        if match and (clock := _TYPED_TIME.fullmatch(match[4])):
            day = date(int(match[1]), int(match[2]), int(match[3]))
            moment = datetime.combine(day, time(int(clock[1]), int(clock[2])))
        elif len(text) > 10:
            moment = datetime.fromisoformat(text).replace(microsecond=0)
        else:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        elif not date.min < moment.date() < date.max:
            return None  # moving such a day to another zone would leave the calendar
        return moment
    except (ValueError, OverflowError):
        return None


def _day(day: date, display: Display) -> str:
    if display.chinese:
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    return f"{day.day} {('', *_MONTHS)[day.month]} {day.year}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _not_a(zh: str, en: str, example: str) -> Wrong:
    return wrong(
        "datetime",
        f"不是有效的{zh}",
        f"is not a valid {en}",
        f"请按 {example} 的样子填写。",
        f"Write it like {example}.",
    )


def _future() -> Wrong:
    return wrong(
        "future", "不能晚于现在", "must not lie in the future",
        "请填写实际发生的时间。", "Enter the time when it really happened.",
    )  # fmt: skip


def _past_day() -> Wrong:
    return wrong(
        "past_day",
        "不能早于今天",
        "must not be before today",
        "请选择今天或以后的日期。",
        "Choose today or a later day.",
    )
