"""The calendar's functions for FEEL texts, as plain callables that the runtime wraps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

from app.calendar.work_calendar import WorkCalendar
from app.messages import Message, Refusal

Functions = dict[str, tuple[tuple[str, ...], Callable[..., Any]]]


def library(calendar: WorkCalendar | Callable[[], WorkCalendar]) -> Functions:
    """FEEL name → (parameter names, callable) on this calendar, or on one that is loaded when a function is first used.

    Moments and dates may be `datetime`, `date` or ISO text; durations ISO text, hours or `timedelta`. Results are
    aware `datetime`, `date`, `timedelta`, `int` or `bool`. A null argument gives null; a wrong one raises Refusal.
    """

    loaded: list[WorkCalendar] = [calendar] if isinstance(calendar, WorkCalendar) else []

    def null_safe(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            if any(arg is None for arg in args):
                return None
            if not loaded:
                assert not isinstance(calendar, WorkCalendar)
                loaded.append(calendar())
            try:
                return function(loaded[0], *args)
            except OverflowError as error:
                raise Refusal(
                    "date_out_of_range",
                    Message("日期超出可计算的范围。", "The date lies beyond what can be computed."),
                    status=422,
                ) from error

        return call

    return {name: (names, null_safe(function)) for name, (names, function) in _FUNCTIONS.items()}


def _working_days_after(calendar: WorkCalendar, day: Any, count: Any) -> date:
    return calendar.working_days_after(day, _whole(count))


_FUNCTIONS: Functions = {
    "working days after": (("date", "n"), _working_days_after),
    "working days between": (("from", "to"), WorkCalendar.working_days_between),
    "working duration": (("from", "to"), WorkCalendar.working_duration),
    "next working time": (("dt",), WorkCalendar.next_working_time),
    "next contact time": (("dt",), WorkCalendar.next_contact_time),
    "next dispatch day": (("date",), WorkCalendar.next_dispatch_day),
    "next duty time": (("dt",), WorkCalendar.next_duty_time),
    "is working time": (("dt",), WorkCalendar.is_working_time),
    "is quiet time": (("dt",), WorkCalendar.is_quiet),
    "is duty time": (("dt",), WorkCalendar.is_duty_time),
    "is weekend": (("date",), WorkCalendar.is_weekend),
    "is working day": (("date",), WorkCalendar.is_working_day),
    "is dispatch day": (("date",), WorkCalendar.is_dispatch_day),
    "first working day": (("date",), WorkCalendar.first_working_day),
    "last working day": (("date",), WorkCalendar.last_working_day),
    "due at": (("start", "duration", "clock"), WorkCalendar.due_at),
}


def _whole(number: Any) -> int:
    is_number = isinstance(number, (int, float, Decimal)) and not isinstance(number, bool)
    if not is_number or not isfinite(number) or number != int(number):
        raise Refusal(
            "not_a_whole_number",
            Message(f"天数应为整数，不能是 {number}。", f"The number of days must be whole, not {number}."),
            status=422,
        )
    return int(number)
