"""From a draft to a version: checked among what is deployed, published, and an earlier version put live again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from app import engine, forms
from app.db import Transaction
from app.definitions.bundle import Bundle, File, parse
from app.definitions.deploy import Deployed, deploy, last_digest, make_live
from app.definitions.drafts import KIND, conflict, draft_row, live_version, no_draft
from app.definitions.knowledge import Knowledge
from app.definitions.lint import lint
from app.definitions.store import DefinitionStore
from app.definitions.tables import (
    deployment,
    draft,
    message_start,
    process_definition,
    process_version,
    resource,
)
from app.history import record
from app.history.record import Doer
from app.messages import Message, Problem, Refusal

MAX_REASON = 400


def check_draft(
    tx: Transaction, store: DefinitionStore, knowledge: Knowledge, key: str, content: bytes
) -> list[Problem]:
    """Every problem of a diagram among what is deployed, and what it would break in other processes."""
    live = live_version(tx, key)
    drawn = parse([File(live.file, content)])
    problems = _own_problems(tx, key, live.file, drawn)
    around = _deployed(tx, store)
    known = replace(
        knowledge,
        # All live processes stand in the bundle, so that a message start that goes missing is noticed.
        deployed_processes=frozenset(),
        deployed_forms=_keys(tx, "form"),
        deployed_decisions=_keys(tx, "decision"),
    )
    before = {_same(problem) for problem in lint(around, known)}
    names = {file.name: process.name or name for name, (file, process) in around.processes.items()}
    if key in drawn.processes:
        merged = Bundle(
            processes={**around.processes, **drawn.processes},
            forms=around.forms,
            decisions=around.decisions,
            includes=around.includes,
        )
        for problem in lint(merged, known):
            if problem.file == live.file:
                problems.append(problem)
            elif problem.severity == "error" and _same(problem) not in before:
                problems.append(_elsewhere(problem, names.get(problem.file, problem.file)))
    return problems


def publish_draft(
    tx: Transaction,
    store: DefinitionStore,
    knowledge: Knowledge,
    *,
    actor: Doer,
    key: str,
    reason: str,
    base_revision: str | None = None,
) -> Deployed:
    """Make a draft the next version, with the forms and decisions that are deployed now.

    What runs stays on its version. `refused` with the problems when an error stands against it; DraftConflict when
    somebody saved or published meanwhile; refuses a missing reason and a draft that changes nothing.
    """
    reason = _checked_reason(reason)
    tx.begin_writing()
    live, row = live_version(tx, key), draft_row(tx, key)
    if row is None:
        raise no_draft()
    if row.base_version_id != live.id or (
        base_revision is not None and base_revision != f"{row.base_version_id}-{row.revision}"
    ):
        raise conflict(tx, live, row)
    if row.content == live.content:
        raise Refusal(
            "draft_unchanged",
            Message("草稿与现行版本相同，没有可发布的修改。", "The draft equals the live version."),
            status=422,
        )
    problems = check_draft(tx, store, knowledge, key, row.content)
    if any(problem.severity == "error" for problem in problems):
        return Deployed(problems=problems)
    offered = last_digest(tx)
    result = deploy(
        tx,
        _with_deployed(tx, live, row.content),
        replace(knowledge, deployed_processes=_live_keys(tx)),
        actor=actor,
        reason=reason,
    )
    if result.refused:
        return result
    if offered is not None:
        # The folder as it was deployed last stays known as such: at the next start it must not undo this version.
        tx.execute(update(deployment).where(deployment.c.id == result.deployment_id).values(digest=offered))
    tx.execute(delete(draft).where(draft.c.kind == KIND, draft.c.key == key))
    return result


def put_live(
    tx: Transaction,
    store: DefinitionStore,
    knowledge: Knowledge,
    *,
    actor: Doer,
    key: str,
    version: int,
    reason: str,
    instead_of: int | None = None,
) -> None:
    """Let another version of a process be the live one: what starts from now on runs it, what runs stays.

    `instead_of` is the version the person saw as live. Refuses a version that does not fit today's house any more.
    """
    reason = _checked_reason(reason)
    tx.begin_writing()
    live = live_version(tx, key)
    if instead_of is not None and instead_of != live.version:
        raise conflict(tx, live, None)
    row = tx.row(
        select(process_version.c.id, resource.c.content)
        .join(resource, resource.c.id == process_version.c.resource_id)
        .where(process_version.c.key == key, process_version.c.version == version)
    )
    if row is None:
        raise Refusal(
            "unknown_version", Message(f"没有第 {version} 版。", f"There is no version {version}."), status=404
        )
    if row.id == live.id:
        raise Refusal("already_live", Message(f"第 {version} 版已是现行版本。", f"Version {version} is live."))
    errors = [problem for problem in check_draft(tx, store, knowledge, key, row.content) if problem.severity == "error"]
    if errors:
        raise Refusal(
            "version_does_not_fit",
            Message(
                f"第 {version} 版与现在的系统不符，不能恢复：{errors[0].message.zh}",
                f"Version {version} does not fit what is deployed now: {errors[0].message.en}",
            ),
        )
    make_live(tx, store.version(tx, row.id).process, row.id)
    record(
        tx,
        actor=actor,
        kind="version_put_live",
        data={"key": key, "name": live.name, "version": version, "before": live.version, "reason": reason},
    )


def _own_problems(tx: Transaction, key: str, file: str, drawn: Bundle) -> list[Problem]:
    """What the parser found, and whether the file holds this process and nobody else's."""
    problems = list(drawn.problems)
    if not drawn.processes and any(problem.severity == "error" for problem in problems):
        return problems
    drawn.problems = []
    if key not in drawn.processes:
        problems.append(
            Problem(
                rule="process_kept",
                severity="error",
                message=Message(
                    f"图中没有标识为“{key}”的可执行流程。", f"The diagram has no executable process “{key}”."
                ),
                hint=Message(
                    "流程的标识不能改，并且要勾选“可执行”。", "Keep the id of the process and tick “executable”."
                ),
                file=file,
            )
        )
    places = {
        row.key: row.file
        for row in tx.rows(
            select(process_definition.c.key, resource.c.file)
            .join(process_version, process_version.c.id == process_definition.c.live_version_id)
            .join(resource, resource.c.id == process_version.c.resource_id)
        )
    }
    starts = _message_starts(tx)
    for other, (_, process) in drawn.processes.items():
        if places.get(other, file) != file:
            problems.append(
                Problem(
                    rule="process_kept",
                    severity="error",
                    message=Message(
                        f"流程“{other}”属于另一张流程图。", f"The process “{other}” belongs to another diagram."
                    ),
                    hint=Message("换一个标识。", "Choose another id."),
                    file=file,
                    element_id=other,
                )
            )
        for name, element_id in process.message_starts.items():
            owner = starts.get(name)
            if owner is not None and owner != other:
                problems.append(
                    Problem(
                        rule="message_start_once",
                        severity="error",
                        message=Message(
                            f"消息“{name}”已经启动流程“{owner}”。",
                            f"The message “{name}” starts the process “{owner}”.",
                        ),
                        hint=Message("换一个消息名。", "Choose another message name."),
                        file=file,
                        element_id=element_id,
                    )
                )
    return problems


def _message_starts(tx: Transaction) -> dict[str, str]:
    return {row.message_name: row.process_key for row in tx.rows(select(message_start))}


def _deployed(tx: Transaction, store: DefinitionStore) -> Bundle:
    """Everything that is live as one bundle to check against; its files carry names only."""
    bundle = Bundle()
    rows = tx.rows(
        select(process_definition.c.key, process_version.c.id, resource.c.file)
        .join(process_version, process_version.c.id == process_definition.c.live_version_id)
        .join(resource, resource.c.id == process_version.c.resource_id)
        .order_by(process_definition.c.key)
    )
    for row in rows:
        version = store.version(tx, row.id)
        bundle.processes[row.key] = (File(row.file, b""), version.process)
        for form_id, form in version.forms.items():
            bundle.forms[form_id] = (File(form.file, b""), form)
        for decision_id, found in version.decisions.items():
            bundle.decisions[decision_id] = (File(decision_id, b""), found)
    return bundle


def _same(problem: Problem) -> tuple[str, str, str | None, str]:
    return problem.rule, problem.file, problem.element_id, problem.message.en


def _elsewhere(problem: Problem, name: str) -> Problem:
    return replace(
        problem,
        message=Message(
            f"流程“{name}”会出错：{problem.message.zh}", f"The process “{name}” would break: {problem.message.en}"
        ),
        element_id=None,
        element_name=name,
        line=None,
    )


def _with_deployed(tx: Transaction, live: Row[Any], content: bytes) -> Bundle:
    """The draft with every form and decision its processes use, as they are deployed now."""
    drawn = parse([File(live.file, content)])
    elements = [element for _, process in drawn.processes.values() for element in process.elements.values()]
    now_pinned = _Deployed(tx, live.pins)
    files: dict[int, File] = {}
    waiting = [form_id for element in elements for form_id in (element.form_id, element.properties.get("closes_form"))]
    seen: set[str] = set()
    while waiting:
        form_id = waiting.pop()
        if form_id is None or form_id in seen or engine.is_expression(form_id):
            continue
        seen.add(form_id)
        found = now_pinned.resource("form", form_id)
        if found is not None:
            files[found.id] = File(found.file, found.content)
            waiting.extend(forms.parse(found.content, found.file).includes)
    for element in elements:
        called = element.called_decision
        if called is not None and not engine.is_expression(called):
            found = now_pinned.resource("decision", called)
            if found is not None:
                files[found.id] = File(found.file, found.content)
    # A file of several decisions is stored once per decision, with the same content.
    contents = {(file.name, file.digest): file for file in files.values()}
    return parse([File(live.file, content), *contents.values()])


class _Deployed:
    """Which form or decision is in force: what this process has, else what another has, else the newest."""

    def __init__(self, tx: Transaction, own: dict[str, dict[str, int]]) -> None:
        self._tx = tx
        self._own = own
        self._others: dict[str, dict[str, int]] | None = None

    def resource(self, kind: str, key: str) -> Row[Any] | None:
        number = self._own[f"{kind}s"].get(key) or self._elsewhere(kind).get(key)
        if number is None:
            number = self._tx.value(
                select(func.max(resource.c.id)).where(resource.c.kind == kind, resource.c.key == key)
            )
        return None if number is None else self._tx.row(select(resource).where(resource.c.id == number))

    def _elsewhere(self, kind: str) -> dict[str, int]:
        if self._others is None:
            self._others = {"forms": {}, "decisions": {}}
            rows = self._tx.rows(
                select(process_version.c.pins).join(
                    process_definition, process_definition.c.live_version_id == process_version.c.id
                )
            )
            for row in rows:
                for group, pins in self._others.items():
                    for key, number in row.pins[group].items():
                        pins[key] = max(number, pins.get(key, 0))
        return self._others[f"{kind}s"]


def _live_keys(tx: Transaction) -> frozenset[str]:
    return frozenset(row.key for row in tx.rows(select(process_definition.c.key)))


def _keys(tx: Transaction, kind: str) -> frozenset[str]:
    return frozenset(row.key for row in tx.rows(select(resource.c.key).where(resource.c.kind == kind).distinct()))


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Refusal("reason_missing", Message("请填写原因。", "Please give the reason."), field="reason", status=422)
    if len(reason) > MAX_REASON:
        raise Refusal(
            "reason_long",
            Message(f"原因最多 {MAX_REASON} 个字。", f"A reason has at most {MAX_REASON} characters."),
            field="reason",
            status=422,
        )
    return reason
