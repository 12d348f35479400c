"""The small boxed expressions: everything but decision tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.decisions.model import Logic
from app.decisions.session import Scope
from app.decisions.types import Types
from app.feel import Compiled, Function, Range
from app.feel.calling import call_value
from app.feel.closures.control import range_values
from app.feel.errors import FeelError, NoResult, sentence
from app.feel.evaluation import describe


@dataclass(slots=True)
class Literal:
    """A FEEL expression."""

    compiled: Compiled
    line: int | None = None

    def value(self, scope: Scope) -> Any:
        """Its value."""
        return scope.evaluate(self.compiled)


@dataclass(slots=True)
class Broken:
    """An expression that could not be read, in a file that was read tolerantly: null, with the reason as warning."""

    error: FeelError

    def value(self, scope: Scope) -> Any:
        """Null."""
        scope.session.run(self.error.text).warn_message(self.error.code, self.error.message, self.error.position)
        return None


@dataclass(slots=True)
class Typed:
    """An expression with a type its value must have."""

    logic: Logic
    type: str
    types: Types

    def value(self, scope: Scope) -> Any:
        """The value converted to the type, null where it does not fit and the standard is wanted."""
        value = self.logic.value(scope)
        fits, converted = self.types.convert(value, self.type, scope.session.comfort)
        if fits:
            return converted
        run = scope.session.run(self.type)
        run.warn("type_mismatch", 0, expected=self.type, left_zh="这个值", left_en="this value")
        return value if scope.session.comfort else None


@dataclass(slots=True)
class ContextBox:
    """Entries that see the ones before them; an unnamed last entry is the result."""

    entries: list[tuple[str | None, Logic]]

    def value(self, scope: Scope) -> Any:
        """The context, or the value of its unnamed entry."""
        inner = scope.inner()
        values: dict[str, Any] = {}
        for name, logic in self.entries:
            value = logic.value(inner)
            if name is None:
                return value
            values[name] = value
            inner.values[name] = value
        return values


@dataclass(slots=True)
class ListBox:
    """A list of expressions."""

    items: list[Logic]

    def value(self, scope: Scope) -> Any:
        """The list."""
        return [item.value(scope) for item in self.items]


@dataclass(slots=True)
class Relation:
    """Rows of named columns."""

    columns: list[str]
    rows: list[list[Logic]]

    def value(self, scope: Scope) -> Any:
        """A list of contexts."""
        return [{name: cell.value(scope) for name, cell in zip(self.columns, row, strict=False)} for row in self.rows]


@dataclass(slots=True)
class Conditional:
    """if, then, else."""

    condition: Logic
    then: Logic
    otherwise: Logic

    def value(self, scope: Scope) -> Any:
        """The branch that the condition chooses; only true chooses the first."""
        return (self.then if self.condition.value(scope) is True else self.otherwise).value(scope)


@dataclass(slots=True)
class FilterBox:
    """The items for which a condition is true."""

    source: Logic
    condition: Logic

    def value(self, scope: Scope) -> Any:
        """The kept items; null is taken as the empty list, a single value as a list of one."""
        source = self.source.value(scope)
        items = source if isinstance(source, list) else ([] if source is None else [source])
        kept = []
        for item in items:
            entries = item if isinstance(item, dict) else {}
            verdict = self.condition.value(scope.inner({"item": item, **entries}))
            if verdict is True:
                kept.append(item)
            elif verdict is not False and verdict is not None:
                scope.session.run("filter").warn("condition_not_boolean", 0, **describe(verdict))
                return None
        return kept


@dataclass(slots=True)
class Iteration:
    """for, some and every over one variable."""

    kind: str
    variable: str
    source: Logic
    body: Logic

    def value(self, scope: Scope) -> Any:
        """The list of results (for), or whether some or every item satisfies the condition."""
        source = self.source.value(scope)
        if source is None:
            return None
        items: Any = source
        if isinstance(source, Range):
            items = range_values(scope.session.run(self.variable), source)
            if items is None:
                return None
        elif not isinstance(source, list):
            items = [source]
        if self.kind == "for":
            return self._results(items, scope)
        decisive = self.kind == "some"
        verdict: bool | None = not decisive
        for item in items:
            found = self.body.value(scope.inner({self.variable: item}))
            if found is decisive:
                return decisive
            if not isinstance(found, bool):
                verdict = None
        return verdict

    def _results(self, items: Any, scope: Scope) -> list[Any]:
        results: list[Any] = []
        for item in items:
            results.append(self.body.value(scope.inner({self.variable: item, "partial": list(results)})))
        return results


@dataclass(slots=True)
class FunctionBox:
    """A function with typed parameters; its body sees where it was defined."""

    name: str
    parameters: list[tuple[str, str | None]]
    body: Logic | None
    types: Types
    result: str | None = None
    external: str = ""

    def value(self, scope: Scope) -> Any:
        """The function as a value."""
        names = tuple(name for name, _ in self.parameters)

        def call(*arguments: Any) -> Any:
            return self.call(scope, arguments)

        return Function(self.name, names, call, native=True)

    def call(self, scope: Scope, arguments: tuple[Any, ...]) -> Any:
        """The result for arguments in the order of the parameters."""
        if self.external:
            raise FeelError("external_function", sentence("external_function", what=self.external), self.name)
        session = scope.session
        values: dict[str, Any] = {}
        for (name, kind), value in zip(self.parameters, arguments, strict=True):
            fits, values[name] = self.types.convert(value, kind, session.comfort)
            if not fits:
                raise NoResult(f"「{name}」应是 {kind}。", f"{name!r} must be {kind}.")
        if self.body is None:
            return None
        session.deeper(self.name)
        try:
            result = self.body.value(scope.inner(values))
        finally:
            session.shallower()
        fits, converted = self.types.convert(result, self.result, session.comfort)
        if not fits:
            raise NoResult(f"结果应是 {self.result}。", f"the result must be {self.result}.")
        return converted


@dataclass(slots=True)
class Invocation:
    """A call with bound parameters."""

    function: Logic
    bindings: list[tuple[str, Logic | None]] = field(default_factory=list)
    name: str = ""

    def value(self, scope: Scope) -> Any:
        """The result of the call."""
        function = self.function.value(scope)
        arguments = {name: None if logic is None else logic.value(scope) for name, logic in self.bindings}
        run = scope.session.run(self.name)
        try:
            return call_value(run, function, arguments)
        finally:
            scope.session.settle(run)
