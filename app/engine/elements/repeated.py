"""The wrapper around an activity that runs more than once: it holds the boundary events and the outgoing flows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.engine.elements.activity import Activity
from app.engine.elements.flow_node import FlowNode
from app.engine.model import Element

if TYPE_CHECKING:
    from app.engine.specs import ScopeSpec
    from app.engine.tokens import Token


class Repeated(Activity):
    """The rounds' tokens run `inner`, the spec of the activity itself; mappings and listeners belong to each round."""

    whole = True

    def __init__(self, scope: ScopeSpec, name: str, element: Element, inner: FlowNode) -> None:
        super().__init__(scope, name, element)
        self.inner = inner
        inner.body = self

    def holds(self, plan: Any) -> bool:
        return True

    def round_completed(self, item: Token) -> None:
        """One round has left."""
        raise NotImplementedError

    def conclude_round(self, item: Token) -> None:
        """Evaluate what may be stuck while the round's token still stands."""

    def spawn_round(self, token: Token, index: int, values: Mapping[str, Any]) -> None:
        """The token of round `index` (from 0) in a scope of its own."""
        item = token.instance.spawn(token.workflow, self.inner, token, {"of": token.key, "index": index})
        token.instance.scopes.open(item.key, token.key, {"loopCounter": index + 1, **values})

    def _map_inputs(self, token: Token) -> None:
        """Inputs are mapped in each round."""

    def _map_outputs(self, token: Token, result: Mapping[str, Any]) -> None:
        token.instance.scopes.merge(token.instance.outer_scope_id(token), result)

    def _run_listeners(self, token: Token, event: str, mark: str) -> None:
        """Listeners run in each round."""
