"""Multi-instance: the wrapper that runs an activity once per item, in parallel or one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from app.engine.elements.flow_node import FlowNode, problem
from app.engine.elements.repeated import Repeated
from app.engine.errors import Stuck
from app.engine.model import Element, MultiInstance, Process, is_expression
from app.engine.scopes import as_json
from app.messages import Message, Problem

if TYPE_CHECKING:
    from app.engine.specs import ScopeSpec
    from app.engine.tokens import Token

MAX_ITEMS = 1_000


class MultiInstanceBody(Repeated):
    """The collection is evaluated once and kept with the token.

    Each item has a scope with the input element and `loopCounter` (from 1); the output collection is filled by position
    in the wrapper's scope and merged outwards at the end.
    """

    def __init__(self, scope: ScopeSpec, name: str, element: Element, inner: FlowNode) -> None:
        super().__init__(scope, name, element, inner)
        assert element.multi_instance is not None
        self.loop: MultiInstance = element.multi_instance

    def prepare(self, token: Token) -> list[Any]:
        loop = self.loop
        if loop.input_collection is None:
            return list(range(1, self._count(token) + 1))
        items = as_json(self.value(token, loop.input_collection))
        if not isinstance(items, list):
            raise Stuck(
                "multi_instance",
                Message(
                    f"「{self.element.title}」的输入集合 {loop.input_collection} 应为列表,得到 {items!r}。",
                    f"The input collection {loop.input_collection} of {self.element.title} must be a "
                    f"list, got {items!r}.",
                ),
            )
        if len(items) > MAX_ITEMS:
            raise self._too_many(len(items))
        return items

    def open(self, token: Token, plan: list[Any]) -> None:
        instance = token.instance
        token.internal_data |= {"items": plan, "next": 0, "done": 0}
        instance.scopes.open(token.key, instance.scope_id(token))
        if self.loop.output_collection:
            instance.scopes.set(token.key, self.loop.output_collection, [None] * len(plan))

    def execute(self, token: Token) -> Mapping[str, Any] | None:
        data = token.internal_data
        if not data["items"]:
            return self._result(token)
        for _ in range(1 if self.loop.sequential else len(data["items"])):
            self._spawn_next(token)
        return None

    def round_completed(self, item: Token) -> None:
        """One item is through: keep its output, ask the completion condition, start the next or end."""
        instance = item.instance
        token = instance.tokens[item.internal_data["of"]]
        data = token.internal_data
        data["done"] += 1
        if self.loop.output_collection:
            outputs = instance.scopes.local(token.key)[self.loop.output_collection]
            outputs[item.internal_data["index"]] = item.internal_data.get("output")
        if item.internal_data.get("stop") or data["done"] == len(data["items"]):
            instance.withdraw_items(token, item)
            data["result"] = self._result(token)
            instance.enqueue(token)
        elif self.loop.sequential:
            self._spawn_next(token)

    def conclude_round(self, item: Token) -> None:
        """Evaluate what may be stuck while the item's token still stands."""
        instance = item.instance
        loop = self.loop
        data = item.internal_data
        if loop.output_collection and loop.output_element:
            data["output"] = as_json(self.value(item, loop.output_element))
        if loop.completion_condition:
            body = instance.tokens[data["of"]].internal_data
            counts = {
                "numberOfInstances": len(body["items"]),
                "numberOfCompletedInstances": body["done"] + 1,
                "numberOfActiveInstances": body["next"] - body["done"] - 1,
                "numberOfTerminatedInstances": 0,
            }
            value = self.value(item, loop.completion_condition, {**counts, **instance.visible(item)})
            if value is not True and value is not False:
                raise Stuck(
                    "multi_instance",
                    Message(
                        f"完成条件 {loop.completion_condition} 得到 {value!r},应为 true 或 false。",
                        f"The completion condition {loop.completion_condition} gave {value!r}, not true or false.",
                    ),
                )
            data["stop"] = value

    def _spawn_next(self, token: Token) -> None:
        data = token.internal_data
        index = data["next"]
        data["next"] = index + 1
        self.spawn_round(
            token, index, {self.loop.input_element: data["items"][index]} if self.loop.input_element else {}
        )

    def _result(self, token: Token) -> dict[str, Any]:
        name = self.loop.output_collection
        return {name: token.instance.scopes.local(token.key).pop(name)} if name else {}

    def _count(self, token: Token) -> int:
        value = self.value(token, self.loop.cardinality)
        try:
            count = int(value)
        except (TypeError, ValueError):
            count = -1
        if count < 0:
            raise Stuck(
                "multi_instance",
                Message(
                    f"重复次数应为非负整数,得到 {value!r}。",
                    f"The number of instances must be a whole number, got {value!r}.",
                ),
            )
        if count > MAX_ITEMS:
            raise self._too_many(count)
        return count

    def _too_many(self, count: int) -> Stuck:
        return Stuck(
            "multi_instance",
            Message(
                f"「{self.element.title}」要重复 {count} 次,上限为 {MAX_ITEMS}。",
                f"{self.element.title} shall run {count} times; the limit is {MAX_ITEMS}.",
            ),
        )


def check_multi_instance(element: Element, process: Process) -> Iterable[Problem]:
    """Problems of the multi-instance marker."""
    loop = element.multi_instance
    if loop is None:
        return
    if loop.input_collection is None and loop.cardinality is None:
        yield problem(
            element,
            "multi_instance_without_collection",
            f"多实例「{element.title}」没有输入集合。",
            f"Multi-instance {element.title} has no input collection.",
        )
    if loop.input_collection is not None and not is_expression(loop.input_collection):
        yield problem(
            element,
            "multi_instance_without_collection",
            f"多实例「{element.title}」的输入集合应为表达式(以 = 开头)。",
            f"The input collection of {element.title} must be an expression (beginning with =).",
        )
    if loop.completion_condition is not None and not is_expression(loop.completion_condition):
        yield problem(
            element,
            "condition_without_feel",
            f"多实例「{element.title}」的完成条件应以 = 开头。",
            f"The completion condition of {element.title} must begin with =.",
        )
    count = loop.cardinality if loop.input_collection is None else None
    if count is not None and not is_expression(count) and (not count.isdecimal() or int(count) > MAX_ITEMS):
        yield problem(
            element,
            "multi_instance_count",
            f"多实例「{element.title}」的次数「{count}」应为 0 到 {MAX_ITEMS} 的整数。",
            f"The count {count} of {element.title} must be a whole number from 0 to {MAX_ITEMS}.",
        )
    if bool(loop.output_collection) != bool(loop.output_element):
        yield problem(
            element,
            "multi_instance_output",
            f"多实例「{element.title}」的输出集合和输出元素要一起填写。",
            f"The output collection and output element of {element.title} belong together.",
        )
