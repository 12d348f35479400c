"""What waits for several branches: arrived tokens are kept per gateway, the one that completes the set goes on."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from app.engine.elements.flow_node import FlowNode

if TYPE_CHECKING:
    from app.engine.tokens import InnerScope, ProcessScope, Token


class Joining(FlowNode):
    """A gateway with more than one incoming flow. It tells itself once, when the set is complete."""

    def _update_hook(self, token: Token) -> bool:
        data = token.internal_data
        if len(self.element.incoming) < 2 or "joined" in data:
            return super()._update_hook(token)
        if "wait" not in data:
            data["wait"] = "join"
            token._set_state(TaskState.WAITING)
            self.waiting(token.workflow).append(token)
            self.arrived(token)
        return False

    def arrived(self, token: Token) -> None:
        """A token came."""

    def close(self, token: Token) -> None:
        self.waiting(token.workflow).remove(token)

    def waiting(self, scope: ProcessScope | InnerScope) -> deque[Token]:
        """The tokens that wait here, in order of arrival."""
        return scope.arrivals.setdefault(self.name, deque())

    def first_by_flow(self, scope: ProcessScope | InnerScope) -> dict[str, Token]:
        """The oldest waiting token of each incoming flow."""
        found: dict[str, Token] = {}
        for token in self.waiting(scope):
            found.setdefault(token.internal_data["flow"], token)
        return found

    def join(self, scope: ProcessScope | InnerScope) -> None:
        """Consume one token of each flow that has one; the youngest of them goes on."""
        *absorbed, last = sorted(self.first_by_flow(scope).values(), key=list(self.waiting(scope)).index)
        for token in (*absorbed, last):
            self.waiting(scope).remove(token)
            del token.internal_data["wait"]
        for token in absorbed:
            token._set_state(TaskState.COMPLETED)
            token.instance.forget(token)
        last.internal_data["joined"] = 1
        last._set_state(TaskState.FUTURE)
        last.instance.enqueue(last)
