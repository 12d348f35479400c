"""What one evaluation knows: its variables, its functions, its budget, and the warnings it has gathered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app.feel import numbers
from app.feel.errors import FeelError, FeelWarning, NoResult, sentence, shortened
from app.feel.kinds import quoted
from app.feel.values import DaysTimeDuration, Function, Range, YearsMonthsDuration
from app.feel.wide import WideDate, WideDateTime, WideTime
from app.messages import Message


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one evaluation may do: about 100 ms of work, and no value larger than a process variable should be."""

    steps: int = 250_000
    depth: int = 48
    text: int = 1_000_000
    items: int = 200_000
    warnings: int = 50


LIMITS = Limits()
# Integers below this need no rounding to 34 digits.
_SAFE = 10**18


class Run:
    """One evaluation of one expression."""

    __slots__ = ("comfort", "depth", "functions", "left", "limits", "text", "types", "warnings")

    def __init__(self, functions: Mapping[str, Any], text: str, limits: Limits = LIMITS, comfort: bool = True) -> None:
        self.functions = functions
        self.text = text
        self.limits = limits
        self.left = limits.steps
        self.depth = 0
        self.comfort = comfort
        self.warnings: list[FeelWarning] = []
        # Tests of a decision model's own types, by name, for `instance of` and typed parameters.
        self.types: Mapping[str, Callable[[Any], bool]] = {}

    def charge(self, steps: int) -> None:
        """Use up a part of the budget; FeelError when it is spent."""
        self.left -= steps
        if self.left < 0:
            raise FeelError.of("budget_steps", self.text, 0, shown=shortened(self.text), limit=self.limits.steps)

    def bounded_text(self, length: int) -> None:
        """Refuse to build a text longer than the limit."""
        if length > self.limits.text:
            raise FeelError.of("budget_size", self.text, 0, shown=shortened(self.text), limit=self.limits.text)
        self.charge(length >> 6)

    def bounded_list(self, length: int) -> None:
        """Refuse to build a list longer than the limit."""
        if length > self.limits.items:
            raise FeelError.of("budget_size", self.text, 0, shown=shortened(self.text), limit=self.limits.items)
        self.charge(length >> 2)

    def warn(self, code: str, position: int, **facts: object) -> None:
        """Note why something became null."""
        if len(self.warnings) < self.limits.warnings:
            self.warn_message(code, sentence(code, **facts), position)

    def warn_message(self, code: str, message: Message, position: int) -> None:
        """Note a sentence that is already made."""
        self.warnings.append(FeelWarning(code, message, self.text, position))


class Frame:
    """The variables of one place in an expression; `item` is set while a filter looks at one item."""

    __slots__ = ("item", "parent", "run", "values")

    def __init__(self, values: dict[str, Any], parent: Frame | None, run: Run, item: Any = None) -> None:
        self.values = values
        self.parent = parent
        self.run = run
        self.item = item


Evaluator = Callable[[Frame], Any]


class Closure:
    """A function defined in an expression, with the variables it was born among."""

    __slots__ = ("body", "frame", "name", "parameters", "text", "types")

    is_feel_function = True

    def __init__(
        self, name: str, parameters: tuple[str, ...], types: tuple[Any, ...], body: Evaluator, frame: Frame, text: str
    ) -> None:
        self.name = name
        self.parameters = parameters
        self.types = types
        self.body = body
        self.frame = frame
        self.text = text

    def __repr__(self) -> str:
        return f"function({', '.join(self.parameters)})"

    def invoke(self, run: Run, arguments: list[Any]) -> Any:
        """The result for positional arguments; NoResult when their number is wrong."""
        if len(arguments) != len(self.parameters):
            count, given = len(self.parameters), len(arguments)
            raise NoResult(
                f"需要 {count} 个参数，给了 {given} 个。", f"it takes {count} arguments, {given} were given."
            )
        run.charge(10)
        if run.depth >= run.limits.depth:
            raise FeelError.of("budget_depth", run.text, 0, shown=shortened(run.text))
        run.depth += 1
        try:
            return self.body(Frame(dict(zip(self.parameters, arguments, strict=True)), self.frame, run))
        finally:
            run.depth -= 1


_PASS = frozenset(
    (
        *(str, bool, type(None), Decimal, date, time, datetime, WideDate, WideTime, WideDateTime),
        *(DaysTimeDuration, YearsMonthsDuration, Range, Function, Closure),
    )
)


def to_feel(value: Any) -> Any:
    """A FEEL value from JSON or from Python's own dates; a value that is FEEL already stays as it is."""
    kind = type(value)
    if kind in _PASS:
        return value
    if kind is int or kind is float:
        return numbers.of(value)
    if kind is dict:
        return {key: to_feel(inner) for key, inner in value.items()}
    if kind is list or kind is tuple:
        return [to_feel(inner) for inner in value]
    if kind is timedelta:
        return DaysTimeDuration.from_timedelta(value)
    return _unusual_to_feel(value)


def _unusual_to_feel(value: Any) -> Any:
    """Subclasses and other containers of known values; anything else must not enter an expression."""
    if isinstance(value, (int, float)):
        return numbers.of(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): to_feel(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_feel(inner) for inner in value]
    if isinstance(value, (Decimal, datetime, date, time, Function, Closure)):
        return value
    raise FeelError.of("foreign_value", "", 0, found=type(value).__name__)


class RootValues(dict[str, Any]):
    """The variables given to an evaluation, turned into FEEL values when they are first read."""

    __slots__ = ("source",)

    def __init__(self, source: Mapping[str, Any]) -> None:
        # dict's own constructor has nothing to do here, and this runs at every evaluation.
        self.source = source

    def __missing__(self, name: str) -> Any:
        value = self.source[name]
        kind = type(value)
        if kind is int and -_SAFE < value < _SAFE:
            value = Decimal(value)
        elif kind not in _PASS:
            value = to_feel(value)
        self[name] = value
        return value

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or name in self.source


class Layer(RootValues):
    """Variables over others that are FEEL values already: nothing is converted twice."""

    __slots__ = ()

    def __missing__(self, name: str) -> Any:
        value = self[name] = self.source[name]
        return value


def root_frame(
    context: Mapping[str, Any], functions: Mapping[str, Any], text: str, limits: Limits = LIMITS, comfort: bool = True
) -> Frame:
    """The outermost frame of an evaluation."""
    return Frame(RootValues(context), None, Run(functions, text, limits, comfort))


def describe(value: Any) -> dict[str, str]:
    """The facts `left_zh` and `left_en` of a warning about one value."""
    zh, en = quoted(value)
    return {"left_zh": zh, "left_en": en}


def describe_two(left: Any, right: Any) -> dict[str, str]:
    """The same for two values."""
    zh, en = quoted(right)
    return {**describe(left), "right_zh": zh, "right_en": en}
