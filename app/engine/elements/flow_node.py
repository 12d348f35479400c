"""What every element does alike: announce itself, run listeners, map variables, choose flows, leave, be withdrawn."""

from __future__ import annotations

from collections import ChainMap, deque
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.util.task import TaskState

from app.engine import way_back
from app.engine.environment import JobCall
from app.engine.errors import BpmnError, Stuck
from app.engine.facts import ElementActivated, ElementCancelled, ElementCompleted, IncidentResolved
from app.engine.model import Element, Flow, Process, is_expression
from app.engine.scopes import with_path
from app.messages import Message, Problem

if TYPE_CHECKING:
    from app.engine.elements.boundary_event import BoundaryEvent
    from app.engine.elements.repeated import Repeated
    from app.engine.specs import ScopeSpec
    from app.engine.tokens import InnerScope, ProcessScope, Token


class FlowNode(BpmnTaskSpec):
    """A task spec that executes one element. It is shared by all instances and never changes: what a token knows is in
    `token.internal_data`:

    `flow` it came by · `active` told · `heard`, `ended` listeners run · `opened` activation is through · `wait` what it
    waits for · `result` what came back · `mapped` outputs applied · `taken` flows chosen · `armed` boundary tokens ·
    `joined` with others · `of` which repeated element, `index` in it · `host`, `gate` that armed it · `path` behind it
    (`way_back`) · `incident`.

    A token runs through `_update_hook` (activation, SpiffWorkflow's FUTURE → READY), `_run_hook` (READY → COMPLETED, or
    STARTED when the element works longer) and `_on_complete` (leaving). Each can be stuck and tried again.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({""})
    """The event definitions this type knows; "" is none."""
    armed_by_host: ClassVar[bool] = False
    """Whether it waits as long as the activity it is attached to is at work."""
    whole: ClassVar[bool] = False
    """Whether it stands for all the items of a multi-instance element."""

    def __init__(self, scope: ScopeSpec, name: str, element: Element) -> None:
        super().__init__(scope, name)
        self.element = element
        self.process: Process = scope.process
        self.bpmn_id = element.id
        self.bpmn_name = element.name
        self.flows: tuple[Flow, ...] = ()
        self.boundaries: tuple[BoundaryEvent, ...] = ()
        self.body: Repeated | None = None
        self.handler: str | None = None
        """The activity that undoes this one."""

    # -- deployment -------------------------------------------------------------------------------------------------

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        """Problems of this element alone; what concerns the graph is in `checks`."""
        return ()

    # -- what a subclass says ---------------------------------------------------------------------------------------

    def holds(self, plan: Any) -> bool:
        """Whether a token stays here for a while (`plan` as prepared), so that boundary events must be armed."""
        return False

    def prepare(self, token: Token) -> Any:
        """Evaluate everything the wait needs; may be stuck, changes nothing."""
        return None

    def open(self, token: Token, plan: Any) -> None:
        """Begin the wait that `prepare` planned; cannot fail."""

    def execute(self, token: Token) -> Mapping[str, Any] | None:
        """Do the work: the result variables, or None when they come later."""
        return {}

    def close(self, token: Token) -> None:
        """The wait ends without an answer: tell it."""

    # -- SpiffWorkflow's life cycle ---------------------------------------------------------------------------------

    def _predict(self, *_args: Any, **_kwargs: Any) -> None:
        """No future is predicted: a token has no children until it leaves."""

    def _update_hook(self, token: Token) -> bool:
        data = token.internal_data
        if "opened" in data:
            return True
        if "active" not in data:
            data["active"] = 1
            self._told(token, ElementActivated)
        self._run_listeners(token, "start", "heard")
        if "result" not in data:
            self._map_inputs(token)
            plan = self.prepare(token)
            if self.boundaries and "armed" not in data and self.holds(plan):
                self._arm_boundaries(token)
            self.open(token, plan)
        data["opened"] = 1
        if "wait" in data and not self.manual:
            token._set_state(TaskState.WAITING)
            return False
        return True

    def _on_ready(self, token: Token) -> None:
        """Nothing: activation is `_update_hook`, and the graph was checked at deployment."""

    def _run(self, token: Token) -> bool | None:
        # The stock method marks the task ERROR for good; here a stuck token waits to be tried again.
        return self._run_hook(token)

    def _run_hook(self, token: Token) -> bool | None:
        data = token.internal_data
        if "result" not in data:
            result = self.execute(token)
            if result is None:
                return None
            data["result"] = result
        self._conclude(token, data["result"])
        return True

    def _on_complete(self, token: Token) -> None:
        self.leave(token, self.flows_taken(token))

    def _on_cancel(self, token: Token) -> None:
        data = token.internal_data
        token.instance.withdraw_inside(token)
        for key in data.get("armed", ()):
            token.instance.withdraw(key)
        if data.get("wait") == "join":
            self.waiting(token.workflow).remove(token)
        elif "wait" in data:
            self.close(token)
        if "incident" in data:
            token.instance.tell(IncidentResolved(token.key, self.element.id, self.process.id))
        token.instance.scopes.close(token.key)
        if "active" in data:
            self._told(token, ElementCancelled)
        token.instance.forget(token)

    # -- completion -------------------------------------------------------------------------------------------------

    def _conclude(self, token: Token, result: Mapping[str, Any]) -> None:
        data = token.internal_data
        if "mapped" not in data:
            self._map_outputs(token, result)
            data["mapped"] = 1
        self._run_listeners(token, "end", "ended")
        if self.body is not None:
            self.body.conclude_round(token)
        elif (around := _ad_hoc(token)) is not None:
            around.task_spec.conclude_inside(token)
        if "taken" not in data:
            data["taken"] = [flow.id for flow in self.choose(token)]

    def choose(self, token: Token) -> Iterable[Flow]:
        """The flows to leave by: all of them; a condition on a flow out of an activity is asked (BPMN 2.0, 13.3.1)."""
        if all(flow.condition is None for flow in self.flows):
            return self.flows
        default = self.element.default_flow
        taken = [
            flow
            for flow in self.flows
            if flow.id != default and (flow.condition is None or self.holds_true(token, flow))
        ]
        if not taken:
            taken = [flow for flow in self.flows if flow.id == default]
        if not taken:
            raise self.no_flow()
        return taken

    def flows_taken(self, token: Token) -> list[Flow]:
        """The flows `choose` found, in document order."""
        taken = token.internal_data.get("taken", ())
        return [flow for flow in self.flows if flow.id in taken]

    def leave(self, token: Token, flows: Iterable[Flow]) -> None:
        """Tell that the token left, put one token on each flow, and end this one."""
        instance = token.instance
        for key in token.internal_data.get("armed", ()):
            instance.withdraw(key)
        flows = tuple(flows)
        self.tell_completed(token, flows)
        if (around := _ad_hoc(token)) is not None and around.task_spec.left_inside(token, around):
            flows = ()
        scope = token.workflow
        alone = len(flows) == 1 and self.element.completion_quantity == 1
        taken_along = way_back.onward(token) if alone else {}
        for flow in flows:
            for _ in range(self.element.completion_quantity):
                instance.spawn(scope, scope.spec.node(flow.target), token, {"flow": flow.id, **taken_along})
        if self.body is not None:
            self.body.round_completed(token)
        data = token.internal_data
        if self.handler is not None or "inside" in data:
            scope.compensable.append([self.element.id, self.handler, data.get("inside", [])])
        if "undoes" in data:
            thrower = instance.tokens[data["undoes"]]
            thrower.task_spec.undone(thrower)
        instance.scopes.close(token.key)
        instance.finish(token, ended=not flows)

    # -- expressions ------------------------------------------------------------------------------------------------

    def evaluate(self, token: Token, text: str, variables: Mapping[str, Any] | None = None) -> Any:
        """The value of an expression (text without `=`) as the token sees it."""
        instance = token.instance
        try:
            return instance.env.evaluate(text, instance.visible(token) if variables is None else variables)
        except Exception as error:
            raise Stuck(
                "expression", because(error, f"表达式「{text}」无法求值", f"Cannot evaluate {text!r}")
            ) from error

    def value(self, token: Token, text: str | None, variables: Mapping[str, Any] | None = None) -> Any:
        """A literal as it is, an expression evaluated; None stays None."""
        if text is None or not is_expression(text):
            return text
        return self.evaluate(token, text[1:].strip(), variables)

    def text(self, token: Token, text: str | None, what: Message) -> str | None:
        """Like `value`, for what must be text or null; a number is written out."""
        value = self.value(token, text)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise Stuck(
            "expression",
            Message(f"{what.zh}应为文字,得到 {value!r}。", f"{what.en} must be text, got {value!r}."),
        )

    def holds_true(self, token: Token, flow: Flow) -> bool:
        """The condition of a flow; anything but true or false is an incident, never a guess."""
        assert flow.condition is not None
        value = self.value(token, flow.condition)
        if value is True or value is False:
            return value
        raise Stuck(
            "condition",
            Message(
                f"「{flow.name or flow.id}」的条件 {flow.condition} 得到 {value!r},应为 true 或 false。",
                f"The condition {flow.condition} of flow {flow.name or flow.id} gave {value!r}, not true or false.",
            ),
        )

    def no_flow(self) -> Stuck:
        """No condition held and there is no default flow."""
        return Stuck(
            "condition",
            Message(
                f"「{self.element.title}」没有一个条件成立,也没有默认流。",
                f"No condition of {self.element.title} holds and it has no default flow.",
            ),
        )

    # -- variables and listeners ------------------------------------------------------------------------------------

    def _map_inputs(self, token: Token) -> None:
        if not self.element.inputs:
            return
        instance = token.instance
        if token.key not in instance.scopes:
            instance.scopes.open(token.key, instance.scope_id(token))
        local = instance.scopes.local(token.key)
        for source, target in self.element.inputs:
            name, value = with_path(target, self.value(token, source), local)
            instance.scopes.set(token.key, name, value)

    def _map_outputs(self, token: Token, result: Mapping[str, Any]) -> None:
        instance = token.instance
        if not self.element.outputs:
            if result:
                instance.scopes.merge(instance.scope_id(token), result)
            return
        visible = instance.visible(token)
        seen = {**visible, **token.internal_data.get("seen", {}), **result}
        found: dict[str, Any] = {}
        for source, target in self.element.outputs:
            name, value = with_path(target, self.value(token, source, seen), ChainMap(found, visible))  # type: ignore[arg-type]
            found[name] = seen[name] = value
        instance.scopes.merge(instance.outer_scope_id(token), found)

    def _run_listeners(self, token: Token, event: str, mark: str) -> None:
        if not self.element.listeners:
            return
        instance = token.instance
        data = token.internal_data
        listeners = [listener for listener in self.element.listeners if listener.event == event]
        for listener in listeners[data.get(mark, 0) :]:
            result = instance.env.job(self.job_call(token, listener.type))
            instance.scopes.merge(instance.outer_scope_id(token), result or {})
            data[mark] = data.get(mark, 0) + 1

    def job_call(self, token: Token, job_type: str) -> JobCall:
        """The call of an inline job at this token."""
        return JobCall(
            type=job_type,
            headers={**self.element.properties, **self.element.headers},
            properties=dict(self.element.properties),
            variables=dict(token.instance.visible(token)),
            element_id=self.element.id,
            element_name=self.element.name,
            process_id=self.process.id,
        )

    def inputs_or_all(self, token: Token) -> dict[str, Any]:
        """What leaves the instance with a job or message: the mapped inputs if any, else everything visible."""
        if self.element.inputs:
            return dict(token.instance.scopes.local(token.key))
        return dict(token.instance.visible(token))

    # -- tokens that wait for each other ----------------------------------------------------------------------------

    def gather(self, token: Token) -> None:
        """Let a token wait here for others."""
        token.internal_data["wait"] = "join"
        token._set_state(TaskState.WAITING)
        self.waiting(token.workflow).append(token)

    def waiting(self, scope: ProcessScope | InnerScope) -> deque[Token]:
        """The tokens that wait here for each other, in order of arrival."""
        return scope.arrivals.setdefault(self.name, deque())

    def go_together(self, tokens: Iterable[Token]) -> None:
        """These tokens become one: the youngest goes on."""
        *absorbed, last = tokens
        for token in (*absorbed, last):
            self.waiting(token.workflow).remove(token)
            del token.internal_data["wait"]
        for token in absorbed:
            token._set_state(TaskState.COMPLETED)
            token.instance.forget(token)
        if absorbed:
            way_back.forget(last)
        last.internal_data["joined"] = 1
        last._set_state(TaskState.FUTURE)
        last.instance.enqueue(last)

    # -- events at this element -------------------------------------------------------------------------------------

    def _arm_boundaries(self, token: Token) -> None:
        planned = [(spec, spec.prepare(token)) for spec in self.boundaries if spec.armed_by_host]
        token.internal_data["armed"] = [spec.attach(token, plan).key for spec, plan in planned]

    def tell_completed(self, token: Token, flows: Iterable[Flow] = ()) -> None:
        """The fact that the token left by these flows."""
        instance, called = token.instance, self.process.id != token.instance.process.id
        seen = instance.variables(token.key) if called else None
        taken = tuple(flow.id for flow in flows)
        instance.tell(
            ElementCompleted(token.key, self.element.id, self.process.id, flows=taken, whole=self.whole, seen=seen)
        )

    def _told(self, token: Token, fact: type[ElementActivated] | type[ElementCancelled]) -> None:
        token.instance.tell(fact(token.key, self.element.id, self.process.id, whole=self.whole))


def _ad_hoc(token: Token) -> Token | None:
    """The token of the ad-hoc subprocess directly around."""
    host: Token | None = getattr(token.workflow, "host", None)
    return host if host is not None and host.task_spec.element.type == "adHocSubProcess" else None


def because(error: Exception, zh: str, en: str) -> Message:
    """Why an expression or decision failed, in the words of the room that knows."""
    if isinstance(error, BpmnError):
        return Message(f"{zh}:{error.code}", f"{en}: {error}")
    reason = getattr(error, "message", None)
    if isinstance(reason, Message):
        return Message(f"{zh}:{reason.zh}", f"{en}: {reason.en}")
    return Message(f"{zh}:{error}", f"{en}: {error}")


def problem(
    element: Element, rule: str, zh: str, en: str, *, severity: Any = "error", hint: Message | None = None
) -> Problem:
    """A problem at an element."""
    return Problem(
        rule=rule,
        severity=severity,
        message=Message(zh, en),
        hint=hint,
        line=element.line,
        element_id=element.id,
        element_name=element.name or None,
    )
