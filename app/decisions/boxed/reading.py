"""Reads boxed expressions: one function per kind, and the table that lists them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.decisions.boxed.simple import (
    Broken,
    Conditional,
    ContextBox,
    FilterBox,
    FunctionBox,
    Invocation,
    Iteration,
    ListBox,
    Literal,
    Relation,
    Typed,
)
from app.decisions.boxed.table_reading import read_table
from app.decisions.model import Decision, Logic
from app.decisions.types import plain
from app.decisions.xml import Element, child, children, start_line, tag, text_of
from app.feel import FeelError
from app.feel.errors import sentence
from app.feel.names import normal

if TYPE_CHECKING:
    from app.decisions.reader import Reader


def read_logic(r: Reader, owner: Element, decision: Decision) -> Logic | None:
    """The logic of a decision, with its type; None when it has none."""
    for element in owner:
        if tag(element) in KINDS:
            if tag(element) == "decisionTable":
                table = read_table(r, element, decision.id, decision.name, decision.type)
                decision.inputs = [column.expression.text for column in table.inputs if column.expression]
                decision.outputs = [column.name for column in table.outputs]
                decision.hit_policy = table.hit_policy
                decision.rules = len(table.rules)
                return table if decision.type is None else Typed(table, decision.type, r.types)
            logic = read_expression(r, element)
            decision.outputs = [decision.variable]
            return logic if decision.type is None or logic is None else Typed(logic, decision.type, r.types)
    return None


def read_expression(r: Reader, element: Element) -> Logic | None:
    """Any boxed expression, with its own type if it states one."""
    kind = tag(element)
    logic = KINDS[kind](r, element)
    name = r.type_reference(element)
    if logic is None or name is None or kind in ("decisionTable", "functionDefinition"):
        return logic
    return Typed(logic, name, r.types)


def inside(r: Reader, element: Element | None) -> Logic | None:
    """The boxed expression inside a part such as `then`."""
    if element is None:
        return None
    return next((read_expression(r, one) for one in element if tag(one) in KINDS), None)


def needed(r: Reader, element: Element | None, owner: Element, what: str) -> Logic:
    """The same where it must not be missing."""
    logic = inside(r, element)
    if logic is None:
        r.problem(
            "dmn_incomplete", start_line(owner), f"{tag(owner)} 缺少 {what}。", f"This {tag(owner)} has no {what}."
        )
        return Broken(FeelError("empty", sentence("empty")))
    return logic


def _literal(r: Reader, element: Element) -> Logic | None:
    if child(element, "importedValues") is not None:
        r.problem(
            "dmn_imported_values", start_line(element), "不支持 importedValues。", "importedValues are not supported."
        )
    compiled = r.feel(element)
    if isinstance(compiled, FeelError):
        return Broken(compiled)
    return None if compiled is None else Literal(compiled, start_line(element))


def _context(r: Reader, element: Element) -> Logic:
    entries: list[tuple[str | None, Logic]] = []
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        name = normal(variable.get("name") or "") or None if variable is not None else None
        logic = inside(r, entry)
        kind = r.type_reference(variable)
        if isinstance(logic, FunctionBox) and name:
            logic.name = name
        elif kind is not None and logic is not None:
            logic = Typed(logic, kind, r.types)
        entries.append((name, logic or Broken(FeelError("empty", sentence("empty")))))
    return ContextBox(entries)


def _list(r: Reader, element: Element) -> Logic:
    return ListBox([read_expression(r, one) or _nothing() for one in element if tag(one) in KINDS])


def _nothing() -> Logic:
    return Broken(FeelError("empty", sentence("empty")))


def _relation(r: Reader, element: Element) -> Logic:
    columns = [normal(one.get("name") or "") for one in children(element, "column")]
    rows = [
        [read_expression(r, one) or _nothing() for one in row if tag(one) in KINDS] for row in children(element, "row")
    ]
    return Relation(columns, rows)


def _conditional(r: Reader, element: Element) -> Logic:
    condition, then, otherwise = (needed(r, child(element, part), element, part) for part in ("if", "then", "else"))
    return Conditional(condition, then, otherwise)


def _filter(r: Reader, element: Element) -> Logic:
    return FilterBox(*(needed(r, child(element, part), element, part) for part in ("in", "match")))


def _iteration(r: Reader, element: Element) -> Logic:
    kind = tag(element)
    source = needed(r, child(element, "in"), element, "in")
    part = "return" if kind == "for" else "satisfies"
    body = needed(r, child(element, part), element, part)
    return Iteration(kind, normal(element.get("iteratorVariable") or "item"), source, body)


def _invocation(r: Reader, element: Element) -> Logic:
    function = next((read_expression(r, one) for one in element if tag(one) in KINDS), None) or _nothing()
    bindings = []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        bindings.append((normal(parameter.get("name") or "") if parameter is not None else "", inside(r, binding)))
    called = child(element, "literalExpression")
    return Invocation(function, bindings, text_of(called))


def _function(r: Reader, element: Element) -> Logic:
    return read_function(r, element, "function", None)


def read_function(r: Reader, element: Element, name: str, result: str | None) -> FunctionBox:
    """A function definition; one in Java or PMML is a problem that names it."""
    parameters = [
        (normal(one.get("name") or ""), plain(one.get("typeRef") or "Any"))
        for one in children(element, "formalParameter")
    ]
    kind = (element.get("kind") or "FEEL").upper()
    box = FunctionBox(name, [(one, None if t == "Any" else t) for one, t in parameters], None, r.types, result)
    if kind in ("FEEL", "F"):
        body = next((one for one in element if tag(one) in KINDS), None)
        if body is not None and tag(body) == "decisionTable":
            box.body = read_table(r, body, r.element_id or name, name, r.type_reference(body) or result)
        elif body is not None:
            box.body = read_expression(r, body)
    else:
        box.external = f"{name} ({kind})"
        message = sentence("external_function", what=box.external)
        r.problem("dmn_external", start_line(element), message.zh, message.en)
    return box


def _table(r: Reader, element: Element) -> Logic:
    return read_table(r, element, r.element_id or "", r.element_name or "", r.type_reference(element))


KINDS: dict[str, Callable[[Reader, Element], Logic | None]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iteration,
    "some": _iteration,
    "every": _iteration,
    "invocation": _invocation,
    "functionDefinition": _function,
}
