"""Names, paths and filters: where values come from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.feel import numbers
from app.feel import tree as t
from app.feel.closures.scope import ITEM, ROOT, Compilation, Scope, cost
from app.feel.evaluation import Evaluator, Frame, describe
from app.feel.kinds import label
from app.feel.properties import NO_PROPERTY, property_of

ABSENT = object()


def compile_name(node: t.Name, scope: Scope, c: Compilation) -> Evaluator:
    """A variable: a local one at a known distance, else a given one, else a function's name."""
    name, position = node.name, node.start
    hops, hidden, bound = scope.find(name)
    if not bound and not (name == "item" and _in_filter(scope)):
        if not hidden:
            c.variables.add(name)
        else:
            c.item_names.add(name)
    if hidden:
        return _searching(name, position, scope)
    if bound:
        return _at_distance(name, hops)
    return _global(name, position, hops)


def _in_filter(scope: Scope | None) -> bool:
    while scope is not None:
        if scope.kind == ITEM:
            return True
        scope = scope.parent
    return False


def _at_distance(name: str, hops: int) -> Evaluator:
    if hops == 0:
        return lambda f: f.values[name]

    def up(f: Frame) -> Any:
        for _ in range(hops):
            f = f.parent  # type: ignore[assignment]
        return f.values[name]

    return up


def _global(name: str, position: int, hops: int) -> Evaluator:
    if hops == 0:

        def root(f: Frame) -> Any:
            try:
                return f.values[name]
            except KeyError:
                return _function_or_null(f, name, position)

        return root

    def outer(f: Frame) -> Any:
        frame = f
        for _ in range(hops):
            frame = frame.parent  # type: ignore[assignment]
        try:
            return frame.values[name]
        except KeyError:
            return _function_or_null(f, name, position)

    return outer


def _function_or_null(f: Frame, name: str, position: int) -> Any:
    function = f.run.functions.get(name)
    if function is None:
        f.run.warn("no_variable", position, name=name)
    return function


def _searching(name: str, position: int, scope: Scope) -> Evaluator:
    """Inside a filter an entry of the item hides what lies outside it, so the frames are searched each time."""
    kinds = []
    walked: Scope | None = scope
    while walked is not None:
        kinds.append((walked.kind, name in walked.names))
        walked = walked.parent

    def search(f: Frame) -> Any:
        value = look_up(f, name, kinds)
        return _function_or_null(f, name, position) if value is ABSENT else value

    return search


def look_up(f: Frame, name: str, kinds: list[tuple[str, bool]]) -> Any:
    """A name's value from the innermost frame that has it; ABSENT when none has."""
    frame: Frame | None = f
    for kind, declared in kinds:
        assert frame is not None
        if kind == ITEM:
            if name in frame.values:
                return frame.values[name]
            if name == "item":
                return frame.item
        elif (kind == ROOT or declared) and name in frame.values:
            return frame.values[name]
        frame = frame.parent
    return ABSENT


def compile_path(node: t.Path, scope: Scope, c: Compilation) -> Evaluator:
    """`x.name`: an entry of a context, of each context in a list, or a property of a date, duration or range."""
    source, name = c.compile(node.source, scope), node.name
    position = max(node.end - len(name), node.start)

    def path(f: Frame) -> Any:
        value = source(f)
        if type(value) is dict:
            try:
                return value[name]
            except KeyError:
                f.run.warn("no_entry", position, name=name)
                return None
        return entry(f, value, name, position)

    return path


def entry(f: Frame, value: Any, name: str, position: int) -> Any:
    """`value.name` for any value."""
    if value is None:
        return None
    if isinstance(value, dict):
        if name not in value:
            f.run.warn("no_entry", position, name=name)
        return value.get(name)
    if isinstance(value, list):
        f.run.charge(len(value))
        if f.run.depth >= f.run.limits.depth:
            return None
        f.run.depth += 1
        try:
            return [entry(f, item, name, position) for item in value]
        finally:
            f.run.depth -= 1
    found = property_of(value, name)
    if found is NO_PROPERTY:
        zh, en = label(value)
        f.run.warn("no_property", position, kind_zh=zh, kind_en=en, name=name)
        return None
    return found


_NO_VALUES: dict[str, Any] = {}


def item_frame(f: Frame, item: Any) -> Frame:
    """The frame of a filter's condition for one item."""
    return Frame(item if type(item) is dict else _NO_VALUES, f, f.run, item)


def compile_filter(node: t.Filter, scope: Scope, c: Compilation) -> Evaluator:
    """`list[2]` is an item (from 1, negative from the end), `list[condition]` the items for which it is true."""
    source = c.compile(node.source, scope)
    position = node.condition.start
    if isinstance(node.condition, t.Literal) and isinstance(node.condition.value, Decimal):
        index = node.condition.value
        return lambda f: _item(f, _as_list(source(f)), index, position)
    condition, price = c.compile(node.condition, scope.item()), cost(node.condition)

    def filter_(f: Frame) -> Any:
        items = _as_list(source(f))
        run = f.run
        if not items:
            found = condition(Frame(_NO_VALUES, f, run))
            return None if type(found) is Decimal else []
        kept = []
        for number, item in enumerate(items):
            run.left -= price
            if run.left < 0:
                run.charge(0)
            verdict = condition(item_frame(f, item))
            if verdict is True:
                kept.append(item)
            elif number == 0 and type(verdict) is Decimal:
                return _item(f, items, verdict, position)
            elif verdict is not False and verdict is not None:
                run.warn("condition_not_boolean", position, **describe(verdict))
        return kept

    return filter_


def _as_list(value: Any) -> list[Any]:
    """A list as it is, null as the empty list, anything else as a list of one."""
    if type(value) is list:
        return value
    return [] if value is None else [value]


def _item(f: Frame, items: list[Any], index: Decimal, position: int) -> Any:
    place = numbers.whole(index)
    if place is not None and 0 < abs(place) <= len(items):
        return items[place - 1 if place > 0 else place]
    f.run.warn("index_range", position, index=index, size=len(items))
    return None
