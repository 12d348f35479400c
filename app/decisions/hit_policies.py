"""Hit policies: what a table's value is when several rules match, or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.decisions.model import DecisionError
from app.feel.calling import call_function
from app.feel.compare import equal
from app.feel.functions import TABLE as FUNCTIONS
from app.messages import Message

if TYPE_CHECKING:
    from app.decisions.boxed.table import Rule, Table
    from app.decisions.session import Scope


@dataclass(slots=True)
class Hit:
    """A rule that matched, with its outputs."""

    rule: Rule
    values: list[Any]


Decided = tuple[list[Hit], Any]


def _clash(table: Table, code: str, hits: list[Hit], zh: str, en: str) -> DecisionError:
    rules = tuple(hit.rule.index for hit in hits)
    shown_zh = "、".join(f"第 {index} 条" for index in rules)
    shown_en = ", ".join(map(str, rules))
    message = Message(
        f"决策表「{table.owner_name}」{zh}：{shown_zh}规则同时成立。",
        f"Decision table {table.owner_name!r} {en}: rules {shown_en} match at the same time.",
    )
    return DecisionError(code, message, table.owner_id, rules)


def unique(table: Table, hits: list[Hit], scope: Scope) -> Decided:
    """At most one rule may match."""
    if len(hits) > 1:
        raise _clash(
            table, "unique_violated", hits, "只允许一条规则成立（UNIQUE）", "allows one matching rule (UNIQUE)"
        )
    return _first_of(table, hits, scope)


def any_(table: Table, hits: list[Hit], scope: Scope) -> Decided:
    """Several rules may match when they agree."""
    for hit in hits[1:]:
        if equal(hit.values, hits[0].values) is not True:
            clashing = [other for other in hits if other is hits[0] or equal(other.values, hits[0].values) is not True]
            raise _clash(table, "any_violated", clashing, "要求结果一致（ANY）", "needs equal outputs (ANY)")
    found, value = _first_of(table, hits, scope)
    return hits or found, value


def _first_of(table: Table, hits: list[Hit], scope: Scope) -> Decided:
    if not hits:
        return [], table.default(scope)
    return hits[:1], table.combined(hits[0].values)


def first(table: Table, hits: list[Hit], scope: Scope) -> Decided:
    """The first rule that matches."""
    return _first_of(table, hits, scope)


def _by_priority(table: Table, hits: list[Hit], scope: Scope) -> list[Hit]:
    """Hits by the order of the output values, column by column; equal ones keep the rules' order."""
    orders = [[scope.evaluate(value) for value in column.priorities] for column in table.outputs]

    def rank(hit: Hit) -> list[int]:
        return [
            next((place for place, one in enumerate(order) if equal(one, value) is True), len(order))
            for order, value in zip(orders, hit.values, strict=True)
        ]

    return sorted(hits, key=rank)


def priority(table: Table, hits: list[Hit], scope: Scope) -> Decided:
    """The matching rule whose output stands first among the output values."""
    return _first_of(table, _by_priority(table, hits, scope), scope)


def output_order(table: Table, hits: list[Hit], scope: Scope) -> Decided:
    """All matches, in the order of the output values."""
    return _all_of(table, _by_priority(table, hits, scope), scope)


def rule_order(table: Table, hits: list[Hit], scope: Scope) -> Decided:
    """All matches, in the order of the rules."""
    return _all_of(table, hits, scope)


def _all_of(table: Table, hits: list[Hit], scope: Scope) -> Decided:
    if not hits:
        return [], table.default(scope)
    return hits, [table.combined(hit.values) for hit in hits]


def collect(table: Table, hits: list[Hit], scope: Scope) -> Decided:
    """All matches, or their sum, smallest, largest or number."""
    if not table.aggregation:
        return _all_of(table, hits, scope)
    if table.aggregation == "COUNT":
        return hits, Decimal(len(hits)) if hits else table.default(scope)
    if not hits:
        return [], table.default(scope)
    function = FUNCTIONS[table.aggregation.lower()]
    run = scope.session.run(table.owner_name)
    if len(table.outputs) == 1:
        return hits, call_function(run, function, [[hit.values[0] for hit in hits]], 0)
    return hits, {
        column.name: call_function(run, function, [[hit.values[index] for hit in hits]], 0)
        for index, column in enumerate(table.outputs)
    }


HIT_POLICIES: dict[str, Callable[[Table, list[Hit], Scope], Decided]] = {
    "UNIQUE": unique,
    "ANY": any_,
    "FIRST": first,
    "PRIORITY": priority,
    "COLLECT": collect,
    "RULE ORDER": rule_order,
    "OUTPUT ORDER": output_order,
}

AGGREGATIONS = ("SUM", "MIN", "MAX", "COUNT")
