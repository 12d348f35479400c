"""What can be taken away from a procedure: each condition, timer, listener, rule, check and column as one mutation."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

from app import feel
from app.registers import Declarations
from app.registers.declaration import load as load_registers

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, FORMS = ROOT / "processes", ROOT / "forms"
PROCEDURES = (
    "contact_intake",
    "repair_request",
    "dispatch",
    "task_acceptance",
    "onsite_service",
    "return_reporting",
    "callback",
    "mailed_warranty_part",
    "complaint",
    "quality_dispute",
    "quality_feedback",
    "consultation",
    "supplier_liaison",
    "major_problem_escalation",
    "part_requisition",
    "part_writeoff",
    "quoted_repair",
    "factory_repair",
    "part_receiving",
    "paid_service_remittance",
    "return_refund",
    "advance_loan",
    "product_exchange_form",
    "expense_reimbursement",
    "exchange",
    "part_order",
    "invoicing_documents",
    "pickup_logistics",
    "commissioning",
    "secondary_claim",
    "old_part_monthly",
)
TABLES, SHARED_FORMS = "decision_tables", "shared_forms"
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
# Properties of a user task that the runtime acts on; the others are words and order on the screen.
_FOR_JOBS = ("number", "clock", "due", "reason")  # read by a listener or a job; elsewhere the screen shows them
_ACTING = ("approval", "own_form", "behalf_of", "closes_form", *_FOR_JOBS)


@dataclass(frozen=True, slots=True)
class Mutation:
    """One thing taken away. `touches` says which scenarios can notice: (process or form or register, element)."""

    procedure: str
    kind: str
    where: str
    what: str
    touches: frozenset[tuple[str, str]]
    file: str = ""  # name in the bundle, "" for registers
    render: Callable[[], bytes] = bytes  # the changed file; made when it is played, there are thousands
    registers: Declarations | None = None
    table: str = ""  # decision id, for the cases of the table's own test

    @property
    def key(self) -> str:
        """What the table of equivalent mutations calls it."""
        return f"{self.procedure} {self.kind} {self.where}"

    @property
    def content(self) -> bytes:
        """The file without what was taken away."""
        return self.render()

    def __str__(self) -> str:
        return f"{self.key}: {self.what}"


GROUPS = (*PROCEDURES, SHARED_FORMS, TABLES)


def mutations_of(procedure: str) -> list[Mutation]:
    """Everything that can be taken away from a procedure, its forms and its registers; or from the shared tables."""
    if procedure == TABLES:
        return [each for path in sorted((PROCESSES / "shared").glob("*.dmn")) for each in _of_table(path)]
    if procedure == SHARED_FORMS:
        return [each for path in sorted((FORMS / "shared").glob("*.form")) for each in _of_form(procedure, path)]
    found: list[Mutation] = []
    for path in sorted((PROCESSES / procedure).glob("*.bpmn")):
        found += _of_model(procedure, path)
    for path in sorted((FORMS / procedure).glob("*.form")):
        found += _of_form(procedure, path)
    found += _of_registers(procedure)
    return found


# -- parts of a condition ----------------------------------------------------------------------------------------------


def parts(text: str) -> Iterator[tuple[str, str]]:
    """The condition without one of its and/or parts: (part, rest). What `if`, `some` and `every` hold stays whole."""
    for start, end, neutral in _parts(text, 0, len(text)):
        rest = f"{text[:start]}{neutral}{text[end:]}"
        try:
            feel.compile(rest)
        except feel.FeelError:
            continue
        yield text[start:end].strip(), rest


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if text[start:end].startswith("(") and _closing(text, start) == end - 1:
        yield from _parts(text, start + 1, end - 1)
        return
    if re.match(r"(if|some|every|for)\b", text[start:end]):
        return
    for word, neutral in (("or", " false "), ("and", " true ")):
        cuts = _cuts(text, start, end, word)
        if cuts:
            edges = [start, *[edge for cut in cuts for edge in (cut, cut + len(word))], end]
            for left, right in zip(edges[::2], edges[1::2], strict=True):
                yield left, right, neutral
                yield from _parts(text, left, right)
            return


def _cuts(text: str, start: int, end: int, word: str) -> list[int]:
    found, depth, at = [], 0, start
    while at < end:
        if text[at] == '"':
            at = text.index('"', at + 1)
        elif text[at] in "([{":
            depth += 1
        elif text[at] in ")]}":
            depth -= 1
        elif depth == 0 and re.match(rf"\b{word}\b", text[at:]) and (at == 0 or not text[at - 1].isalnum()):
            # "date and time(…)" is one name.
            if not (word == "and" and re.match(r"and time\b", text[at:])):
                found.append(at)
            at += len(word) - 1
        at += 1
    return found


def _closing(text: str, at: int) -> int:
    depth = 0
    while at < len(text):
        if text[at] == '"':
            at = text.index('"', at + 1)
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth == 0:
            return at
        at += 1
    return -1


# -- diagrams ----------------------------------------------------------------------------------------------------------


def _of_model(procedure: str, path: Path) -> Iterator[Mutation]:
    tree = etree.fromstring(path.read_bytes())
    name = f"processes/{path.relative_to(PROCESSES).as_posix()}"
    process = next(tree.iter(f"{_BPMN}process")).get("id", "")

    def mutation(kind: str, element: str, where: str, what: str, change: Callable[[Any], None]) -> Mutation:
        def render() -> bytes:
            mutated = copy.deepcopy(tree)
            change(mutated)
            return bytes(etree.tostring(mutated, xml_declaration=True, encoding="UTF-8"))

        return Mutation(procedure, kind, where, what, frozenset({(process, element)}), name, render)

    def by_id(root: Any, element_id: str) -> Any:
        return root.xpath(f"//*[@id='{element_id}']")[0]

    for flow in tree.iter(f"{_BPMN}sequenceFlow"):
        condition = flow.find(f"{_BPMN}conditionExpression")
        if condition is None:
            continue
        flow_id, source, text = flow.get("id"), flow.get("sourceRef"), condition.text.strip()

        def set_condition(root: Any, value: str, flow_id: str = flow_id) -> None:
            by_id(root, flow_id).find(f"{_BPMN}conditionExpression").text = value

        yield mutation("flow_always", source, flow_id, text, lambda root, s=set_condition: s(root, "=true"))
        yield mutation("flow_never", source, flow_id, text, lambda root, s=set_condition: s(root, "=false"))
        for number, (part, rest) in enumerate(parts(text[1:]), 1):
            where = f"{flow_id}/{number}"
            yield mutation("flow_part", source, where, part, lambda root, s=set_condition, r=rest: s(root, f"={r}"))

    for timer in tree.iter(f"{_BPMN}timerEventDefinition"):
        yield from _of_timer(mutation, by_id, timer)
    for boundary in tree.iter(f"{_BPMN}boundaryEvent"):
        element = boundary.get("id")
        attached = boundary.get("attachedToRef")
        if boundary.find(f"{_BPMN}errorEventDefinition") is not None:
            yield mutation("error_uncaught", attached, element, "", lambda root, e=element: _uncatch(by_id(root, e)))
            continue
        other = "false" if boundary.get("cancelActivity", "true") == "true" else "true"
        yield mutation(
            "boundary_flipped",
            attached,
            element,
            f"cancelActivity={other}",
            lambda root, e=element, o=other: by_id(root, e).set("cancelActivity", o),
        )
    yield from _of_elements(tree, mutation, by_id)


def _of_timer(mutation: Any, by_id: Any, timer: Any) -> Iterator[Mutation]:
    event = timer.getparent()
    element = event.get("id")
    touched = event.get("attachedToRef") or element
    text = timer[0].text.strip()
    old = text[1:] if text.startswith("=") else json.dumps(text)
    later = f'=({old}) + duration("PT1H")'

    def set_timer(root: Any, value: str) -> None:
        by_id(root, timer.get("id"))[0].text = value

    yield mutation("timer_never", touched, element, text, lambda root: set_timer(root, "=null"))
    yield mutation("timer_at_once", touched, element, text, lambda root: set_timer(root, _at_once(timer)))
    yield mutation("timer_later", touched, element, text, lambda root: set_timer(root, later))
    for number, (condition, always) in enumerate(_ifs(old), 1):
        where = f"{element}/{number}"
        yield mutation("timer_if", touched, where, condition, lambda root, a=always: set_timer(root, f"={a}"))


def _at_once(timer: Any) -> str:
    return '="PT1S"' if timer[0].tag.endswith("timeDuration") else "=now()"


def _ifs(text: str) -> Iterator[tuple[str, str]]:
    """Each `if` of an expression decided once true, once false."""
    for found in re.finditer(r"\bif\b(.+?)\bthen\b", text):
        for decided in ("true", "false"):
            rest = f"{text[: found.start(1)]} {decided} {text[found.end(1) :]}"
            try:
                feel.compile(rest)
            except feel.FeelError:
                continue
            yield f"{found.group(1).strip()} → {decided}", rest


def _uncatch(boundary: Any) -> None:
    # An error of another code leaves the boundary event in place and never reaches it.
    error = boundary.xpath(f"//*[@id='{boundary[-1].get('errorRef')}']")
    for each in error:
        each.set("errorCode", "ANOTHER_CODE")


def _of_elements(tree: Any, mutation: Any, by_id: Any) -> Iterator[Mutation]:
    lanes = {ref.text: lane for lane in tree.iter(f"{_BPMN}lane") for ref in lane.findall(f"{_BPMN}flowNodeRef")}
    all_lanes = list(tree.iter(f"{_BPMN}lane"))
    for element in tree.iter():
        extension = element.find(f"{_BPMN}extensionElements") if isinstance(element.tag, str) else None
        if extension is None or element.get("id") is None or element.tag == f"{_BPMN}process":
            continue
        at = element.get("id")
        for kind, tag in (("listener", "executionListener"), ("input", "input"), ("output", "output")):
            for number, entry in enumerate(extension.iter(f"{_ZEEBE}{tag}")):
                yield mutation(
                    f"{kind}_removed",
                    at,
                    f"{at}/{entry.get('target') or entry.get('eventType') + ':' + entry.get('type')}",
                    entry.get("source") or "",
                    lambda root, a=at, t=tag, n=number: _drop(list(by_id(root, a).iter(f"{_ZEEBE}{t}"))[n]),
                )
                source = entry.get("source") or ""
                for count, (condition, rest) in enumerate(_ifs(source[1:]), 1):
                    yield mutation(
                        f"{kind}_if",
                        at,
                        f"{at}/{entry.get('target')}/{count}",
                        condition,
                        lambda root, a=at, t=tag, n=number, r=rest: list(by_id(root, a).iter(f"{_ZEEBE}{t}"))[n].set(
                            "source", f"={r}"
                        ),
                    )
        works = any(extension.find(f".//{_ZEEBE}{tag}") is not None for tag in ("executionListener", "taskDefinition"))
        for found in extension.iter(f"{_ZEEBE}property"):
            name = found.get("name")
            if name in _ACTING and (name not in _FOR_JOBS or works):
                yield mutation(
                    "property_removed",
                    at,
                    f"{at}/{name}",
                    found.get("value"),
                    lambda root, a=at, n=name: _drop(
                        by_id(root, a).xpath(f".//*[local-name()='property'][@name='{n}']")[0]
                    ),
                )
        for tag in ("assignmentDefinition", "taskSchedule"):
            for found in extension.iter(f"{_ZEEBE}{tag}"):
                for name, value in found.attrib.items():
                    yield mutation(
                        "assignment_removed",
                        at,
                        f"{at}/{name}",
                        value,
                        lambda root, a=at, t=tag, n=name: _unset(next(by_id(root, a).iter(f"{_ZEEBE}{t}")), n),
                    )
        for script in extension.iter(f"{_ZEEBE}script"):
            text = script.get("expression")
            yield mutation(
                "script_null",
                at,
                at,
                text,
                lambda root, a=at: next(by_id(root, a).iter(f"{_ZEEBE}script")).set("expression", "=null"),
            )
            for count, (condition, rest) in enumerate(_ifs(text[1:]), 1):
                yield mutation(
                    "script_if",
                    at,
                    f"{at}/{count}",
                    condition,
                    lambda root, a=at, r=rest: next(by_id(root, a).iter(f"{_ZEEBE}script")).set("expression", f"={r}"),
                )
        if element.tag == f"{_BPMN}userTask" and extension.find(f"{_ZEEBE}assignmentDefinition") is None:
            lane = lanes.get(at)
            others = [each.get("id") for each in all_lanes if each is not lane and each.get("id") != "lane_customer"]
            if lane is not None and others:
                yield mutation(
                    "lane_changed",
                    at,
                    at,
                    f"{lane.get('id')} → {others[0]}",
                    lambda root, a=at, o=others[0]: _change_lane(root, by_id(root, o), a),
                )


def _drop(element: Any) -> None:
    element.getparent().remove(element)


def _unset(element: Any, name: str) -> None:
    del element.attrib[name]


def _change_lane(root: Any, lane: Any, element: str) -> None:
    for ref in root.xpath(f"//*[local-name()='flowNodeRef'][text()='{element}']"):
        _drop(ref)
    etree.SubElement(lane, f"{_BPMN}flowNodeRef").text = element


# -- decision tables ---------------------------------------------------------------------------------------------------


def _of_table(path: Path) -> Iterator[Mutation]:
    tree = etree.fromstring(path.read_bytes())
    name = f"processes/{path.relative_to(PROCESSES).as_posix()}"
    for decision in tree.iter("{*}decision"):
        rules = list(decision.iter("{*}rule"))
        for number, rule in enumerate(rules, 1):

            def render(rule_id: str = rule.get("id"), tree: Any = tree) -> bytes:
                mutated = copy.deepcopy(tree)
                _drop(mutated.xpath(f"//*[@id='{rule_id}']")[0])
                return bytes(etree.tostring(mutated, xml_declaration=True, encoding="UTF-8"))

            description = rule.findtext("{*}description") or ""
            yield Mutation(
                TABLES,
                "rule_removed",
                f"{decision.get('id')}/{number}",
                description.strip(),
                frozenset({("decision", decision.get("id"))}),
                name,
                render,
                table=decision.get("id"),
            )


# -- forms -------------------------------------------------------------------------------------------------------------


def _of_form(procedure: str, path: Path) -> Iterator[Mutation]:
    schema = json.loads(path.read_text(encoding="utf-8"))
    name = f"forms/{path.relative_to(FORMS).as_posix()}"

    def mutation(kind: str, at: tuple[int, ...], field: str, what: str, change: Callable[[Any], None]) -> Mutation:
        def render() -> bytes:
            mutated = copy.deepcopy(schema)
            component = mutated
            for index in at:
                component = component["components"][index]
            change(component)
            return json.dumps(mutated, ensure_ascii=False).encode()

        where = f"{schema['id']}#{field}"
        return Mutation(procedure, kind, where, what, frozenset({("form", schema["id"])}), name, render)

    def walk(component: dict[str, Any], at: tuple[int, ...], prefix: str) -> Iterator[Mutation]:
        for index, child in enumerate(component.get("components", ())):
            key = child.get("key") or child.get("path") or child.get("id") or child["type"]
            field = f"{prefix}{key}"
            yield from _of_component(child, (*at, index), field, mutation)
            inside = f"{field}." if child["type"] == "dynamiclist" else prefix
            yield from walk(child, (*at, index), inside)

    yield from walk(schema, (), "")


def _of_component(child: dict[str, Any], at: tuple[int, ...], field: str, mutation: Any) -> Iterator[Mutation]:
    properties = child.get("properties") or {}
    for name in ("required_if", "check", "check_2", "system", "past", "correction", "required_at"):
        text = properties.get(name)
        if text:
            yield mutation(f"{name}_removed", at, field, text, lambda c, n=name: c["properties"].pop(n))
            if name in ("required_if", "check", "check_2"):
                for number, (part, rest) in enumerate(parts(text), 1):
                    yield mutation(
                        f"{name}_part",
                        at,
                        f"{field}/{number}",
                        part,
                        lambda c, n=name, r=rest: c["properties"].update({n: r}),
                    )
            if name == "system":
                for number, (condition, rest) in enumerate(_ifs(text), 1):
                    yield mutation(
                        "system_if",
                        at,
                        f"{field}/{number}",
                        condition,
                        lambda c, r=rest: c["properties"].update({"system": r}),
                    )
    hide = (child.get("conditional") or {}).get("hide")
    if hide:
        yield mutation("hide_removed", at, field, hide, lambda c: c.pop("conditional"))
        yield mutation("hide_always", at, field, hide, lambda c: c["conditional"].update({"hide": "=true"}))
        for number, (part, rest) in enumerate(parts(hide[1:]), 1):
            where = f"{field}/{number}"
            yield mutation("hide_part", at, where, part, lambda c, r=rest: c["conditional"].update({"hide": f"={r}"}))
    for limit in ("min", "max"):
        # Money and quantities have their least value by their type.
        by_type = limit == "min" and (properties.get("format") == "money" or child.get("key") == "qty")
        if limit in (child.get("validate") or {}) and not by_type:
            value = str(child["validate"][limit])
            yield mutation(f"{limit}_removed", at, field, value, lambda c, n=limit: c["validate"].pop(n))


# -- registers ---------------------------------------------------------------------------------------------------------


def _of_registers(procedure: str) -> Iterator[Mutation]:
    whole = load_registers(PROCESSES)
    own = yaml.safe_load((PROCESSES / procedure / "registers.yaml").read_text(encoding="utf-8"))["registers"]
    for code, register in whole.registers.items():

        def without(what: str, code: str = code, **changes: Any) -> Declarations:
            registers = dict(whole.registers)
            registers[code] = replace(registers[code], **changes)
            return replace(whole, registers=registers)

        touches = frozenset(("register", f"{writing.process}/{code}") for writing in register.writings)
        if code in own:
            for column in register.columns:
                columns = tuple(replace(each, value="null") if each is column else each for each in register.columns)
                yield Mutation(
                    procedure,
                    "column_empty",
                    f"{code}.{column.id}",
                    column.value,
                    touches,
                    registers=without("column", columns=columns),
                )
        for number, writing in enumerate(register.writings):
            if writing.process != procedure:
                continue
            for element in sorted(writing.elements):
                fewer = replace(writing, elements=writing.elements - {element})
                writings = (*register.writings[:number], fewer, *register.writings[number + 1 :])
                yield Mutation(
                    procedure,
                    "writing_removed",
                    f"{code}@{element}",
                    writing.event,
                    frozenset({(procedure, element)}),
                    registers=without("writing", writings=writings),
                )
