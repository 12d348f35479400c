"""FEEL values as text (`string(x)`) and as JSON (process variables)."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from app.feel import kinds, numbers, temporal
from app.feel.errors import FeelError
from app.feel.evaluation import Closure
from app.feel.extent import bounded
from app.feel.kinds import kind, label
from app.feel.values import DaysTimeDuration, Function, Range, YearsMonthsDuration
from app.feel.wide import WideDate, WideDateTime, WideTime

_TEMPORAL = (date, time, datetime, DaysTimeDuration, YearsMonthsDuration, WideDate, WideTime, WideDateTime)


def written(value: Any, *, inside: bool = False) -> str:
    """The text of a value as `string()` gives it; texts inside lists and contexts are quoted.

    FeelError when the value is too large to be written.
    """
    bounded(value)
    return _written(value, inside)


def _written(value: Any, inside: bool = True) -> str:
    match kind(value):
        case kinds.NULL:
            return "null"
        case kinds.BOOLEAN:
            return "true" if value else "false"
        case kinds.NUMBER:
            return numbers.text(value)
        case kinds.STRING:
            return json.dumps(value, ensure_ascii=False) if inside else str(value)
        case kinds.LIST:
            return f"[{', '.join(_written(item) for item in value)}]"
        case kinds.CONTEXT:
            return f"{{{', '.join(f'{_key(name)}: {_written(item)}' for name, item in value.items())}}}"
        case kinds.RANGE:
            return _range(value)
        case kinds.FUNCTION:
            return f"function {getattr(value, 'name', '')}".strip()
        case _:
            return temporal.write(value)


def _key(name: str) -> str:
    return name if name.replace(" ", "_").isidentifier() else json.dumps(name, ensure_ascii=False)


def _range(value: Range) -> str:
    if value.operator:
        return f"({value.operator} {_written(value.low if value.low is not None else value.high)})"
    low, high = _written(value.low), _written(value.high)
    return f"{'[' if value.low_included else '('}{low}..{high}{']' if value.high_included else ')'}"


def _json_number(value: Decimal) -> int | float:
    if value == value.to_integral_value() and value.adjusted() < 40:
        return int(value)
    return float(value)


def to_json(value: Any) -> Any:
    """A value as a process variable: numbers as int or float, dates and durations as ISO 8601 text.

    FeelError for a range or a function, which no variable can hold, and for what is too large.
    """
    bounded(value)
    return _json(value)


def _json(value: Any) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Decimal):
        return _json_number(value) if value.is_finite() else None
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, dict):
        return {name: _json(item) for name, item in value.items()}
    if isinstance(value, _TEMPORAL):
        return temporal.write_iso(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, (Range, Closure, Function)):
        zh, en = label(value)
        raise FeelError.of("not_json", "", 0, found=f"{zh}（{en}）")
    raise FeelError.of("foreign_value", "", 0, found=type(value).__name__)
