"""The embedded subprocess: a scope of its own inside the instance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.engine.elements.activity import Activity
from app.engine.errors import Stuck
from app.messages import Message

if TYPE_CHECKING:
    from app.engine.tokens import InnerScope, Token


class Subprocess(Activity):
    """STARTED while anything inside is alive; its local variables are one document, seen from inside."""

    def holds(self, plan: Any) -> bool:
        return True

    def execute(self, token: Token) -> Mapping[str, Any] | None:
        instance = token.instance
        spec = token.workflow.spec.inner[self.element.id]
        start = spec.first
        if start is None:
            raise Stuck("model", Message("子流程没有开始事件。", "The subprocess has no start event."))
        if token.key not in instance.scopes:
            instance.scopes.open(token.key, instance.scope_id(token))
        scope = instance.enter(spec, token, token.key)
        instance.spawn(scope, start, None, self.started_with(token))
        return None

    def started_with(self, token: Token) -> dict[str, Any]:
        """What the first token inside knows."""
        return {}

    def inner_ended(self, token: Token, scope: InnerScope) -> None:
        """The last token inside has gone. Results were merged on the way; output mappings see the local document."""
        token.internal_data["result"] = {}
        if scope.compensable:
            token.internal_data["inside"] = scope.compensable
        token.instance.enqueue(token)
