"""The event definitions of an event: what it throws or awaits."""

from __future__ import annotations

from typing import Any

from app.engine.model import Timer, TimerKind
from app.engine.reading.nodes import Node, attribute, child_text, extension, inner_text, local_name, reference
from app.engine.reading.problem_list import ProblemList
from app.engine.reading.roots import Roots

EVENT_KINDS = {
    "timerEventDefinition": "timer", "messageEventDefinition": "message", "errorEventDefinition": "error",
    "terminateEventDefinition": "terminate", "signalEventDefinition": "signal", "linkEventDefinition": "link",
    "conditionalEventDefinition": "conditional", "escalationEventDefinition": "escalation",
    "cancelEventDefinition": "cancel", "compensateEventDefinition": "compensate",
}  # fmt: skip
_TIMER_KINDS: dict[str, TimerKind] = {"timeDuration": "duration", "timeDate": "date", "timeCycle": "cycle"}


def read_events(node: Node, roots: Roots, problems: ProblemList) -> list[dict[str, Any]]:
    """The values of each event definition, as fields of an Element."""
    if not local_name(node).endswith("Event"):
        return []
    return [_read_definition(node, definition, roots, problems) for definition in _definitions(node, roots, problems)]


def _definitions(node: Node, roots: Roots, problems: ProblemList) -> list[Node]:
    found: list[Node] = []
    for child in node:
        tag = local_name(child)
        if tag in EVENT_KINDS:
            found.append(child)
        elif tag == "eventDefinitionRef":
            identifier = reference(child.text)
            definition = roots.definitions.get(identifier or "")
            if definition is None:
                problems.error(
                    "dangling_reference",
                    node,
                    f"引用的事件定义 {identifier} 不存在。",
                    f"The event definition {identifier} does not exist.",
                )
            elif local_name(definition) in EVENT_KINDS:
                found.append(definition)
    return found


def _read_definition(node: Node, definition: Node, roots: Roots, problems: ProblemList) -> dict[str, Any]:
    kind = EVENT_KINDS[local_name(definition)]
    values: dict[str, Any] = {"event": kind}
    if kind == "message":
        values |= read_message(node, definition.get("messageRef"), roots, problems)
        job = extension(definition, "taskDefinition")
        if job is not None:
            values["job_type"] = attribute(job, "type")
    elif kind == "signal":
        name = _look_up(node, definition.get("signalRef"), roots.signals, "信号", "signal", problems)
        # A signal travels as a message without a key, under a name no message has.
        values["message_name"] = f"signal:{name}" if name else None
    elif kind == "error":
        values["error_code"] = _look_up(node, definition.get("errorRef"), roots.errors, "错误", "error", problems)
    elif kind == "escalation":
        code = _look_up(node, definition.get("escalationRef"), roots.escalations, "升级", "escalation", problems)
        values["escalation_code"] = code
    elif kind == "link":
        values["link_name"] = attribute(definition, "name")
    elif kind == "conditional":
        values["condition"] = child_text(definition, "condition")
    elif kind == "compensate":
        values["compensates"] = reference(definition.get("activityRef"))
    elif kind == "timer":
        times = [(_TIMER_KINDS[local_name(child)], child) for child in definition if local_name(child) in _TIMER_KINDS]
        text = inner_text(times[0][1]) if len(times) == 1 else None
        if text is not None:
            values["timer"] = Timer(times[0][0], text)
    return values


def read_message(node: Node, message_ref: str | None, roots: Roots, problems: ProblemList) -> dict[str, Any]:
    """Name and correlation key of the message an element points at."""
    identifier = reference(message_ref)
    if not identifier:
        return {}
    if identifier not in roots.messages:
        problems.error(
            "dangling_reference", node, f"引用的消息 {identifier} 不存在。", f"The message {identifier} does not exist."
        )
        # A name keeps the checks from reporting the same fault again.
        return {"message_name": identifier}
    name, key = roots.messages[identifier]
    return {"message_name": name, "correlation_key": key}


def _look_up(
    node: Node, value: str | None, known: dict[str, str | None], zh: str, en: str, problems: ProblemList
) -> str | None:
    identifier = reference(value)
    if not identifier:
        return None
    if identifier not in known:
        problems.error(
            "dangling_reference", node, f"引用的{zh} {identifier} 不存在。", f"The {en} {identifier} does not exist."
        )
        return identifier
    return known[identifier]
