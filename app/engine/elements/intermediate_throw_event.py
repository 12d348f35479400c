"""The intermediate throw event: none (a milestone), message, signal, escalation, or a link to the catch of its name."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.elements.compensating import Compensating
from app.engine.elements.flow_node import problem
from app.engine.model import Element, Process, is_link
from app.messages import Problem


class IntermediateThrowEvent(Compensating):
    """A link is read as a sequence flow to its target, so the token simply goes there."""

    kinds = frozenset({"", "message", "signal", "escalation", "link", "compensate", "multiple"})

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        if element.event == "link" and not element.outgoing:
            yield problem(
                element,
                "link_without_target",
                f"链接「{element.link_name or element.title}」在同一层里没有对应的捕获链接。",
                f"The link {element.link_name or element.title} has no catch link of that name in its scope.",
            )
        if element.event == "link" and any(not is_link(process.flows[flow_id]) for flow_id in element.outgoing):
            yield problem(
                element,
                "flow_not_here",
                f"链接「{element.title}」不能有流出的顺序流。",
                f"The throw link {element.title} cannot have an outgoing sequence flow.",
            )
        yield from super().check(element, process)
