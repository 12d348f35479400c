"""The intermediate catch event: waits for a timer, message, signal or condition; a link is where its throw leads to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from app.engine.elements.catching import Catching, check_wait
from app.engine.elements.flow_node import problem
from app.engine.model import Element, Process, is_link
from app.messages import Problem

if TYPE_CHECKING:
    from app.engine.tokens import Token


class IntermediateCatchEvent(Catching):
    """Also the target of an event-based gateway, which arms it ahead."""

    kinds = frozenset({"timer", "message", "signal", "conditional", "link"})

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        if element.event != "link":
            yield from check_wait(element, cycle=True)
            return
        if not element.incoming:
            yield problem(
                element,
                "link_without_source",
                f"没有链接指向「{element.link_name or element.title}」。",
                f"No throw link leads to {element.link_name or element.title}.",
            )
        elif any(not is_link(process.flows[flow_id]) for flow_id in element.incoming):
            yield problem(
                element,
                "flow_not_here",
                f"链接「{element.title}」不能有流入的顺序流。",
                f"The catch link {element.title} cannot have an incoming sequence flow.",
            )

    def holds(self, plan: Any) -> bool:
        return plan is not None

    def prepare(self, token: Token) -> Any:
        return None if self.element.event == "link" else super().prepare(token)

    def open(self, token: Token, plan: Any) -> None:
        if plan is not None:
            super().open(token, plan)
