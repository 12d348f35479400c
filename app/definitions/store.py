"""The store of deployed definitions: parsed once per process, shared by all instances, never changed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select

from app import decisions, engine, forms
from app.db import Transaction
from app.definitions.tables import message_start, process_definition, process_version, resource
from app.messages import Message, Refusal

_version = (
    select(
        process_version.c.id,
        process_version.c.key,
        process_version.c.version,
        process_version.c.name,
        process_version.c.pins,
        process_version.c.resource_id,
        resource.c.content,
        resource.c.file,
    )
    .join(resource, resource.c.id == process_version.c.resource_id)
    .where(process_version.c.id == bindparam("id"))
)
_live = select(process_definition.c.live_version_id, process_definition.c.switched_off_at).where(
    process_definition.c.key == bindparam("key")
)
_by_message = (
    select(process_definition.c.live_version_id, process_definition.c.switched_off_at, message_start.c.element_id)
    .join(message_start, message_start.c.process_key == process_definition.c.key)
    .where(message_start.c.message_name == bindparam("name"))
)
_by_digest = (
    select(process_version.c.id)
    .where(process_version.c.key == bindparam("key"), process_version.c.process_digest == bindparam("digest"))
    .order_by(process_version.c.version.desc())
    .limit(1)
)
_resource = select(resource.c.content, resource.c.file).where(resource.c.id == bindparam("id"))


@dataclass(slots=True)
class Version:
    """One deployed process version with the forms and decisions pinned to it."""

    id: int
    key: str
    version: int
    name: str
    process: engine.Process
    forms: dict[str, forms.Form] = field(default_factory=dict)
    decisions: dict[str, decisions.Definitions] = field(default_factory=dict)


class DefinitionStore:
    """A cache of versions; safe to share between threads because versions never change."""

    def __init__(self) -> None:
        self._versions: dict[int, Version] = {}
        self._parsed: dict[int, Any] = {}
        self._lock = threading.RLock()

    def version(self, tx: Transaction, version_id: int) -> Version:
        """A version by its id."""
        found = self._versions.get(version_id)
        return found if found is not None else self._load(tx, version_id)

    def live(self, tx: Transaction, key: str) -> Version:
        """The version that a new instance of a process gets."""
        version_id = tx.value(_live, {"key": key})
        if version_id is None:
            raise unknown_process(key)
        return self.version(tx, int(version_id))

    def startable(self, tx: Transaction, key: str) -> Version:
        """The live version of a process that the company uses; refuses one that is switched off."""
        row = tx.row(_live, {"key": key})
        if row is None:
            raise unknown_process(key)
        version = self.version(tx, row.live_version_id)
        if row.switched_off_at is not None:
            raise switched_off(version)
        return version

    def started_by(self, tx: Transaction, message_name: str) -> tuple[Version, str] | None:
        """The live version that starts with a message, and its start event; refuses one that is switched off."""
        row = tx.row(_by_message, {"name": message_name})
        if row is None:
            return None
        version = self.version(tx, row.live_version_id)
        if row.switched_off_at is not None:
            raise switched_off(version)
        return version, row.element_id

    def with_digest(self, tx: Transaction, key: str, digest: str) -> Version:
        """The version of a process whose diagram has this digest; LookupError when there is none."""
        for version in self._versions.values():
            if version.key == key and version.process.digest == digest:
                return version
        version_id = tx.value(_by_digest, {"key": key, "digest": digest})
        if version_id is None:
            raise LookupError(f"no version of {key} has the digest {digest}")
        return self.version(tx, int(version_id))

    def _load(self, tx: Transaction, version_id: int) -> Version:
        with self._lock:
            row = tx.row(_version, {"id": version_id})
            if row is None:
                raise LookupError(f"no process version {version_id}")
            model = self._resource(row.resource_id, row.content, row.file, engine.parse_model)
            version = Version(row.id, row.key, row.version, row.name, model.processes[row.key])
            pinned = {form_id: self._pinned(tx, number, forms.parse) for form_id, number in row.pins["forms"].items()}
            for form_id, form in pinned.items():
                version.forms[form_id] = forms.resolve(form, pinned)
            for decision_id, number in row.pins["decisions"].items():
                version.decisions[decision_id] = self._pinned(tx, number, decisions.parse)
            self._versions[version_id] = version
            return version

    def _pinned(self, tx: Transaction, number: int, parse: Any) -> Any:
        if number in self._parsed:
            return self._parsed[number]
        row = tx.row(_resource, {"id": number})
        if row is None:
            raise LookupError(f"no resource {number}")
        return self._resource(number, row.content, row.file, parse)

    def _resource(self, number: int, content: bytes, file: str, parse: Any) -> Any:
        if number not in self._parsed:
            self._parsed[number] = parse(content, file)
        return self._parsed[number]


def unknown_process(key: str) -> Refusal:
    """Nothing with this key is deployed."""
    return Refusal("unknown_process", Message(f"没有部署流程“{key}”。", f"No process “{key}” is deployed."), status=404)


def switched_off(version: Version) -> Refusal:
    """The company does not use this procedure: whoever would start it hears so instead of losing the case."""
    return Refusal(
        "procedure_off",
        Message(
            f"本公司没有启用流程“{version.name}”，没有发起也没有移交；请改选其他处理方式，或请系统管理员启用。",
            f"This company does not use the procedure “{version.name}”, so nothing was started or handed over; "
            "choose another way, or ask the administrator to switch it on.",
        ),
    )
