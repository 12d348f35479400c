"""A list from Excel: its columns, what each line would do, and every mistake by line and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.db import Transaction
from app.identity import Actor
from app.messages import Message

MOST = 1000  # lines; they travel through the browser


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the file, as text; `number` is its line there."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in one cell."""

    row: int
    column: str
    message: Message


@dataclass(slots=True)
class SheetPlan:
    """What the file would do: its lines with new, changed or same, and every mistake."""

    lines: list[tuple[SheetLine, str]] = field(default_factory=list)
    errors: list[Mistake] = field(default_factory=list)

    def wrong(self, line: SheetLine, column: str, zh: str, en: str) -> None:
        """Note a mistake."""
        self.errors.append(Mistake(line.number, column, Message(zh, en)))

    def add(self, line: SheetLine, what: str) -> None:
        """Note what a line does."""
        self.lines.append((line, what))

    def count(self, what: str) -> int:
        """How many lines are new, changed or same."""
        return sum(kind == what for _, kind in self.lines)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of list. `plan` reads only; `apply` carries out a plan without mistakes."""

    key: str
    step: str
    title: Message
    about: Message
    columns: Mapping[str, Message]
    needed: tuple[str, ...]
    plan: Callable[[Transaction, list[SheetLine]], SheetPlan]
    apply: Callable[[Transaction, SheetPlan, Actor], None]
