"""Where mutations are played: the stages with one thing taken away, and the scenarios that could notice it."""

from __future__ import annotations

import copy
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from mutations import FORMS, PROCESSES, Mutation
from sqlalchemy import func, select

from app import definitions
from app.clock import ManualClock
from app.db import Database, Transaction
from app.definitions import DefinitionStore, File
from app.definitions.tables import process_version
from app.engine import is_expression
from app.house import House
from app.identity import SYSTEM
from app.registers import RegisterListener
from app.rehearsal import Outcome, Rehearsal, Scenario, Stage, load_scenarios, run_scenario
from app.rehearsal.stages import Stages


@dataclass(slots=True)
class Verdict:
    """What came of a mutation: `by` is the scenario that went red, or why it could not even be deployed."""

    mutation: Mutation
    by: str = ""
    reason: str = ""
    played: int = 0

    @property
    def killed(self) -> bool:
        """Whether something noticed."""
        return bool(self.by)


class _MixedStore(DefinitionStore):
    """The unchanged versions come parsed from the stage's own store, only what the mutation touched is read anew."""

    def __init__(self, unchanged: DefinitionStore, last_id: int) -> None:
        super().__init__()
        self._unchanged, self._last_id = unchanged, last_id

    def version(self, tx: Transaction, version_id: int) -> Any:
        if version_id <= self._last_id:
            return self._unchanged.version(tx, version_id)
        return super().version(tx, version_id)


@dataclass(slots=True)
class _Place:
    """One database in memory that is put back to an image before each scenario; its statements stay compiled."""

    database: Database = field(default_factory=lambda: Database("sqlite://"))

    def put(self, image: bytes) -> Database:
        with self.database.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.deserialize(image)
        return self.database

    def image(self) -> bytes:
        with self.database.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            return bytes(raw.serialize())


@dataclass(slots=True)
class _Playing:
    """What `run_scenario` needs of a stage."""

    place: _Place
    house: House
    image: bytes

    def open(self, at: datetime, *, timers: Collection[str] = ()) -> Rehearsal:
        rehearsal = Rehearsal(self.house.on(self.place.put(self.image)), ManualClock(at))
        rehearsal.schedule(timers)
        return rehearsal


class Ground:
    """The folders deployed once per profile, people and parameters; each scenario played once to know what it meets."""

    def __init__(self, processes: Path = PROCESSES, forms: Path = FORMS, *, by_size: bool = False) -> None:
        """`by_size`: for a few mutations, do not learn first which scenario meets what; ask the long ones first."""
        self._by_size = by_size
        self._stages = Stages(processes, forms)
        self._place = _Place()
        self.bundle = definitions.parse(definitions.read_folders(processes, forms))
        self.scenarios = load_scenarios(processes)
        self.red: dict[str, list[str]] = {}
        self._noticed: Counter[str] = Counter()  # scenarios that noticed much so far are asked first

    @cached_property
    def visits(self) -> dict[tuple[str, str], list[Scenario]]:
        """(process, element), (form, id), (decision, id), (register, process/code) → scenarios that meet it."""
        found: dict[tuple[str, str], list[Scenario]] = defaultdict(list)
        for scenario in self.scenarios:
            stage = self._stages.of(scenario)
            outcome = run_scenario(self._playing(stage), scenario)  # type: ignore[arg-type]
            if outcome.failures:
                self.red[_name(scenario)] = outcome.failures
            for key in sorted(self._met(stage, outcome)):
                found[key].append(scenario)
        return found

    def verdict(self, mutation: Mutation) -> Verdict:
        """Play the scenarios that could notice until one goes red."""
        result = Verdict(mutation)
        stages: dict[tuple[str, ...], _Playing] = {}
        for scenario in self._candidates(mutation):
            if scenario.stage_key not in stages:
                problem, playing = self._mutated(self._stages.of(scenario), mutation)
                if playing is None:
                    result.by, result.reason = "deployment", problem
                    return result
                stages[scenario.stage_key] = playing
            result.played += 1
            try:
                failures = run_scenario(stages[scenario.stage_key], scenario).failures  # type: ignore[arg-type]
            except Exception as crash:
                failures = [f"{type(crash).__name__}: {crash}"]
            if failures:
                result.by, result.reason = _name(scenario), failures[0]
                self._noticed[result.by] += 1
                return result
        return result

    def _candidates(self, mutation: Mutation) -> list[Scenario]:
        if self._by_size:

            def size(scenario: Scenario) -> tuple[bool, int]:
                return scenario.path.parent.parent.name != mutation.procedure, -scenario.path.stat().st_size

            return sorted(self.scenarios, key=size)
        meeting = {id(scenario): scenario for key in sorted(mutation.touches) for scenario in self.visits.get(key, ())}

        def promise(scenario: Scenario) -> tuple[bool, int]:
            return scenario.path.parent.parent.name != mutation.procedure, -self._noticed[_name(scenario)]

        return sorted(meeting.values(), key=promise)

    def _met(self, stage: Stage, outcome: Outcome) -> Iterator[tuple[str, str]]:
        for process_key, moves in outcome.moves.items():
            process = self.bundle.processes[process_key][1]
            listened = stage.house.registers
            for move in moves:
                # What a flow leads to was met even when it was cancelled before it completed.
                begun = {process.flows[flow].target for flow in move["flows"] if flow in process.flows}
                for element_id in {*move["elements"], *begun} & set(process.elements):
                    yield process_key, element_id
                    element = process.elements[element_id]
                    if element.form_id and not is_expression(element.form_id):
                        yield "form", element.form_id
                        for shared in self.bundle.includes.get(element.form_id, ()):
                            yield "form", shared
                    if element.called_decision:
                        yield "decision", element.called_decision
                    for register, _ in listened.written_at(process_key, element_id, "completed"):
                        yield "register", f"{process_key}/{register.code}"

    def _playing(self, stage: Stage) -> _Playing:
        return _Playing(self._place, stage.house, stage._image)

    def _mutated(self, stage: Stage, mutation: Mutation) -> tuple[str, _Playing | None]:
        house = copy.copy(stage.house)
        if mutation.registers is not None:
            listeners = tuple(
                RegisterListener(mutation.registers) if isinstance(each, RegisterListener) else each
                for each in house.world.listeners
            )
            house.registers = mutation.registers
            house.world = replace(house.world, listeners=listeners)
            return "", _Playing(self._place, house, stage._image)
        changed = definitions.parse([File(mutation.file, mutation.content), *self._shared_forms(mutation)])
        if changed.refused:
            return str(next(each.message.en for each in changed.problems if each.severity == "error")), None
        bundle = copy.copy(self.bundle)
        bundle.files = [*changed.files]
        bundle.processes = {**bundle.processes, **changed.processes}
        bundle.decisions = {**bundle.decisions, **changed.decisions}
        bundle.forms = {**bundle.forms, **changed.forms}
        bundle.includes = {**bundle.includes, **changed.includes}
        bundle.problems = []
        database = self._place.put(stage._image)
        with database.transaction() as tx:
            last = tx.value(select(func.max(process_version.c.id)))
            deployed = definitions.deploy(tx, bundle, stage.house.knowledge(tx), actor=SYSTEM, reason="mutation")
            if deployed.refused:
                return str(next(each.message.en for each in deployed.problems if each.severity == "error")), None
        house.world = replace(house.world, definitions=_MixedStore(stage.house.world.definitions, last))
        return "", _Playing(self._place, house, self._place.image())

    def _shared_forms(self, mutation: Mutation) -> list[File]:
        """A form is resolved with the groups it takes from shared forms; they come along unchanged."""
        if not mutation.file.endswith(".form"):
            return []
        return [
            file
            for key, (file, _) in self.bundle.forms.items()
            if file.name != mutation.file and (key.startswith("shared.") or "/shared/" in mutation.file)
        ]


def _name(scenario: Scenario) -> str:
    return f"{scenario.path.parent.parent.name}/{scenario.path.stem}"
