"""What the other rooms read from a model: elements, lanes, flows, expressions."""

from __future__ import annotations

from engine_world import HERE, START, boundary, chain, diagram, extended, process_of, timer, user

from app.engine import Listener, Timer, parse_model


def test_an_element_tells_everything_its_symbol_says() -> None:
    process = parse_model((HERE / "repair_visit.bpmn").read_bytes(), "repair_visit.bpmn").processes["repair_visit"]
    register = process.elements["register"]
    assert (register.type, register.name, register.form_id) == ("userTask", "登记来电", "contact_intake.contact_record")
    assert (register.lane, register.lane_name) == ("hotline_agent", "客服")
    assert register.documentation.startswith("P01.1 ")
    assert register.line == 25
    assert register.due_date == "=due"
    assert register.properties == {"step_label": "听"}
    inspect = process.elements["inspect"]
    assert (inspect.parent, inspect.lane) == ("visit", "repair_engineer")  # a lane holds what is inside its subprocess
    assert process.elements["visit_late"].attached_to == "visit"
    assert process.elements["visit_late"].timer == Timer("duration", "=limit")
    assert process.elements["remind"].cancel_activity is False
    assert process.elements["refused"].error_code == "REFUSED"
    assert process.elements["rate_urgency"].called_decision == "urgency"
    assert process.elements["quote"].called_process == "quote_and_consent"
    assert [lane.role for lane in process.lanes] == ["hotline_agent", "repair_engineer", "parts_clerk", "cs_supervisor"]
    assert process.flows["clear"].condition == "=clear = true"
    assert process.none_start == "opened"


def test_expressions_are_listed_with_their_place_and_without_the_equals_sign() -> None:
    process = parse_model((HERE / "repair_visit.bpmn").read_bytes(), "repair_visit.bpmn").processes["repair_visit"]
    found = list(process.expressions())
    assert ("register", "due_date", "due") in found
    assert ("clear", "condition", "clear = true") in found
    assert ("visit", "input:job_no", "case_no") in found
    assert ("visit", "output:verdict", "verdict") in found
    assert ("visit_late", "timer", "limit") in found
    assert ("parts_came", "correlation_key", "case_no") in found
    assert ("repair", "input_collection", "faults") in found
    assert ("repair", "output_element", "done") in found


def test_listeners_headers_and_properties_are_read() -> None:
    zeebe = (
        '<zeebe:executionListeners><zeebe:executionListener eventType="end" '
        'type="next_number"/></zeebe:executionListeners>'
        '<zeebe:taskHeaders><zeebe:header key="clock" value="reply"/></zeebe:taskHeaders>'
        '<zeebe:properties><zeebe:property name="number" value="contact_no"/></zeebe:properties>'
    )
    element = process_of(diagram(chain(START, user("u", zeebe)))).elements["u"]
    assert element.listeners == (Listener("end", "next_number"),)
    assert element.headers == {"clock": "reply"}
    assert element.properties == {"number": "contact_no"}


def test_the_version_tag_documentation_and_properties_of_a_process_are_read() -> None:
    head = (
        "<bpmn:documentation>P01 Intake</bpmn:documentation><bpmn:extensionElements>"
        '<zeebe:versionTag value="2026.1"/><zeebe:properties><zeebe:property name="owner" '
        'value="x"/></zeebe:properties>'
        "</bpmn:extensionElements>"
    )
    process = process_of(diagram(head + chain(START, user("u"))))
    assert (process.version_tag, process.documentation, process.properties) == ("2026.1", "P01 Intake", {"owner": "x"})
    assert (process.name, process.file) == ("Test", "test.bpmn")


def test_pools_that_are_not_executable_are_described_but_not_checked() -> None:
    xml = diagram(chain(START, user("u"))).replace(
        b"</bpmn:definitions>", b'<bpmn:process id="customer"><bpmn:task id="t"/></bpmn:process></bpmn:definitions>'
    )
    model = parse_model(xml, "x.bpmn")
    assert set(model.processes) == {"p", "customer"}
    assert model.processes["customer"].executable is False


def test_drawings_do_not_disturb() -> None:
    drawn = (
        '<bpmn:dataObjectReference id="d1" dataObjectRef="d2"/><bpmn:dataObject id="d2"/>'
        '<bpmn:dataStoreReference id="d3" dataStoreRef="ghost"/><bpmn:textAnnotation id="n"><bpmn:text>GR01</bpmn:text>'
        '</bpmn:textAnnotation><bpmn:association id="a" sourceRef="u" targetRef="n"/><bpmn:group id="g"/>'
    )
    task = extended(
        "userTask",
        "u",
        "",
        '<bpmn:dataInputAssociation id="da"><bpmn:sourceRef>d1</bpmn:sourceRef></bpmn:dataInputAssociation>',
    )
    assert set(process_of(diagram(drawn + chain(START, task))).elements) == {"s", "u"}


def test_an_event_definition_may_stand_beside_the_process() -> None:
    roots = (
        '<bpmn:timerEventDefinition id="wait"><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>'
    )
    event = extended("intermediateCatchEvent", "c", "", "<bpmn:eventDefinitionRef>wait</bpmn:eventDefinitionRef>")
    assert process_of(diagram(chain(START, event), roots)).elements["c"].timer == Timer("duration", "PT1H")


def test_boundaries_of_an_element_are_found() -> None:
    process = process_of(diagram(chain(START, user("u")) + boundary("b", "u", timer("duration", "PT1H"))))
    assert [element.id for element in process.boundaries("u")] == ["b"]
