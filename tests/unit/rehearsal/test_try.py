"""`try`: files are deployed in memory and one instance is run without server and people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.definitions import File
from app.rehearsal import Tried, try_models

ROOT = Path(__file__).resolve().parents[3]
_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'id="definitions" targetNamespace="test">'
)


def _model(body: str, more: str = "") -> File:
    text = f'{_HEAD}{more}<bpmn:process id="small" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'
    return File("small.bpmn", text.encode())


def _flow(number: int, source: str, target: str, condition: str = "") -> str:
    inside = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
        if condition
        else ""
    )
    return f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'


def _task(task_id: str) -> str:
    assigned = '<zeebe:assignmentDefinition candidateGroups="hotline_agent" />'
    return (
        f'<bpmn:userTask id="{task_id}" name="{task_id}"><bpmn:extensionElements><zeebe:userTask />{assigned}'
        "</bpmn:extensionElements></bpmn:userTask>"
    )


ASK_AGAIN = _model(
    '<bpmn:startEvent id="start" />'
    + _task("ask")
    + '<bpmn:exclusiveGateway id="clear" default="f3" />'
    + '<bpmn:endEvent id="done" />'
    + _flow(1, "start", "ask")
    + _flow(2, "ask", "clear")
    + _flow(3, "clear", "ask")
    + _flow(4, "clear", "done", "=answer = true")
)


def _try(*files: File, **options: Any) -> Tried:
    return try_models(list(files), processes=ROOT / "processes", forms=ROOT / "forms", **options)


class TestTrying:
    def test_answers_are_used_one_per_visit_and_the_last_repeats(self) -> None:
        tried = _try(ASK_AGAIN, answers={"ask": [{"answer": False}, {"answer": False}, {"answer": True}]})
        assert tried.state == "completed"
        assert tried.exit_code == 0
        assert tried.trace == ["start", "ask", "clear", "ask", "clear", "ask", "clear", "done"]
        assert tried.variables["answer"] is True

    def test_without_answer_the_task_stays_open_with_its_role(self) -> None:
        tried = _try(ASK_AGAIN)
        assert tried.state == "active"
        assert tried.open == [{"element_id": "ask", "name": "ask", "roles": ["hotline_agent"], "due_at": None}]

    def test_an_endless_loop_of_empty_answers_ends_at_the_limit(self) -> None:
        tried = _try(ASK_AGAIN, auto=True, variables={"answer": False}, limit=0.3)
        assert tried.state == "limit"
        assert tried.exit_code == 4

    def test_a_broken_file_is_refused_with_its_problem(self) -> None:
        tried = _try(File("broken.bpmn", b"<bpmn:definitions"))
        assert (tried.deployed, tried.state, tried.exit_code) == (False, "refused", 2)
        assert [problem.file for problem in tried.problems] == ["broken.bpmn"]

    def test_a_condition_that_is_neither_true_nor_false_is_an_incident(self) -> None:
        model = _model(
            '<bpmn:startEvent id="start" /><bpmn:exclusiveGateway id="which" default="f3" />'
            '<bpmn:endEvent id="one" /><bpmn:endEvent id="other" />'
            + _flow(1, "start", "which")
            + _flow(2, "which", "one", "=amount + 1")
            + _flow(3, "which", "other")
        )
        tried = _try(model, variables={"amount": 1})
        assert (tried.state, tried.exit_code) == ("incident", 3)
        assert tried.incidents[0]["element_id"] == "which"

    def test_the_clock_can_be_moved_past_a_timer(self) -> None:
        timer = (
            '<bpmn:timerEventDefinition id="t"><bpmn:timeDuration>PT2H</bpmn:timeDuration></bpmn:timerEventDefinition>'
        )
        model = _model(
            '<bpmn:startEvent id="start" />'
            f'<bpmn:intermediateCatchEvent id="wait">{timer}</bpmn:intermediateCatchEvent>'
            '<bpmn:endEvent id="done" />' + _flow(1, "start", "wait") + _flow(2, "wait", "done")
        )
        assert _try(model, advance="PT1H59M").state == "active"
        assert _try(model, advance="PT2H").state == "completed"

    def test_messages_are_correlated_by_name_and_key_in_order(self) -> None:
        message = (
            '<bpmn:message id="m" name="parts_arrived"><bpmn:extensionElements>'
            '<zeebe:subscription correlationKey="=order_no" /></bpmn:extensionElements></bpmn:message>'
        )
        model = _model(
            '<bpmn:startEvent id="start" /><bpmn:intermediateCatchEvent id="wait">'
            '<bpmn:messageEventDefinition id="d" messageRef="m" /></bpmn:intermediateCatchEvent>'
            '<bpmn:endEvent id="done" />' + _flow(1, "start", "wait") + _flow(2, "wait", "done"),
            message,
        )
        wrong = [{"name": "parts_arrived", "key": "B", "variables": {}}]
        right = [{"name": "parts_arrived", "key": "A", "variables": {"qty": 2}}]
        assert _try(model, variables={"order_no": "A"}, messages=wrong).state == "active"
        arrived = _try(model, variables={"order_no": "A"}, messages=right)
        assert (arrived.state, arrived.variables["qty"]) == ("completed", 2)

    def test_an_outgoing_job_is_answered_or_fails_with_its_error(self) -> None:
        job = (
            '<bpmn:serviceTask id="mail"><bpmn:extensionElements><zeebe:taskDefinition type="send_mail" />'
            "</bpmn:extensionElements></bpmn:serviceTask>"
        )
        caught = (
            '<bpmn:boundaryEvent id="failed" attachedToRef="mail"><bpmn:errorEventDefinition id="e" errorRef="err" />'
            "</bpmn:boundaryEvent>"
        )
        model = _model(
            f'<bpmn:startEvent id="start" />{job}{caught}<bpmn:endEvent id="sent" /><bpmn:endEvent id="not_sent" />'
            + _flow(1, "start", "mail")
            + _flow(2, "mail", "sent")
            + _flow(3, "failed", "not_sent"),
            '<bpmn:error id="err" errorCode="BOUNCED" />',
        )
        assert _try(model).state == "active"
        assert _try(model, answers={"mail": {"id": 7}}).trace[-1] == "sent"
        assert _try(model, answers={"mail": {"error": "BOUNCED"}}).trace[-1] == "not_sent"

    def test_a_file_without_an_executable_process_is_refused_in_a_sentence(self) -> None:
        text = f'{_HEAD}<bpmn:process id="p" isExecutable="false" /></bpmn:definitions>'
        tried = _try(File("drawing.bpmn", text.encode()))
        assert tried.state == "refused"
        assert tried.problems

    def test_our_own_intake_runs_with_the_forms_and_tables_it_names(self) -> None:
        path = ROOT / "processes" / "contact_intake" / "contact_intake.bpmn"
        tried = _try(File("contact_intake.bpmn", path.read_bytes()))
        assert tried.state == "active"
        assert tried.open[0]["element_id"] == "register_contact"
        assert tried.open[0]["roles"] == ["hotline_agent"]

    def test_a_process_that_starts_by_a_timer_is_played_when_it_is_due(self) -> None:
        timer = (
            '<bpmn:startEvent id="start"><bpmn:timerEventDefinition><bpmn:timeCycle>R/P1D</bpmn:timeCycle>'
            "</bpmn:timerEventDefinition></bpmn:startEvent>"
        )
        model = _model(
            f'{timer}{_task("report")}<bpmn:endEvent id="done" />'
            + _flow(1, "start", "report")
            + _flow(2, "report", "done")
        )
        once = _try(model, answers={"report": {}})
        assert (once.state, once.trace) == ("completed", ["start", "report", "done"])
        assert (once.variables["last_started_at"], once.variables["starter"]) == (None, "system")
        assert _try(model, answers={"report": {}}, advance="P2D").trace.count("done") == 3
        assert _try(model).open[0]["element_id"] == "report"
