"""The end event: none, message, signal, escalation, error or terminate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from app.engine.elements.throwing import Throwing
from app.engine.errors import BpmnError
from app.engine.model import Flow

if TYPE_CHECKING:
    from app.engine.tokens import Token


class EndEvent(Throwing):
    """Ends one token; terminate ends its whole scope, an error leaves the scope by whoever catches it."""

    kinds = frozenset({"", "message", "signal", "escalation", "error", "terminate"})

    def execute(self, token: Token) -> Mapping[str, Any] | None:
        if self.element.event == "error":
            code = self.code(token, self.element.error_code)
            if token.instance.catcher_of(token, "error", code) is None:
                raise token.instance.uncaught(BpmnError(code))
            token.internal_data["code"] = code
            return {}
        return super().execute(token)

    def leave(self, token: Token, flows: Iterable[Flow]) -> None:
        if self.element.event == "error" and self._give_over(token, "error"):
            return
        if self.element.event == "terminate":
            token.instance.terminate(token)
        super().leave(token, flows)
