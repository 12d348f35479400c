"""The end event: none, message, signal, escalation, error, cancel or terminate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from app.engine.elements.compensating import Compensating
from app.engine.elements.flow_node import problem
from app.engine.errors import BpmnError
from app.engine.model import Element, Flow, Process
from app.messages import Problem

if TYPE_CHECKING:
    from app.engine.tokens import Token


class EndEvent(Compensating):
    """Ends one token; terminate ends its whole scope, an error leaves the scope by whoever catches it."""

    kinds = frozenset({"", "message", "signal", "escalation", "error", "cancel", "terminate", "compensate", "multiple"})

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        if element.event == "cancel":
            outer = process.elements.get(element.parent or "")
            if outer is None or outer.type != "transaction":
                yield problem(
                    element,
                    "cancel_not_here",
                    f"取消结束事件「{element.title}」只能用在事务里。",
                    f"Cancel end event {element.title} belongs into a transaction.",
                )
            elif not any(boundary.event == "cancel" for boundary in process.boundaries(outer.id)):
                yield problem(
                    element,
                    "cancel_not_here",
                    f"事务「{outer.title}」没有取消边界事件。",
                    f"Transaction {outer.title} has no cancel boundary event.",
                )
        yield from super().check(element, process)

    def execute(self, token: Token) -> Mapping[str, Any] | None:
        if self.element.event == "error":
            code = self.code(token, self.element.error_code)
            if token.instance.catcher_of(token, "error", code) is None:
                raise token.instance.uncaught(BpmnError(code))
            token.internal_data["code"] = code
            return {}
        if self.element.event == "cancel":
            token.internal_data["code"] = ""
            return self.undo(token, None)
        return super().execute(token)

    def leave(self, token: Token, flows: Iterable[Flow]) -> None:
        if self.element.event == "error" and self._give_over(token, "error"):
            return
        if self.element.event == "cancel" and self._give_over(token, "cancel"):
            return
        if self.element.event == "terminate":
            token.instance.terminate(token)
        super().leave(token, flows)
