"""Who waits for a message says by which key the right one is known."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.bundle import Bundle
from app.definitions.knowledge import Knowledge
from app.definitions.lint.place import at
from app.engine import Element, Process
from app.messages import Message, Problem

_WAITING = {"intermediateCatchEvent", "boundaryEvent", "receiveTask"}


def check(bundle: Bundle, knowledge: Knowledge) -> Iterator[Problem]:
    """Message catches without a correlation key: only messages of their own case reach them."""
    for file, process in bundle.processes.values():
        for element in process.elements.values():
            if element.message_name and not element.correlation_key and _waits(process, element):
                yield at(
                    file,
                    element,
                    "message_has_key",
                    Message(
                        f"等待消息“{element.message_name}”而没有关联键，只收得到同一服务单内的消息。",
                        f"waits for “{element.message_name}” without a correlation key: only messages from within the "
                        "same case reach it.",
                    ),
                    Message(
                        "在消息上填写关联键，例如 =case_no。", "Give the message a correlation key such as =case_no."
                    ),
                    severity="warning",
                )


def _waits(process: Process, element: Element) -> bool:
    if element.type in _WAITING:
        return not element.instantiate
    # The start of an event subprocess waits inside a running instance; the start of a process does not.
    around = process.elements.get(element.parent or "")
    return element.type == "startEvent" and around is not None and around.triggered_by_event
