"""What a register is: columns as FEEL, number rule, who writes it and who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from app.messages import Message


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `value` is FEEL without `=`; `options` gives the words of an enumeration."""

    id: str
    title: Message
    value: str
    type: str = "text"
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Writing:
    """A step that writes: process, elements, and whether when they start or complete."""

    process: str
    elements: frozenset[str]
    event: str
    columns: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class NumberRule:
    """How a record number is made: `format` may use outlet, year, month, day and seq."""

    variable: str
    format: str
    scope: str  # year, outlet_year, day, outlet_day


@dataclass(frozen=True, slots=True)
class Register:
    """One declared register."""

    code: str  # R01 …
    id: str
    name: Message
    key: str
    columns: tuple[Column, ...]
    writings: tuple[Writing, ...]
    visible_to: frozenset[str]
    each: str | None = None  # FEEL of a list: one row per item, `item` in the columns
    number: NumberRule | None = None


@dataclass(frozen=True, slots=True)
class Declarations:
    """All registers and number rules of a processes folder."""

    registers: dict[str, Register]
    numbers: dict[str, NumberRule]

    def written_at(self, process: str, element: str, event: str) -> Iterator[tuple[Register, Writing]]:
        """The registers that an element writes."""
        for register in self.registers.values():
            for writing in register.writings:
                if writing.process == process and writing.event == event and element in writing.elements:
                    yield register, writing


class BrokenDeclaration(Exception):
    """A registers.yaml is wrong; the text names file, register and column."""


def load(processes: Path) -> Declarations:
    """Read `numbers.yaml` and every `registers.yaml`; a register split over files is joined by its code."""
    raw: dict[str, dict[str, Any]] = {}
    for path in sorted(processes.rglob("registers.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for code, entry in (content.get("registers") or {}).items():
            whole = raw.setdefault(code, {"columns": [], "written_by": [], "file": path.as_posix()})
            for key, value in entry.items():
                if key in {"columns", "written_by"}:
                    whole[key].extend(value)
                else:
                    whole[key] = value
    registers = {code: _register(code, entry) for code, entry in sorted(raw.items())}
    numbers = {register.number.variable: register.number for register in registers.values() if register.number}
    path = processes / "numbers.yaml"
    if path.exists():
        for variable, rule in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
            numbers.setdefault(variable, NumberRule(variable, rule["format"], rule["scope"]))
    return Declarations(registers, numbers)


def _register(code: str, entry: dict[str, Any]) -> Register:
    try:
        number = entry.get("number")
        return Register(
            code=code,
            id=entry["id"],
            name=Message(entry["name"]["zh"], entry["name"]["en"]),
            key=entry["key"],
            columns=tuple(_column(column) for column in entry["columns"]),
            writings=tuple(
                Writing(
                    writing["process"],
                    frozenset(writing["on"]),
                    writing.get("event", "completed"),
                    frozenset(writing["columns"]) if writing.get("columns") else None,
                )
                for writing in entry["written_by"]
            ),
            visible_to=frozenset(entry.get("visible_to", ())),
            each=_feel(entry["each"]) if entry.get("each") else None,
            number=NumberRule(number["variable"], number["format"], number.get("scope", "year")) if number else None,
        )
    except (KeyError, TypeError) as wrong:
        raise BrokenDeclaration(f"{entry.get('file')}: register {code} lacks or misspells {wrong}") from wrong


def _column(column: dict[str, Any]) -> Column:
    return Column(
        column["id"],
        Message(column["zh"], column.get("en", column["id"])),
        _feel(column.get("value", column["id"])),
        column.get("type", "text"),
        dict(column.get("options") or {}),
    )


def _feel(text: str) -> str:
    return text[1:].strip() if text.startswith("=") else text
