"""The multiple catch event: awaits several events, and goes on after the first or (parallel) after all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from app.engine.elements.catching import Catching, check_wait
from app.engine.elements.event_gate import EventGate
from app.engine.elements.flow_node import problem
from app.engine.model import Element, Process
from app.messages import Problem

if TYPE_CHECKING:
    from app.engine.tokens import Token


def alternative_name(element: Element, position: int) -> str:
    """The spec name of one of several event definitions: no XML id can be like it."""
    return f"{element.id} [{position}]"


class MultipleCatchEvent(EventGate):
    """Each definition waits under a task id of its own; their variables merge when the event is through."""

    kinds = frozenset({"multiple"})

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        for alternative in element.alternatives:
            if alternative.event in ("timer", "message", "signal", "conditional"):
                yield from check_wait(alternative, cycle=False)
            else:
                yield problem(
                    element,
                    "unsupported_event",
                    f"「{element.title}」:多重事件里不支持 {alternative.event} 事件。",
                    f"{element.title}: a {alternative.event} event is not supported among several.",
                )

    def awaits(self, token: Token) -> Iterable[tuple[Catching, dict[str, Any]]]:
        for position in range(len(self.element.alternatives)):
            spec = token.workflow.spec.node(alternative_name(self.element, position))
            assert isinstance(spec, Catching)
            yield spec, {}

    def decided(self, token: Token, event: Token, result: dict[str, Any]) -> bool:
        instance = token.instance
        data = token.internal_data
        data["armed"].remove(event.key)
        data["came"] = {**data.get("came", {}), **result}
        event._set_state(TaskState.COMPLETED)
        instance.forget(event)
        if not data["armed"] or not self.element.parallel_multiple:
            for key in data["armed"]:
                instance.withdraw(key)
            del data["wait"]
            data |= {"armed": [], "result": data.pop("came")}
            token._set_state(TaskState.FUTURE)
            instance.enqueue(token)
        return False
