"""How a parameter's value is typed and read back: one field per type, texts in the person's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from app.messages import Message, Refusal
from app.parameters import Definition

NUMBERS = {"int", "money", "pct", "minutes", "hours", "working_hours", "days", "working_days"}
LISTS = {"time_ranges", "list"}
MAPS = {"role_map", "lane_map"}
OPTIONS = {"enum", "profile", "role"}

_ARROW = re.compile(r"\s*(?:→|->|=>|=|：|:)\s*")
_COMMA = re.compile(r"[,，、;；+]")

SECTIONS: dict[str, tuple[Message, tuple[str, ...]]] = {
    "response": (
        Message("来电与响应时限", "Contacts and response times"),
        ("intake", "sla", "liaison", "handoff", "appraisal"),
    ),
    "dispatch": (Message("派工", "Dispatch"), ("dispatch", "consent", "trip")),
    "onsite": (
        Message("现场、返回与有偿服务", "On site, return, paid service"),
        ("escalation", "major", "approve", "return", "loan", "paid", "hours", "expense"),
    ),
    "parts": (
        Message("备用件、旧件与索赔", "Parts, old parts, claims"),
        ("issue", "mailpart", "oldpart", "oldparts", "claim", "stock", "station", "parts", "part"),
    ),
    "factory": (
        Message("报价、返厂、退换与取货", "Quotes, factory repair, exchange, pick-up"),
        ("quote", "factory", "loaner", "exchange", "returns", "pickup", "doc", "collect", "booking"),
    ),
    "warranty": (Message("保修与费用", "Warranty and fees"), ("warranty", "fee", "inspection")),
    "quality": (
        Message("投诉、质量与回访", "Complaints, quality, callbacks"),
        ("complaint", "dispute", "quality", "callback"),
    ),
    "people": (
        Message("客户、网点与人员", "Customers, outlets, staff"),
        (
            "archive",
            "privacy",
            "guest",
            "member",
            "retention",
            "outlet",
            "provider",
            "owner_report",
            "advisor",
            "discipline",
            "leave",
        ),
    ),
    "figures": (Message("指标目标", "Targets of figures"), ("kpi",)),
    "house": (
        Message("公司、组织与日历", "Company, organisation, calendar"),
        ("company", "lane", "approval", "org", "calendar"),
    ),
}
OTHER = ("other", Message("其他", "Other"))
CALENDAR_GROUPS = ("calendar.", "dispatch.weekend_only", "company.profile")


def section_of(name: str) -> str:
    """The heading a parameter stands under."""
    group = name.partition(".")[0]
    return next((key for key, (_, groups) in SECTIONS.items() if group in groups), OTHER[0])


def heading(section: str, lang: str) -> str:
    """What a section is called."""
    return (SECTIONS[section][0] if section in SECTIONS else OTHER[1]).text(lang)


def moves_clocks(name: str) -> bool:
    """Whether running clocks have to be computed again after a change."""
    return name.startswith(CALENDAR_GROUPS)


def as_text(definition: Definition, value: Any, lang: str) -> str:
    """The value as the field shows it."""
    if value is None:
        return ""
    kind = definition.type
    if kind == "bool":
        return "yes" if value else "no"
    if kind in LISTS:
        return "\n".join(value)
    if kind == "roles":
        return "\n".join(_name(definition, role, lang) for role in value)
    if kind in MAPS:
        return "\n".join(
            f"{_name(definition, role, lang)} → "
            + "、".join(_name(definition, each, lang) for each in ([names] if isinstance(names, str) else names))
            for role, names in value.items()
        )
    return str(value)


def from_form(definition: Definition, form: Mapping[str, str]) -> Any:
    """What was typed as the value to store; refuses what cannot be read (what may be stored the parameter checks)."""
    kind = definition.type
    if definition.optional and form.get("not_set"):
        return None
    if kind == "choices":
        return {key: form.get(f"value_{key}", "") for key in definition.keys}
    text = form.get("value", "").strip()
    if kind in NUMBERS:
        return _number(text)
    if kind == "bool":
        return {"yes": True, "no": False}.get(text)
    if kind == "time_ranges":
        return [_range(line) for line in _lines(text)]
    if kind == "list":
        return _lines(text)
    if kind == "roles":
        return [_role(definition, each) for each in _lines(text)]
    if kind in MAPS:
        return _map(definition, text, several=kind == "lane_map")
    return text


def _lines(text: str) -> list[str]:
    return [part.strip() for line in text.splitlines() for part in _COMMA.split(line) if part.strip()]


def _range(text: str) -> str:
    return re.sub(r"\s*[-–—~至到]\s*", "-", text.replace("：", ":"))


def _number(text: str) -> Any:
    if not text:
        raise _wrong("请填写数字。", "Give a number.")
    try:
        number = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise _wrong(f"“{text}”不是数字。", f"“{text}” is not a number.") from None
    if not number.is_finite():
        raise _wrong(f"“{text}”不是数字。", f"“{text}” is not a number.")
    return int(number) if number == number.to_integral_value() else float(number)


def _map(definition: Definition, text: str, *, several: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        parts = _ARROW.split(line.strip(), maxsplit=1)
        if len(parts) != 2 or not parts[1].strip():
            raise _wrong(f"“{line.strip()}”请写成“角色 → 角色”。", f"Write “{line.strip()}” as “role → role”.")
        role = _role(definition, parts[0])
        names = [_role(definition, each) for each in _COMMA.split(parts[1]) if each.strip()]
        if role in found:
            raise _wrong(f"“{parts[0].strip()}”出现了两次。", f"“{parts[0].strip()}” stands there twice.")
        if not several and len(names) != 1:
            raise _wrong(f"“{parts[0].strip()}”只能对应一个角色。", f"“{parts[0].strip()}” takes one role only.")
        found[role] = names if several else names[0]
    return found


def _role(definition: Definition, text: str) -> str:
    """A role by key or by its name in either language; anything else stays as typed (a login)."""
    text = text.strip()
    for key, label in definition.roles.items():
        if text in (key, label.zh) or text.lower() == label.en.lower():
            return key
    return text


def _name(definition: Definition, key: str, lang: str) -> str:
    label = definition.roles.get(key)
    return label.text(lang) if label else key


def _wrong(zh: str, en: str) -> Refusal:
    return Refusal("parameter_unreadable", Message(zh, en), field="value", status=422)
