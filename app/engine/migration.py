"""A stored state carried over to another version of its process: by element id and type, everything else is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.engine.errors import StateUnreadable
from app.engine.model import Element, Process
from app.engine.way_back import PATH
from app.messages import Message, Problem


@dataclass(frozen=True, slots=True)
class Migration:
    """The new state, or None and the reasons. `places` are the elements with tokens: old id → new id."""

    state: bytes | None
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)


def migrate(state: bytes, old: Process, new: Process, mapping: Mapping[str, str] | None = None) -> Migration:
    """Move the tokens of a state from `old` to `new`; `mapping` says where an element goes that has another id now.

    A token may go to an element of the same type, event and marker, at the same place among the subprocesses. Waits
    stay as they are: due times and keys are not evaluated again, and a boundary event that only the new version has is
    not armed at an activity that is already at work. Called processes keep the version they run.
    """
    stored = orjson.loads(state)
    if stored.get("process") != old.id or stored.get("digest") != old.digest:
        raise StateUnreadable(f"the state does not belong to this version of {old.id}")
    mover = _Mover(old, new, mapping or {})
    for scope in stored["scopes"]:
        if mover.concerns(scope, stored):
            mover.move(scope)
    if mover.problems:
        return Migration(None, mover.problems, mover.places)
    stored["process"], stored["digest"] = new.id, new.digest
    stored["ends"] = [mover.name_of(end) for end in stored["ends"]]
    return Migration(orjson.dumps(stored), [], mover.places)


class _Mover:
    def __init__(self, old: Process, new: Process, mapping: Mapping[str, str]) -> None:
        self.old = old
        self.new = new
        self.mapping = mapping
        self.problems: list[Problem] = []
        self.places: dict[str, str] = {}

    def concerns(self, scope: dict[str, Any], stored: dict[str, Any]) -> bool:
        """Whether a stored scope belongs to the process itself, not to one it has called."""
        by_host = {token[0]: outer for outer in stored["scopes"] for token in outer["tokens"]}
        while "host" in scope:
            if "process" in scope:
                return False
            scope = by_host[scope["host"]]
        return True

    def name_of(self, element_id: str) -> str:
        """The id an element has in the new version."""
        return self.mapping.get(element_id, element_id)

    def move(self, scope: dict[str, Any]) -> None:
        """Rename the places of one scope."""
        if "element" in scope:
            scope["element"] = self.name_of(scope["element"])
        for token in scope["tokens"]:
            element_id, marker, rest = token[1].partition(" [")
            token[1] = self.name_of(element_id) + marker + rest
            self._check(element_id)
            data = token[3]
            if PATH in data:
                behind = [self.name_of(each) for each in data[PATH]]
                data[PATH] = [each for each in behind if each in self.new.elements]
            if data.get("wait") == "join":
                self._check_arrival(element_id, data)
        for record in scope.get("compensable", []):
            self._rename_record(record)
        marks: dict[str, list[str]] = scope.get("marks", {})
        scope["marks"] = {self.name_of(name): flows for name, flows in marks.items()}

    def _rename_record(self, record: list[Any]) -> None:
        for element_id in record[:2]:
            if element_id is not None:
                self._check(element_id)
        record[0] = self.name_of(record[0])
        record[1] = self.name_of(record[1]) if record[1] is not None else None
        for inside in record[2]:
            self._rename_record(inside)

    def _check(self, element_id: str) -> None:
        self.places[element_id] = self.name_of(element_id)
        before = self.old.elements[element_id]
        after = self.new.elements.get(self.name_of(element_id))
        if after is None:
            self._refuse(before, "element_gone", "在新版本里不存在", "does not exist in the new version")
            return
        for zh, en in _differences(before, after):
            self._refuse(before, "element_changed", f"在新版本里{zh}", f"{en} in the new version")
        parent = self.name_of(before.parent) if before.parent is not None else None
        if after.parent != parent:
            self._refuse(before, "element_moved", "在新版本里换了子流程", "is in another subprocess in the new version")

    def _check_arrival(self, element_id: str, data: dict[str, Any]) -> None:
        after = self.new.elements.get(self.name_of(element_id))
        before = self.old.flows[data["flow"]]
        if after is None or data["flow"] in after.incoming:
            return
        same = [flow for flow in after.incoming if self.new.flows[flow].source == self.name_of(before.source)]
        if len(same) == 1:
            data["flow"] = same[0]
        else:
            element = self.old.elements[element_id]
            self._refuse(
                element,
                "flow_gone",
                f"的流入 {before.id} 在新版本里不存在",
                f"has no incoming flow {before.id} in the new version",
            )

    def _refuse(self, element: Element, rule: str, zh: str, en: str) -> None:
        found = Problem(
            rule=rule,
            severity="error",
            message=Message(f"「{element.title}」{zh}。", f"{element.title} {en}."),
            file=self.new.file,
            line=element.line,
            element_id=element.id,
            element_name=element.name or None,
        )
        if found not in self.problems:
            self.problems.append(found)


def _differences(before: Element, after: Element) -> Iterator[tuple[str, str]]:
    if before.type != after.type or before.triggered_by_event != after.triggered_by_event:
        yield f"类型变为 {after.type}", f"has become a {after.type}"
    elif before.event != after.event:
        yield "换了事件", "has another event"
    markers = [
        (element.multi_instance is not None, element.standard_loop is not None, bool(element.alternatives))
        for element in (before, after)
    ]
    if markers[0] != markers[1]:
        yield "多实例或循环标记不同", "has another multi-instance or loop marker"
    if before.attached_to is not None and after.cancel_activity != before.cancel_activity:
        yield "中断方式不同", "interrupts differently"
