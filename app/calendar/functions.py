"""The calendar's functions for FEEL texts, as plain callables that the runtime wraps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.calendar.work_calendar import WorkCalendar
from app.messages import Message, Refusal

Functions = dict[str, tuple[tuple[str, ...], Callable[..., Any]]]


def library(calendar: WorkCalendar) -> Functions:
    """FEEL name → (parameter names, callable) on this calendar.

    Moments and dates may be `datetime`, `date` or ISO text; durations ISO text, hours or `timedelta`. Results are
    aware `datetime`, `date`, `timedelta`, `int` or `bool`. A null argument gives null; a wrong one raises Refusal.
    """

    def null_safe(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            return None if any(arg is None for arg in args) else function(*args)

        return call

    functions: Functions = {
        "working days after": (("date", "days"), lambda day, n: calendar.working_days_after(day, _whole(n))),
        "working days between": (("from", "to"), calendar.working_days_between),
        "working duration": (("from", "to"), calendar.working_duration),
        "next working time": (("moment",), calendar.next_working_time),
        "next contact time": (("moment",), calendar.next_contact_time),
        "next dispatch day": (("date",), calendar.next_dispatch_day),
        "next duty time": (("moment",), calendar.next_duty_time),
        "is working time": (("moment",), calendar.is_working_time),
        "is quiet time": (("moment",), calendar.is_quiet),
        "is duty time": (("moment",), calendar.is_duty_time),
        "is weekend": (("date",), calendar.is_weekend),
        "is working day": (("date",), calendar.is_working_day),
        "is dispatch day": (("date",), calendar.is_dispatch_day),
        "first working day": (("date",), calendar.first_working_day),
        "last working day": (("date",), calendar.last_working_day),
        "due at": (("start", "duration", "clock"), calendar.due_at),
    }
    return {name: (names, null_safe(function)) for name, (names, function) in functions.items()}


def _whole(number: Any) -> int:
    if isinstance(number, bool) or number != int(number):
        raise Refusal(
            "not_a_whole_number",
            Message(f"天数应为整数，不能是 {number}。", f"The number of days must be whole, not {number}."),
            status=422,
        )
    return int(number)
