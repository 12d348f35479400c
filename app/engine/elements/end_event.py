"""The end event: none, message, error or terminate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from app.engine.elements.flow_node import problem
from app.engine.elements.publisher import Publisher, without_message
from app.engine.errors import BpmnError, Stuck
from app.engine.model import Element, Flow, Process
from app.messages import Message, Problem

if TYPE_CHECKING:
    from app.engine.tokens import Token


class EndEvent(Publisher):
    """Ends one token; terminate ends its whole scope, an error leaves the scope by the boundary that catches it."""

    kinds = frozenset({"", "message", "error", "terminate"})

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        if element.event == "message":
            yield from without_message(element, process)
        elif element.event == "error" and not element.error_code:
            yield problem(
                element,
                "error_without_code",
                f"错误结束事件「{element.title}」没有指定带代码的错误。",
                f"Error end event {element.title} names no error with a code.",
            )

    def execute(self, token: Token) -> Mapping[str, Any] | None:
        if self.element.event == "error":
            code = self._code(token)
            if token.instance.catcher_of(token, code) is None:
                raise token.instance.uncaught(BpmnError(code))
            token.internal_data["code"] = code
            return {}
        return super().execute(token)

    def publish(self, token: Token) -> None:
        if self.element.event == "message":
            super().publish(token)

    def leave(self, token: Token, flows: Iterable[Flow]) -> None:
        instance = token.instance
        if self.element.event == "error":
            self.tell_completed(token)
            caught = instance.catcher_of(token, token.internal_data["code"])
            assert caught is not None
            instance.forget(token)
            instance.interrupt(*caught, BpmnError(token.internal_data["code"]))
            return
        if self.element.event == "terminate":
            instance.terminate(token)
        super().leave(token, flows)

    def _code(self, token: Token) -> str:
        code = self.text(token, self.element.error_code, Message("错误代码", "The error code"))
        if not code:
            raise Stuck("expression", Message("错误代码为空。", "The error code is empty."))
        return code
