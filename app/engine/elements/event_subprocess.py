"""The event subprocess: waits as long as its scope lives, and interrupts the scope or runs beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from app.engine.elements.catching import Catching
from app.engine.elements.subprocess import Subprocess
from app.engine.model import Element

if TYPE_CHECKING:
    from app.engine.specs import ScopeSpec
    from app.engine.tokens import InnerScope, Token


class EventSubprocess(Subprocess, Catching):
    """One idle token per scope awaits the start event's trigger; an error or escalation start is asked at a throw.

    Idle tokens do not keep their scope alive. A non-interrupting one opens the next wait before it runs.
    """

    def __init__(self, scope: ScopeSpec, name: str, element: Element) -> None:
        super().__init__(scope, name, element)
        scope.event_subprocesses.append(self)
        starts = [start for start in scope.process.starts_in(element.id) if start.event]
        self.awaited = starts[0] if starts else element
        self.armed_by_scope = self.awaited.event not in ("", "error", "escalation")

    def prepare(self, token: Token) -> Any:
        return Catching.prepare(self, token) if "idle" in token.internal_data else None

    def open(self, token: Token, plan: Any) -> None:
        if plan is not None:
            Catching.open(self, token, plan)

    def _update_hook(self, token: Token) -> bool:
        if "idle" not in token.internal_data:
            return super()._update_hook(token)
        if "wait" not in token.internal_data:
            self.open(token, self.prepare(token))
        token._set_state(TaskState.WAITING)
        if self.awaited.event == "conditional":
            # Asked before anything inside the scope runs; later it is asked when nothing else moves.
            self.ask(token)
        return False

    def fire(self, token: Token, result: Mapping[str, Any]) -> None:
        instance = token.instance
        scope = token.workflow
        self.close(token)
        plan = self._forget_wait(token)
        del token.internal_data["idle"]
        scope.live += 1
        if self.awaited.cancel_activity:
            for other in scope.live_tokens():
                if other is not token:
                    instance.withdraw(other.key)
        else:
            again = self._next_plan(plan) if plan["wait"] == "timer" else plan
            if again is not None:
                self.tell_wait(instance.spawn(scope, self, None, {**again, "idle": 1}, state=TaskState.WAITING))
        token.internal_data["trigger"] = dict(result)
        token._set_state(TaskState.FUTURE)
        instance.enqueue(token)

    def inner_ended(self, token: Token, scope: InnerScope) -> None:
        # What an event subprocess did is not undone with its scope.
        scope.compensable = []
        super().inner_ended(token, scope)

    def started_with(self, token: Token) -> dict[str, Any]:
        data = token.internal_data
        return {"result": data.get("trigger", {}), "seen": data.get("seen", {})}
