"""Decision tables: rules whose cells are tested one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.decisions.boxed.index import ColumnIndex, index_of
from app.decisions.hit_policies import HIT_POLICIES, Hit
from app.decisions.model import Fired
from app.decisions.session import Scope
from app.decisions.types import Types, passes
from app.feel import Compiled, Frame, Layer, to_json
from app.feel.errors import FeelError
from app.feel.evaluation import describe, describe_two


@dataclass(slots=True)
class InputColumn:
    """One input: what it is called, how its value is found, and which values are allowed."""

    label: str
    expression: Compiled | None
    type: str | None
    allowed: Compiled | None


@dataclass(slots=True)
class OutputColumn:
    """One output: its name, its default, and its values in order of priority."""

    name: str
    label: str
    type: str | None
    default: Compiled | None
    allowed: Compiled | None
    priorities: list[Compiled]


@dataclass(slots=True)
class Rule:
    """One rule: its cells, None where a cell is empty or "-"."""

    id: str
    index: int
    tests: list[Compiled | None]
    results: list[Compiled | None]


@dataclass(slots=True)
class Table:
    """A decision table."""

    owner_id: str
    owner_name: str
    hit_policy: str
    aggregation: str
    inputs: list[InputColumn]
    outputs: list[OutputColumn]
    rules: list[Rule]
    types: Types
    single_type: str | None = None
    line: int | None = None
    index: list[ColumnIndex] | None = None

    def value(self, scope: Scope) -> Any:
        """The value by the hit policy; the rules that decided are noted in the session."""
        inputs = [self._input(column, scope) for column in self.inputs]
        hits = [Hit(rule, self._results(rule, scope)) for rule in self._matching(inputs, scope)]
        decided, value = HIT_POLICIES[self.hit_policy](self, hits, scope)
        if decided:
            seen = {column.label: _shown(value) for column, value in zip(self.inputs, inputs, strict=True)}
            for hit in decided:
                outputs = {column.name: _shown(one) for column, one in zip(self.outputs, hit.values, strict=True)}
                scope.session.fired.append(
                    Fired(self.owner_id, self.owner_name, hit.rule.id, hit.rule.index, seen, outputs)
                )
        return value

    def _input(self, column: InputColumn, scope: Scope) -> Any:
        if column.expression is None:
            return None
        value = scope.evaluate(column.expression)
        fits, converted = self.types.convert(value, column.type, scope.session.comfort)
        value = converted if fits else value
        if column.allowed is not None and value is not None and not passes(column.allowed, value):
            # A value that nobody foresaw is a warning, not an error: the rules decide what becomes of it.
            scope.session.run(column.label).warn("not_allowed", 0, name=column.label, **describe(value))
        return value

    def _matching(self, inputs: list[Any], scope: Scope) -> list[Rule]:
        """The rules all of whose cells pass; with FIRST only the first of them."""
        session = scope.session
        run = session.run(f"{self.owner_name}")
        frames = []
        for value in inputs:
            values = Layer(scope.values)
            values["?"] = value
            frames.append(Frame(values, None, run))
        if self.index is None:
            self.index = index_of(self)
        run.charge(1 + len(self.rules) // 16)
        candidates = (1 << len(self.rules)) - 1
        for column, value in zip(self.index, inputs, strict=True):
            candidates &= column.candidates(value)
            if column.strange(value):
                run.warn("not_comparable", 0, **describe_two(value, column.sample))
        only_first = self.hit_policy == "FIRST"
        found = []
        try:
            while candidates:
                lowest = candidates & -candidates
                candidates ^= lowest
                number = lowest.bit_length() - 1
                rule = self.rules[number]
                run.left -= 1 + len(frames)
                if run.left < 0:
                    run.charge(0)
                for test, column, frame in zip(rule.tests, self.index, frames, strict=True):
                    if test is not None and column.others & lowest and test.run(frame) is not True:
                        break
                else:
                    found.append(rule)
                    if only_first:
                        break
        except RecursionError:
            raise FeelError.of("too_deep", self.owner_name, 0, limit=0) from None
        finally:
            session.settle(run)
        return found

    def _results(self, rule: Rule, scope: Scope) -> list[Any]:
        found = []
        for column, result in zip(self.outputs, rule.results, strict=True):
            value = None if result is None else scope.evaluate(result)
            found.append(self.converted(value, column, scope))
        return found

    def converted(self, value: Any, column: OutputColumn, scope: Scope) -> Any:
        """An output as its column's type; what does not fit stays as it is, except where the standard is wanted."""
        kind = column.type or (self.single_type if len(self.outputs) == 1 else None)
        fits, converted = self.types.convert(value, kind, scope.session.comfort)
        if fits:
            return converted
        return value if scope.session.comfort else None

    def combined(self, values: list[Any]) -> Any:
        """The outputs of one rule: the value itself, or a context of several."""
        if len(self.outputs) == 1:
            return values[0]
        return {column.name: value for column, value in zip(self.outputs, values, strict=True)}

    def default(self, scope: Scope) -> Any:
        """What holds when no rule matches: the default outputs, or null."""
        if not any(column.default for column in self.outputs):
            return None
        values = [
            self.converted(scope.evaluate(column.default), column, scope) if column.default else None
            for column in self.outputs
        ]
        return self.combined(values)


def _shown(value: Any) -> Any:
    """A value for the history; what JSON cannot hold is shown as text."""
    try:
        return to_json(value)
    except FeelError:
        return str(value)
