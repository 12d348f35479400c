"""Which procedure leads to which other, read from diagrams."""

from __future__ import annotations

from app.definitions.hand_overs import HandOver, hand_overs
from app.engine import Process, parse_model

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">'
    '<bpmn:message id="to_b" name="start_b"/><bpmn:message id="to_a" name="start_a"/>'
    '<bpmn:message id="news" name="news"/>'
)


def process(key: str, inside: str) -> Process:
    if "startEvent" not in inside.split("<bpmn:subProcess")[0]:
        inside = f'<bpmn:startEvent id="begin"/>{inside}'
    text = f'{HEAD}<bpmn:process id="{key}" isExecutable="true">{inside}</bpmn:process></bpmn:definitions>'
    return parse_model(text.encode(), f"{key}.bpmn").processes[key]


def begun_by(message: str) -> str:
    return f'<bpmn:startEvent id="begun"><bpmn:messageEventDefinition messageRef="{message}"/></bpmn:startEvent>'


def calls(target: str, name: str = "办理", key: str = "c") -> str:
    called = f'<bpmn:extensionElements><zeebe:calledElement processId="{target}"/></bpmn:extensionElements>'
    return f'<bpmn:callActivity id="{key}" name="{name}">{called}</bpmn:callActivity>'


def throws(message: str, name: str = "移交", key: str = "t") -> str:
    inside = f'<bpmn:messageEventDefinition messageRef="{message}"/>'
    return f'<bpmn:intermediateThrowEvent id="{key}" name="{name}">{inside}</bpmn:intermediateThrowEvent>'


def test_a_message_leads_to_the_procedure_that_begins_with_it() -> None:
    assert hand_overs([process("a", throws("to_b")), process("b", begun_by("to_b"))]) == [
        HandOver("a", "b", "message", ["移交"])
    ]


def test_a_call_leads_to_the_called() -> None:
    assert hand_overs([process("a", calls("b")), process("b", "")]) == [HandOver("a", "b", "call", ["办理"])]


def test_several_steps_of_one_way_are_one_arrow() -> None:
    inside = throws("to_b", "先移交", "t1") + throws("to_b", "再移交", "t2") + calls("b")
    assert hand_overs([process("a", inside), process("b", begun_by("to_b"))]) == [
        HandOver("a", "b", "message", ["先移交", "再移交"]),
        HandOver("a", "b", "call", ["办理"]),
    ]


def test_what_waits_for_a_message_or_begins_inside_a_part_leads_nowhere() -> None:
    waiting = throws("to_b").replace("intermediateThrowEvent", "intermediateCatchEvent").replace('"t"', '"w"')
    inner = (
        f'<bpmn:subProcess id="s" triggeredByEvent="true">{begun_by("news").replace("begun", "told")}</bpmn:subProcess>'
    )
    assert hand_overs([process("a", waiting + throws("news")), process("b", begun_by("to_b") + inner)]) == []


def test_unknown_procedures_and_oneself_are_left_out() -> None:
    assert hand_overs([process("a", begun_by("to_a") + throws("to_a") + calls("gone"))]) == []
