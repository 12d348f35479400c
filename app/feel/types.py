"""FEEL types, as written after `instance of`, in function parameters and in decision models."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Type:
    """Any type; a plain name stands for a built-in type or an item definition."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """`list<item>`."""

    item: Type

    def __str__(self) -> str:
        return f"list<{self.item}>"


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    """`range<point>`."""

    point: Type

    def __str__(self) -> str:
        return f"range<{self.point}>"


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """`context<a: type, …>`; further entries are allowed."""

    entries: tuple[tuple[str, Type], ...]

    def __str__(self) -> str:
        return f"context<{', '.join(f'{name}: {kind}' for name, kind in self.entries)}>"


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """`function<a, b> -> result`."""

    parameters: tuple[Type, ...]
    result: Type

    def __str__(self) -> str:
        return f"function<{', '.join(map(str, self.parameters))}> -> {self.result}"


ANY = Type("Any")

# The names a type may be written with, and the kind of value they stand for (see `kinds.py`).
BUILT_IN: dict[str, str] = {
    "Any": "any",
    "any": "any",
    "Null": "null",
    "null": "null",
    "number": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "dateTime": "date and time",
    "dateAndTime": "date and time",
    "days and time duration": "days and time duration",
    "dayTimeDuration": "days and time duration",
    "day-time duration": "days and time duration",
    "years and months duration": "years and months duration",
    "yearMonthDuration": "years and months duration",
    "year-month duration": "years and months duration",
    "duration": "duration",
    "list": "list",
    "context": "context",
    "function": "function",
    "range": "range",
}
