"""A small false world for the engine's tests: a clock that stands still, a few expressions, jobs kept in a list."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.engine import Instance, JobCall, ModelRefused, Process, parse_model, restore, start
from app.engine import facts as f
from app.messages import Message, Problem

HERE = Path(__file__).parent
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Unevaluable(Exception):
    """What the expression language raises: it carries a message in two languages."""

    def __init__(self, text: str) -> None:
        self.message = Message(f"不能求值 {text}", f"cannot evaluate {text}")


class World:
    """The environment of the tests. `jobs` maps inline job types to what they answer, `decisions` ids to functions."""

    def __init__(self) -> None:
        self.time = MONDAY
        self.jobs: dict[str, Callable[[JobCall], dict[str, Any] | None]] = {}
        self.calls: list[JobCall] = []
        self.decisions: dict[str, Callable[[Mapping[str, Any]], Any]] = {}
        self.processes: dict[str, Process] = {}
        self.older: dict[str, Process] = {}

    def now(self) -> datetime:
        return self.time

    def evaluate(self, expression: str, variables: Mapping[str, Any]) -> Any:
        # Enough of FEEL for the tests, by way of Python: `=` compares, null is None.
        text = re.sub(r"(?<![<>=!])=(?!=)", "==", expression)
        text = re.sub(r"\bnull\b", "None", text)
        text = re.sub(r"\btrue\b", "True", text)
        text = re.sub(r"\bfalse\b", "False", text)
        try:
            return eval(text, {"__builtins__": {"len": len}}, dict(variables))
        except Exception as error:
            raise Unevaluable(expression) from error

    def decide(
        self, decision_id: str, variables: Mapping[str, Any], process: Process
    ) -> tuple[Any, list[dict[str, Any]]]:
        return self.decisions[decision_id](variables), [{"rule_id": "row_1", "decision_id": decision_id}]

    def process(self, process_id: str, caller: Process) -> Process:
        return self.processes[process_id]

    def process_version(self, process_id: str, digest: str) -> Process:
        return self.older[digest]

    def is_inline(self, job_type: str) -> bool:
        return job_type in self.jobs

    def job(self, call: JobCall) -> dict[str, Any] | None:
        self.calls.append(call)
        return self.jobs[call.type](call)

    def advance(self, **by: float) -> None:
        self.time += timedelta(**by)


def diagram(body: str, roots: str = "", process_id: str = "p") -> bytes:
    """A file with one executable process."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">'
        f'{roots}<bpmn:process id="{process_id}" name="Test" '
        f'isExecutable="true">{body}</bpmn:process></bpmn:definitions>'
    ).encode()


def flows(*ends: str) -> str:
    """Sequence flows from texts such as "a b" or "a b =x > 1"; the id is `a_b`."""
    drawn = []
    for text in ends:
        source, target, *condition = text.split(" ", 2)
        inside = ""
        if condition:
            escaped = condition[0].replace("&", "&amp;").replace("<", "&lt;")
            inside = f"<bpmn:conditionExpression>{escaped}</bpmn:conditionExpression>"
        drawn.append(
            f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}'
            "</bpmn:sequenceFlow>"
        )
    return "".join(drawn)


def chain(*elements: str) -> str:
    """Elements one after the other, joined by flows; ids are read from the texts."""
    ids = [re.search(r'id="([^"]+)"', text).group(1) for text in elements]  # type: ignore[union-attr]
    return "".join(elements) + flows(*(f"{a} {b}" for a, b in itertools.pairwise(ids)))


def extended(tag: str, identifier: str, zeebe: str = "", inside: str = "", **attributes: str) -> str:
    """One element with extension elements."""
    drawn = "".join(f' {name}="{value}"' for name, value in attributes.items())
    extensions = f"<bpmn:extensionElements>{zeebe}</bpmn:extensionElements>" if zeebe else ""
    return f'<bpmn:{tag} id="{identifier}"{drawn}>{extensions}{inside}</bpmn:{tag}>'


START = '<bpmn:startEvent id="s"/>'
END = '<bpmn:endEvent id="e"/>'


def user(identifier: str, zeebe: str = "", inside: str = "") -> str:
    return extended("userTask", identifier, zeebe, inside)


def job(identifier: str, job_type: str, zeebe: str = "", inside: str = "") -> str:
    return extended("serviceTask", identifier, f'<zeebe:taskDefinition type="{job_type}"/>{zeebe}', inside)


def script(identifier: str, expression: str, variable: str) -> str:
    expression = expression.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return extended("scriptTask", identifier, f'<zeebe:script expression="{expression}" resultVariable="{variable}"/>')


def timer(kind: str, text: str) -> str:
    tag = {"duration": "timeDuration", "date": "timeDate", "cycle": "timeCycle"}[kind]
    return f"<bpmn:timerEventDefinition><bpmn:{tag}>{text}</bpmn:{tag}></bpmn:timerEventDefinition>"


def boundary(identifier: str, host: str, definition: str, interrupting: bool = True, zeebe: str = "") -> str:
    extensions = f"<bpmn:extensionElements>{zeebe}</bpmn:extensionElements>" if zeebe else ""
    return (
        f'<bpmn:boundaryEvent id="{identifier}" attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}">'
        f"{extensions}{definition}</bpmn:boundaryEvent>"
    )


def process_of(xml: bytes, process_id: str = "p") -> Process:
    return parse_model(xml, "test.bpmn").processes[process_id]


def refusal(xml: bytes) -> list[Problem]:
    """The problems a file is refused with."""
    try:
        model = parse_model(xml, "test.bpmn")
    except ModelRefused as refused:
        return [problem for problem in refused.problems if problem.severity == "error"]
    raise AssertionError(f"accepted, with {[problem.rule for problem in model.problems]}")


def rules(problems: list[Problem]) -> list[str]:
    return sorted({problem.rule for problem in problems})


class Run:
    """A process driven by element ids; with `reload` it is saved and restored on a freshly parsed spec at each step."""

    def __init__(
        self,
        xml: bytes,
        world: World | None = None,
        *,
        reload: bool = False,
        process_id: str = "p",
        start_id: str | None = None,
        **variables: Any,
    ) -> None:
        self.xml = xml
        self.process_id = process_id
        self.world = world or World()
        self.reload = reload
        self.facts: list[f.Fact] = []
        self.instance: Instance = start(process_of(xml, process_id), self.world, variables, start_id)
        self._after()

    def _after(self) -> None:
        self.latest = self.instance.take_facts()
        self.facts += self.latest
        if self.reload:
            self.save_and_restore()

    def save_and_restore(self) -> None:
        state = self.instance.save()
        self.instance = restore(process_of(self.xml, self.process_id), state, self.world)
        assert self.instance.save() == state

    def find(self, element_id: str, wait: str | None = None) -> str:
        found = self.all(element_id, wait)
        assert found, f"{element_id} does not wait; open: {self.instance.open_tasks}"
        return found[0]

    def all(self, element_id: str, wait: str | None = None) -> list[str]:
        return [
            task.task_id
            for task in self.instance.open_tasks
            if task.element_id == element_id and task.wait not in ("inside", "join") and wait in (None, task.wait)
        ]

    def complete(self, element_id: str, **variables: Any) -> Run:
        self.instance.complete_user_task(self.find(element_id, "user_task"), variables)
        self._after()
        return self

    def answer(self, element_id: str, **variables: Any) -> Run:
        self.instance.complete_job(self.find(element_id, "job"), variables)
        self._after()
        return self

    def fail(self, element_id: str, code: str) -> Run:
        self.instance.fail_job_with_error(self.find(element_id, "job"), code, "no stock")
        self._after()
        return self

    def fire(self, element_id: str) -> Run:
        self.instance.fire_timer(self.find(element_id, "timer"))
        self._after()
        return self

    def message(self, element_id: str, **variables: Any) -> Run:
        self.instance.correlate(self.find(element_id, "message"), variables)
        self._after()
        return self

    def retry(self, element_id: str) -> Run:
        self.instance.retry(self.find(element_id))
        self._after()
        return self

    @property
    def open(self) -> list[str]:
        """The ids of the elements that wait for somebody, in order."""
        return [task.element_id for task in self.instance.open_tasks if task.wait not in ("inside", "event")]

    @property
    def path(self) -> list[str]:
        """The elements completed, in order."""
        return [fact.element_id for fact in self.facts if isinstance(fact, f.ElementCompleted)]

    def told(self, kind: type[f.Fact]) -> list[Any]:
        return [fact for fact in self.facts if type(fact) is kind]

    @property
    def incidents(self) -> list[str]:
        return [fact.kind for fact in self.told(f.IncidentRaised)]


def plain(facts: list[f.Fact]) -> list[tuple[Any, ...]]:
    """Facts without task ids, which are new in every run."""
    return [
        (type(fact).__name__, *(getattr(fact, name) for name in _fields(type(fact)) if name != "task_id"))
        for fact in facts
    ]


def _fields(kind: type[f.Fact]) -> list[str]:
    return list(kind.__dataclass_fields__)
