"""The `zeebe:` extension elements of an element, as fields of its description."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from app.engine.model import Listener
from app.engine.reading.nodes import BPMN, IDENTIFIER, ZEEBE, Node, attribute, flag, properties
from app.engine.reading.problem_list import ProblemList


def read_extensions(node: Node, problems: ProblemList) -> dict[str, Any]:
    """Everything the dialect says at an element; what it does not know is left alone."""
    values: dict[str, Any] = {"properties": properties(node)}
    extensions = node.find(BPMN + "extensionElements")
    for child in extensions if extensions is not None else ():
        if isinstance(child.tag, str) and child.tag.startswith(ZEEBE):
            tag = child.tag[len(ZEEBE) :]
            read = _READERS.get(tag)
            if read is not None:
                values |= read(node, child, problems)
            elif tag == "taskListeners":
                problems.unsupported(node, "任务监听器(zeebe:taskListeners)", "A task listener (zeebe:taskListeners)")
            elif tag not in _WITHOUT_EFFECT:
                problems.warning(
                    "extension_ignored",
                    node,
                    f"扩展 zeebe:{tag} 不起作用。",
                    f"The extension zeebe:{tag} has no effect here.",
                )
    return values


_WITHOUT_EFFECT = frozenset(
    {"userTask", "properties", "userTaskForm", "versionTag", "loopCharacteristics", "subscription"}
)


def _assignment(node: Node, child: Node, problems: ProblemList) -> dict[str, Any]:
    return {
        "assignee": attribute(child, "assignee"),
        "candidate_groups": attribute(child, "candidateGroups"),
        "candidate_users": attribute(child, "candidateUsers"),
    }


def _form(node: Node, child: Node, problems: ProblemList) -> dict[str, Any]:
    return {"form_id": attribute(child, "formId") or attribute(child, "externalReference")}


def _schedule(node: Node, child: Node, problems: ProblemList) -> dict[str, Any]:
    return {"due_date": attribute(child, "dueDate"), "follow_up_date": attribute(child, "followUpDate")}


def _priority(node: Node, child: Node, problems: ProblemList) -> dict[str, Any]:
    return {"priority": attribute(child, "priority")}


def _job(node: Node, child: Node, problems: ProblemList) -> dict[str, Any]:
    return {"job_type": attribute(child, "type"), "retries": attribute(child, "retries")}


def _headers(node: Node, child: Node, problems: ProblemList) -> dict[str, Any]:
    headers = {
        key: header.get("value") or ""
        for header in child.findall(ZEEBE + "header")
        if (key := attribute(header, "key"))
    }
    return {"headers": headers}


def _io_mapping(node: Node, child: Node, problems: ProblemList) -> dict[str, Any]:
    return {
        "inputs": tuple(_mappings(node, child, "input", problems)),
        "outputs": tuple(_mappings(node, child, "output", problems)),
    }


def _mappings(node: Node, mapping: Node, side: str, problems: ProblemList) -> Iterator[tuple[str, str]]:
    for child in mapping.findall(ZEEBE + side):
        source, target = attribute(child, "source"), attribute(child, "target")
        if not target or not all(IDENTIFIER.fullmatch(part) for part in target.split(".")):
            problems.error(
                "mapping_without_target",
                node,
                f"变量映射的目标「{target or ''}」不是变量名。",
                f"A mapping's target {target or '(none)'} is not a variable name.",
            )
        elif source is None:
            problems.error(
                "mapping_without_source",
                node,
                f"变量映射「{target}」没有来源。",
                f"The mapping to {target} has no source.",
            )
        else:
            yield source, target


def _listeners(node: Node, child: Node, problems: ProblemList) -> dict[str, Any]:
    found = []
    for listener in child.findall(ZEEBE + "executionListener"):
        event, job_type = listener.get("eventType") or "", attribute(listener, "type")
        if event not in ("start", "end") or not job_type:
            problems.error(
                "listener_incomplete",
                node,
                "执行监听器需要 eventType(start 或 end)和 type。",
                "An execution listener needs an eventType (start or end) and a type.",
            )
        else:
            found.append(Listener("start" if event == "start" else "end", job_type))
    return {"listeners": tuple(found)}


def _called_element(node: Node, child: Node, problems: ProblemList) -> dict[str, Any]:
    return {
        "called_process": attribute(child, "processId"),
        "propagate_all_parent": flag(child, "propagateAllParentVariables", True),
        "propagate_all_child": flag(child, "propagateAllChildVariables", True),
    }


def _called_decision(node: Node, child: Node, problems: ProblemList) -> dict[str, Any]:
    return {"called_decision": attribute(child, "decisionId"), "result_variable": attribute(child, "resultVariable")}


def _script(node: Node, child: Node, problems: ProblemList) -> dict[str, Any]:
    return {"script": attribute(child, "expression"), "result_variable": attribute(child, "resultVariable")}


_READERS: dict[str, Callable[[Node, Node, ProblemList], dict[str, Any]]] = {
    "assignmentDefinition": _assignment,
    "formDefinition": _form,
    "taskSchedule": _schedule,
    "priorityDefinition": _priority,
    "taskDefinition": _job,
    "taskHeaders": _headers,
    "ioMapping": _io_mapping,
    "executionListeners": _listeners,
    "calledElement": _called_element,
    "calledDecision": _called_decision,
    "script": _script,
}
