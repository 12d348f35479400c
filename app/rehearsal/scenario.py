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
from app.engine import restore
from app.history import history_event
from app.identity import SYSTEM
from app.messages import Message, Refusal
from app.registers import register_row
from app.rehearsal.company import OUTLET
from app.rehearsal.rehearsal import Rehearsal, Stage
from app.runtime import complete_job, complete_task, publish_message, start_case, throw_job_error
from app.runtime.step import load_instance, surroundings_of
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
    def stage_key(self) -> tuple[str, str, str]:
        """Scenarios with the same profile, people and parameters may share a stage."""
        return self.profile, repr(self.content.get("people")), repr(self.content.get("parameters"))


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
    return _Play(stage.open(scenario.at), scenario).run()


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
                self._upload(tx, task.case_no, actor.id, what.get("values") or {})
                complete_task(tx, self.world, actor=actor, task_id=task.id, values=what.get("values") or {})
        except Refusal as refusal:
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
        fits = [text for field, text in said if wanted.get("field") in (None, field)]
        if not any(str(wanted.get("says", "")) in text for text in fits):
            self._fail(f"{task} was refused with {said}, expected {wanted}")

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
        with self.rehearsal.step() as tx:
            if "open" in what and sorted(self._open(tx)) != sorted(what["open"]):
                self._fail(f"open: {sorted(self._open(tx))}, expected {sorted(what['open'])}")
            if "variables" in what:
                self._compare("variable", self._variables(tx), what["variables"])
            for code, wanted in (what.get("registers") or {}).items():
                self._compare_register(tx, code, wanted)
            if "handed_over" in what:
                started = self._handed_over(tx)
                missing = [key for key in what["handed_over"] if key not in started]
                if missing:
                    self._fail(f"handed over to {started}, expected also {missing}")
            if "assignee" in what:
                self._compare("assignee", self._assignees(tx), what["assignee"])
            if "history" in what:
                kinds = [row.kind for row in tx.rows(self._events())]
                missing = [kind for kind in what["history"] if kind not in kinds]
                if missing:
                    self._fail(f"history lacks {missing}; it has {sorted(set(kinds))}")

    def _compare(self, what: str, found: dict[str, Any], wanted: dict[str, Any]) -> None:
        for key, value in wanted.items():
            if not _same(found.get(key), value):
                self._fail(f"{what} {key} is {found.get(key)!r}, expected {value!r}")

    def _compare_register(self, tx: Any, code: str, wanted: dict[str, Any]) -> None:
        rows = [row.data for row in tx.rows(select(register_row.c.data).where(register_row.c.register == code))]
        if not any(all(_same(row.get(key), value) for key, value in wanted.items()) for row in rows):
            self._fail(f"register {code} has no row {wanted}; it has {rows}")

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
            rows = tx.rows(select(history_event.c.data).where(history_event.c.kind == "moved").order_by("id"))
            keys = {key for row in rows for key in row.data.get("processes", ())}
            for key in keys:
                self.outcome.moves[key] = [
                    {"elements": row.data["elements"], "flows": row.data["flows"]}
                    for row in rows
                    if key in row.data["processes"]
                ]

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

    def _variables(self, tx: Any) -> dict[str, Any]:
        row = load_instance(tx, self.instance_id)
        around = surroundings_of(tx, self.world, SYSTEM, row)
        version = self.world.definitions.version(tx, row.version_id)
        return restore(version.process, row.engine_state, around).root_variables

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

    def _upload(self, tx: Any, case_no: str, user_id: int | None, values: Any) -> None:
        """A submitted file name stands for a file that was uploaded before."""
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
        if _FILE.fullmatch(values):
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
    if isinstance(found, str) and isinstance(wanted, str):
        try:
            return datetime.fromisoformat(found) == datetime.fromisoformat(wanted)
        except (ValueError, TypeError):
            return False
    return False


def _short(step: dict[str, Any]) -> str:
    (verb, what), *_ = step.items()
    return f"{verb} {what.get('task', '') if isinstance(what, dict) else what}"


def _words(refusal: Refusal) -> str:
    details = "; ".join(f"{error.field}: {error.message.zh}" for error in refusal.errors)
    return f"{refusal.message.zh} {details}".strip()
