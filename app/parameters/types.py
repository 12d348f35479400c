"""The types a parameter can have: what a value must look like, its Python form and its words on the screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from app.messages import Message

if TYPE_CHECKING:
    from app.parameters.definitions import Definition

UNITS: dict[str, Message] = {
    "times": Message("次", "times"),
    "times_per_year": Message("次/年", "times a year"),
    "minutes": Message("分钟", "minutes"),
    "hours": Message("小时", "hours"),
    "working_hours": Message("工作小时", "working hours"),
    "days": Message("天", "days"),
    "working_days": Message("个工作日", "working days"),
    "months": Message("个月", "months"),
    "years": Message("年", "years"),
    "units_per_30_days": Message("台/30 天", "units in 30 days"),
    "purchases": Message("次购买", "purchases"),
    "kmh": Message("公里/小时", "km/h"),
    "yuan": Message("元", "yuan"),
    "percent": Message("%", "%"),
}

_TIME_RANGE = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(([01]\d|2[0-3]):([0-5]\d)|24:00)$")
_CRON_FIELD = re.compile(r"(\*|\?|[\dA-Z]+(-[\dA-Z]+)?|LW|L|\d+W)(/\d+)?(,([\dA-Z]+(-[\dA-Z]+)?))*$")


class Wrong(Exception):
    """A value that its parameter cannot take; carries the sentence that follows the parameter's name."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


@dataclass(frozen=True, slots=True)
class ParameterType:
    """How values of one type are checked, used in Python and put into words."""

    check: Callable[[Definition, Any], Any]
    typed: Callable[[Any], Any] = lambda value: value
    words: Callable[[Definition, Any, str], str] | None = None
    unit: str = ""


def _number(definition: Definition, value: Any, *, whole: bool) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)) or not isfinite(value):
        raise Wrong("应为数字", "must be a number")
    if value == int(value):
        value = int(value)
    elif whole:
        raise Wrong("应为整数", "must be a whole number")
    lowest = definition.minimum if definition.minimum is not None else 0
    if value < lowest:
        raise Wrong(f"不能小于 {lowest}", f"must be at least {lowest}")
    if definition.maximum is not None and value > definition.maximum:
        raise Wrong(f"不能大于 {definition.maximum}", f"must be at most {definition.maximum}")
    return value if isinstance(value, int) else float(value)


def _whole(definition: Definition, value: Any) -> int:
    return int(_number(definition, value, whole=True))


def _money(definition: Definition, value: Any) -> int | float:
    amount = _number(definition, value, whole=False)
    if round(Decimal(str(amount)), 2) != Decimal(str(amount)):
        raise Wrong("最多两位小数", "has at most two decimals")
    return amount


def _percent(definition: Definition, value: Any) -> int | float:
    share = _number(definition, value, whole=False)
    if share > 100:
        raise Wrong("应在 0 到 100 之间", "must lie between 0 and 100")
    return share


def _bool(_: Definition, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong("应为“是”或“否”", "must be true or false")
    return value


def _text(definition: Definition, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Wrong("应为文字，不能为空", "must be text and not empty")
    if definition.name == "calendar.tz":
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise Wrong(f"不是时区名称：{value}", f"is no time zone: {value}") from None
    return value


def _option(definition: Definition, value: Any) -> str:
    if not isinstance(value, str) or value not in definition.options:
        zh = "、".join(f"{label.zh}（{key}）" for key, label in definition.options.items())
        raise Wrong(f"只能是：{zh}", f"must be one of: {', '.join(definition.options)}")
    return value


def _choices(definition: Definition, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or set(value) != set(definition.keys):
        zh = "、".join(label.zh for label in definition.keys.values())
        raise Wrong(f"须为每一类各选一项：{zh}", f"needs one choice for each of: {', '.join(definition.keys)}")
    return {key: _option(definition, value[key]) for key in definition.keys}


def _texts(_: Definition, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise Wrong("应为文字列表，每项不能为空", "must be a list of texts that are not empty")
    if len(set(value)) != len(value):
        raise Wrong("列表中有重复项", "names something twice")
    return list(value)


def _role(definition: Definition, value: Any) -> str:
    if definition.options:
        return _option(definition, value)
    return _known_role(definition, value)


def _known_role(definition: Definition, value: Any) -> str:
    if not isinstance(value, str) or (definition.roles and value not in definition.roles):
        raise Wrong(f"没有“{value}”这个岗位", f'knows no role "{value}"')
    return value


def _role_list(definition: Definition, value: Any) -> list[str]:
    return [_known_role(definition, role) for role in _texts(definition, value)]


def _role_map(definition: Definition, value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise Wrong("应为岗位到岗位的对照表", "must map roles to roles")
    mapped = {_known_role(definition, role): _known_role(definition, other) for role, other in value.items()}
    for role, other in mapped.items():
        if role == other:
            raise Wrong(f"岗位“{role}”不能指向自己", f'maps the role "{role}" to itself')
    return mapped


def _lane_map(definition: Definition, value: Any) -> dict[str, list[str]]:
    """Role → roles or logins that take it over; a login is any other text."""
    if not isinstance(value, dict):
        raise Wrong("应为岗位对照表", "must map roles to lists of roles or logins")
    return {_known_role(definition, role): _texts(definition, names) for role, names in value.items()}


def _time_ranges(_: Definition, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise Wrong("应为时间段列表，例如 08:30-17:30", "must be a list of time ranges such as 08:30-17:30")
    spans: list[tuple[int, int, str]] = []
    for item in value:
        match = _TIME_RANGE.match(item) if isinstance(item, str) else None
        start, _dash, end = item.partition("-") if match else ("", "", "")
        if not match or start == end:
            raise Wrong(
                f"时间段“{item}”无效，应写成 08:30-17:30", f'has no time range "{item}"; write it like 08:30-17:30'
            )
        begin, finish = _minutes(start), _minutes(end)
        spans.append((begin, finish if finish > begin else finish + 1440, item))
    spans.sort()
    for (_a, finish, first), (begin, _b, second) in zip(spans, [*spans[1:], *_tomorrow(spans[:1])], strict=True):
        if finish > begin:
            raise Wrong(f"时间段 {first} 与 {second} 重叠", f"has overlapping time ranges {first} and {second}")
    return [item for _, _, item in spans]


def _tomorrow(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    return [(begin + 1440, finish + 1440, item) for begin, finish, item in spans]


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _cron(_: Definition, value: Any) -> str:
    fields = value.split() if isinstance(value, str) else []
    if len(fields) != 6 or not all(_CRON_FIELD.match(item) for item in fields):
        raise Wrong(
            "应为六段 cron 表达式（秒 分 时 日 月 星期），例如 0 0 8 LW * *",
            "must be a cron expression of six fields (second minute hour day month weekday) such as 0 0 8 LW * *",
        )
    return " ".join(fields)


def _say_number(definition: Definition, value: Any, lang: str) -> str:
    unit = definition.unit_label
    if unit is None:
        return f"{value:,}"
    return f"{value:,}{unit.text(lang)}" if unit.en == "%" else f"{value:,} {unit.text(lang)}"


def _say_bool(_: Definition, value: Any, lang: str) -> str:
    return Message("是", "yes").text(lang) if value else Message("否", "no").text(lang)


def _say_option(definition: Definition, value: Any, lang: str) -> str:
    label = definition.options.get(value)
    return label.text(lang) if label else str(value)


def _say_choices(definition: Definition, value: Any, lang: str) -> str:
    keys = definition.keys.items()
    return _separator(lang).join(
        f"{key.text(lang)} → {_say_option(definition, value[name], lang)}" for name, key in keys
    )


def _say_list(_: Definition, value: Any, lang: str) -> str:
    return _separator(lang).join(value)


def _say_role(definition: Definition, value: Any, lang: str) -> str:
    label = definition.roles.get(value)
    return label.text(lang) if label else str(value)


def _say_roles(definition: Definition, value: Any, lang: str) -> str:
    return _separator(lang).join(_say_role(definition, role, lang) for role in value)


def _say_map(definition: Definition, value: Any, lang: str) -> str:
    sides = []
    for role, names in value.items():
        others = (_say_role(definition, name, lang) for name in (names if isinstance(names, list) else [names]))
        sides.append(f"{_say_role(definition, role, lang)} → {' + '.join(others)}")
    return "；".join(sides) if lang.lower().startswith("zh") else "; ".join(sides)


def _separator(lang: str) -> str:
    return "、" if lang.lower().startswith("zh") else ", "


def _hours(value: Any) -> timedelta:
    return timedelta(hours=float(value))


TYPES: dict[str, ParameterType] = {
    "int": ParameterType(_whole, words=_say_number),
    "money": ParameterType(_money, lambda value: Decimal(str(value)), _say_number, "yuan"),
    "pct": ParameterType(_percent, lambda value: Decimal(str(value)), _say_number, "percent"),
    "minutes": ParameterType(_whole, lambda value: timedelta(minutes=value), _say_number, "minutes"),
    # Whole, because diagrams write "PT" + string(param(…)) + "H", and FEEL's durations know no parts of an hour.
    "hours": ParameterType(_whole, _hours, _say_number, "hours"),
    "working_hours": ParameterType(_whole, _hours, _say_number, "working_hours"),
    "days": ParameterType(_whole, lambda value: timedelta(days=value), _say_number, "days"),
    "working_days": ParameterType(_whole, words=_say_number, unit="working_days"),
    "bool": ParameterType(_bool, words=_say_bool),
    "text": ParameterType(_text),
    "enum": ParameterType(_option, words=_say_option),
    "choices": ParameterType(_choices, words=_say_choices),
    "profile": ParameterType(_option, words=_say_option),
    "role": ParameterType(_role, words=_say_role),
    "roles": ParameterType(_role_list, tuple, _say_roles),
    "role_map": ParameterType(_role_map, words=_say_map),
    "lane_map": ParameterType(_lane_map, words=_say_map),
    "time_ranges": ParameterType(_time_ranges, words=_say_list),
    "list": ParameterType(_texts, tuple, _say_list),
    "cron": ParameterType(_cron),
}
