"""Every scenario of every procedure plays as written, and together they visit every element and every flow."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.definitions import parse, read_folders
from app.rehearsal import Coverage, Outcome, Scenario, load_scenarios, run_scenario
from app.rehearsal.stages import Stages
from tests.house.clauses import not_met

ROOT = Path(__file__).parents[2]
PROCESSES, FORMS = ROOT / "processes", ROOT / "forms"
SCENARIOS = load_scenarios(PROCESSES)
DIAGRAMS = sorted(path.stem for path in PROCESSES.rglob("*.bpmn"))


def name(scenario: Scenario) -> str:
    return f"{scenario.path.parent.parent.name}/{scenario.path.stem}"


class Theatre:
    """Plays each scenario once, whoever asks."""

    def __init__(self) -> None:
        self._stages = Stages(PROCESSES, FORMS)
        self._played: dict[Path, Outcome] = {}

    def play(self, scenario: Scenario) -> Outcome:
        if scenario.path not in self._played:
            self._played[scenario.path] = run_scenario(self._stages.of(scenario), scenario)
        return self._played[scenario.path]


@pytest.fixture(scope="module")
def theatre() -> Theatre:
    return Theatre()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name)
def test_it_goes_as_written(scenario: Scenario, theatre: Theatre) -> None:
    outcome = theatre.play(scenario)
    assert outcome.failures == []
    assert not_met(name(scenario), outcome.moves) == [], "see docs/clauses.md"


@pytest.mark.parametrize("key", DIAGRAMS)
def test_the_scenarios_visit_every_element_and_every_flow(key: str, theatre: Theatre) -> None:
    bundle = parse(read_folders(PROCESSES, FORMS))
    coverage = Coverage(bundle.processes[key][1])
    for scenario in SCENARIOS:
        coverage.add(theatre.play(scenario).moves.get(key, ()))
    assert (coverage.missed_elements, coverage.missed_flows) == ([], []), coverage.sentence()


def test_every_diagram_has_scenarios_of_its_own() -> None:
    played = {scenario.path.parent.parent.name for scenario in SCENARIOS}
    folders = {path.parent.name for path in PROCESSES.rglob("*.bpmn")}
    assert folders - played == set()
