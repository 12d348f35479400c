"""Executable models with the words they have to write: scripts become trace entries, conditions become FEEL."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from app import engine, feel
from app.engine import facts

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
_CONDITIONS = ("conditionExpression", "condition", "activationCondition", "loopCondition", "completionCondition")
_TIMERS_AT_MOST = 30


def run(folder: Path, everything: bool) -> bool:
    """Every case of EXPECTED.csv; true when all wrote what they should."""
    cases = passed = 0
    with (folder / "EXPECTED.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            path = folder / f"{row['test']}.bpmn"
            if not path.is_file():
                continue
            cases += 1
            try:
                got = trace_of(path.read_bytes(), row["input"])
            except Exception as failure:
                got = [f"crashed: {failure!r}"]
            good = fits(got, row["expected_trace"].split())
            passed += good
            if everything or not good:
                wanted = row["expected_trace"]
                print(f"{'ok  ' if good else 'FAIL'} {row['test']} {row['case']}: {' '.join(got)} (expected {wanted})")
    print(f"{folder.name}: {passed} of {cases} cases")
    return passed == cases


def fits(got: list[str], wanted: list[str]) -> bool:
    """Words as a multiset; an error where one is wanted."""

    def words(trace: list[str]) -> Counter[str]:
        return Counter(word for word in trace if not word.startswith("ERROR"))

    if words(got) != words(wanted):
        return False
    errors = [word for word in wanted if word.startswith("ERROR")]
    happened = {word for word in got if word.startswith("ERROR")}
    return not errors or (bool(happened) and all(word == "ERROR" or word in happened for word in errors))


def adapted(model: bytes) -> bytes:
    """The model with scripts as jobs that write to the trace, and conditions as FEEL; in memory only."""
    root = etree.fromstring(model)
    for task in root.iter(f"{_BPMN}scriptTask", f"{_BPMN}globalScriptTask"):
        script = task.find(f"{_BPMN}script")
        word = (script.text or "").strip() if script is not None else ""
        if script is not None:
            task.remove(script)
        extensions = task.find(f"{_BPMN}extensionElements")
        if extensions is None:
            extensions = etree.SubElement(task, f"{_BPMN}extensionElements")
        etree.SubElement(extensions, f"{_ZEEBE}taskDefinition", type="trace")
        headers = etree.SubElement(extensions, f"{_ZEEBE}taskHeaders")
        etree.SubElement(headers, f"{_ZEEBE}header", key="word", value=word)
    for tag in _CONDITIONS:
        for condition in root.iter(f"{_BPMN}{tag}"):
            text = (condition.text or "").strip()
            if text and not text.startswith("="):
                condition.text = "=" + _as_feel(text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _as_feel(text: str) -> str:
    text = re.sub(r'(\w+)\.contains\("(\w+)"\)', r'contains(\1, "\2")', text)
    return text.replace("&&", " and ").replace("||", " or ").replace("==", "=")


class _World:
    """The surroundings of the instances of one file: its processes know one another."""

    def __init__(self, model: engine.Model) -> None:
        self.model = model
        self.time = datetime(2026, 3, 2, tzinfo=UTC)
        self.trace: list[str] = []

    def now(self) -> datetime:
        return self.time

    def evaluate(self, expression: str, variables: Mapping[str, Any]) -> Any:
        return feel.to_json(feel.evaluate(expression, variables))

    def decide(self, *_: Any) -> Any:
        raise LookupError("there are no decisions here")

    def process(self, process_id: str, _caller: engine.Process) -> engine.Process:
        return self.model.processes[process_id]

    def is_inline(self, job_type: str) -> bool:
        return job_type == "trace"

    def job(self, call: engine.JobCall) -> dict[str, Any]:
        word = call.headers["word"]
        if word == "CREATE_MARKER_FILE":
            self.trace.append("MARKER_exists")
        elif word.startswith("THROW"):
            raise engine.BpmnError(word)
        elif word != "CREATE_LOG_FILE":
            self.trace += [each.strip() for each in word.split(",")]
        return {}


def trace_of(model: bytes, text: str) -> list[str]:
    """The words that a run with this input writes."""
    try:
        parsed = engine.parse_model(adapted(model), "model.bpmn")
    except engine.ModelRefused:
        return ["ERROR_deployment"]
    world: Any = _World(parsed)
    called = {element.called_process for each in parsed.processes.values() for element in each.elements.values()}
    process = next(each for each in parsed.processes.values() if each.none_start and each.id not in called)
    play = _Play(world, {"test": text})
    play.begin(process)
    play.fire_timers()
    trace: list[str] = world.trace
    return trace


class _Play:
    def __init__(self, world: Any, variables: dict[str, Any]) -> None:
        self._world = world
        self._variables = variables
        self._instances: list[engine.Instance] = []
        self._starts = {
            name: (process, element)
            for process in world.model.processes.values()
            for name, element in process.message_starts.items()
        }

    def begin(self, process: engine.Process, element: str | None = None) -> None:
        instance = engine.start(process, self._world, dict(self._variables), element)
        self._instances.append(instance)
        self._heed(instance)

    def fire_timers(self) -> None:
        for _ in range(_TIMERS_AT_MOST):
            due = [
                (instance.tokens[each.task_id].internal_data["due"], each.task_id, instance)
                for instance in self._instances
                for each in instance.open_tasks
                if each.wait == "timer" and instance.tokens[each.task_id].internal_data["due"]
            ]
            if not due:
                return
            at, task_id, instance = min(due, key=lambda each: each[0])
            self._world.time = datetime.fromisoformat(at)
            instance.fire_timer(task_id)
            self._heed(instance)

    def _heed(self, instance: engine.Instance) -> None:
        for fact in instance.take_facts():
            if isinstance(fact, facts.IncidentRaised):
                uncaught = fact.kind == "unhandled_error"
                self._world.trace.append("ERROR_thrownErrorEvent" if uncaught else "ERROR_runtime")
            elif isinstance(fact, facts.MessagePublished):
                self._deliver(fact.message_name)

    def _deliver(self, name: str) -> None:
        for instance in self._instances:
            for each in instance.open_tasks:
                token = instance.tokens.get(each.task_id)
                if token is not None and each.wait == "message" and token.internal_data["message"] == name:
                    instance.correlate(each.task_id, {})
                    self._heed(instance)
                    return
        if name in self._starts:
            self.begin(*self._starts[name])
