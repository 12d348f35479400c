"""The intermediate throw event: none (a milestone) or a message."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.elements.publisher import Publisher, without_message
from app.engine.model import Element, Process
from app.messages import Problem


class IntermediateThrowEvent(Publisher):
    """A none event passes through, a message event publishes."""

    kinds = frozenset({"", "message"})

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        return without_message(element, process) if element.event == "message" else ()

    def publish(self, token: object) -> None:
        if self.element.event == "message":
            super().publish(token)  # type: ignore[arg-type]
