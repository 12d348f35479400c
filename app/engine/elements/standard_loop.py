"""The standard loop: an activity again and again while its condition holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from app.engine.elements.flow_node import FlowNode, problem
from app.engine.elements.multi_instance import MAX_ITEMS
from app.engine.elements.repeated import Repeated
from app.engine.errors import Stuck
from app.engine.model import Element, Process, is_expression
from app.messages import Message, Problem

if TYPE_CHECKING:
    from app.engine.specs import ScopeSpec
    from app.engine.tokens import Token


class StandardLoopBody(Repeated):
    """`loopCounter` counts the rounds from 1; without a condition the maximum alone ends it."""

    def __init__(self, scope: ScopeSpec, name: str, element: Element, inner: FlowNode) -> None:
        super().__init__(scope, name, element, inner)
        assert element.standard_loop is not None
        self.loop = element.standard_loop

    def prepare(self, token: Token) -> bool:
        return not self.loop.test_before or self._again(token, 0)

    def open(self, token: Token, plan: bool) -> None:
        token.internal_data |= {"rounds": 0, "begin": plan}
        token.instance.scopes.open(token.key, token.instance.scope_id(token))

    def execute(self, token: Token) -> Mapping[str, Any] | None:
        if not token.internal_data["begin"]:
            return {}
        self.spawn_round(token, 0, {})
        return None

    def conclude_round(self, item: Token) -> None:
        item.internal_data["again"] = self._again(item, item.internal_data["index"] + 1)

    def round_completed(self, item: Token) -> None:
        token = item.instance.tokens[item.internal_data["of"]]
        rounds = item.internal_data["index"] + 1
        if item.internal_data["again"]:
            self.spawn_round(token, rounds, {})
        else:
            token.internal_data["result"] = {}
            item.instance.enqueue(token)

    def _again(self, token: Token, rounds: int) -> bool:
        if self.loop.maximum is not None and rounds >= self.loop.maximum:
            return False
        if self.loop.condition is None:
            return True
        if rounds >= MAX_ITEMS:
            raise Stuck(
                "endless_loop",
                Message(
                    f"「{self.element.title}」已循环 {rounds} 次,上限为 {MAX_ITEMS}。",
                    f"{self.element.title} has run {rounds} times; the limit is {MAX_ITEMS}.",
                ),
            )
        value = self.value(token, self.loop.condition)
        if value is True or value is False:
            return value
        raise Stuck(
            "condition",
            Message(
                f"循环条件 {self.loop.condition} 得到 {value!r},应为 true 或 false。",
                f"The loop condition {self.loop.condition} gave {value!r}, not true or false.",
            ),
        )


def check_standard_loop(element: Element, process: Process) -> Iterable[Problem]:
    """Problems of the loop marker."""
    loop = element.standard_loop
    if loop is None:
        return
    if loop.condition is not None and not is_expression(loop.condition):
        yield problem(
            element,
            "condition_without_feel",
            f"循环「{element.title}」的条件应以 = 开头。",
            f"The loop condition of {element.title} must begin with =.",
        )
    if loop.maximum is not None and not 0 < loop.maximum <= MAX_ITEMS:
        yield problem(
            element,
            "loop_maximum",
            f"循环「{element.title}」的最大次数应为 1 到 {MAX_ITEMS}。",
            f"The maximum of loop {element.title} must be from 1 to {MAX_ITEMS}.",
        )
    if loop.condition is None and loop.maximum is None:
        yield problem(
            element,
            "loop_without_end",
            f"循环「{element.title}」既没有条件也没有最大次数。",
            f"Loop {element.title} has neither a condition nor a maximum.",
        )
