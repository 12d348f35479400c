"""The receive task: waits for a message, and may carry boundary events."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.elements.catching import Catching, check_wait
from app.engine.model import Element, Process
from app.messages import Problem


class ReceiveTask(Catching):
    """A message catch drawn as a task."""

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        return check_wait(element, cycle=False)
