"""A list from Excel: its columns, what each line would do, and every mistake by line and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.aftersales.list_file import CellError, Line
from app.db import Transaction
from app.identity import Actor
from app.messages import Message

MOST = 1000  # lines; they travel through the browser


@dataclass(slots=True)
class SheetPlan:
    """What the file would do: its lines with new, changed or same, and every mistake."""

    lines: list[tuple[Line, str]] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)

    def wrong(self, line: Line, column: str, zh: str, en: str) -> None:
        """Note a mistake."""
        self.errors.append(CellError(line.number, column, Message(zh, en)))

    def add(self, line: Line, what: str) -> None:
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
    plan: Callable[[Transaction, list[Line]], SheetPlan]
    apply: Callable[[Transaction, SheetPlan, Actor], None]
