"""Counting what a block asks of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from app.db import Database


@dataclass
class Counted:
    """Statements and commits of a block."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0

    def __str__(self) -> str:
        return "\n".join(" ".join(statement.split())[:150] for statement in self.statements)


@contextmanager
def counting(database: Database) -> Iterator[Counted]:
    """Count the statements and the commits inside the block."""
    counted = Counted()

    def statement(_c: Any, _cursor: Any, text: str, *_: Any) -> None:
        counted.statements.append(text)

    def commit(_c: Any) -> None:
        counted.commits += 1

    event.listen(database.engine, "before_cursor_execute", statement)
    event.listen(database.engine, "commit", commit)
    try:
        yield counted
    finally:
        event.remove(database.engine, "before_cursor_execute", statement)
        event.remove(database.engine, "commit", commit)
