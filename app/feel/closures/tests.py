"""Unary tests: decision table cells, the right side of `in`, and half-open ranges."""

from __future__ import annotations

from typing import Any

from app.feel import kinds
from app.feel import tree as t
from app.feel.closures.operators import compare, warn_mismatch
from app.feel.closures.scope import Compilation, Scope
from app.feel.compare import as_temporal, contains, equal
from app.feel.evaluation import Evaluator, Frame, describe_two
from app.feel.kinds import kind
from app.feel.values import Range

_INPUT = "?"


def compile_half_line(node: t.HalfLine, scope: Scope, c: Compilation) -> Evaluator:
    """`(< 5)` as a value: a range that is open on one side."""
    operand, sign, position = c.compile(node.operand, scope), node.operator, node.start

    def half_line(f: Frame) -> Any:
        end = operand(f)
        match sign:
            case "<":
                return _bounded(f, Range(None, end, False, False, sign), end, position)
            case "<=":
                return _bounded(f, Range(None, end, False, True, sign), end, position)
            case ">":
                return _bounded(f, Range(end, None, False, False, sign), end, position)
            case ">=":
                return _bounded(f, Range(end, None, True, False, sign), end, position)
        return Range(end, end, True, True, sign)

    return half_line


def _bounded(f: Frame, range_: Range, end: Any, position: int) -> Range | None:
    if end is None:
        f.run.warn("bad_range", position)
        return None
    return range_


Test = Any  # a function of the frame and the tested value: True, False or None


def _compile_test(node: t.Node, scope: Scope, c: Compilation, *, cell: bool) -> Test:
    """One test of a value; in a cell a condition about "?" or other variables may also decide by itself."""
    position = node.start
    if isinstance(node, t.HalfLine):
        operand, sign = c.compile(node.operand, scope), node.operator
        return lambda f, value: compare(f, sign, value, operand(f), position)
    if isinstance(node, t.Not) and cell:
        inner = _compile_test(node.operand, scope, c, cell=True)

        def negated(f: Frame, value: Any) -> bool | None:
            found = inner(f, value)
            return None if found is None else not found

        return negated
    evaluate = c.compile(node, scope)
    if isinstance(node, t.Literal):
        constant = node.value
        return lambda f, value: matches(f, value, constant, position)
    unknown_range = isinstance(node, t.RangeLiteral)
    decides = cell and t.mentions(node, _INPUT)

    def test(f: Frame, value: Any) -> bool | None:
        found = evaluate(f)
        if found is None and unknown_range:
            return None
        if decides:
            return found if type(found) is bool else (None if found is None else matches(f, value, found, position))
        if cell and found is True and type(value) is not bool:
            return True
        return matches(f, value, found, position)

    return test


def matches(f: Frame, value: Any, test: Any, position: int) -> bool | None:
    """Whether a value equals a test's value, lies in its range, or is among its list."""
    what = kind(test)
    if what == kinds.RANGE:
        found = contains(test, value)
        if found is None and f.run.comfort and isinstance(value, str):
            turned = as_temporal(value, test.low if test.low is not None else test.high)
            found = None if turned is None else contains(test, turned[0])
        if found is None and value is not None and not test.operator:
            f.run.warn("not_comparable", position, **describe_two(value, test))
        return found
    if what == kinds.LIST:
        f.run.charge(len(test))
        if kind(value) == kinds.LIST and equal(value, test):
            return True
        verdict: bool | None = False
        for one in test:
            inner = kind(one)
            found = matches(f, value, one, position) if inner == kinds.RANGE else quiet_equal(f, value, one)
            if found is True:
                return True
        return verdict
    if what == kinds.FUNCTION:
        return None
    if test is None:
        return value is None
    found = quiet_equal(f, value, test)
    if found is None and value is not None:
        warn_mismatch(f, "not_comparable", value, test, position)
    return found


def quiet_equal(f: Frame, value: Any, other: Any) -> bool | None:
    """Equality with the comfort of ISO texts."""
    same = equal(value, other)
    if same is None and f.run.comfort:
        turned = as_temporal(value, other)
        if turned is not None:
            return equal(*turned)
    return same


def compile_in(node: t.In, scope: Scope, c: Compilation) -> Evaluator:
    """`x in test`."""
    value = c.compile(node.value, scope)
    tests = [_compile_test(test, scope, c, cell=False) for test in node.tests]

    def in_(f: Frame) -> Any:
        return _any(f, tests, value(f))

    return in_


def _any(f: Frame, tests: list[Test], value: Any) -> bool | None:
    verdict: bool | None = False
    for test in tests:
        found = test(f, value)
        if found is True:
            return True
        if found is None:
            verdict = None
    return verdict


def _tested(f: Frame) -> Any:
    try:
        return f.values[_INPUT]
    except KeyError:
        return None


def compile_tests(node: t.Tests, scope: Scope, c: Compilation) -> Evaluator:
    """A cell: whether the input, which the evaluation knows as "?", passes one of the tests (or none, after not)."""
    if not node.tests:
        return lambda f: True
    tests = [_compile_test(test, scope, c, cell=True) for test in node.tests]
    if node.negated:

        def none_of(f: Frame) -> Any:
            found = _any(f, tests, _tested(f))
            return None if found is None else not found

        return none_of
    if len(tests) == 1:
        only = tests[0]
        return lambda f: only(f, _tested(f))
    return lambda f: _any(f, tests, _tested(f))
