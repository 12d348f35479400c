"""Deployment: a bundle becomes new versions of what changed, all or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from app import clock, engine
from app.db import Transaction
from app.definitions.bundle import Bundle, File
from app.definitions.knowledge import Knowledge
from app.definitions.lint import lint
from app.definitions.tables import (
    deployment,
    message_start,
    process_definition,
    process_version,
    resource,
    timer_start,
)
from app.history import record
from app.history.record import Doer
from app.messages import Problem

_last_installed = (
    select(process_version.c.digest)
    .join(deployment, deployment.c.id == process_version.c.deployment_id)
    .where(process_version.c.key == bindparam("key"), deployment.c.actor_id.is_(None))
    .order_by(process_version.c.version.desc())
    .limit(1)
)


@dataclass(slots=True)
class Deployed:
    """What a deployment did: new versions (key → version), unchanged keys, problems; `refused`: nothing changed."""

    deployment_id: int | None = None
    new: dict[str, int] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    installing: bool = False  # by the product itself, from its folders

    @property
    def refused(self) -> bool:
        """Whether an error stood against it."""
        return any(problem.severity == "error" for problem in self.problems)


def last_digest(tx: Transaction) -> str | None:
    """The digest of what was deployed last: an equal folder needs no deployment."""
    return tx.value(select(deployment.c.digest).order_by(deployment.c.id.desc()).limit(1))


def deploy(tx: Transaction, bundle: Bundle, knowledge: Knowledge, *, actor: Doer, reason: str = "") -> Deployed:
    """Check the bundle and write a version of every process whose diagram, forms or decisions changed."""
    result = Deployed(problems=lint(bundle, knowledge), installing=actor.id is None)
    if result.refused:
        return result
    known = _Resources(tx)
    result.deployment_id = tx.execute(
        insert(deployment)
        .values(at=clock.now(), actor_id=actor.id, actor_name=actor.name, reason=reason, digest=bundle.digest)
        .returning(deployment.c.id)
    ).scalar_one()
    for key, (file, _) in bundle.forms.items():
        known.put("form", key, file, file.content)
    for key, (file, _) in bundle.decisions.items():
        known.put("decision", key, file, file.content)
    for key, (file, process) in bundle.processes.items():
        _deploy_process(tx, result, known, bundle, key, file, process)
    record(tx, actor=actor, kind="deployed", data={"new": result.new, "reason": reason})
    return result


def _deploy_process(
    tx: Transaction,
    result: Deployed,
    known: _Resources,
    bundle: Bundle,
    key: str,
    file: File,
    process: engine.Process,
) -> None:
    pins = {
        "forms": known.pinned("form", _with_shared(bundle, process)),
        "decisions": known.pinned("decision", [element.called_decision for element in process.elements.values()]),
    }
    resource_id = known.put("process", key, file, file.content)
    used = sorted([resource_id, *pins["forms"].values(), *pins["decisions"].values()])
    digest = hashlib.sha256(repr(used).encode()).hexdigest()
    live = tx.row(
        select(process_version.c.id, process_version.c.digest)
        .join(process_definition, process_definition.c.live_version_id == process_version.c.id)
        .where(process_definition.c.key == key)
    )
    # What a person published or put live in the browser stays live until the folder itself brings something new.
    installed = tx.value(_last_installed, {"key": key}) if result.installing else None
    if live is not None and digest in {live.digest, installed}:
        result.unchanged.append(key)
        return
    version = (tx.value(select(func.max(process_version.c.version)).where(process_version.c.key == key)) or 0) + 1
    version_id = tx.execute(
        insert(process_version)
        .values(
            key=key,
            version=version,
            name=process.name or key,
            version_tag=process.version_tag,
            deployment_id=result.deployment_id,
            resource_id=resource_id,
            process_digest=process.digest,
            digest=digest,
            pins=pins,
        )
        .returning(process_version.c.id)
    ).scalar_one()
    make_live(tx, process, version_id)
    result.new[key] = version


def make_live(tx: Transaction, process: engine.Process, version_id: int) -> None:
    """Point the process at a version: what starts from now on runs it, what runs stays where it is."""
    start = process.elements.get(process.none_start) if process.none_start else None
    values: dict[str, Any] = {
        "name": process.name or process.id,
        "live_version_id": version_id,
        "start_roles": [start.lane] if start is not None and start.lane else [],
    }
    if (
        tx.execute(update(process_definition).where(process_definition.c.key == process.id).values(values)).rowcount
        == 0
    ):
        tx.execute(insert(process_definition).values(key=process.id, **values))
    tx.execute(delete(message_start).where(message_start.c.process_key == process.id))
    for name, element_id in process.message_starts.items():
        tx.execute(delete(message_start).where(message_start.c.message_name == name))
        tx.execute(insert(message_start).values(message_name=name, process_key=process.id, element_id=element_id))
    tx.execute(delete(timer_start).where(timer_start.c.process_key == process.id))
    for element_id in process.timer_starts:
        tx.execute(insert(timer_start).values(process_key=process.id, element_id=element_id))


def _with_shared(bundle: Bundle, process: engine.Process) -> list[str | None]:
    """The forms of a process and the shared forms they include."""
    waiting = [
        form_id
        for element in process.elements.values()
        for form_id in (element.form_id, element.properties.get("closes_form"))
    ]
    found: list[str | None] = []
    while waiting:
        form_id = waiting.pop()
        if form_id is not None and form_id not in found:
            found.append(form_id)
            waiting.extend(bundle.includes.get(form_id, ()))
    return found


class _Resources:
    """The resources of this deployment: stored once per digest."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._ids: dict[tuple[str, str], int] = {}

    def put(self, kind: str, key: str, file: File, content: bytes) -> int:
        digest = hashlib.sha256(content).hexdigest()
        where = (resource.c.kind == kind, resource.c.key == key, resource.c.digest == digest)
        found = self._tx.value(select(resource.c.id).where(*where))
        if found is None:
            found = self._tx.execute(
                insert(resource)
                .values(kind=kind, key=key, file=file.name, digest=digest, content=content)
                .returning(resource.c.id)
            ).scalar_one()
        self._ids[kind, key] = int(found)
        return int(found)

    def pinned(self, kind: str, keys: list[str | None]) -> dict[str, int]:
        """The ids of the named resources; what this bundle lacks is taken from the house."""
        pins = {}
        for key in sorted({key for key in keys if key is not None and not engine.is_expression(key)}):
            number = self._ids.get((kind, key))
            if number is None:
                number = self._tx.value(
                    select(func.max(resource.c.id)).where(resource.c.kind == kind, resource.c.key == key)
                )
            if number is not None:
                pins[key] = int(number)
        return pins
