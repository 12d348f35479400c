"""Calls functions: finds the signature that fits the arguments, and turns refusals into null."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from app.feel import kinds, temporal
from app.feel.errors import NoResult, shortened
from app.feel.evaluation import Closure, Run, to_feel
from app.feel.kinds import kind, quoted
from app.feel.type_check import coerced
from app.feel.values import Function
from app.messages import Refusal

ABSENT = object()


class Misfit(Exception):
    """An argument that a parameter does not take."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


@lru_cache(maxsize=512)
def _kinds_of(spec: str) -> frozenset[str] | None:
    """The kinds a parameter takes; None when it takes anything."""
    names = frozenset(part.strip() for part in spec.split("|") if part.strip())
    return None if not names or "any" in names else names


def fitted(function: Function, index: int, value: Any, comfort: bool) -> Any:
    """One argument as its parameter wants it, Misfit when it does not fit."""
    types = function.types
    spec = types[min(index, len(types) - 1)] if types else ""
    wanted = _kinds_of(spec)
    if wanted is None:
        return None if value is ABSENT else value
    what = kind(value)
    if what in wanted:
        return value
    if value is ABSENT:
        return None
    if value is None:
        pass
    elif "list" in wanted:
        return [value]
    elif what == kinds.LIST and len(value) == 1 and kind(value[0]) in wanted:
        return value[0]
    elif comfort and what == kinds.STRING and not wanted.isdisjoint(kinds.TEMPORAL) and len(value) <= 80:
        found = temporal.read_literal(value)
        if found is not None and kind(found) in wanted:
            return found
    name = function.params[min(index, len(function.params) - 1)]
    zh, en = quoted(value)
    raise Misfit(f"「{name}」不能是{zh}。", f"{name!r} cannot be {en}.")


def _bound(function: Function, arguments: list[Any], comfort: bool) -> list[Any]:
    count = len(arguments)
    if count < function.least or (count > len(function.params) and not function.variadic):
        raise Misfit(f"写法是 {function.signature}。", f"it is written {function.signature}.")
    return [fitted(function, index, value, comfort) for index, value in enumerate(arguments)]


def _ordered(function: Function, given: dict[str, Any]) -> list[Any]:
    """Named arguments in the order of the parameters; optional ones that are missing become ABSENT."""
    unknown = [name for name in given if name not in function.params]
    missing = [name for name in function.params[: function.least] if name not in given]
    if unknown or missing:
        raise Misfit(f"写法是 {function.signature}。", f"it is written {function.signature}.")
    last = max((function.params.index(name) for name in given), default=-1)
    values = [given.get(name, ABSENT) for name in function.params[: last + 1]]
    if function.variadic and last == len(function.params) - 1 and isinstance(values[-1], list):
        values[-1:] = values[-1]
    return values


def call_function(run: Run, function: Function, arguments: list[Any] | dict[str, Any], position: int) -> Any:
    """The result of a Python function, null (with a warning) when no signature fits or it has no result."""
    first: Misfit | None = None
    for candidate in (function, *function.alternatives):
        try:
            ordered = _ordered(candidate, arguments) if isinstance(arguments, dict) else arguments
            bound = _bound(candidate, ordered, run.comfort)
        except Misfit as misfit:
            first = first or misfit
            continue
        return _called(run, candidate, bound, position)
    assert first is not None
    if function.alternatives and isinstance(arguments, list):
        forms = " / ".join(dict.fromkeys(one.signature for one in (function, *function.alternatives)))
        first = Misfit(f"{first.zh}（写法：{forms}）", f"{first.en} (It is written {forms}.)")
    run.warn("arguments", position, name=function.name, cause_zh=first.zh, cause_en=first.en)
    return None


def _called(run: Run, function: Function, bound: list[Any], position: int) -> Any:
    cost = 2
    for value in bound:
        size = type(value)
        if size is list or size is dict:
            # Items that are lists or contexts themselves take longer to compare.
            cost += len(value) * (8 if size is list and value and type(value[0]) in (list, dict) else 1)
        elif size is str:
            cost += len(value) >> 6
    run.charge(cost)
    try:
        result = function.call(run, *bound) if function.with_run else function.call(*bound)
    except NoResult as reason:
        run.warn("invalid_argument", position, name=function.name, cause_zh=reason.zh, cause_en=reason.en)
        return None
    except (ValueError, OverflowError, ArithmeticError) as reason:
        run.warn("invalid_argument", position, name=function.name, cause_zh=str(reason), cause_en=str(reason))
        return None
    except Refusal as reason:
        run.warn_message("invalid_argument", reason.message, position)
        return None
    except (TypeError, AttributeError, LookupError) as reason:
        if function.native:
            raise
        # A function of the product that was given what it does not expect; its author's mistake must not end the step.
        cause = f"{type(reason).__name__}: {shortened(str(reason))}"
        run.warn("invalid_argument", position, name=function.name, cause_zh=cause, cause_en=cause)
        return None
    return result if function.native else to_feel(result)


def call_closure(run: Run, closure: Closure, arguments: list[Any] | dict[str, Any], position: int) -> Any:
    """The result of a function defined in FEEL."""
    if isinstance(arguments, dict):
        if set(arguments) != set(closure.parameters):
            shown = f"({', '.join(closure.parameters)})"
            run.warn(
                "arguments", position, name=closure.name, cause_zh=f"参数是 {shown}。", cause_en=f"they are {shown}."
            )
            return None
        arguments = [arguments[name] for name in closure.parameters]
    for index, wanted in enumerate(closure.types[: len(arguments)]):
        if wanted is not None:
            fits, arguments[index] = coerced(arguments[index], wanted, run.types)
            if not fits:
                zh, en = quoted(arguments[index])
                cause = {"cause_zh": f"「{closure.parameters[index]}」应是 {wanted}，不是{zh}。"}
                cause["cause_en"] = f"{closure.parameters[index]!r} must be {wanted}, not {en}."
                run.warn("arguments", position, name=closure.name, **cause)
                return None
    try:
        return closure.invoke(run, arguments)
    except NoResult as reason:
        run.warn("arguments", position, name=closure.name, cause_zh=reason.zh, cause_en=reason.en)
        return None


def call_value(run: Run, function: Any, arguments: list[Any] | dict[str, Any], position: int = 0) -> Any:
    """The result of any function value; null with a warning when it is none."""
    if isinstance(function, Function):
        return call_function(run, function, arguments, position)
    if isinstance(function, Closure):
        return call_closure(run, function, arguments, position)
    if function is not None:
        run.warn("not_a_function", position, name=quoted(function)[1])
    return None
