"""The inclusive gateway: every condition that holds; as a join it waits for all tokens that can still arrive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.engine.elements.joining import Joining
from app.engine.model import Flow, Process

if TYPE_CHECKING:
    from app.engine.tokens import InnerScope, ProcessScope, Token


class InclusiveGateway(Joining):
    """Asked only when nothing else can move: then a token elsewhere in the scope is one that truly waits."""

    reaching: dict[str, frozenset[str]] | None = None

    def choose(self, token: Token) -> Iterable[Flow]:
        if len(self.flows) == 1 and self.flows[0].condition is None:
            return self.flows
        return super().choose(token)

    def settle(self, scope: ProcessScope | InnerScope) -> bool:
        """Go on when no token can come to an empty flow any more (BPMN 2.0, table 13.3): told whether it did."""
        if not self.waiting(scope):
            return False
        arrived = self.first_by_flow(scope)
        reaching = self._reaching()
        empty = [flow_id for flow_id in self.element.incoming if flow_id not in arrived]
        for token in scope.live_tokens():
            if token.task_spec is self:
                continue
            place = token.task_spec.element.id
            if any(place in reaching[flow_id] for flow_id in empty) and not any(
                place in reaching[flow_id] for flow_id in arrived
            ):
                return False
        self.join(scope)
        return True

    def _reaching(self) -> dict[str, frozenset[str]]:
        # Which elements lead to each incoming flow without passing here; found once per version.
        if self.reaching is None:
            self.reaching = {
                flow_id: _sources(self.process, flow_id, self.element.id) for flow_id in self.element.incoming
            }
        return self.reaching


def _sources(process: Process, flow_id: str, gateway: str) -> frozenset[str]:
    found: set[str] = set()
    todo = [process.flows[flow_id].source]
    while todo:
        place = todo.pop()
        if place in found or place == gateway:
            continue
        found.add(place)
        element = process.elements[place]
        todo.extend(process.flows[incoming].source for incoming in element.incoming)
        if element.attached_to is not None:
            todo.append(element.attached_to)
    return frozenset(found)
