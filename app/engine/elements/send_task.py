"""The send task: throws a message and goes on."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.elements.publisher import Publisher, without_message
from app.engine.model import Element, Process
from app.messages import Problem


class SendTask(Publisher):
    """A message throw drawn as a task."""

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        return without_message(element, process)
