"""A global task is a process of one step: it stands beside the processes and is started by call activities only."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from app.engine.model import Element, Flow, Process
from app.engine.reading.elements import read_element
from app.engine.reading.nodes import BPMN, Node, attribute, line_of, local_name
from app.engine.reading.problem_list import ProblemList
from app.engine.reading.roots import Roots

GLOBAL_TASKS = {
    "globalTask": "task",
    "globalManualTask": "manualTask",
    "globalUserTask": "userTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}


def read_global_task(node: Node, digest: str, roots: Roots, problems: ProblemList) -> Process | None:
    """Start, the task, end."""
    task = etree.Element(BPMN + GLOBAL_TASKS[local_name(node)], {str(k): str(v) for k, v in node.attrib.items()})
    for child in node:
        if local_name(child) != "ioSpecification":
            task.append(etree.fromstring(etree.tostring(child, with_tail=False)))
    element = read_element(task, None, None, roots, problems)
    if element is None:
        return None
    element = replace(element, line=line_of(node), incoming=("in",), outgoing=("out",))
    start = Element(id=f"{element.id}.start", type="startEvent", outgoing=("in",), line=element.line)
    end = Element(id=f"{element.id}.end", type="endEvent", incoming=("out",), line=element.line)
    return Process(
        id=element.id,
        name=attribute(node, "name") or "",
        file=problems.file,
        line=element.line,
        digest=digest,
        elements={found.id: found for found in (start, element, end)},
        flows={"in": Flow("in", "", start.id, element.id), "out": Flow("out", "", element.id, end.id)},
        none_start=start.id,
    )
