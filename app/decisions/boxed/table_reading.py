"""Reads decision tables: columns, rules and cells, and everything that can be wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.decisions.boxed.table import InputColumn, OutputColumn, Rule, Table
from app.decisions.hit_policies import AGGREGATIONS, HIT_POLICIES
from app.decisions.xml import Element, child, children, start_line, text_of
from app.feel import Compiled, FeelError
from app.feel import compile as compile_feel
from app.feel import tree as t
from app.feel.names import normal

if TYPE_CHECKING:
    from app.decisions.reader import Reader


def read_table(r: Reader, element: Element, owner_id: str, owner_name: str, kind: str | None) -> Table:
    """A decision table."""
    hit_policy = (element.get("hitPolicy") or "UNIQUE").strip().upper()
    if hit_policy not in HIT_POLICIES:
        known = "、".join(HIT_POLICIES), ", ".join(HIT_POLICIES)
        r.problem(
            "dmn_hit_policy", start_line(element),
            f"命中策略「{hit_policy}」不认识，可用：{known[0]}。",
            f"The hit policy {hit_policy!r} is not known; there are {known[1]}.",
        )  # fmt: skip
        hit_policy = "UNIQUE"
    aggregation = (element.get("aggregation") or "").strip().upper()
    if aggregation and (aggregation not in AGGREGATIONS or hit_policy != "COLLECT"):
        r.problem(
            "dmn_aggregation", start_line(element),
            f"汇总「{aggregation}」不能用：只有 COLLECT 可以用 {'、'.join(AGGREGATIONS)}。",
            f"The aggregation {aggregation!r} cannot be used: only COLLECT takes {', '.join(AGGREGATIONS)}.",
        )  # fmt: skip
        aggregation = ""
    inputs = [_input(r, one) for one in children(element, "input")]
    outputs = [_output(r, one, index, owner_name) for index, one in enumerate(children(element, "output"))]
    if not outputs:
        r.problem("dmn_table", start_line(element), "决策表没有输出列。", "The decision table has no output column.")
    if hit_policy in ("PRIORITY", "OUTPUT ORDER") and not any(column.priorities for column in outputs):
        r.problem(
            "dmn_table", start_line(element),
            f"命中策略 {hit_policy} 需要在输出列写明输出值的顺序。",
            f"The hit policy {hit_policy} needs the output values, in order, at an output column.",
        )  # fmt: skip
    rules = [_rule(r, one, index, inputs, outputs) for index, one in enumerate(children(element, "rule"), 1)]
    if not rules:
        r.problem(
            "dmn_table", start_line(element), "决策表没有规则。", "The decision table has no rules.", severity="warning"
        )
    return Table(
        owner_id, owner_name, hit_policy, aggregation, inputs, outputs, rules, r.types,
        single_type=kind if hit_policy in ("UNIQUE", "ANY", "FIRST", "PRIORITY") and len(outputs) == 1 else None,
        line=start_line(element),
    )  # fmt: skip


def _compiled(found: Compiled | FeelError | None) -> Compiled | None:
    return found if isinstance(found, Compiled) else None


def _input(r: Reader, element: Element) -> InputColumn:
    expression = child(element, "inputExpression")
    compiled = r.feel(expression)
    label = normal(element.get("label") or "")
    if compiled is None and label:
        # Without an expression the column's label names the variable.
        compiled = compile_feel(label, names=(*r.names, label))
    if compiled is None:
        r.problem("dmn_table", start_line(element), "输入列没有表达式。", "The input column has no expression.")
    allowed = r.feel(child(element, "inputValues"), unary=True)
    text = compiled.text if isinstance(compiled, Compiled) else text_of(expression)
    return InputColumn(text or label, _compiled(compiled), r.type_reference(expression), _compiled(allowed))


def _output(r: Reader, element: Element, index: int, owner_name: str) -> OutputColumn:
    name = normal(element.get("name") or "")
    label = normal(element.get("label") or "")
    values = child(element, "outputValues")
    allowed = _compiled(r.feel(values, unary=True))
    return OutputColumn(
        name or label or (owner_name if index == 0 else f"output {index + 1}"),
        label or name,
        r.type_reference(element),
        _compiled(r.feel(child(element, "defaultOutputEntry"))),
        allowed,
        _priorities(r, allowed),
    )


def _priorities(r: Reader, allowed: Compiled | None) -> list[Compiled]:
    """The output values one by one, in their order."""
    if allowed is None or not isinstance(allowed.tree, t.Tests):
        return []
    parts = [allowed.text[test.start : test.end] for test in allowed.tree.tests if not isinstance(test, t.HalfLine)]
    return [compile_feel(part, names=r.names) for part in parts]


def _rule(r: Reader, element: Element, index: int, inputs: list[InputColumn], outputs: list[OutputColumn]) -> Rule:
    cells, results = list(children(element, "inputEntry")), list(children(element, "outputEntry"))
    if len(cells) != len(inputs) or len(results) != len(outputs):
        r.problem(
            "dmn_table", start_line(element),
            f"第 {index} 条规则有 {len(cells)} 个输入格、{len(results)} 个输出格，"
            f"表头是 {len(inputs)} 列和 {len(outputs)} 列。",
            f"Rule {index} has {len(cells)} input and {len(results)} output cells, "
            f"the table has {len(inputs)} and {len(outputs)} columns.",
        )  # fmt: skip
    tests = [_test(r, cell) for cell in cells][: len(inputs)]
    found = [_compiled(r.feel(result)) for result in results][: len(outputs)]
    tests += [None] * (len(inputs) - len(tests))
    found += [None] * (len(outputs) - len(found))
    return Rule(element.get("id") or f"rule_{index}", index, tests, found)


def _test(r: Reader, cell: Element) -> Compiled | None:
    text = text_of(cell)
    if text in ("", "-", "–", "—"):
        return None
    return _never(r) if isinstance(found := r.feel(cell, unary=True), FeelError) else _compiled(found)


def _never(r: Reader) -> Compiled:
    """A cell that could not be read never passes (only in files that are read tolerantly)."""
    return compile_feel("false", names=r.names)
