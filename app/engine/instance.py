"""A running process instance: commands move its tokens to the next wait states and leave facts behind."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from SpiffWorkflow.util.task import TaskState

from app.engine import way_back
from app.engine.elements.catching import Catching, best_catcher
from app.engine.elements.flow_node import FlowNode
from app.engine.elements.joining import Joining
from app.engine.environment import Environment
from app.engine.errors import BpmnError, NotOnPath, NotWaiting, Stuck
from app.engine.facts import Fact, IncidentRaised, IncidentResolved, InstanceCompleted
from app.engine.model import Process
from app.engine.scopes import ROOT, Scopes, as_json
from app.engine.specs import ScopeSpec, woven
from app.engine.tokens import InnerScope, ProcessScope, Token
from app.messages import Message

MAX_VISITS = 1_000
"""How often one element of a scope may be reached in one step, by each flow: more is a loop that never waits."""

MAX_MOVES = 50_000
"""How many tokens may move in one step."""


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Something that waits: `wait` is user_task, job, timer, message, event, join, inside or incident."""

    task_id: str
    element_id: str
    process_id: str
    wait: str


@dataclass(frozen=True, slots=True)
class Catch:
    """Who catches something thrown: a boundary event of `host`, or (host None) an event subprocess of the scope."""

    scope: ProcessScope | InnerScope
    host: Token | None
    spec: Catching


class Instance:
    """One process instance in memory, made by `start` or `restore` for one command or a few.

    After an exception other than NotWaiting the object is half advanced: throw it away, restore the last state.
    """

    def __init__(self, process: Process, env: Environment) -> None:
        self.process = process
        self.env = env
        self.tokens: dict[str, Token] = {}
        self.scopes = Scopes()
        self.facts: list[Fact] = []
        self.completed = False
        self.cancelled = False
        self.end_element_ids: list[str] = []
        self._queue: deque[Token] = deque()
        self._visits: Counter[tuple[int, str]] = Counter()
        self._moves = 0
        self._terminated = False
        self.top = ProcessScope(woven(process), self, ROOT)

    # -- commands ---------------------------------------------------------------------------------------------------

    def begin(self, variables: Mapping[str, Any], start_id: str) -> None:
        """Put the first token on a start event; called once, by `start`."""
        variables = as_json(variables)
        self.scopes.open(ROOT, None, variables)
        spec = self.top.spec.node(start_id)
        # A task or event that starts the process by its message has received it already.
        received = spec.element.outputs or spec.element.type != "startEvent"
        self.arm_scope(self.top)
        self.spawn(self.top, spec, None, {"result": dict(variables)} if received else {})
        self._advance()

    def complete_user_task(self, task_id: str, variables: Mapping[str, Any]) -> None:
        """A person completed a user task with these form values."""
        self._answer(task_id, "user_task", variables)

    def complete_job(self, task_id: str, variables: Mapping[str, Any]) -> None:
        """A worker answered an outgoing job with these results."""
        self._answer(task_id, "job", variables)

    def fail_job_with_error(self, task_id: str, code: str, message: str = "") -> None:
        """A worker answered with a BPMN error: a boundary event takes it, otherwise the token has an incident."""
        token = self._waiting(task_id, "job")
        token.task_spec.close(token)
        for mark in ("wait", "opened"):
            token.internal_data.pop(mark, None)
        self._try(token, lambda: self._throw(token, BpmnError(code, message)))
        self._advance()

    def fire_timer(self, task_id: str) -> None:
        """The timer of this task is due."""
        token = self._waiting(task_id, "timer")
        if token.internal_data["due"] is None:
            raise NotWaiting(task_id, "timer")
        self._catching(token).fire(token, {})
        self._advance()

    def correlate(self, task_id: str, variables: Mapping[str, Any]) -> None:
        """A message came for the subscription of this task."""
        token = self._waiting(task_id, "message")
        self._catching(token).fire(token, as_json(variables))
        self._advance()

    def retry(self, task_id: str) -> None:
        """Try again what had an incident, or evaluate a null timer again."""
        waiting = self.tokens.get(task_id)
        data = waiting.internal_data if waiting is not None else {}
        if waiting is not None and data.get("wait") == "timer" and data["due"] is None and "incident" not in data:
            self._try(waiting, partial(self._catching(waiting).mend, waiting))
        else:
            token = self._stuck(task_id)
            del token.internal_data["incident"]
            self.tell(IncidentResolved(token.key, token.task_spec.element.id, token.task_spec.process.id))
            if "wait" not in token.internal_data:  # a condition that is awaited is asked again by itself
                token._set_state(TaskState.FUTURE)
                self.enqueue(token)
        self._advance()

    def skip(self, task_id: str, variables: Mapping[str, Any] | None = None, flow_id: str | None = None) -> None:
        """Leave an element with an incident as if it had given these results, by `flow_id` when there is a choice."""
        token = self._stuck(task_id)
        data = token.internal_data
        if flow_id is not None and flow_id not in {flow.id for flow in token.task_spec.flows}:
            raise ValueError(f"{flow_id} does not leave {token.task_spec.element.id}")
        del data["incident"]
        self.tell(IncidentResolved(token.key, token.task_spec.element.id, token.task_spec.process.id))
        if data.get("wait") == "join":
            token.task_spec.waiting(token.workflow).remove(token)
            data["joined"] = data.pop("wait")
        data |= {"opened": 1, "mapped": 1}
        data["result"] = {}
        data["taken"] = [flow.id for flow in token.task_spec.flows if flow_id in (None, flow.id)]
        if flow_id is None and token.task_spec.element.type in ("exclusiveGateway", "eventBasedGateway"):
            data["taken"] = data["taken"][:1]
        self.scopes.merge(self.outer_scope_id(token), variables or {})
        token._set_state(TaskState.FUTURE)
        self.enqueue(token)
        self._advance()

    def send_back(self, task_id: str, element_id: str) -> None:
        """Withdraw a user task and put its token at an earlier user task of its own path (`way_back`); variables stay.

        What stood between is done again when the token comes by once more. Raises NotWaiting, or NotOnPath for any
        other element.
        """
        token = self._waiting(task_id, "user_task")
        if element_id not in way_back.behind(token):
            raise NotOnPath(task_id, element_id)
        scope = token.workflow
        self.spawn(scope, scope.spec.node(element_id), None, way_back.back_to(token, element_id))
        self.withdraw(token.key)
        self._advance()

    def cancel(self) -> None:
        """Withdraw everything."""
        for token in self.top.live_tokens():
            self.withdraw(token.key)
        self.cancelled = True
        self._compact()

    def set_variables(self, scope_task_id: str | None, variables: Mapping[str, Any]) -> None:
        """Set variables as seen from a task (nearest scope that holds the name, else root), or at the root.

        Conditions that are awaited are asked again.
        """
        self.scopes.merge(ROOT if scope_task_id is None else self.scope_id(self._known(scope_task_id)), variables)
        self._advance()

    # -- queries ----------------------------------------------------------------------------------------------------

    def variables(self, task_id: str | None = None) -> dict[str, Any]:
        """All variables visible at a task, or at the root."""
        return dict(self.scopes.visible(ROOT if task_id is None else self.scope_id(self._known(task_id))))

    @property
    def root_variables(self) -> dict[str, Any]:
        """A copy of the root document."""
        return dict(self.scopes.local(ROOT))

    @property
    def open_tasks(self) -> list[OpenTask]:
        """Everything that waits, in order of arrival."""
        return [
            OpenTask(
                token.key,
                token.task_spec.element.id,
                token.task_spec.process.id,
                "incident" if "incident" in token.internal_data else token.internal_data.get("wait", "inside"),
            )
            for token in self.tokens.values()
        ]

    def way_back(self, task_id: str) -> list[str]:
        """The user tasks that a waiting one can be sent back to, oldest first; empty behind a fork or a join."""
        return way_back.behind(self._known(task_id))

    def take_facts(self) -> list[Fact]:
        """The facts since the last call, and forget them: for whoever keeps the object for several commands."""
        facts, self.facts = self.facts, []
        return facts

    def save(self) -> bytes:
        """The state: tokens and documents, no specs. Keep the bytes as they are."""
        from app.engine.snapshot import dump

        return dump(self)

    # -- for the elements -------------------------------------------------------------------------------------------

    def tell(self, fact: Fact) -> None:
        """Add a fact."""
        self.facts.append(fact)

    def spawn(
        self,
        scope: ProcessScope | InnerScope,
        spec: FlowNode,
        after: Token | None,
        data: dict[str, Any],
        *,
        state: int = TaskState.FUTURE,
    ) -> Token:
        """A new token at an element; one in state FUTURE is on its way, another one waits already."""
        parent = after if after is not None and after.workflow is scope and after.id in scope.tasks else scope.task_tree
        token = Token(scope, spec, parent, state)
        token.internal_data = data
        self.tokens[token.key] = token
        if "idle" not in data:
            scope.live += 1
        if state == TaskState.FUTURE:
            self._queue.append(token)
        return token

    def enqueue(self, token: Token) -> None:
        """Let a token go on in this step."""
        self._queue.append(token)

    def enter(self, spec: ScopeSpec, host: Token, scope_id: str) -> InnerScope:
        """Open the workflow inside a subprocess or call."""
        scope = InnerScope(spec, host, scope_id)
        self.arm_scope(scope)
        return scope

    def arm_scope(self, scope: ProcessScope | InnerScope) -> None:
        """Arm the event subprocesses of a scope that has just opened; an idle token does not keep its scope alive."""
        for spec in scope.spec.event_subprocesses:
            if spec.armed_by_scope:
                self.spawn(scope, spec, None, {"idle": 1})

    def finish(self, token: Token, *, ended: bool = False) -> None:
        """A token has left; `ended` when nothing follows it. The last one of a scope ends the scope."""
        scope = token.workflow
        if ended and scope is self.top and token.task_spec.element.type == "endEvent":
            self.end_element_ids.append(token.task_spec.element.id)
        self.forget(token)
        if scope.live == 0:
            for idle in scope.live_tokens():
                self.withdraw(idle.key)
            self._scope_ended(scope, token)

    def forget(self, token: Token) -> None:
        """Take a token that is finished or withdrawn out of the books."""
        del self.tokens[token.key]
        if "idle" not in token.internal_data:
            token.workflow.live -= 1

    def withdraw(self, key: str) -> None:
        """Withdraw a token with everything inside it and attached to it."""
        token = self.tokens.get(key)
        if token is not None:
            token.cancel()

    def withdraw_inside(self, token: Token) -> None:
        """Withdraw what works inside a token: the scope of a subprocess or call, rounds, compensation handlers."""
        if token.task_spec.whole:
            self.withdraw_items(token, None)
        if "undo" in token.internal_data:
            for handler in token.workflow.live_tokens():
                if handler.internal_data.get("undoes") == token.key:
                    self.withdraw(handler.key)
        inner = self.top.subprocesses.pop(token.id, None)
        if inner is not None:
            for inside in inner.live_tokens():
                self.withdraw(inside.key)
            if inner.scope_id != token.key:
                self.scopes.close(inner.scope_id)

    def withdraw_items(self, body: Token, but: Token | None) -> None:
        """Withdraw the items of a multi-instance element that are still open."""
        for token in body.workflow.live_tokens():
            if token is not but and token.internal_data.get("of") == body.key:
                self.withdraw(token.key)

    def terminate(self, end: Token) -> None:
        """A terminate end event: everything else in its scope is withdrawn."""
        for token in end.workflow.live_tokens():
            if token is not end:
                self.withdraw(token.key)
        if end.workflow is self.top:
            self._terminated = True

    def catcher_of(self, token: Token, kind: str, code: str) -> Catch | None:
        """Who catches what is thrown at a token, from inside out: a boundary event of the activity, an event subprocess
        beside it, a boundary event of the subprocess around, and so on."""
        host: Token | None = token
        while host is not None:
            spec = best_catcher(host.task_spec.boundaries, kind, code)
            if spec is not None:
                return Catch(host.workflow, host, spec)
            body = host.internal_data.get("of")
            if body is not None:
                host = self.tokens[body]
                continue
            scope = host.workflow
            beside = [found for found in scope.spec.event_subprocesses if found is not host.task_spec]
            spec = best_catcher(beside, kind, code)
            if spec is not None:
                return Catch(scope, None, spec)
            host = scope.host if isinstance(scope, InnerScope) else None
        return None

    def give(self, catch: Catch, thrown: BpmnError) -> None:
        """Go on where something thrown is caught; an interrupting catcher withdraws the work before its next step."""
        if catch.spec.awaited.cancel_activity:
            withdrawn = catch.scope.live_tokens() if catch.host is None else [catch.host]
            for token in withdrawn:
                self.withdraw(token.key)
        seen = {"errorCode": thrown.code, "errorMessage": thrown.message}
        data: dict[str, Any] = {"seen": seen}
        if catch.host is not None and catch.spec.awaited.cancel_activity:
            data |= way_back.along(catch.host)
        elif catch.host is not None:
            way_back.forget(catch.host)
        data["trigger" if catch.host is None else "result"] = thrown.variables
        self.spawn(catch.scope, catch.spec, catch.host, data)

    def uncaught(self, error: BpmnError) -> Stuck:
        """An error nobody catches."""
        detail = f":{error.message}" if error.message else ""
        return Stuck(
            "unhandled_error",
            Message(
                f"没有边界事件捕获错误「{error.code}」{detail}。",
                f"No boundary event catches the error {error.code}{detail.replace(':', ': ')}.",
            ),
        )

    def scope_id(self, token: Token) -> str:
        """The innermost scope of a token: its own document if it has one."""
        return token.key if token.key in self.scopes else self.outer_scope_id(token)

    def outer_scope_id(self, token: Token) -> str:
        """The scope around the element."""
        body: str | None = token.internal_data.get("of")
        return body if body is not None else token.workflow.scope_id

    def visible(self, token: Token) -> Mapping[str, Any]:
        """Everything a token sees; a view."""
        return self.scopes.visible(self.scope_id(token))

    # -- the loop ---------------------------------------------------------------------------------------------------

    def _advance(self) -> None:
        self._visits.clear()
        self._moves = 0
        while True:
            while self._queue:
                token = self._queue.popleft()
                if not token.finished and "incident" not in token.internal_data:
                    self._move(token)
            # Only when nothing else can move: conditions that have become true, then joins nobody can come to any more.
            if not self._ask_conditions() and not self._settle_joins():
                break
        if not self.completed:
            self._find_deadlocks()
        self._compact()

    def _move(self, token: Token) -> None:
        # SpiffWorkflow's own order: _update (activation, FUTURE → READY), then run (READY → COMPLETED or STARTED).
        def move() -> None:
            if token.state == TaskState.FUTURE:
                self._count(token)
                token.task_spec._update(token)
            if token.state == TaskState.STARTED or (
                token.state == TaskState.READY and "wait" not in token.internal_data
            ):
                token.run()

        self._try(token, move)

    def _try(self, token: Token, act: Callable[[], None]) -> None:
        try:
            try:
                act()
            except BpmnError as error:
                self._throw(token, error)
        except Stuck as stuck:
            self._raise_incident(token, stuck)

    def _throw(self, token: Token, error: BpmnError) -> None:
        catch = self.catcher_of(token, "error", error.code)
        if catch is None:
            raise error.otherwise or self.uncaught(error)
        self.give(catch, error)

    def _raise_incident(self, token: Token, stuck: Stuck) -> None:
        token.internal_data["incident"] = stuck.kind
        token._set_state(TaskState.WAITING)
        spec = token.task_spec
        self.tell(
            IncidentRaised(token.key, spec.element.id, spec.process.id, stuck.kind, stuck.message.zh, stuck.message.en)
        )

    def _count(self, token: Token) -> None:
        place = (id(token.workflow), token.task_spec.name)
        title = token.task_spec.element.title
        if "of" not in token.internal_data:  # items of a multi-instance element are counted by their collection
            self._visits[place] += 1
        self._moves += 1
        allowed = MAX_VISITS * max(1, len(token.task_spec.element.incoming))
        if self._visits[place] > allowed or self._moves > MAX_MOVES:
            raise Stuck(
                "endless_loop",
                Message(
                    f"「{title}」在一步之内到达了 {self._visits[place]} 次:回路里没有等待的任务。",
                    f"{title} was reached {self._visits[place]} times in one step: a loop without a wait.",
                ),
            )

    def _scopes_open(self) -> list[ProcessScope | InnerScope]:
        return [self.top, *self.top.subprocesses.values()]

    def _settle_joins(self) -> bool:
        for scope in self._scopes_open():
            for name in scope.arrivals:
                spec = scope.spec.node(name)
                if isinstance(spec, Joining) and spec.settle(scope):
                    return True
        return False

    def _ask_conditions(self) -> bool:
        if not any(scope.spec.conditional for scope in self._scopes_open()):
            return False
        before = len(self._queue)
        for token in list(self.tokens.values()):
            data = token.internal_data
            if data.get("wait") == "condition" and "incident" not in data and not token.finished:
                self._try(token, partial(self._catching(token).ask, token))
        return len(self._queue) > before

    def _find_deadlocks(self) -> None:
        for scope in self._scopes_open():
            if not scope.arrivals:
                continue
            waiting = scope.live_tokens()
            if waiting and all(
                token.internal_data.get("wait") == "join" and "incident" not in token.internal_data for token in waiting
            ):
                title = waiting[0].task_spec.element.title
                self._raise_incident(
                    waiting[0],
                    Stuck(
                        "deadlock",
                        Message(
                            f"汇聚网关「{title}」等待的其他分支再也不会到达。",
                            f"The other branches that {title} waits for can never arrive.",
                        ),
                    ),
                )

    def _scope_ended(self, scope: ProcessScope | InnerScope, last: Token) -> None:
        if isinstance(scope, InnerScope):
            host = scope.host
            self.top.subprocesses.pop(host.id)
            host.task_spec.inner_ended(host, scope)
            return
        self.completed = True
        element = self.process.elements[self.end_element_ids[-1]] if self.end_element_ids else last.task_spec.element
        self.tell(
            InstanceCompleted(last.key, element.id, self.process.id, end_name=element.name, terminated=self._terminated)
        )

    def _compact(self) -> None:
        for scope in self._scopes_open():
            scope.compact()

    # -- finding tokens ---------------------------------------------------------------------------------------------

    def _answer(self, task_id: str, wait: str, variables: Mapping[str, Any]) -> None:
        token = self._waiting(task_id, wait)
        result = as_json(variables)
        del token.internal_data["wait"]
        token.internal_data["result"] = result
        token.task_spec.answered(token)
        token._set_state(TaskState.READY)
        self.enqueue(token)
        self._advance()

    def _known(self, task_id: str) -> Token:
        token = self.tokens.get(task_id)
        if token is None:
            raise NotWaiting(task_id, "anything")
        return token

    def _waiting(self, task_id: str, wait: str) -> Token:
        token = self.tokens.get(task_id)
        if token is None or token.internal_data.get("wait") != wait or "incident" in token.internal_data:
            raise NotWaiting(task_id, wait)
        return token

    def _stuck(self, task_id: str) -> Token:
        token = self.tokens.get(task_id)
        if token is None or "incident" not in token.internal_data:
            raise NotWaiting(task_id, "retry")
        return token

    def _catching(self, token: Token) -> Catching:
        assert isinstance(token.task_spec, Catching)
        return token.task_spec


def start(process: Process, env: Environment, variables: Mapping[str, Any], start_id: str | None = None) -> Instance:
    """Start an instance at a start event (default: the one without a trigger) and run to the next wait states."""
    start_id = start_id or process.none_start
    if start_id is None or start_id not in process.elements:
        raise ValueError(f"process {process.id} has no start event {start_id or 'without a trigger'}")
    instance = Instance(process, env)
    instance.begin(variables, start_id)
    return instance
