"""Lint of what a connector is given: missing inputs, inputs it never reads, errors it never throws."""

from __future__ import annotations

import pytest

from app.connectors import CONTRACTS
from app.definitions import File, Knowledge, lint, parse
from app.messages import Problem

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">'
    '<bpmn:error id="short" errorCode="STOCK_SHORT"/><bpmn:error id="rain" errorCode="RAIN"/>'
    '<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="begin"/>'
)
TAIL = (
    '<bpmn:endEvent id="end"/><bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="x"/>'
    '<bpmn:sequenceFlow id="f2" sourceRef="x" targetRef="end"/></bpmn:process></bpmn:definitions>'
)
ALL = ("document_no", "lines")


def found(
    job_type: str, inputs: tuple[str, ...] = (), headers: tuple[str, ...] = (), catches: str = ""
) -> list[Problem]:
    mapping = "".join(f'<zeebe:input source="=a" target="{name}"/>' for name in inputs)
    keys = "".join(f'<zeebe:header key="{name}" value="reply"/>' for name in headers)
    boundary = (
        f'<bpmn:boundaryEvent id="b" attachedToRef="x"><bpmn:errorEventDefinition errorRef="{catches}"/>'
        '</bpmn:boundaryEvent><bpmn:endEvent id="b_end"/><bpmn:sequenceFlow id="f3" sourceRef="b" targetRef="b_end"/>'
    )
    task = (
        f'<bpmn:serviceTask id="x" name="发料"><bpmn:extensionElements><zeebe:taskDefinition type="{job_type}"/>'
        f"<zeebe:ioMapping>{mapping}</zeebe:ioMapping><zeebe:taskHeaders>{keys}</zeebe:taskHeaders>"
        f"</bpmn:extensionElements></bpmn:serviceTask>{boundary if catches else ''}"
    )
    bundle = parse([File("processes/p.bpmn", (HEAD + task + TAIL).encode())])
    return [problem for problem in lint(bundle, Knowledge(contracts=CONTRACTS)) if problem.rule == "job_inputs"]


def test_with_all_that_is_needed_there_is_nothing_to_say() -> None:
    assert found("issue_parts", ALL, catches="short") == []


@pytest.mark.parametrize("missing", ALL)
def test_each_missing_input_is_named_with_its_meaning(missing: str) -> None:
    (problem,) = found("issue_parts", tuple(name for name in ALL if name != missing))
    assert (problem.severity, problem.element_id) == ("error", "x")
    assert problem.message.zh == f"“发料”：“发放备件”缺少“{missing}”。"
    assert problem.hint is not None


def test_an_input_that_is_never_read_is_a_warning() -> None:
    (problem,) = found("issue_parts", (*ALL, "from_locaton"))
    assert problem.severity == "warning"
    assert "from_locaton" in problem.message.en
    assert problem.hint is not None
    assert "from_location" in problem.hint.en


def test_an_error_that_is_never_thrown_is_named_at_its_boundary_event() -> None:
    (problem,) = found("issue_parts", ALL, catches="rain")
    assert (problem.severity, problem.element_id) == ("error", "b")
    assert "RAIN" in problem.message.zh


def test_a_header_is_asked_of_connectors_that_read_the_case() -> None:
    assert [problem.message.en for problem in found("stop_clock")] == ["“发料”: “stop a clock” lacks “clock”."]
    assert found("stop_clock", headers=("clock",)) == []
    assert found("look_up_unit") == []
