"""What waits for an event: a timer armed once with its due time, or a message subscription with its key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from app.engine import timers
from app.engine.elements.activity import Activity
from app.engine.elements.flow_node import problem
from app.engine.errors import Stuck
from app.engine.facts import SubscriptionClosed, SubscriptionOpened, TimerArmed, TimerDisarmed
from app.engine.model import Element, is_expression
from app.messages import Message, Problem

if TYPE_CHECKING:
    from app.engine.elements.event_gate import EventGate
    from app.engine.specs import ScopeSpec
    from app.engine.tokens import Token

_WAIT = ("wait", "due", "interval", "repeats", "message", "key", "was")


class Catching(Activity):
    """WAITING until fired by its task id: events are never offered to every equal subscription."""

    def __init__(self, scope: ScopeSpec, name: str, element: Element) -> None:
        super().__init__(scope, name, element)
        self.awaited = element
        """The element whose event is awaited: itself, for an event subprocess its start event."""

    def holds(self, plan: Any) -> bool:
        return True

    def prepare(self, token: Token) -> dict[str, Any]:
        """The wait as it is kept with the token, evaluated in the scope of `token`."""
        if self.awaited.event == "timer":
            return self._prepare_timer(token)
        if self.awaited.event == "conditional":
            return {"wait": "condition"}
        return self._prepare_message(token)

    def open(self, token: Token, plan: Mapping[str, Any]) -> None:
        token.internal_data.update(plan)
        self.tell_wait(token)

    def close(self, token: Token) -> None:
        wait = token.internal_data["wait"]
        if wait != "condition":
            fact = TimerDisarmed if wait == "timer" else SubscriptionClosed
            token.instance.tell(fact(token.key, self.awaited.id, self.process.id))

    def fire(self, token: Token, result: Mapping[str, Any]) -> None:
        """The timer is due or the message came: the token goes on with `result`."""
        self.close(token)
        plan = self._forget_wait(token)
        again = self._next_plan(plan)
        if again is not None and again["wait"] == "timer":
            # A cycle drawn in the flow puts one token on its way each time.
            self.tell_wait(
                token.instance.spawn(token.workflow, self, token, {**again, "active": 1}, state=TaskState.WAITING)
            )
        gateway = token.instance.tokens.get(token.internal_data.pop("gate", ""))
        if gateway is not None:
            spec: EventGate = gateway.task_spec
            if not spec.decided(gateway, token, dict(result)):
                return
        self._go_on(token, result)

    def mend(self, token: Token) -> None:
        """Evaluate a timer again that was null."""
        plan = self.prepare(token)
        self.close(token)
        self.open(token, plan)

    def _go_on(self, token: Token, result: Mapping[str, Any]) -> None:
        token.internal_data["result"] = dict(result)
        token._set_state(TaskState.FUTURE)
        token.instance.enqueue(token)

    def _forget_wait(self, token: Token) -> dict[str, Any]:
        data = token.internal_data
        return {name: data.pop(name) for name in _WAIT if name in data}

    def tell_wait(self, token: Token) -> None:
        """The fact that it waits now."""
        data = token.internal_data
        if data["wait"] == "timer":
            due = datetime.fromisoformat(data["due"]) if data["due"] else None
            token.instance.tell(TimerArmed(token.key, self.awaited.id, self.process.id, due))
        elif data["wait"] == "message":
            token.instance.tell(
                SubscriptionOpened(token.key, self.awaited.id, self.process.id, data["message"], data["key"])
            )

    def ask(self, token: Token) -> None:
        """Ask the awaited condition: it fires when it becomes true; null, for want of a variable, is not yet true."""
        data = token.internal_data
        value = self.value(self._evaluated_at(token), self.awaited.condition)
        if value not in (True, False, None):
            raise Stuck(
                "condition",
                Message(
                    f"「{self.awaited.title}」的条件 {self.awaited.condition} 得到 {value!r},应为 true 或 false。",
                    f"The condition {self.awaited.condition} of {self.awaited.title} gave {value!r}, "
                    "not true or false.",
                ),
            )
        before = data.get("was", False)
        data["was"] = bool(value)
        if value and not before:
            self.fire(token, {})

    def _evaluated_at(self, token: Token) -> Token:
        return token

    def _next_plan(self, plan: dict[str, Any]) -> dict[str, Any] | None:
        """The wait after this one: the next round of a cycle."""
        if "interval" not in plan:
            return None
        following = timers.following(plan["interval"], plan["repeats"], datetime.fromisoformat(plan["due"]))
        return None if following is None else self._timer_plan(following)

    def _prepare_timer(self, token: Token) -> dict[str, Any]:
        timer = self.awaited.timer
        assert timer is not None
        value = self.value(token, timer.text)
        if value is None:
            return {"wait": "timer", "due": None}
        env = token.instance.env
        try:
            due = timers.due(timer.kind, value, env.now(), getattr(env, "zone", UTC))
        except (ValueError, TypeError) as error:
            raise Stuck(
                "timer",
                Message(
                    f"定时器「{self.awaited.title}」的值 {value!r} 无法识别:{error}",
                    f"Timer {self.awaited.title}: {error}",
                ),
            ) from None
        return self._timer_plan(due)

    def _timer_plan(self, due: timers.Due) -> dict[str, Any]:
        plan: dict[str, Any] = {"wait": "timer", "due": due.at.isoformat()}
        if due.interval is not None:
            plan |= {"interval": due.interval, "repeats": due.repeats}
        return plan

    def _prepare_message(self, token: Token) -> dict[str, Any]:
        name = self.text(token, self.awaited.message_name, Message("消息名", "The message name"))
        if not name:
            raise Stuck("expression", Message("消息名为空。", "The message name is empty."))
        key = self.text(token, self.awaited.correlation_key, Message("关联键", "The correlation key"))
        if not key and self.awaited.correlation_key is not None:
            raise Stuck(
                "expression",
                Message(
                    f"消息「{name}」的关联键 {self.awaited.correlation_key} 为空,无法等待。",
                    f"The correlation key {self.awaited.correlation_key} of message {name} is null: "
                    "nothing can be awaited.",
                ),
            )
        return {"wait": "message", "message": name, "key": key or None}


def best_catcher(specs: Iterable[Catching], kind: str, code: str) -> Catching | None:
    """Of these, the one that catches an error or escalation: the one for this code, else the one for all."""
    catching = [spec for spec in specs if spec.awaited.event == kind]
    for wanted in (code, None):
        for spec in catching:
            if {"error": spec.awaited.error_code, "escalation": spec.awaited.escalation_code}.get(kind) == wanted:
                return spec
    return None


def check_wait(element: Element, *, cycle: bool, cron: bool = False) -> Iterable[Problem]:
    """Problems of a drawn timer, message, signal or condition; `cycle` tells whether repeating makes sense here.

    `cron`: the cycle may be a cron expression, because the house reads it with its calendar (timer start events).
    """
    if element.event == "timer":
        yield from check_timer(element, cycle=cycle, cron=cron)
    elif element.event == "conditional":
        if not is_expression(element.condition) or not (element.condition or "")[1:].strip():
            yield problem(
                element,
                "condition_without_feel",
                f"条件事件「{element.title}」的条件应为 FEEL,以 = 开头。",
                f"The condition of event {element.title} must be FEEL and begin with =.",
            )
    elif element.message_name is None:
        yield problem(
            element,
            "event_without_message",
            f"「{element.title}」没有指定消息。",
            f"{element.title} names no message.",
        )


def check_timer(element: Element, *, cycle: bool, cron: bool = False) -> Iterable[Problem]:
    """Problems of a drawn timer."""
    timer = element.timer
    if timer is None:
        yield problem(
            element,
            "timer_incomplete",
            f"定时器「{element.title}」没有时间(日期、时长或周期,三者选一)。",
            f"Timer {element.title} has no time (exactly one of date, duration or cycle).",
        )
        return
    if timer.kind == "cycle" and not cycle:
        yield problem(
            element,
            "timer_cycle_here",
            f"定时器「{element.title}」不能用周期:只有定时启动事件和非中断边界事件可以重复。",
            f"Timer {element.title} cannot repeat: only timer start events and non-interrupting boundary events can.",
        )
        return
    if is_expression(timer.text) or (cron and timer.kind == "cycle" and timers.is_cron(timer.text)):
        return
    try:
        timers.due(timer.kind, timer.text, datetime(2026, 1, 1, tzinfo=UTC))
    except (ValueError, TypeError) as error:
        yield problem(
            element,
            "timer_unreadable",
            f"定时器「{element.title}」的值「{timer.text}」无法识别。",
            f"Timer {element.title} cannot be read: {error}",
            hint=Message(
                "日期如 2026-03-02T09:00:00+08:00,时长如 PT4H,周期如 R3/PT1H,表达式以 = 开头;"
                "cron(六段)只能用在流程的定时开始事件。",
                "A date such as 2026-03-02T09:00:00+08:00, a duration such as PT4H, a cycle such as R3/PT1H, "
                "an expression begins with =; cron (six fields) is for timer start events of a process only.",
            ),
        )
