"""What parameters exist and what the service-promise profiles say about them, read from `processes/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from app.messages import Message, Refusal
from app.parameters.types import TYPES, UNITS, Wrong
from app.yaml_file import read_yaml

OTHER = Message("其他", "other")
"""The profile of a company that promises nothing in particular (D04 row 13)."""

_KEYS = {"type", "default", "zh", "en", "source", "unit", "optional", "min", "max", "options", "keys", "at_once"}


@dataclass(frozen=True)
class Definition:
    """One parameter: its type, default, labels in both languages, unit and source clause."""

    name: str
    type: str
    default: Any
    label: Message
    source: str
    unit: str = ""
    optional: bool = False
    minimum: int | float | None = None
    maximum: int | float | None = None
    options: Mapping[str, Message] = field(default_factory=dict)
    keys: Mapping[str, Message] = field(default_factory=dict)
    roles: Mapping[str, Message] = field(default_factory=dict)
    at_once: bool = False
    """Whether a change reaches running instances too; else they keep the value they started with (GR15, P57.5)."""

    @property
    def group(self) -> str:
        """What stands before the dot."""
        return self.name.partition(".")[0]

    @property
    def unit_label(self) -> Message | None:
        """The unit in words, or None."""
        return UNITS.get(self.unit or TYPES[self.type].unit)

    def check(self, value: Any) -> Any:
        """The value as it is stored; refuses what the parameter cannot take, in a sentence with its label."""
        if value is None:
            if self.optional:
                return None
            wrong = Wrong("不能为空", "must not be empty")
        else:
            try:
                return TYPES[self.type].check(self, value)
            except Wrong as found:
                wrong = found
        raise Refusal(
            "parameter_invalid",
            Message(f"参数“{self.label.zh}”{wrong.zh}。", f'The parameter "{self.label.en}" {wrong.en}.'),
            field=self.name,
            status=422,
        )

    def typed(self, value: Any) -> Any:
        """The value in Python's types: hours and days as timedelta, money and percent as Decimal."""
        return None if value is None else TYPES[self.type].typed(value)

    def words(self, value: Any, lang: str) -> str:
        """The value as a person reads it: "24 小时", "否", "自然小时"."""
        if value is None:
            return Message("未约定", "not set").text(lang)
        say = TYPES[self.type].words
        return say(self, value, lang) if say else str(value)


@dataclass(frozen=True)
class Profile:
    """A service promise (§3.1): the parameters it sets."""

    name: str
    label: Message
    source: str
    note: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class ParameterBook:
    """All definitions and profiles."""

    definitions: Mapping[str, Definition]
    profiles: Mapping[str, Profile]

    def definition(self, name: str) -> Definition:
        """The definition of that name; an unknown name is refused with the names that look like it."""
        found = self.definitions.get(name)
        if found is None:
            similar = get_close_matches(name, self.definitions, n=3, cutoff=0.5)
            zh = f"，是否指：{'、'.join(similar)}？" if similar else "。"
            en = f"; did you mean {' or '.join(similar)}?" if similar else "."
            raise Refusal(
                "unknown_parameter",
                Message(f"没有参数“{name}”{zh}", f'There is no parameter "{name}"{en}'),
                field=name,
                status=404,
            )
        return found

    def profile_values(self, profile: str | None) -> Mapping[str, Any]:
        """What a profile sets; nothing for None and `other`."""
        if profile is None or profile == "other":
            return {}
        found = self.profiles.get(profile)
        if found is None:
            raise Refusal(
                "unknown_profile",
                Message(
                    f"没有服务承诺类型“{profile}”，可用：{'、'.join(self.profiles)}。",
                    f'There is no profile "{profile}"; there are {", ".join(self.profiles)}.',
                ),
                field="profile",
                status=404,
            )
        return found.values


def load(folder: Path) -> ParameterBook:
    """Read `parameters.yaml`, `profiles/*.yaml` and the names in `roles.yaml` below `folder`; refuses a wrong file."""
    roles_file = folder / "roles.yaml"
    roles = (
        {role: Message(raw["zh"], raw["en"]) for role, raw in _read(roles_file).items()} if roles_file.exists() else {}
    )
    profile_files = sorted((folder / "profiles").glob("*.yaml"))
    raw_profiles = {file.stem: _read(file) for file in profile_files}
    profile_labels = {name: Message(raw["zh"], raw["en"]) for name, raw in raw_profiles.items()} | {"other": OTHER}
    definitions = {
        name: _definition(name, raw, roles, profile_labels) for name, raw in _read(folder / "parameters.yaml").items()
    }
    book = ParameterBook(definitions, {})
    profiles = {name: _profile(name, raw_profiles, book) for name in raw_profiles}
    return ParameterBook(definitions, profiles)


def _definition(
    name: str, raw: Mapping[str, Any], roles: Mapping[str, Message], profile_labels: Mapping[str, Message]
) -> Definition:
    if unknown := set(raw) - _KEYS:
        raise _broken(f"parameters.yaml: {name}", f"unknown keys {sorted(unknown)}")
    if missing := {"type", "default", "zh", "en", "source"} - set(raw):
        raise _broken(f"parameters.yaml: {name}", f"missing {sorted(missing)}")
    if raw["type"] not in TYPES:
        raise _broken(f"parameters.yaml: {name}", f"unknown type {raw['type']}")
    if raw.get("unit") and raw["unit"] not in UNITS:
        raise _broken(f"parameters.yaml: {name}", f"unknown unit {raw['unit']}")
    options = raw.get("options", {})
    if raw["type"] == "profile":
        labels = dict(profile_labels)
    elif isinstance(options, list):
        labels = {role: roles.get(role, Message(role, role)) for role in options}
    else:
        labels = {key: Message(text["zh"], text["en"]) for key, text in options.items()}
    made = Definition(
        name=name,
        type=raw["type"],
        default=raw["default"],
        label=Message(raw["zh"], raw["en"]),
        source=str(raw["source"]),
        unit=raw.get("unit", ""),
        optional=bool(raw.get("optional", False)),
        minimum=raw.get("min"),
        maximum=raw.get("max"),
        options=labels,
        keys={key: Message(text["zh"], text["en"]) for key, text in raw.get("keys", {}).items()},
        roles=roles,
        at_once=bool(raw.get("at_once", False)),
    )
    made.check(made.default)
    return made


def _profile(name: str, all_raw: Mapping[str, Mapping[str, Any]], book: ParameterBook) -> Profile:
    values: dict[str, Any] = {}
    seen: list[str] = []
    current: str | None = name
    while current is not None:
        if current in seen or current not in all_raw:
            raise _broken(f"profiles/{name}.yaml", f"extends {current}, which is unknown or extends itself")
        seen.append(current)
        # The nearer profile wins over the one it extends.
        values = {**all_raw[current].get("values", {}), **values}
        current = all_raw[current].get("extends")
    raw = all_raw[name]
    checked = {key: book.definition(key).check(value) for key, value in values.items()}
    return Profile(name, Message(raw["zh"], raw["en"]), str(raw["source"]), str(raw.get("note", "")), checked)


def _read(file: Path) -> dict[str, Any]:
    document = read_yaml(file)
    if not isinstance(document, dict):
        raise _broken(file.name, "not a mapping")
    return document


def _broken(place: str, what: str) -> Refusal:
    return Refusal("parameters_unreadable", Message(f"参数文件有误（{place}）：{what}", f"{place}: {what}"), status=500)
