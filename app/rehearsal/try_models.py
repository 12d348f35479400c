"""Try: deploy files in memory and run one instance without server and people."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import clock, definitions
from app.clock import ManualClock
from app.db import Database
from app.definitions import Bundle, File, Knowledge
from app.engine import is_expression
from app.history import history_event
from app.house import House
from app.identity import SYSTEM, add_unit
from app.messages import Message, Problem, Refusal
from app.rehearsal.rehearsal import Rehearsal
from app.runtime import complete_job, complete_task, publish_message, start_case, throw_job_error
from app.runtime.step import load_instance, restore
from app.runtime.tables import incident, outgoing_job, process_instance, user_task


@dataclass(slots=True)
class Tried:
    """What came of it; `as_json` is what `try --json` prints, `exit_code` what the command ends with."""

    deployed: bool
    state: str
    problems: list[Problem] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    open: list[dict[str, Any]] = field(default_factory=list)
    incidents: list[dict[str, Any]] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0 completed or active, 2 refused, 3 incident, 4 limit."""
        return {"completed": 0, "active": 0, "refused": 2, "incident": 3, "limit": 4}[self.state]

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """Plain data."""
        return {
            "deployed": self.deployed,
            "problems": [problem.as_json(lang) for problem in self.problems],
            "state": self.state,
            "trace": self.trace,
            "open": self.open,
            "incidents": self.incidents,
            "variables": self.variables,
        }


def try_models(
    files: list[File],
    *,
    processes: Path,
    forms: Path,
    process_key: str | None = None,
    variables: dict[str, Any] | None = None,
    answers: dict[str, Any] | None = None,
    auto: bool = False,
    messages: list[dict[str, Any]] | None = None,
    advance: str | None = None,
    limit: float = 10.0,
) -> Tried:
    """Deploy the files and run one instance.

    `answers`: element id → variables, or a list of them, one per visit, the last repeats; `auto` completes the rest
    empty. `messages` are correlated in order as soon as somebody awaits them. `advance` moves the clock at the end
    (ISO 8601 duration). What the files refer to and do not hold is taken from `processes` and `forms`.
    """
    bundle = _with_references(definitions.parse(files), processes, forms)
    database = Database("sqlite://")
    database.create_all()
    house = House(database, processes, forms)
    rehearsal = Rehearsal(house, ManualClock(clock.now()))
    with rehearsal.step() as tx:
        add_unit(tx, actor=SYSTEM, code="C", kind="company", name="try")
        knowledge = Knowledge(library=house.library(tx, "/"), parameters=frozenset(house.book.definitions))
        deployed = definitions.deploy(tx, bundle, knowledge, actor=SYSTEM, reason="try")
    given = {file.name for file in files}
    problems = [problem for problem in deployed.problems if problem.file in given or problem.severity == "error"]
    if deployed.refused:
        return Tried(False, "refused", problems)
    attempt = _Attempt(rehearsal, answers or {}, auto, list(messages or ()), time.monotonic() + limit)
    key, problem = _process_to_start(bundle, given, process_key, attempt.messages)
    if key is None:
        return Tried(True, "refused", [*problems, problem] if problem else problems)
    tried = attempt.run(key, bundle, variables or {}, advance)
    tried.problems = problems
    return tried


def _with_references(bundle: Bundle, processes: Path, forms: Path) -> Bundle:
    """Add the house's files when the bundle names forms, decisions or processes that it does not hold."""
    if bundle.refused:
        return bundle
    missing = False
    for _, process in bundle.processes.values():
        for element in process.elements.values():
            for name, own in (
                (element.form_id, set(bundle.forms)),
                (element.called_decision, set(bundle.decisions)),
                (element.called_process, set(bundle.processes)),
            ):
                missing = missing or (name is not None and not is_expression(name) and name not in own)
            missing = missing or (element.message_name or "").startswith("start_")
    if not missing:
        return bundle
    held = {*bundle.processes, *bundle.forms, *bundle.decisions}
    ours = definitions.parse(definitions.read_folders(processes, forms))
    known = {*ours.processes, *ours.forms, *ours.decisions}
    if not known - held:
        return bundle
    tables: tuple[Mapping[str, tuple[File, Any]], ...] = (ours.processes, ours.forms, ours.decisions)
    extra = {file.name: file for table in tables for key, (file, _) in table.items() if key not in held}
    return definitions.parse([*bundle.files, *extra.values()])


def _process_to_start(
    bundle: Bundle, given: set[str], wanted: str | None, messages: list[dict[str, Any]]
) -> tuple[str | None, Problem | None]:
    own = {key: process for key, (file, process) in bundle.processes.items() if file.name in given}
    if wanted is not None:
        if wanted in bundle.processes:
            return wanted, None
        return None, _nothing_to_start(f"没有可执行的流程“{wanted}”。", f"There is no executable process “{wanted}”.")
    for key, process in own.items():
        if process.none_start is not None:
            return key, None
    names = {message["name"] for message in messages}
    for key, process in own.items():
        if names & set(process.message_starts):
            return key, None
    for key in own:
        return key, None
    return None, _nothing_to_start("文件中没有可执行的流程。", "The files hold no executable process.")


def _nothing_to_start(zh: str, en: str) -> Problem:
    return Problem("nothing_to_start", "error", Message(zh, en))


class _Attempt:
    def __init__(
        self,
        rehearsal: Rehearsal,
        answers: dict[str, Any],
        auto: bool,
        messages: list[dict[str, Any]],
        deadline: float,
    ) -> None:
        self.rehearsal = rehearsal
        self.world = rehearsal.house.world
        self.answers = answers
        self.auto = auto
        self.messages = messages
        self.deadline = deadline
        self.visits: dict[str, int] = defaultdict(int)
        self.case_no: str | None = None

    def run(self, key: str, bundle: Bundle, variables: dict[str, Any], advance: str | None) -> Tried:
        process = bundle.processes[key][1]
        message, timer = None, None
        if process.none_start is None and process.timer_starts and not self.messages:
            timer = next(iter(process.timer_starts))
        elif process.none_start is None:
            message = next((each for each in self.messages if each["name"] in process.message_starts), None)
            if message is None:
                waits = "、".join(process.message_starts)
                return Tried(
                    True,
                    "refused",
                    [
                        _nothing_to_start(
                            f"流程“{key}”由消息开始：{waits}。", f"“{key}” starts with a message: {waits}."
                        )
                    ],
                )
            self.messages.remove(message)
            variables = {**variables, **message.get("variables", {})}
        try:
            instance_id = self._start(key, variables, message, timer)
            in_time = self._go_on()
            if in_time and advance is not None:
                self.rehearsal.advance(advance)
                in_time = self._go_on()
        except Refusal as refusal:
            problem = Problem(refusal.code, "error", refusal.message)
            return Tried(True, "incident", [problem], incidents=[_as_incident(refusal)])
        return self._result(instance_id, in_time)

    def _start(self, key: str, variables: dict[str, Any], message: dict[str, Any] | None, timer: str | None) -> int:
        if timer is not None:
            self.rehearsal.schedule({key})
            instance_id = self.rehearsal.wait_for_start(key, timer)
            with self.rehearsal.step() as tx:
                self.case_no = load_instance(tx, instance_id).case_no
            return instance_id
        with self.rehearsal.step() as tx:
            record = start_case(
                tx,
                self.world,
                actor=SYSTEM,
                process_key=key,
                unit_code="C",
                variables=variables,
                message=message["name"] if message else None,
            )
        self.case_no = record.case_no
        return record.instance_id

    def _go_on(self) -> bool:
        """Answer whatever waits until nothing moves; False when the time is over."""
        moving = True
        while moving:
            if time.monotonic() > self.deadline:
                return False
            self.rehearsal.run_due_jobs()
            moving = self._answer_task() or self._answer_job() or self._send_message()
        return True

    def _answer(self, element_id: str) -> dict[str, Any] | None:
        given = self.answers.get(element_id)
        if given is None:
            return {} if self.auto else None
        visit = self.visits[element_id]
        self.visits[element_id] += 1
        if isinstance(given, list):
            return dict(given[min(visit, len(given) - 1)]) if given else {}
        return dict(given)

    def _answer_task(self) -> bool:
        with self.rehearsal.step() as tx:
            for row in tx.rows(select(user_task).where(user_task.c.state == "open").order_by(user_task.c.id)):
                values = self._answer(row.element_id)
                if values is not None:
                    complete_task(tx, self.world, actor=SYSTEM, task_id=row.id, values=values, check_form=False)
                    return True
        return False

    def _answer_job(self) -> bool:
        with self.rehearsal.step() as tx:
            for row in tx.rows(select(outgoing_job).where(outgoing_job.c.state == "open").order_by(outgoing_job.c.id)):
                values = self._answer(row.element_id)
                if values is None:
                    continue
                if "error" in values and set(values) <= {"error", "message"}:
                    reason = values.get("message", "")
                    throw_job_error(tx, self.world, job_id=row.id, code=values["error"], message=reason)
                else:
                    complete_job(tx, self.world, job_id=row.id, variables=values)
                return True
        return False

    def _send_message(self) -> bool:
        if not self.messages:
            return False
        message = self.messages[0]
        try:
            with self.rehearsal.step() as tx:
                publish_message(
                    tx,
                    self.world,
                    actor=SYSTEM,
                    name=message["name"],
                    correlation_key=message.get("key"),
                    case_no=self.case_no,
                    variables=message.get("variables") or {},
                )
        except Refusal as refusal:
            if refusal.code != "message_unheard":
                raise
            return False
        self.messages.pop(0)
        return True

    def _result(self, instance_id: int, in_time: bool) -> Tried:
        with self.rehearsal.step() as tx:
            moved = select(history_event.c.data).where(history_event.c.kind == "moved").order_by(history_event.c.id)
            trace = [element for row in tx.rows(moved) for element in row.data["elements"]]
            waiting = [
                {
                    "element_id": row.element_id,
                    "name": row.name,
                    "roles": [row.role] if row.role else [],
                    "due_at": row.due_at.isoformat() if row.due_at else None,
                }
                for row in tx.rows(select(user_task).where(user_task.c.state == "open").order_by(user_task.c.id))
            ]
            incidents = [
                {"element_id": row.element_id, "type": row.kind, "message": row.message_zh}
                for row in tx.rows(select(incident).where(incident.c.resolved_at.is_(None)).order_by(incident.c.id))
            ]
            row = load_instance(tx, instance_id)
            variables = restore(tx, self.world, SYSTEM, row)[0].root_variables
            active = tx.value(select(process_instance.c.id).where(process_instance.c.state == "active").limit(1))
        state = "limit" if not in_time else "incident" if incidents else "active" if active else "completed"
        return Tried(True, state, [], trace, waiting, incidents, variables)


def _as_incident(refusal: Refusal) -> dict[str, Any]:
    return {"element_id": None, "type": refusal.code, "message": refusal.message.zh}


__all__ = ["Tried", "try_models"]
