"""Which procedure leads to which other, read from the diagrams themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app import engine

_THROWS = {"intermediateThrowEvent", "endEvent", "sendTask"}


@dataclass(slots=True)
class HandOver:
    """One procedure leads to another: `call` waits for its end, `message` hands the case over and goes on."""

    source: str
    target: str
    kind: str
    steps: list[str] = field(default_factory=list)  # titles of the elements that do it


def hand_overs(processes: Iterable[engine.Process]) -> list[HandOver]:
    """The hand-overs among these processes, each pair once for calls and once for messages, in the diagrams' order.

    A procedure that sends its own start message begins itself again: that leads to nobody else and is left out.
    """
    known = {process.id: process for process in processes}
    begun_by = {
        element.message_name: process.id
        for process in known.values()
        for element in process.elements.values()
        if element.type == "startEvent" and element.parent is None and element.message_name
    }
    found: dict[tuple[str, str, str], HandOver] = {}
    for process in known.values():
        for element in process.elements.values():
            for target, kind in _targets(element, begun_by):
                if target in known and target != process.id:
                    key = (process.id, target, kind)
                    found.setdefault(key, HandOver(*key)).steps.append(element.title)
    return list(found.values())


def _targets(element: engine.Element, begun_by: dict[str, str]) -> Iterator[tuple[str, str]]:
    if element.called_process:
        yield element.called_process, "call"
    if element.type in _THROWS and element.message_name in begun_by:
        yield begun_by[element.message_name], "message"
