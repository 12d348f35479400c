"""Constants, lists, contexts and ranges."""

from __future__ import annotations

from typing import Any

from app.feel import tree as t
from app.feel.closures.scope import Compilation, Scope
from app.feel.compare import order
from app.feel.evaluation import Evaluator, Frame
from app.feel.values import Range


def compile_literal(node: t.Literal, scope: Scope, c: Compilation) -> Evaluator:
    """A constant."""
    value = node.value
    return lambda f: value


def compile_list(node: t.ListLiteral, scope: Scope, c: Compilation) -> Evaluator:
    """`[a, b]`."""
    items = [c.compile(item, scope) for item in node.items]
    return lambda f: [item(f) for item in items]


def compile_context(node: t.ContextLiteral, scope: Scope, c: Compilation) -> Evaluator:
    """`{a: 1, b: a + 1}`: each entry sees those before it."""
    inner = scope.local()
    entries: list[tuple[str, Evaluator]] = []
    for name, value in node.entries:
        # A function may call itself by its entry's name, which is set by the time it runs.
        own = Scope(inner.kind, (*inner.names, name), scope) if isinstance(value, t.FunctionDefinition) else inner
        entries.append((name, c.compile(value, own)))
        # A fresh scope object per entry, but the same frame: later entries see one name more.
        inner = Scope(inner.kind, (*inner.names, name), scope)

    def context(f: Frame) -> Any:
        values: dict[str, Any] = {}
        frame = Frame(values, f, f.run)
        for name, value in entries:
            values[name] = value(frame)
        return values

    return context


def compile_range(node: t.RangeLiteral, scope: Scope, c: Compilation) -> Evaluator:
    """`[a..b]`; both ends must be of one kind, and an included end must not be null."""
    low, high = c.compile(node.low, scope), c.compile(node.high, scope)
    low_included, high_included, position = node.low_included, node.high_included, node.start

    if (
        isinstance(node.low, t.Literal)
        and isinstance(node.high, t.Literal)
        and is_range(node.low.value, node.high.value, low_included, high_included)
    ):
        constant = Range(node.low.value, node.high.value, low_included, high_included)
        return lambda f: constant

    def range_(f: Frame) -> Any:
        bottom, top = low(f), high(f)
        if not is_range(bottom, top, low_included, high_included):
            f.run.warn("bad_range", position)
            return None
        return Range(bottom, top, low_included, high_included)

    return range_


def is_range(low: Any, high: Any, low_included: bool, high_included: bool) -> bool:
    """Whether two ends make a range."""
    if low is None or high is None:
        return not (
            (low is None and low_included) or (high is None and high_included) or (low is None and high is None)
        )
    return order(low, high) is not None
