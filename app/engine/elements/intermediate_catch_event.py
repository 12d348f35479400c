"""The intermediate catch event: waits for a timer or a message."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.elements.catching import Catching, check_wait
from app.engine.model import Element, Process
from app.messages import Problem


class IntermediateCatchEvent(Catching):
    """Also the target of an event-based gateway, which arms it ahead."""

    kinds = frozenset({"timer", "message"})

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        return check_wait(element, cycle=False)
