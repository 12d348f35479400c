"""What arms several events and is told which one happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from app.engine import way_back
from app.engine.elements.catching import Catching
from app.engine.elements.flow_node import FlowNode

if TYPE_CHECKING:
    from app.engine.tokens import Token


class EventGate(FlowNode):
    """Each armed event has a task id of its own, so two timers keep two due times."""

    def awaits(self, token: Token) -> Iterable[tuple[Catching, dict[str, Any]]]:
        """The specs to arm, each with what its token shall know."""
        raise NotImplementedError

    def decided(self, token: Token, event: Token, result: dict[str, Any]) -> bool:
        """One of the events happened: told whether its token goes on by itself."""
        raise NotImplementedError

    def prepare(self, token: Token) -> list[tuple[Catching, dict[str, Any], Any]]:
        return [(spec, data, spec.prepare(token)) for spec, data in self.awaits(token)]

    def open(self, token: Token, plan: list[tuple[Catching, dict[str, Any], Any]]) -> None:
        armed = []
        for spec, data, wait in plan:
            known = {**wait, **data, "gate": token.key, **way_back.along(token)}
            event = token.instance.spawn(token.workflow, spec, token, known, state=TaskState.WAITING)
            spec.tell_wait(event)
            armed.append(event.key)
        token.internal_data |= {"wait": "event", "armed": armed}
