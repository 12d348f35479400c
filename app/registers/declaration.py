"""What a register is: columns as FEEL, number rule, who writes it and who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app import feel
from app.messages import Message
from app.yaml_file import read_yaml

COLUMN_TYPES = frozenset({"text", "number", "money", "enum", "bool", "date", "datetime", "person", "persons"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `value` is FEEL without `=`; `options` gives the words of an enumeration."""

    id: str
    title: Message
    value: str
    type: str = "text"
    options: dict[str, Message] = field(default_factory=dict)

    @property
    def is_time(self) -> bool:
        """Whether it may carry the date range."""
        return self.type in {"date", "datetime"}

    @property
    def is_number(self) -> bool:
        """Whether it is right-aligned and added up."""
        return self.type in {"number", "money"}


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
    retention: str = ""  # FEEL of the years a row is kept after its last change; "" is for ever

    def column(self, column_id: str) -> Column | None:
        """The column of that id."""
        return next((column for column in self.columns if column.id == column_id), None)


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
        content = read_yaml(path) or {}
        for code, entry in (content.get("registers") or {}).items():
            whole = raw.setdefault(code, {"columns": [], "written_by": [], "file": path.as_posix()})
            for key, value in entry.items():
                if key in {"columns", "written_by"}:
                    whole[key].extend(value)
                else:
                    whole[key] = value
    registers = {code: _register(code, entry) for code, entry in sorted(raw.items())}
    numbers: dict[str, NumberRule] = {}
    for code, register in registers.items():
        if register.number is not None:
            _note(numbers, register.number, f"{raw[code]['file']}: register {code}")
    path = processes / "numbers.yaml"
    if path.exists():
        for variable, rule in (read_yaml(path) or {}).items():
            _note(numbers, NumberRule(variable, rule["format"], rule["scope"]), path.as_posix())
    return Declarations(registers, numbers)


def _note(numbers: dict[str, NumberRule], rule: NumberRule, where: str) -> None:
    if rule.variable in numbers:
        raise BrokenDeclaration(
            f"{where}: the number {rule.variable} has a rule already; one place says how it is made"
        )
    numbers[rule.variable] = rule


def _register(code: str, entry: dict[str, Any]) -> Register:
    where = f"{entry.get('file')}: register {code}"
    try:
        number = entry.get("number")
        register = Register(
            code=code,
            id=entry["id"],
            name=Message(entry["name"]["zh"], entry["name"]["en"]),
            key=_feel(entry["key"]),
            columns=tuple(_column(column, where) for column in entry["columns"]),
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
            retention=_feel(str(entry.get("retention_years", ""))),
        )
    except (KeyError, TypeError) as wrong:
        raise BrokenDeclaration(f"{where} lacks or misspells {wrong}") from wrong
    _check(register, where)
    return register


def _column(column: dict[str, Any], where: str) -> Column:
    kind = column.get("type", "text")
    if kind not in COLUMN_TYPES:
        raise BrokenDeclaration(f"{where}, column {column['id']}: there is no column type {kind!r}")
    return Column(
        column["id"],
        Message(column["zh"], column.get("en", column["id"])),
        _feel(column.get("value", column["id"])),
        kind,
        {str(value): _words(str(value), words) for value, words in (column.get("options") or {}).items()},
    )


def _words(value: str, words: Any) -> Message:
    """`value: 中文` or `value: {zh: 中文, en: English}`; without English the value itself is spelled out."""
    if isinstance(words, dict):
        return Message(words["zh"], words["en"])
    return Message(str(words), value.replace("_", " ").capitalize())


def _check(register: Register, where: str) -> None:
    ids = [column.id for column in register.columns]
    for column_id in ids:
        if ids.count(column_id) > 1:
            raise BrokenDeclaration(f"{where}: column {column_id} is declared twice")
    for writing in register.writings:
        if writing.event not in {"started", "completed"}:
            raise BrokenDeclaration(f"{where}: written_by {writing.process} has the event {writing.event!r}")
        if unknown := sorted((writing.columns or frozenset()) - set(ids)):
            raise BrokenDeclaration(f"{where}: written_by {writing.process} names the columns {unknown}")
    texts = {
        "key": register.key,
        "each": register.each,
        "retention_years": register.retention or None,
        **{column.id: column.value for column in register.columns},
    }
    for name, text in texts.items():
        if text is None:
            continue
        try:
            feel.compile(text)
        except feel.FeelError as wrong:
            raise BrokenDeclaration(f"{where}, {name}: {wrong}") from wrong


def _feel(text: str) -> str:
    return text[1:].strip() if text.startswith("=") else text
