"""The syntax tree of FEEL: one small class per construct, each with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.feel.types import Type


@dataclass(slots=True)
class Node:
    """Any expression; `start` and `end` are positions in the text."""

    start: int
    end: int


@dataclass(slots=True)
class Literal(Node):
    """A constant: number, text, true, false, null or an @ literal."""

    value: Any


@dataclass(slots=True)
class Name(Node):
    """A variable (or "?" for the tested input)."""

    name: str


@dataclass(slots=True)
class Negation(Node):
    """Arithmetic minus before an operand."""

    operand: Node


@dataclass(slots=True)
class Arithmetic(Node):
    """Two operands and one of + - * / **; `at` is the place of the operator."""

    operator: str
    left: Node
    right: Node
    at: int


@dataclass(slots=True)
class Comparison(Node):
    """Two operands and one of = != < <= > >=."""

    operator: str
    left: Node
    right: Node
    at: int


@dataclass(slots=True)
class Junction(Node):
    """Two or more operands joined by `and` or by `or`."""

    operator: str
    operands: list[Node]


@dataclass(slots=True)
class Not(Node):
    """`not(x)` with one argument."""

    operand: Node


@dataclass(slots=True)
class Between(Node):
    """`x between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(slots=True)
class In(Node):
    """`x in test` or `x in (test, test)`."""

    value: Node
    tests: list[Node]


@dataclass(slots=True)
class HalfLine(Node):
    """An operator with only its right operand: `< 5` as a test, `(< 5)` as a range."""

    operator: str
    operand: Node


@dataclass(slots=True)
class Tests(Node):
    """Unary tests: the text of a decision table cell, possibly negated by not(…); no tests stand for `-`."""

    tests: list[Node]
    negated: bool


@dataclass(slots=True)
class If(Node):
    """`if c then a else b`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(slots=True)
class Steps(Node):
    """`low..high` as the domain of an iteration."""

    low: Node
    high: Node


@dataclass(slots=True)
class For(Node):
    """`for a in x, b in y return body`."""

    variables: list[tuple[str, Node]]
    body: Node


@dataclass(slots=True)
class Quantified(Node):
    """`some|every a in x, … satisfies body`."""

    kind: str
    variables: list[tuple[str, Node]]
    body: Node


@dataclass(slots=True)
class FunctionDefinition(Node):
    """`function(a: type, b) body`."""

    parameters: list[tuple[str, Type | None]]
    body: Node


@dataclass(slots=True)
class RangeLiteral(Node):
    """`[a..b]` with its kinds of ends."""

    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(slots=True)
class ListLiteral(Node):
    """`[a, b]`."""

    items: list[Node]


@dataclass(slots=True)
class ContextLiteral(Node):
    """`{a: 1, "b": 2}`."""

    entries: list[tuple[str, Node]]


@dataclass(slots=True)
class Path(Node):
    """`x.name`."""

    source: Node
    name: str


@dataclass(slots=True)
class Filter(Node):
    """`x[condition or index]`."""

    source: Node
    condition: Node


@dataclass(slots=True)
class Call(Node):
    """A function call with positional arguments or, when `names` is not empty, named ones."""

    function: Node
    arguments: list[Node]
    names: list[str] = field(default_factory=list)


@dataclass(slots=True)
class InstanceOf(Node):
    """`x instance of type`."""

    value: Node
    type: Type


def mentions(node: Any, name: str) -> bool:
    """Whether a name occurs anywhere in a tree."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Name):
            if part.name == name:
                return True
        elif isinstance(part, Node):
            waiting.extend(getattr(part, slot) for cls in type(part).__mro__ for slot in getattr(cls, "__slots__", ()))
        elif isinstance(part, (list, tuple)):
            waiting.extend(part)
    return False
