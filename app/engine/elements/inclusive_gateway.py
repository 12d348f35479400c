"""The inclusive gateway: every condition that holds; as a join it waits for all tokens that can still arrive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.engine.elements.joining import Joining
from app.engine.model import Flow

if TYPE_CHECKING:
    from app.engine.tokens import InnerScope, ProcessScope, Token


class InclusiveGateway(Joining):
    """Asked only when nothing else can move: then a token elsewhere in the scope is one that truly waits."""

    def choose(self, token: Token) -> Iterable[Flow]:
        if len(self.flows) == 1 and self.flows[0].condition is None:
            return self.flows
        return super().choose(token)

    def settle(self, scope: ProcessScope | InnerScope) -> bool:
        arrived = frozenset(self.first_by_flow(scope))
        if not arrived or self.awaited_flows(scope, arrived):
            return False
        self.join(scope)
        return True
