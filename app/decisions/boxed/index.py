"""Finds the rules that can match without testing each cell: constants and ranges of numbers are looked up."""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.feel import tree as t

if TYPE_CHECKING:
    from app.decisions.boxed.table import Table
    from app.feel import Compiled

_CONSTANTS = (Decimal, str, bool, type(None))
Bounds = tuple[Decimal | None, bool, Decimal | None, bool]


class ColumnIndex:
    """One column; sets of rules are the bits of integers, bit 0 being the first rule.

    `others` are the rules whose cell must be evaluated.
    """

    __slots__ = ("always", "at", "between", "constants", "kinds", "others", "points", "sample")

    def __init__(self, cells: list[Compiled | None]) -> None:
        self.always = self.others = 0
        self.constants: dict[tuple[type, Any], int] = {}
        self.kinds: set[type] = set()
        self.sample: Any = None
        ranges: list[tuple[Bounds, int]] = []
        for number, cell in enumerate(cells):
            bit = 1 << number
            if cell is None:
                self.always |= bit
                continue
            parts = _simple_parts(cell)
            if parts is None:
                self.others |= bit
                continue
            for part in parts:
                if isinstance(part, tuple):
                    ranges.append((part, bit))
                    self.kinds.add(Decimal)
                else:
                    key = (type(part), part)
                    self.constants[key] = self.constants.get(key, 0) | bit
                    self.kinds.add(type(part))
                    self.sample = part if self.sample is None else self.sample
        self.points: list[Decimal] = []
        self.at: list[int] = []
        self.between: list[int] = []
        if ranges:
            self._sweep(ranges)

    def _sweep(self, ranges: list[tuple[Bounds, int]]) -> None:
        """Which ranges hold at each end, and between one end and the next."""
        self.points = sorted({end for (low, _, high, _), _ in ranges for end in (low, high) if end is not None})
        place = {point: index for index, point in enumerate(self.points)}
        count = len(self.points)
        self.at, self.between = [0] * count, [0] * (count + 1)
        starts: list[list[int]] = [[] for _ in range(count)]
        ends: list[list[int]] = [[] for _ in range(count)]
        # How many ranges of a rule are open: several in one cell may overlap.
        depth: dict[int, int] = {}
        active = 0
        for (low, low_included, high, high_included), bit in ranges:
            if low is not None and high is not None and low >= high:
                if low == high and low_included and high_included:
                    self.at[place[low]] |= bit
                continue
            if low is None:
                depth[bit] = depth.get(bit, 0) + 1
                active |= bit
            else:
                starts[place[low]].append(bit)
                self.at[place[low]] |= bit if low_included else 0
            if high is not None:
                ends[place[high]].append(bit)
                self.at[place[high]] |= bit if high_included else 0
        self.between[0] = active
        for index in range(count):
            for bit in ends[index]:
                depth[bit] -= 1
                active &= ~(0 if depth[bit] else bit)
            self.at[index] |= active
            for bit in starts[index]:
                depth[bit] = depth.get(bit, 0) + 1
                active |= bit
            self.between[index + 1] = active

    def candidates(self, value: Any) -> int:
        """The rules whose cell passes or has yet to be evaluated."""
        kind = type(value)
        found = self.always | self.others
        if kind in _CONSTANTS:
            found |= self.constants.get((kind, value), 0)
            if kind is Decimal and self.points:
                index = bisect_left(self.points, value)
                if index < len(self.points) and self.points[index] == value:
                    found |= self.at[index]
                else:
                    found |= self.between[index]
        return found

    def strange(self, value: Any) -> bool:
        """Whether no constant of the column is of the value's kind: probably a mistake."""
        return bool(self.kinds) and value is not None and type(value) not in self.kinds and not self.others


def _simple_parts(cell: Compiled) -> list[Any] | None:
    """The constants and number ranges of a cell; None when it holds anything else."""
    tree = cell.tree
    if not isinstance(tree, t.Tests) or tree.negated:
        return None
    parts: list[Any] = []
    for test in tree.tests:
        if isinstance(test, t.Literal) and type(test.value) in _CONSTANTS:
            parts.append(test.value)
        elif isinstance(test, t.HalfLine) and test.operator in "<=>=" and _number(test.operand) is not None:
            parts.append(_half_line(test.operator, _number(test.operand)))
        elif isinstance(test, t.RangeLiteral) and None not in (low := _number(test.low), high := _number(test.high)):
            parts.append((low, test.low_included, high, test.high_included))
        else:
            return None
    return parts or None


def _number(node: t.Node) -> Decimal | None:
    return node.value if isinstance(node, t.Literal) and isinstance(node.value, Decimal) else None


def _half_line(operator: str, end: Decimal | None) -> Any:
    match operator:
        case "<":
            return (None, False, end, False)
        case "<=":
            return (None, False, end, True)
        case ">":
            return (end, False, None, False)
        case ">=":
            return (end, True, None, False)
    return end


def index_of(table: Table) -> list[ColumnIndex]:
    """The index of every input column."""
    return [ColumnIndex([rule.tests[place] for rule in table.rules]) for place in range(len(table.inputs))]
