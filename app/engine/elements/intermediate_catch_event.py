"""The intermediate catch event: waits for a timer, message, signal or condition; a link is where its throw leads to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from app.engine.elements.catching import Catching, check_wait
from app.engine.model import Element, Process
from app.messages import Problem

if TYPE_CHECKING:
    from app.engine.tokens import Token


class IntermediateCatchEvent(Catching):
    """Also the target of an event-based gateway, which arms it ahead."""

    kinds = frozenset({"timer", "message", "signal", "conditional", "link"})

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        if element.event == "link":
            return ()
        return check_wait(element, cycle=True)

    def holds(self, plan: Any) -> bool:
        return plan is not None

    def prepare(self, token: Token) -> Any:
        return None if self.element.event == "link" else super().prepare(token)

    def open(self, token: Token, plan: Any) -> None:
        if plan is not None:
            super().open(token, plan)
