"""The exclusive gateway: the first condition that holds, in document order, else the default flow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.engine.elements.flow_node import FlowNode
from app.engine.model import Flow

if TYPE_CHECKING:
    from app.engine.tokens import Token


class ExclusiveGateway(FlowNode):
    """SpiffWorkflow orders the flows by the height of their targets; here the diagram's own order counts."""

    def choose(self, token: Token) -> Iterable[Flow]:
        if len(self.flows) == 1 and self.flows[0].condition is None:
            return self.flows
        default = self.element.default_flow
        for flow in self.flows:
            if flow.id != default and (flow.condition is None or self.holds_true(token, flow)):
                return [flow]
        for flow in self.flows:
            if flow.id == default:
                return [flow]
        if not self.flows:
            return ()
        raise self.no_flow()
