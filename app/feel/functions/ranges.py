"""Range algebra: how a point or range lies to another (before, meets, overlaps, during …)."""

from __future__ import annotations

from typing import Any

from app.feel import compare, grammar, kinds
from app.feel import tree as t
from app.feel.errors import FeelError, NoResult
from app.feel.functions.signature import Declared
from app.feel.functions.temporal import declared as temporal_functions
from app.feel.kinds import kind
from app.feel.names import Names
from app.feel.values import Range

declared = Declared()

_POINT = "number|string|date|time|date and time|days and time duration|years and months duration"


def _order(left: Any, right: Any) -> int:
    if left is None or right is None:
        raise NoResult("区间没有这一端。", "the range has no such end.")
    rank = compare.order(left, right)
    if rank is None:
        raise NoResult("两者不能比较。", "they cannot be compared.")
    return rank


def _before_range(left: Range, right: Range) -> bool:
    """Whether `left` ends before `right` starts."""
    if left.high is None or right.low is None:
        return False
    rank = _order(left.high, right.low)
    return rank < 0 or (rank == 0 and not (left.high_included and right.low_included))


def _as_range(value: Any) -> Range:
    return value if kind(value) == kinds.RANGE else Range(value, value)


@declared(f"before(point1: {_POINT}, point2: {_POINT})")
@declared(f"before(point: {_POINT}, range: range)")
@declared(f"before(range: range, point: {_POINT})")
@declared("before(range1: range, range2: range)")
def before(first: Any, second: Any) -> bool:
    return _before_range(_as_range(first), _as_range(second))


@declared(f"after(point1: {_POINT}, point2: {_POINT})")
@declared(f"after(point: {_POINT}, range: range)")
@declared(f"after(range: range, point: {_POINT})")
@declared("after(range1: range, range2: range)")
def after(first: Any, second: Any) -> bool:
    return _before_range(_as_range(second), _as_range(first))


@declared("meets(range1: range, range2: range)")
def meets(first: Range, second: Range) -> bool:
    return first.high_included and second.low_included and _order(first.high, second.low) == 0


@declared("met by(range1: range, range2: range)")
def met_by(first: Range, second: Range) -> bool:
    return meets(second, first)


def _starts(left: Range, right: Range) -> int:
    """Negative, zero or positive as `left` starts before, with or after `right`."""
    if left.low is None or right.low is None:
        return (left.low is not None) - (right.low is not None)
    return _order(left.low, right.low) or int(right.low_included) - int(left.low_included)


def _ends(left: Range, right: Range) -> int:
    """The same for the ends."""
    if left.high is None or right.high is None:
        return (left.high is None) - (right.high is None)
    return _order(left.high, right.high) or int(left.high_included) - int(right.high_included)


@declared("overlaps(range1: range, range2: range)")
def overlaps(first: Range, second: Range) -> bool:
    return not _before_range(first, second) and not _before_range(second, first)


@declared("overlaps before(range1: range, range2: range)")
def overlaps_before(first: Range, second: Range) -> bool:
    return _starts(first, second) < 0 and _ends(first, second) <= 0 and overlaps(first, second)


@declared("overlaps after(range1: range, range2: range)")
def overlaps_after(first: Range, second: Range) -> bool:
    return overlaps_before(second, first)


@declared(f"finishes(point: {_POINT}, range: range)")
def point_finishes(point: Any, range_: Range) -> bool:
    return range_.high_included and _order(range_.high, point) == 0


@declared("finishes(range1: range, range2: range)")
def finishes(first: Range, second: Range) -> bool:
    return _ends(first, second) == 0 and _starts(first, second) >= 0


@declared(f"finished by(range: range, point: {_POINT})")
def finished_by_point(range_: Range, point: Any) -> bool:
    return point_finishes(point, range_)


@declared("finished by(range1: range, range2: range)")
def finished_by(first: Range, second: Range) -> bool:
    return finishes(second, first)


@declared(f"includes(range: range, point: {_POINT})")
def includes_point(range_: Range, point: Any) -> bool:
    found = compare.contains(range_, point)
    if found is None:
        raise NoResult("两者不能比较。", "they cannot be compared.")
    return found


@declared("includes(range1: range, range2: range)")
def includes(first: Range, second: Range) -> bool:
    return _starts(first, second) <= 0 and _ends(first, second) >= 0


@declared(f"during(point: {_POINT}, range: range)")
def point_during(point: Any, range_: Range) -> bool:
    return includes_point(range_, point)


@declared("during(range1: range, range2: range)")
def during(first: Range, second: Range) -> bool:
    return includes(second, first)


@declared(f"starts(point: {_POINT}, range: range)")
def point_starts(point: Any, range_: Range) -> bool:
    return range_.low_included and _order(range_.low, point) == 0


@declared("starts(range1: range, range2: range)")
def starts(first: Range, second: Range) -> bool:
    return _starts(first, second) == 0 and _ends(first, second) <= 0


@declared(f"started by(range: range, point: {_POINT})")
def started_by_point(range_: Range, point: Any) -> bool:
    return point_starts(point, range_)


@declared("started by(range1: range, range2: range)")
def started_by(first: Range, second: Range) -> bool:
    return starts(second, first)


@declared(f"coincides(point1: {_POINT}, point2: {_POINT})")
def points_coincide(first: Any, second: Any) -> bool:
    return _order(first, second) == 0


@declared("coincides(range1: range, range2: range)")
def coincides(first: Range, second: Range) -> bool:
    return _starts(first, second) == 0 and _ends(first, second) == 0


@declared("range(from: string)")
def range_of_text(text: str) -> Range:
    """A range written as text, with constant ends: `[1..5)`; an open end may be left out: `[2..)` is all from 2."""
    whole = text.strip()
    low_open, high_open = whole[1:].lstrip().startswith(".."), whole[:-1].rstrip().endswith("..")
    # What is left out is read as null, so that there is only one grammar of ranges.
    filled = whole[:1] + ("null" if low_open else "") + whole[1:-1] + ("null" if high_open else "") + whole[-1:]
    try:
        node = grammar.Grammar(filled, Names(("date and time",))).whole_expression()
    except FeelError as reason:
        raise NoResult("这不是区间。", "this is not a range.") from reason
    if not isinstance(node, t.RangeLiteral):
        raise NoResult("这不是区间。", "this is not a range.")
    low, high = _constant(node.low), _constant(node.high)
    if (low is None and (node.low_included or high is None)) or (high is None and node.high_included):
        raise NoResult("区间没有这一端。", "an end that is left out must be open.")
    if low is None:
        return Range(None, high, False, node.high_included, "<=" if node.high_included else "<")
    if high is None:
        return Range(low, None, node.low_included, False, ">=" if node.low_included else ">")
    if _order(low, high) > 0:
        raise NoResult("区间的两端颠倒了。", "the ends of the range are the wrong way round.")
    return Range(low, high, node.low_included, node.high_included)


def _constant(node: t.Node) -> Any:
    """The value of an end: a literal or a date, time or duration built from a text."""
    if isinstance(node, t.Literal):
        return node.value
    if (
        isinstance(node, t.Call)
        and isinstance(node.function, t.Name)
        and node.function.name in ("date", "time", "date and time", "duration")
        and len(node.arguments) == 1
        and isinstance(node.arguments[0], t.Literal)
        and isinstance(node.arguments[0].value, str)
    ):
        return temporal_functions.functions[node.function.name].call(node.arguments[0].value)
    raise NoResult("区间的两端要是常量。", "the ends of the range must be constants.")
