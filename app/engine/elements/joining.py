"""What waits for several branches: arrived tokens are kept per gateway, the one that completes the set goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.engine.elements.flow_node import FlowNode
from app.engine.model import Process

if TYPE_CHECKING:
    from app.engine.tokens import InnerScope, ProcessScope, Token


class Joining(FlowNode):
    """A gateway with more than one incoming flow. It tells itself once, when the set is complete."""

    reaching: dict[str, frozenset[str]] | None = None

    def _update_hook(self, token: Token) -> bool:
        data = token.internal_data
        if len(self.element.incoming) < 2 or "joined" in data:
            return super()._update_hook(token)
        if "wait" not in data:
            self.gather(token)
            self.arrived(token)
        return False

    def arrived(self, token: Token) -> None:
        """A token came."""

    def settle(self, scope: ProcessScope | InnerScope) -> bool:
        """Nothing else can move: told whether this gateway can go on now."""
        return False

    def first_by_flow(self, scope: ProcessScope | InnerScope) -> dict[str, Token]:
        """The oldest waiting token of each incoming flow."""
        found: dict[str, Token] = {}
        for token in self.waiting(scope):
            found.setdefault(token.internal_data["flow"], token)
        return found

    def join(self, scope: ProcessScope | InnerScope) -> None:
        """Consume one token of each flow that has one."""
        self.go_together(sorted(self.first_by_flow(scope).values(), key=list(self.waiting(scope)).index))

    def awaited_flows(self, scope: ProcessScope | InnerScope, arrived: frozenset[str]) -> bool:
        """Whether a token elsewhere in the scope can still come to an incoming flow that has none: one that can come to
        such a flow and to no flow that has a token already (BPMN 2.0, table 13.3)."""
        if self.reaching is None:
            # Which elements lead to each incoming flow without passing here; found once per version.
            self.reaching = {
                flow_id: _sources(self.process, flow_id, self.element.id) for flow_id in self.element.incoming
            }
        empty = [flow_id for flow_id in self.element.incoming if flow_id not in arrived]
        for token in scope.live_tokens():
            place = token.task_spec.element.id
            if token.task_spec is self or not any(place in self.reaching[flow_id] for flow_id in empty):
                continue
            if not any(place in self.reaching[flow_id] for flow_id in arrived):
                return True
        return False


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
