"""Scenarios: YAML beside the diagram; they start, submit, answer, send messages, move the clock, and compare."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import insert, select

from app import clock
from app.engine import Instance
from app.history import history_event
from app.identity import SYSTEM
from app.messages import Message, Refusal
from app.registers import register_row
from app.rehearsal import observed
from app.rehearsal.company import OUTLET
from app.rehearsal.rehearsal import Rehearsal, Stage
from app.runtime import (
    RefusedAttempt,
    complete_job,
    complete_task,
    note_attempt,
    publish_message,
    start_case,
    throw_job_error,
)
from app.runtime.elements.path import flows_taken
from app.runtime.step import load_instance, restore
from app.runtime.tables import attachment, outgoing_job, process_instance, user_task

_FILE = re.compile(r"[\w.-]+\.(pdf|jpg|jpeg|png)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario file."""

    path: Path
    title: str
    process: str
    profile: str
    at: datetime
    content: dict[str, Any]

    @property
    def stage_key(self) -> tuple[str, ...]:
        """Scenarios with the same profile, people, deputies and parameters may share a stage."""
        return self.profile, *(repr(self.content.get(key)) for key in ("people", "deputies", "parameters"))

    @property
    def timers(self) -> set[str]:
        """The processes that start by their timers while this is played: its own, and those it waits for."""
        steps = [*self.content.get("before", ()), *self.content.get("steps", ())]
        waits = [step["start"] for step in steps if "timer" in (step.get("start") or {})]
        return {self.process, *(what["process"] for what in waits)}


@dataclass(slots=True)
class Outcome:
    """How a scenario went: `failures` are sentences, empty when everything was as written."""

    scenario: Scenario
    failures: list[str] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    moves: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # process key → moved events

    @property
    def passed(self) -> bool:
        """Whether nothing differed."""
        return not self.failures


def load_scenarios(processes: Path, only: str | None = None) -> list[Scenario]:
    """Every scenario below `processes/`, or those of one process folder."""
    found = []
    for path in sorted(processes.rglob("scenarios/*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        if only is None or path.parent.parent.name == only:
            found.append(
                Scenario(
                    path=path,
                    title=content["title"],
                    process=content["process"],
                    profile=content.get("profile", "bus_maker"),
                    at=_moment(content.get("at", "2026-03-02T09:00:00+08:00")),
                    content=content,
                )
            )
    return found


def run_scenario(stage: Stage, scenario: Scenario) -> Outcome:
    """Play one scenario on a fresh copy of the stage."""
    return _Play(stage.open(scenario.at, timers=scenario.timers), scenario).run()


class _Play:
    def __init__(self, rehearsal: Rehearsal, scenario: Scenario) -> None:
        self.rehearsal = rehearsal
        self.world = rehearsal.house.world
        self.scenario = scenario
        self.outcome = Outcome(scenario)
        self.instance_id = 0
        self.case_no = ""

    def run(self) -> Outcome:
        content = self.scenario.content
        try:
            for step in content.get("before", ()):
                self._do(step)
            self._start({"process": self.scenario.process, **content["start"]})
            for number, step in enumerate(content.get("steps", ()), 1):
                try:
                    self._do(step)
                except Refusal as refusal:
                    self._fail(f"step {number} {_short(step)} was refused: {_words(refusal)}")
                    break
            self._compare_end(content.get("expect") or {})
        except Refusal as refusal:
            self._fail(f"refused: {_words(refusal)}")
        self._collect()
        return self.outcome

    def _fail(self, sentence: str) -> None:
        self.outcome.failures.append(sentence)

    def _do(self, step: dict[str, Any]) -> None:
        (verb, what), *rest = step.items()
        if rest:
            raise ValueError(f"{self.scenario.path.name}: a step has one verb, not {sorted(step)}")
        actions: dict[str, Callable[[Any], None]] = {
            "start": self._start,
            "submit": self._submit,
            "advance": self.rehearsal.advance,
            "answer_job": self._answer_job,
            "message": self._message,
            "expect": self._expect,
        }
        if verb not in actions:
            raise ValueError(f"{self.scenario.path.name}: a scenario cannot {verb!r}; it can {', '.join(actions)}")
        actions[verb](what)

    def _start(self, what: dict[str, Any]) -> None:
        if "timer" in what:
            self.instance_id = self.rehearsal.wait_for_start(what["process"], what["timer"])
            with self.rehearsal.step() as tx:
                self.case_no = load_instance(tx, self.instance_id).case_no
            return
        message = what.get("message")
        with self.rehearsal.step() as tx:
            record = start_case(
                tx,
                self.world,
                actor=self.rehearsal.actor(tx, what.get("by")),
                process_key=what["process"],
                unit_code=what.get("unit", OUTLET),
                variables=(message or what).get("variables") or {},
                message=message["name"] if message else None,
            )
            self.instance_id, self.case_no = record.instance_id, record.case_no
        self.rehearsal.run_due_jobs()

    def _submit(self, what: dict[str, Any]) -> None:
        refused = what.get("refused")
        try:
            with self.rehearsal.step() as tx:
                actor = self.rehearsal.actor(tx, what["by"])
                task = self._open_task(tx, what["task"])
                if task is None:
                    raise Refusal(
                        "not_open",
                        Message(
                            f"任务 {what['task']} 现在没有开放；开放的有：{'、'.join(self._open(tx))}。",
                            f"the task {what['task']} is not open; open: {', '.join(self._open(tx))}.",
                        ),
                    )
                put_files(tx, task.case_no, actor.id, what.get("values") or {})
                complete_task(tx, self.world, actor=actor, task_id=task.id, values=what.get("values") or {})
        except Refusal as refusal:
            if isinstance(refusal, RefusedAttempt):
                with self.rehearsal.step() as tx:
                    for attempt in refusal.attempts:
                        note_attempt(tx, actor=self.rehearsal.actor(tx, what["by"]), attempt=attempt)
            if refused is None:
                raise
            self._compare_refusal(what["task"], refused, refusal)
        else:
            if refused is not None:
                self._fail(f"{what['task']} was accepted, expected: {refused}")
            self.rehearsal.run_due_jobs()

    def _compare_refusal(self, task: str, wanted: Any, refusal: Refusal) -> None:
        if not isinstance(wanted, dict):
            return
        said = [(error.field, error.message.zh) for error in refusal.errors] or [
            (refusal.field or "", refusal.message.zh)
        ]
        if "code" in wanted and wanted["code"] != refusal.code:
            self._fail(f"{task} was refused with {refusal.code}, expected {wanted['code']}")
        fields = sorted(field for field, _ in said)
        if "fields" in wanted and fields != sorted(wanted["fields"]):
            self._fail(f"{task} was refused for {fields}, expected exactly {sorted(wanted['fields'])}")
        if "errors" in wanted:
            self._compare_errors(task, dict(said), wanted["errors"])
        fits = [text for field, text in said if wanted.get("field") in (None, field)]
        if not any(str(wanted.get("says", "")) in text for text in fits):
            self._fail(f"{task} was refused with {said}, expected {wanted}")

    def _compare_errors(self, task: str, said: dict[str, str], wanted: dict[str, str]) -> None:
        """Exactly these fields, each with a part of its sentence."""
        if set(said) != set(wanted) or any(part not in said[field] for field, part in wanted.items()):
            self._fail(f"{task} was refused with {said}, expected exactly {wanted}")

    def _answer_job(self, what: dict[str, Any]) -> None:
        with self.rehearsal.step() as tx:
            job_id = tx.value(
                select(outgoing_job.c.id)
                .where(outgoing_job.c.element_id == what["task"], outgoing_job.c.state == "open")
                .order_by(outgoing_job.c.id.desc())
            )
            if job_id is None:
                self._fail(f"no job waits at {what['task']}")
            elif "error" in what:
                throw_job_error(tx, self.world, job_id=job_id, code=what["error"], message=what.get("message", ""))
            else:
                complete_job(tx, self.world, job_id=job_id, variables=what.get("variables") or {})
        self.rehearsal.run_due_jobs()

    def _message(self, what: dict[str, Any]) -> None:
        with self.rehearsal.step() as tx:
            publish_message(
                tx,
                self.world,
                actor=SYSTEM,
                name=what["name"],
                correlation_key=what.get("key") or self.case_no,
                variables=what.get("variables") or {},
            )
        self.rehearsal.run_due_jobs()

    def _expect(self, what: dict[str, Any]) -> None:
        checks: dict[str, Callable[[Any, Any], None]] = {
            "open": self._expect_open,
            "open_in_case": self._expect_open_in_case,
            "variables": lambda tx, wanted: self._compare("variable", self._variables(tx, self.instance_id), wanted),
            "registers": self._expect_registers,
            "no_rows": self._expect_no_rows,
            "handed_over": self._expect_handed_over,
            "not_handed_over": self._expect_not_handed_over,
            "started": self._expect_started,
            "sees": self._expect_sees,
            "assignee": lambda tx, wanted: self._compare("assignee", self._assignees(tx), wanted),
            "roles": lambda tx, wanted: self._compare("role", self._of_tasks(tx, "role"), wanted),
            "due": lambda tx, wanted: self._compare("due time", self._of_tasks(tx, "due_at"), wanted),
            "follow_up": lambda tx, wanted: self._compare("follow-up", self._of_tasks(tx, "follow_up_at"), wanted),
            "clocks": self._expect_clocks,
            "history": self._expect_history,
            "events": self._expect_events,
            "no_events": self._expect_no_events,
            "stock": lambda tx, wanted: self._expect_stock(tx, wanted, "there"),
            "reserved": lambda tx, wanted: self._expect_stock(tx, wanted, "reserved"),
        }
        unknown = sorted(set(what) - set(checks))
        if unknown:
            raise ValueError(f"{self.scenario.path.name}: a scenario cannot expect {unknown}; it can {sorted(checks)}")
        with self.rehearsal.step() as tx:
            for name, wanted in what.items():
                checks[name](tx, wanted)

    def _expect_open(self, tx: Any, wanted: list[str]) -> None:
        if sorted(self._open(tx)) != sorted(wanted):
            self._fail(f"open: {sorted(self._open(tx))}, expected {sorted(wanted)}")

    def _expect_open_in_case(self, tx: Any, wanted: list[str]) -> None:
        found = observed.open_elements(tx, self.case_no)
        if found != sorted(wanted):
            self._fail(f"open in the case: {found}, expected {sorted(wanted)}")

    def _expect_registers(self, tx: Any, wanted: dict[str, Any]) -> None:
        for code, row in wanted.items():
            if not self._register_has(tx, code, row):
                self._fail(f"register {code} has no row {row}; it has {self._register(tx, code)}")

    def _expect_no_rows(self, tx: Any, wanted: dict[str, Any]) -> None:
        for code, row in wanted.items():
            if self._register_has(tx, code, row):
                self._fail(f"register {code} has a row {row}")

    def _expect_handed_over(self, tx: Any, wanted: list[str]) -> None:
        started = self._handed_over(tx)
        missing = [key for key in wanted if key not in started]
        if missing:
            self._fail(f"handed over to {started}, expected also {missing}")
        if not wanted and started:
            self._fail(f"handed over to {started}, expected nothing")

    def _expect_not_handed_over(self, tx: Any, wanted: list[str]) -> None:
        started = sorted(set(self._handed_over(tx)) & set(wanted))
        if started:
            self._fail(f"handed over to {started}")

    def _expect_sees(self, tx: Any, wanted: dict[str, Any]) -> None:
        """Open task → variables that the task itself sees, also those of a called process."""
        for element_id, variables in wanted.items():
            task = observed.open_tasks(tx, case_no=self.case_no).get(element_id)
            if task is None:
                self._fail(f"{element_id} is not open; open: {self._open(tx)}")
            else:
                instance = self._instance(tx, task.instance_id)
                self._compare(f"{element_id} sees", instance.variables(task.engine_task_id), variables)

    def _expect_started(self, tx: Any, wanted: dict[str, Any]) -> None:
        """What the newest instance of a process in this case knows."""
        for key, variables in wanted.items():
            instance_id = observed.newest_instance(tx, self.case_no, key)
            if instance_id is None:
                self._fail(f"{key} was not started")
            else:
                self._compare(f"variable of {key}", self._variables(tx, instance_id), variables)

    def _expect_clocks(self, tx: Any, wanted: dict[str, Any]) -> None:
        """Kind → state, or state and due time, or null for a clock that does not stand."""
        found = observed.clocks(tx, self.world, self.case_no)
        for kind, clock_wanted in wanted.items():
            stands = found.get(kind)
            if stands is None or clock_wanted is None:
                if stands is not clock_wanted:
                    self._fail(f"clock {kind} is {stands}, expected {clock_wanted}")
            elif isinstance(clock_wanted, dict):
                self._compare(f"clock {kind}", stands, clock_wanted)
            else:
                self._compare(f"clock {kind}", stands, {"state": clock_wanted})

    def _expect_history(self, tx: Any, wanted: list[str]) -> None:
        kinds = [row.kind for row in tx.rows(self._events())]
        missing = [kind for kind in wanted if kind not in kinds]
        if missing:
            self._fail(f"history lacks {missing}; it has {sorted(set(kinds))}")

    def _expect_events(self, tx: Any, wanted: dict[str, Any]) -> None:
        """Kind → data that one event of this kind has, in whatever case."""
        for kind, data in wanted.items():
            found = observed.events(tx, kind)
            if not any(_holds(event, data) for event in found):
                self._fail(f"no event {kind} has {data}; there are {found}")

    def _expect_no_events(self, tx: Any, wanted: dict[str, Any]) -> None:
        for kind, data in wanted.items():
            if any(_holds(event, data) for event in observed.events(tx, kind)):
                self._fail(f"an event {kind} has {data}")

    def _expect_stock(self, tx: Any, wanted: dict[str, dict[str, int]], which: str) -> None:
        """Place → part → how many new ones are there, or reserved there."""
        for place, parts in wanted.items():
            found = observed.stock_at(tx, place)
            held = {part: found.get(part, (0, 0))[which == "reserved"] for part in parts}
            self._compare(f"{which} at {place}:", held, parts)

    def _compare(self, what: str, found: dict[str, Any], wanted: dict[str, Any]) -> None:
        for key, value in wanted.items():
            if not _same(found.get(key), value):
                self._fail(f"{what} {key} is {found.get(key)!r}, expected {value!r}")

    def _register(self, tx: Any, code: str) -> list[dict[str, Any]]:
        return [row.data for row in tx.rows(select(register_row.c.data).where(register_row.c.register == code))]

    def _register_has(self, tx: Any, code: str, wanted: dict[str, Any]) -> bool:
        return any(_holds(row, wanted) for row in self._register(tx, code))

    def _compare_end(self, wanted: dict[str, Any]) -> None:
        with self.rehearsal.step() as tx:
            row = tx.row(select(process_instance).where(process_instance.c.id == self.instance_id))
            assert row is not None
            if "state" in wanted and row.state != wanted["state"]:
                self._fail(f"the state is {row.state}, expected {wanted['state']}; open: {self._open(tx)}")
            if "end" in wanted and wanted["end"] not in (row.end_name, self._last_end(tx)):
                self._fail(f"ended at {row.end_name or self._last_end(tx)}, expected {wanted['end']}")
            path = self._path(tx)
            if "path" in wanted and path != wanted["path"]:
                self._fail(f"the path was {path}, expected {wanted['path']}")
        self._expect({key: wanted[key] for key in wanted if key not in {"state", "end", "path"}})

    def _collect(self) -> None:
        with self.rehearsal.step() as tx:
            self.outcome.path = self._path(tx)
            moved = (
                select(history_event.c.data, process_instance.c.process_key)
                .join(process_instance, process_instance.c.id == history_event.c.instance_id)
                .where(history_event.c.kind == "moved")
                .order_by(history_event.c.id)
            )
            for row in tx.rows(moved):
                for key in row.data.get("processes", [row.process_key]):
                    process = self.world.definitions.live(tx, key).process
                    flows, decisions = flows_taken(process, row.data), row.data.get("decisions", [])
                    move = {"elements": row.data["elements"], "flows": flows, "decisions": decisions}
                    self.outcome.moves.setdefault(key, []).append(move)

    # -- what is there ---------------------------------------------------------------------------------------------

    def _events(self) -> Any:
        return select(history_event).where(history_event.c.case_no == self.case_no).order_by(history_event.c.id)

    def _open_task(self, tx: Any, element_id: str) -> Any:
        return tx.row(
            select(user_task.c.id, user_task.c.case_no)
            .where(user_task.c.element_id == element_id, user_task.c.state == "open")
            .order_by((user_task.c.instance_id == self.instance_id).desc(), user_task.c.id.desc())
        )

    def _open(self, tx: Any) -> list[str]:
        rows = tx.rows(
            select(user_task.c.element_id).where(
                user_task.c.instance_id == self.instance_id, user_task.c.state == "open"
            )
        )
        return [row.element_id for row in rows]

    def _assignees(self, tx: Any) -> dict[str, Any]:
        from app.identity.tables import user_account

        rows = tx.rows(
            select(user_task.c.element_id, user_account.c.login)
            .outerjoin(user_account, user_account.c.id == user_task.c.assignee_id)
            .where(user_task.c.instance_id == self.instance_id, user_task.c.state == "open")
        )
        return {row.element_id: row.login for row in rows}

    def _of_tasks(self, tx: Any, column: str) -> dict[str, Any]:
        tasks = observed.open_tasks(tx, instance_id=self.instance_id)
        values = {element: getattr(row, column) for element, row in tasks.items()}
        return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()}

    def _variables(self, tx: Any, instance_id: int) -> dict[str, Any]:
        return dict(self._instance(tx, instance_id).root_variables)

    def _instance(self, tx: Any, instance_id: int) -> Instance:
        return restore(tx, self.world, SYSTEM, load_instance(tx, instance_id))[0]

    def _path(self, tx: Any) -> list[str]:
        rows = tx.rows(
            select(history_event.c.data)
            .where(history_event.c.instance_id == self.instance_id, history_event.c.kind == "moved")
            .order_by(history_event.c.id)
        )
        return [element for row in rows for element in row.data["elements"]]

    def _last_end(self, tx: Any) -> str | None:
        row = load_instance(tx, self.instance_id)
        process = self.world.definitions.version(tx, row.version_id).process
        ends = [key for key in self._path(tx) if key in process.elements and process.elements[key].type == "endEvent"]
        return ends[-1] if ends else None

    def _handed_over(self, tx: Any) -> list[str]:
        rows = tx.rows(
            select(process_instance.c.process_key)
            .where(process_instance.c.handed_over_from == self.instance_id)
            .order_by(process_instance.c.id)
        )
        return [row.process_key for row in rows]


def is_file(value: str) -> bool:
    """Whether a submitted text is the name of a file."""
    return _FILE.fullmatch(value) is not None


def put_files(tx: Any, case_no: str, user_id: int | None, values: Any) -> None:
    """A file name among submitted values stands for a file that was uploaded before: note it, where there is none."""
    for name in _files(values):
        if tx.row(select(attachment.c.id).where(attachment.c.id == name)) is None:
            tx.execute(
                insert(attachment).values(
                    id=name,
                    case_no=case_no,
                    name=name,
                    content_type="application/pdf" if name.endswith(".pdf") else "image/jpeg",
                    size=1,
                    received=1,
                    digest="",
                    uploaded_by=user_id or 0,
                    uploaded_at=clock.now(),
                )
            )


def _files(values: Any) -> Iterable[str]:
    if isinstance(values, str):
        if is_file(values):
            yield values
    elif isinstance(values, dict):
        for value in values.values():
            yield from _files(value)
    elif isinstance(values, list):
        for value in values:
            yield from _files(value)


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(str(text))
    if at.tzinfo is None:
        raise ValueError(f"a scenario's time needs an offset: {text}")
    return at


def _same(found: Any, wanted: Any) -> bool:
    if found == wanted or (wanted == "<any>" and found is not None):
        return True
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(_same, found, wanted))
    if isinstance(found, dict) and isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(_same(found[key], wanted[key]) for key in wanted)
    if isinstance(found, str) and isinstance(wanted, str):
        try:
            return datetime.fromisoformat(found) == datetime.fromisoformat(wanted)
        except (ValueError, TypeError):
            return False
    return False


def _holds(found: Any, wanted: Any) -> bool:
    """Every wanted entry is there, inside contexts too."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(_holds(found.get(key), value) for key, value in wanted.items())
    return _same(found, wanted)


def _short(step: dict[str, Any]) -> str:
    (verb, what), *_ = step.items()
    return f"{verb} {what.get('task', '') if isinstance(what, dict) else what}"


def _words(refusal: Refusal) -> str:
    details = "; ".join(f"{error.field}: {error.message.zh}" for error in refusal.errors)
    return f"{refusal.message.zh} {details}".strip()
