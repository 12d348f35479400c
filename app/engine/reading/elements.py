"""One flow node read from its XML."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.engine.elements import SCOPES
from app.engine.model import Element, Lane, MultiInstance, StandardLoop
from app.engine.reading.events import EVENT_KINDS, read_events, read_message
from app.engine.reading.extensions import read_extensions
from app.engine.reading.nodes import (
    BPMN,
    Node,
    attribute,
    child_text,
    documentation,
    extension,
    flag,
    is_bpmn,
    line_of,
    local_name,
    reference,
)
from app.engine.reading.problem_list import ProblemList
from app.engine.reading.roots import Roots

DRAWN_ONLY = frozenset(
    {
        "documentation", "extensionElements", "laneSet", "dataObject", "dataObjectReference", "dataStoreReference",
        "ioSpecification", "property", "textAnnotation", "association", "group", "auditing", "monitoring",
        "dataInputAssociation", "dataOutputAssociation", "artifact", "category", "supportedInterfaceRef",
        "correlationSubscription", "resourceRole", "performer", "humanPerformer", "potentialOwner", "incoming",
        "outgoing", "multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "rendering", "script",
        "extension", "completionCondition",
    }
)  # fmt: skip
"""What may stand in a process or element and has no behaviour of its own here."""

_INSIDE = frozenset({"eventDefinitionRef", "activationCondition", "dataInput", "dataOutput", "inputSet", "outputSet"})


def read_element(
    node: Node, parent: str | None, lane: Lane | None, roots: Roots, problems: ProblemList
) -> Element | None:
    """The description of a flow node; None when it has no id to be known by."""
    tag = local_name(node)
    identifier = problems.check_id(node, f"元素 <{tag}> ", f"A <{tag}>")
    if identifier is None:
        return None
    _check_inside(node, problems)
    values: dict[str, Any] = {
        "documentation": documentation(node),
        "lane": lane.role if lane else None,
        "lane_name": lane.name if lane else None,
        "parent": parent,
        "default_flow": reference(node.get("default")),
        "attached_to": reference(node.get("attachedToRef")) if tag == "boundaryEvent" else None,
        "cancel_activity": flag(node, "isInterrupting" if tag == "startEvent" else "cancelActivity", True),
        "triggered_by_event": flag(node, "triggeredByEvent", False),
        "instantiate": flag(node, "instantiate", False),
        "for_compensation": flag(node, "isForCompensation", False),
        "parallel_multiple": flag(node, "parallelMultiple", False),
        "start_quantity": _quantity(node, "startQuantity", problems),
        "completion_quantity": _quantity(node, "completionQuantity", problems),
        "standard_loop": _standard_loop(node),
        "multi_instance": _multi_instance(node, problems),
        "called_process": attribute(node, "calledElement"),
    }
    if tag == "complexGateway":
        values["condition"] = child_text(node, "activationCondition")
    elif tag == "adHocSubProcess":
        values["condition"] = child_text(node, "completionCondition")
        values["sequential"] = (node.get("ordering") or "Parallel") == "Sequential"
        values["cancel_remaining"] = flag(node, "cancelRemainingInstances", True)
    elif tag in ("receiveTask", "sendTask"):
        values |= read_message(node, node.get("messageRef"), roots, problems)
    values |= read_extensions(node, problems)
    element = Element(id=identifier, type=tag, name=attribute(node, "name") or "", line=line_of(node), **values)
    events = read_events(node, roots, problems)
    if len(events) == 1:
        return replace(element, **events[0])
    if events:
        alternatives = tuple(replace(element, **event) for event in events)
        return replace(element, event="multiple", alternatives=alternatives)
    return element


def _check_inside(node: Node, problems: ProblemList) -> None:
    if local_name(node) in SCOPES:
        return
    for child in node:
        tag = local_name(child)
        if is_bpmn(child) and tag not in DRAWN_ONLY and tag not in EVENT_KINDS and tag not in _INSIDE:
            problems.unsupported(child, f"元素 <{tag}>", f"The element <{tag}>")


def _quantity(node: Node, name: str, problems: ProblemList) -> int:
    text = attribute(node, name) or "1"
    if text.isdecimal() and 1 <= int(text) <= 100:
        return int(text)
    problems.error(
        "quantity_unreadable",
        node,
        f"{name} 应为 1 到 100 的整数,不能是「{text}」。",
        f"{name} must be a whole number from 1 to 100, not {text!r}.",
    )
    return 1


def _standard_loop(node: Node) -> StandardLoop | None:
    loop = node.find(BPMN + "standardLoopCharacteristics")
    if loop is None:
        return None
    maximum = attribute(loop, "loopMaximum")
    # An unreadable maximum is read as -1, which the check refuses.
    count = None if maximum is None else int(maximum) if maximum.isdecimal() else -1
    return StandardLoop(child_text(loop, "loopCondition"), count, flag(loop, "testBefore", False))


def _multi_instance(node: Node, problems: ProblemList) -> MultiInstance | None:
    loop = node.find(BPMN + "multiInstanceLoopCharacteristics")
    if loop is None:
        return None
    if (loop.get("behavior") or "All") != "All" or loop.find(BPMN + "complexBehaviorDefinition") is not None:
        problems.unsupported(node, "多实例的事件行为", "An event behaviour of multi-instance")
    zeebe = extension(loop, "loopCharacteristics")
    return MultiInstance(
        sequential=flag(loop, "isSequential", False),
        input_collection=attribute(zeebe, "inputCollection") if zeebe is not None else None,
        input_element=attribute(zeebe, "inputElement") if zeebe is not None else None,
        output_collection=attribute(zeebe, "outputCollection") if zeebe is not None else None,
        output_element=attribute(zeebe, "outputElement") if zeebe is not None else None,
        completion_condition=child_text(loop, "completionCondition"),
        cardinality=child_text(loop, "loopCardinality"),
    )
