"""if, for, some and every."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from app.feel import kinds, numbers
from app.feel import tree as t
from app.feel.closures.scope import Compilation, Scope, cost
from app.feel.evaluation import Evaluator, Frame, Run, describe
from app.feel.kinds import kind
from app.feel.values import Range
from app.feel.wide import date_days, date_from_days


def compile_if(node: t.If, scope: Scope, c: Compilation) -> Evaluator:
    """`if c then a else b`; only true chooses `then`. A chain of else-ifs is one loop."""
    branches: list[tuple[Evaluator, Evaluator, int]] = []
    rest: t.Node = node
    while isinstance(rest, t.If):
        branches.append((c.compile(rest.condition, scope), c.compile(rest.then, scope), rest.condition.start))
        rest = rest.otherwise
    otherwise = c.compile(rest, scope)

    def if_(f: Frame) -> Any:
        for condition, then, position in branches:
            chosen = condition(f)
            if chosen is True:
                return then(f)
            if chosen is not False and chosen is not None:
                f.run.warn("condition_not_boolean", position, **describe(chosen))
        return otherwise(f)

    return if_


def _steps(run: Run, low: Any, high: Any, position: int) -> Iterator[Any] | None:
    """The values from `low` to `high`, upwards or downwards: whole numbers or days."""
    if type(low) is Decimal and type(high) is Decimal:
        first, last = numbers.whole(low), numbers.whole(high)
        if first is not None and last is not None:
            return (Decimal(n) for n in (range(first, last + 1) if first <= last else range(first, last - 1, -1)))
    if kind(low) == kinds.DATE and kind(high) == kinds.DATE:
        first, last = date_days(low), date_days(high)
        days = range(first, last + 1) if first <= last else range(first, last - 1, -1)
        return (date_from_days(day) for day in days)
    run.warn("not_iterable", position)
    return None


def range_values(run: Run, domain: Range, position: int = 0) -> Iterator[Any] | None:
    """The values of a range whose both ends are given; an excluded end is left out."""
    found = _steps(run, domain.low, domain.high, position)
    if found is None or domain.operator:
        return None
    skipped = {
        end for end, kept in ((domain.low, domain.low_included), (domain.high, domain.high_included)) if not kept
    }
    return (value for value in found if value not in skipped) if skipped else found


Domain = Any


def _compile_domain(node: t.Node, scope: Scope, c: Compilation) -> Domain:
    """A closure that gives an iterable, or null when the domain is none."""
    position = node.start
    if isinstance(node, t.Steps):
        low, high = c.compile(node.low, scope), c.compile(node.high, scope)
        return lambda f: _steps(f.run, low(f), high(f), position)
    source = c.compile(node, scope)

    def domain(f: Frame) -> Any:
        value = source(f)
        if type(value) is list:
            return value
        if value is None:
            return None
        if isinstance(value, Range):
            return range_values(f.run, value, position)
        return [value]

    return domain


def _nested(
    variables: list[tuple[str, t.Node]], scope: Scope, c: Compilation, *extra: str
) -> tuple[list[tuple[str, Domain]], Scope]:
    """The domains of several iterators; each sees the variables before it."""
    found = []
    for index, (name, domain) in enumerate(variables):
        found.append((name, _compile_domain(domain, scope, c)))
        scope = scope.local(name, *(extra if index == 0 else ()))
    return found, scope


def compile_for(node: t.For, scope: Scope, c: Compilation) -> Evaluator:
    """`for a in x, b in y return body`; `partial` is the list of the results so far."""
    domains, inner = _nested(node.variables, scope, c, "partial")
    body, price = c.compile(node.body, inner), cost(node.body)
    keeps_partial = t.mentions(node.body, "partial") or any(
        t.mentions(domain, "partial") for _, domain in node.variables[1:]
    )
    last = len(domains) - 1

    def loop(f: Frame, level: int, results: list[Any]) -> bool:
        name, domain = domains[level]
        values = domain(f)
        if values is None:
            return False
        run = f.run
        limit = run.limits.items
        for value in values:
            run.left -= price
            if run.left < 0:
                run.charge(0)
            local = {name: value}
            if level == 0 and keeps_partial:
                # A copy, because the list still grows; its length is paid for.
                run.charge(len(results) >> 3)
                local["partial"] = results[:]
            frame = Frame(local, f, run)
            if level < last:
                if keeps_partial:
                    local["partial"] = results[:]
                if not loop(frame, level + 1, results):
                    return False
            else:
                results.append(body(frame))
                if len(results) > limit:
                    run.bounded_list(len(results))
        return True

    def for_(f: Frame) -> Any:
        results: list[Any] = []
        return results if loop(f, 0, results) else None

    return for_


def compile_quantified(node: t.Quantified, scope: Scope, c: Compilation) -> Evaluator:
    """`some`, `every`: like a long `or` or `and` over the items."""
    domains, inner = _nested(node.variables, scope, c)
    body, price = c.compile(node.body, inner), cost(node.body)
    decisive = node.kind == "some"
    last = len(domains) - 1

    def search(f: Frame, level: int) -> bool | None:
        name, domain = domains[level]
        values = domain(f)
        if values is None:
            return None
        verdict: bool | None = not decisive
        run = f.run
        for value in values:
            run.left -= price
            if run.left < 0:
                run.charge(0)
            frame = Frame({name: value}, f, run)
            found = search(frame, level + 1) if level < last else body(frame)
            if found is decisive:
                return decisive
            if found is not (not decisive):
                verdict = None
        return verdict

    return lambda f: search(f, 0)
