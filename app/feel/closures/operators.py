"""Arithmetic, comparison and three-valued logic; the common cases of two numbers come first, for speed."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.feel import arithmetic, kinds, numbers
from app.feel import tree as t
from app.feel.closures.scope import Compilation, Scope
from app.feel.compare import as_temporal, equal, order
from app.feel.evaluation import Evaluator, Frame, describe, describe_two
from app.feel.kinds import kind, label
from app.feel.type_check import conforms

_FAST: dict[str, Callable[[Any, Any], Any]] = {"+": numbers.add, "-": numbers.subtract, "*": numbers.multiply}
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
_PLAIN = frozenset((Decimal, str))


def calculate(f: Frame, sign: str, left: Any, right: Any, position: int) -> Any:
    """`left sign right` for any two values; null with a warning where the operator does not fit."""
    found = arithmetic.operation(sign, left, right)
    if found is None and sign == "+" and isinstance(left, str) and isinstance(right, str):
        f.run.bounded_text(len(left) + len(right))
        return left + right
    if found is None and f.run.comfort:
        turned = as_temporal(left, right)
        if turned is not None:
            left, right = turned
            found = arithmetic.operation(sign, left, right)
    if found is None:
        f.run.warn("operands", position, operator=sign, **describe_two(left, right))
        return None
    if sign == "**" and isinstance(right, Decimal) and (right.adjusted() > 2 or right != right.to_integral_value()):
        f.run.charge(numbers.SLOW)
    try:
        result = found(left, right)
    except (OverflowError, ValueError):
        result = None
    if result is None:
        code = "division_by_zero" if sign == "/" and not _truthy(right) else "number_range"
        if code == "number_range" and not isinstance(left, Decimal):
            warn_mismatch(f, "operands", left, right, position, operator=sign)
        else:
            f.run.warn(code, position)
    return result


def warn_mismatch(f: Frame, code: str, left: Any, right: Any, position: int, **facts: object) -> None:
    """Say why two values do not go together; with one zone missing they look alike, so that is said instead."""
    what = kind(left)
    if what == kind(right) and what in (kinds.TIME, kinds.DATE_TIME):
        zh, en = label(left)
        f.run.warn("zone_missing", position, left_zh=zh, left_en=en.partition(" ")[2])
    else:
        f.run.warn(code, position, **facts, **describe_two(left, right))


def _truthy(value: Any) -> bool:
    return bool(getattr(value, "nanoseconds", getattr(value, "months", value)))


def compile_arithmetic(node: t.Arithmetic, scope: Scope, c: Compilation) -> Evaluator:
    """`a + b` and its like; a long chain of them is folded in a loop, so that it cannot nest too deeply."""
    spine: list[t.Arithmetic] = []
    first: t.Node = node
    while isinstance(first, t.Arithmetic):
        spine.append(first)
        first = first.left
    spine.reverse()
    if len(spine) > 3:
        return _chain(first, spine, scope, c)
    left, right = c.compile(node.left, scope), c.compile(node.right, scope)
    sign, position = node.operator, node.at
    fast = _FAST.get(sign)
    if fast is None:
        return lambda f: calculate(f, sign, left(f), right(f), position)

    def add(f: Frame) -> Any:
        a, b = left(f), right(f)
        if type(a) is Decimal and type(b) is Decimal:
            result = fast(a, b)
            if result.is_finite():
                return result
        return calculate(f, sign, a, b, position)

    return add


def _chain(first: t.Node, spine: list[t.Arithmetic], scope: Scope, c: Compilation) -> Evaluator:
    start = c.compile(first, scope)
    steps = [(part.operator, c.compile(part.right, scope), part.at) for part in spine]

    def chain(f: Frame) -> Any:
        total = start(f)
        for sign, operand, position in steps:
            total = calculate(f, sign, total, operand(f), position)
        return total

    return chain


def compile_negation(node: t.Negation, scope: Scope, c: Compilation) -> Evaluator:
    """`-x`."""
    operand, position = c.compile(node.operand, scope), node.start

    def negation(f: Frame) -> Any:
        value = operand(f)
        result = arithmetic.negative(value)
        if result is None and value is not None:
            f.run.warn("operand", position, operator="-", **describe(value))
        return result

    return negation


def compare(f: Frame, sign: str, left: Any, right: Any, position: int) -> bool | None:
    """`left sign right` for any two values: true, false, or null with a warning."""
    if sign == "=" or sign == "!=":
        same = equal(left, right)
        if same is None and f.run.comfort:
            turned = as_temporal(left, right)
            same = None if turned is None else equal(*turned)
        if same is not None:
            return same if sign == "=" else not same
    else:
        rank = order(left, right)
        if rank is None and f.run.comfort:
            turned = as_temporal(left, right)
            rank = None if turned is None else order(*turned)
        if rank is not None:
            return _TESTS[sign](rank, 0)
        if left is None or right is None:
            # A comparison with an unknown value is itself unknown: no mistake of the author.
            return None
    warn_mismatch(f, "not_comparable", left, right, position)
    return None


def compile_comparison(node: t.Comparison, scope: Scope, c: Compilation) -> Evaluator:
    """`a < b` and its like."""
    left, right = c.compile(node.left, scope), c.compile(node.right, scope)
    sign, position = node.operator, node.at
    test = _TESTS[sign]

    if isinstance(node.right, t.Literal) and type(node.right.value) in _PLAIN:
        constant = node.right.value
        kind = type(constant)

        def compare_with_constant(f: Frame) -> Any:
            a = left(f)
            if type(a) is kind:
                return test(a, constant)
            return compare(f, sign, a, constant, position)

        return compare_with_constant

    def comparison(f: Frame) -> Any:
        a, b = left(f), right(f)
        if type(a) is type(b) and type(a) in _PLAIN:
            return test(a, b)
        return compare(f, sign, a, b, position)

    return comparison


def compile_between(node: t.Between, scope: Scope, c: Compilation) -> Evaluator:
    """`x between low and high`: low <= x and x <= high."""
    value, low, high = (c.compile(part, scope) for part in (node.value, node.low, node.high))
    position = node.start

    def between(f: Frame) -> Any:
        tested = value(f)
        above = compare(f, ">=", tested, low(f), position)
        if above is False:
            return False
        below = compare(f, "<=", tested, high(f), position)
        if below is False:
            return False
        return True if above and below else None

    return between


def compile_junction(node: t.Junction, scope: Scope, c: Compilation) -> Evaluator:
    """`and`, `or`: what is neither true nor false counts as unknown."""
    operands = [c.compile(operand, scope) for operand in node.operands]
    decisive = node.operator == "or"
    places = [operand.start for operand in node.operands]
    word = node.operator

    if len(operands) == 2:
        first, second = operands

        def two(f: Frame) -> Any:
            a = first(f)
            if a is decisive:
                return decisive
            b = second(f)
            if b is decisive:
                return decisive
            if type(a) is bool and type(b) is bool:
                return not decisive
            return _unknown(f, word, (a, b), places)

        return two

    def many(f: Frame) -> Any:
        values = []
        for operand in operands:
            value = operand(f)
            if value is decisive:
                return decisive
            values.append(value)
        if all(type(value) is bool for value in values):
            return not decisive
        return _unknown(f, word, tuple(values), places)

    return many


def _unknown(f: Frame, word: str, values: tuple[Any, ...], places: list[int]) -> None:
    for value, position in zip(values, places, strict=True):
        if value is not None and type(value) is not bool:
            f.run.warn("not_boolean", position, operator=word, **describe(value))


def compile_not(node: t.Not, scope: Scope, c: Compilation) -> Evaluator:
    """`not(x)`."""
    if scope.find("not")[2]:
        return c.compile(t.Call(node.start, node.end, t.Name(node.start, node.start + 3, "not"), [node.operand]), scope)
    operand, position = c.compile(node.operand, scope), node.operand.start

    def not_(f: Frame) -> Any:
        value = operand(f)
        if type(value) is bool:
            return not value
        if value is not None:
            f.run.warn("not_boolean", position, operator="not", **describe(value))
        return None

    return not_


def compile_instance_of(node: t.InstanceOf, scope: Scope, c: Compilation) -> Evaluator:
    """`x instance of type`."""
    value, wanted = c.compile(node.value, scope), node.type
    return lambda f: conforms(value(f), wanted, f.run.types)
