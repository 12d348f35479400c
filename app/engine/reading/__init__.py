"""The XML of a diagram read once into a Model, with every problem of the file collected before anything is refused."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from app.engine import checks
from app.engine.errors import ModelRefused
from app.engine.model import Model
from app.engine.reading.collaboration import check_collaboration
from app.engine.reading.global_tasks import GLOBAL_TASKS, read_global_task
from app.engine.reading.nodes import BPMN, Node, line_of, local_name
from app.engine.reading.problem_list import ProblemList
from app.engine.reading.processes import read_process
from app.engine.reading.roots import Roots, read_roots
from app.engine.reading.xml_source import parse_xml

__all__ = ["parse_model"]


def parse_model(xml: bytes, file: str) -> Model:
    """Read a file of the `zeebe:` dialect; ModelRefused with all problems at once when it cannot run as drawn."""
    root = parse_xml(xml, file)
    problems = ProblemList(file)
    if root.tag != BPMN + "definitions":
        problems.error(
            "not_bpmn",
            root,
            "文件不是 BPMN 2.0:根元素应是 definitions(命名空间 http://www.omg.org/spec/BPMN/20100524/MODEL)。",
            "Not a BPMN 2.0 file: the root must be definitions in namespace "
            f"http://www.omg.org/spec/BPMN/20100524/MODEL, found {root.tag}.",
        )
        raise ModelRefused(problems.found)
    _check_ids(root, problems)
    model = _read_model(root, hashlib.sha256(xml).hexdigest(), read_roots(root), problems)
    check_collaboration(root, model, problems)
    for process in model.processes.values():
        if process.executable:
            problems.found.extend(replace(found, file=file) for found in checks.problems_of(process))
    problems.found.sort(key=lambda problem: problem.line or 0)
    if any(problem.severity == "error" for problem in problems.found):
        raise ModelRefused(problems.found)
    model.problems = problems.found
    return model


def _read_model(root: Node, digest: str, roots: Roots, problems: ProblemList) -> Model:
    model = Model(file=problems.file)
    nodes = [node for node in root if local_name(node) == "process"]
    for node in nodes:
        inside = ProblemList(problems.file)
        process = read_process(node, digest, roots, inside)
        # A pool that is only drawn (the customer, a supplier) is described as far as it can be read.
        problems.found.extend(inside.found if process.executable else ())
        model.processes.setdefault(process.id, process)
    for node in root:
        if local_name(node) in GLOBAL_TASKS:
            task = read_global_task(node, digest, roots, problems)
            if task is not None:
                model.processes.setdefault(task.id, task)
    if not nodes:
        problems.error("no_process", root, "文件里没有流程(process)。", "The file has no process.")
    elif not any(process.executable for process in model.processes.values()):
        problems.error(
            "not_executable",
            nodes[0],
            "没有可执行的流程:请在流程属性中勾选「可执行」。",
            'No process is executable: set isExecutable="true" on the process.',
        )
    return model


def _check_ids(root: Node, problems: ProblemList) -> None:
    seen: dict[str, Node] = {}
    for node in root.iter(BPMN + "*"):
        identifier = node.get("id")
        if identifier is None:
            continue
        first = seen.setdefault(identifier, node)
        if first is not node:
            problems.error(
                "duplicate_id",
                node,
                f"标识 {identifier} 用了两次(第 {line_of(first)} 行已有)。",
                f"The id {identifier} is used twice (first on line {line_of(first)}).",
            )
