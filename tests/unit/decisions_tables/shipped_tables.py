"""What the tests of the decision tables share: one call of a shipped table with the parameters of a profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from app import decisions, feel
from app.parameters import Parameters, load

ROOT = Path(__file__).resolve().parents[3]
BOOK = load(ROOT / "processes")


@dataclass(frozen=True)
class Case:
    """What a table answers: the rule that fires (1-based, None: no rule) and the value or the part that matters."""

    rule: int | None
    variables: Mapping[str, Any]
    expected: Any
    profile: str = "bus_maker"
    params: Mapping[str, Any] = field(default_factory=dict)


@cache
def table(name: str) -> decisions.Definitions:
    path = ROOT / "processes" / "shared" / f"{name}.dmn"
    return decisions.parse(path.read_bytes(), str(path.relative_to(ROOT)))


def library(profile: str, params: Mapping[str, Any]) -> feel.Library:
    stored = {("company.profile", "company"): profile} | {(name, "company"): value for name, value in params.items()}
    values = Parameters(BOOK, profile, stored)
    return feel.BUILTINS.extended({"param": feel.Function("param", ("name",), values.value)})


def decide(
    name: str, variables: Mapping[str, Any], profile: str = "bus_maker", params: Mapping[str, Any] | None = None
) -> tuple[Any, list[int]]:
    """The value and the rules (1-based) that fired."""
    outcome = table(name).evaluate(name, dict(variables), library(profile, params or {}))
    return feel.to_json(outcome.value), [fired.rule_index for fired in outcome.fired]


class TableTests:
    """Base of the tests of one table: `cases` run one by one, every rule has one, and nothing known raises nothing."""

    name: ClassVar[str]
    cases: ClassVar[tuple[Case, ...]]
    when_nothing_is_known: ClassVar[Any]

    def test_every_case(self) -> None:
        wrong = []
        for number, case in enumerate(self.cases):
            value, fired = decide(self.name, case.variables, case.profile, case.params)
            part = {key: value[key] for key in case.expected} if isinstance(case.expected, dict) else value
            if part != case.expected or fired != ([] if case.rule is None else [case.rule]):
                wrong.append((number, dict(case.variables), fired, part, case.rule, case.expected))
        assert wrong == []

    def test_every_rule_has_a_case(self) -> None:
        path = ROOT / "processes" / "shared" / f"{self.name}.dmn"
        rules = path.read_text(encoding="utf-8").count("<rule ")
        assert {case.rule for case in self.cases} - {None} == set(range(1, rules + 1))

    def test_every_rule_names_its_source_or_is_marked_as_ours(self) -> None:
        text = (ROOT / "processes" / "shared" / f"{self.name}.dmn").read_text(encoding="utf-8")
        assert text.count("<description>") == text.count("<rule ") + 1  # one more for the table itself

    def test_it_answers_when_nothing_is_known(self) -> None:
        value, _ = decide(self.name, {})
        expected = self.when_nothing_is_known
        assert ({key: value[key] for key in expected} if isinstance(expected, dict) else value) == expected

    def test_it_answers_when_everything_is_null(self) -> None:
        asked = {key for case in self.cases for key in case.variables}
        assert decide(self.name, dict.fromkeys(asked))[0] == decide(self.name, {})[0]
