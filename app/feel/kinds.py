"""Which kind of FEEL value something is, and how a person calls it."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from app.feel.values import DaysTimeDuration, Function, Range, YearsMonthsDuration
from app.feel.wide import WideDate, WideDateTime, WideTime

NULL, BOOLEAN, NUMBER, STRING = "null", "boolean", "number", "string"
DATE, TIME, DATE_TIME = "date", "time", "date and time"
DAYS, MONTHS = "days and time duration", "years and months duration"
LIST, CONTEXT, RANGE, FUNCTION = "list", "context", "range", "function"

_BY_CLASS: dict[type, str] = {
    type(None): NULL,
    bool: BOOLEAN,
    Decimal: NUMBER,
    str: STRING,
    date: DATE,
    time: TIME,
    datetime: DATE_TIME,
    WideDate: DATE,
    WideTime: TIME,
    WideDateTime: DATE_TIME,
    DaysTimeDuration: DAYS,
    YearsMonthsDuration: MONTHS,
    list: LIST,
    dict: CONTEXT,
    Range: RANGE,
    Function: FUNCTION,
}

TEMPORAL = frozenset((DATE, TIME, DATE_TIME, DAYS, MONTHS))

_LABELS = {
    NULL: ("空值", "null"),
    BOOLEAN: ("真假值", "a boolean"),
    NUMBER: ("数字", "a number"),
    STRING: ("文字", "a text"),
    DATE: ("日期", "a date"),
    TIME: ("时间", "a time"),
    DATE_TIME: ("日期时间", "a date and time"),
    DAYS: ("时长", "a duration of days and time"),
    MONTHS: ("年月时长", "a duration of years and months"),
    LIST: ("列表", "a list"),
    CONTEXT: ("上下文", "a context"),
    RANGE: ("区间", "a range"),
    FUNCTION: ("函数", "a function"),
}


def kind(value: Any) -> str:
    """The kind of a FEEL value; "" for what is no FEEL value."""
    found = _BY_CLASS.get(type(value))
    if found is not None:
        return found
    for known in (bool, Decimal, str, datetime, date, time, list, dict, Function):
        if isinstance(value, known):
            return _BY_CLASS[known]
    return FUNCTION if getattr(value, "is_feel_function", False) else ""


def label(value: Any) -> tuple[str, str]:
    """A value's kind in Chinese and English, with the article that fits into a sentence."""
    return _LABELS.get(kind(value), ("未知的值", "an unknown value"))


def quoted(value: Any) -> tuple[str, str]:
    """A kind, and for short plain values the value itself: 文字「abc」."""
    zh, en = label(value)
    if isinstance(value, str) and len(value) <= 30:
        return f"{zh}「{value}」", f"{en} ({value!r})"
    if isinstance(value, Decimal):
        return f"{zh} {value:f}" if abs(value.adjusted()) < 30 else zh, f"{en} ({value})"
    return zh, en
