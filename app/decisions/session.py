"""One evaluation of decisions: the variables, the values found so far, the rules that fired, and the common budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.decisions.model import DecisionError, Fired
from app.feel import Compiled, FeelError, FeelWarning, Frame, Layer, Library, Limits, RootValues, Run
from app.messages import Message

# A table of a thousand rules does more work than one expression.
LIMITS = Limits(steps=1_000_000, warnings=100)
MAX_DEPTH = 40


class Session:
    """What all expressions of one evaluation share."""

    def __init__(
        self,
        library: Library,
        types: Mapping[str, Callable[[Any], bool]],
        comfort: bool = True,
        limits: Limits = LIMITS,
    ) -> None:
        self.library = library
        self.types = types
        self.comfort = comfort
        self.limits = limits
        self.left = limits.steps
        self.depth = 0
        self.calls = 0
        self.fired: list[Fired] = []
        self.warnings: list[FeelWarning] = []

    def run(self, text: str) -> Run:
        """A run of one expression on what is left of the budget."""
        run = Run(self.library.functions, text, self.limits, self.comfort)
        run.left = self.left
        run.depth = self.calls
        run.types = self.types
        run.warnings = self.warnings
        return run

    def settle(self, run: Run) -> None:
        """Take over what a run has used."""
        self.left = min(self.left, run.left)

    def evaluate(self, compiled: Compiled, values: RootValues) -> Any:
        """The value of a compiled text among variables."""
        self.left -= 2
        run = self.run(compiled.text)
        run.charge(0)
        before, self.calls = self.calls, run.depth
        try:
            return compiled.run(Frame(values, None, run))
        except RecursionError:
            raise FeelError.of("too_deep", compiled.text, 0, limit=MAX_DEPTH) from None
        finally:
            self.calls = before
            self.settle(run)

    def deeper(self, name: str) -> None:
        """Count one level of decisions or functions calling each other."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise DecisionError(
                "too_deep",
                Message(f"「{name}」的调用层数太多。", f"{name!r} is nested too deeply."),
                name,
            )

    def shallower(self) -> None:
        """Leave one level."""
        self.depth -= 1


class Scope:
    """The variables visible to one boxed expression, inside a session."""

    __slots__ = ("session", "values")

    def __init__(self, session: Session, values: RootValues) -> None:
        self.session = session
        self.values = values

    def inner(self, values: Mapping[str, Any] | None = None) -> Scope:
        """A scope with further variables, which hide outer ones of the same name."""
        layer = Layer(self.values)
        if values:
            layer.update(values)
        return Scope(self.session, layer)

    def evaluate(self, compiled: Compiled) -> Any:
        """The value of an expression here."""
        return self.session.evaluate(compiled, self.values)
