"""What all tasks and subprocesses share: boundary events, loop markers, a start quantity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.engine.elements.flow_node import FlowNode

if TYPE_CHECKING:
    from app.engine.tokens import Token


class Activity(FlowNode):
    """An element that works; only these carry boundary events, loop markers and a start quantity."""

    def _update_hook(self, token: Token) -> bool:
        quantity = self.element.start_quantity
        if quantity == 1 or "joined" in token.internal_data or "of" in token.internal_data:
            return super()._update_hook(token)
        if "wait" not in token.internal_data:
            self.gather(token)
            if len(self.waiting(token.workflow)) >= quantity:
                self.go_together(list(self.waiting(token.workflow))[:quantity])
        return False
