"""What cannot run is refused by name, with place and sentence, all at once; nothing is lost in silence."""

from __future__ import annotations

import itertools
import time

import pytest
from engine_world import END, START, boundary, chain, diagram, extended, flows, job, refusal, rules, timer, user

from app.engine import ModelRefused, parse_model

PLAIN = chain(START, user("u"), END)


def test_every_problem_is_reported_at_once_with_its_line_and_in_both_languages() -> None:
    body = (
        "\n"
        + START
        + "\n"
        + extended("serviceTask", "j", name="派工")
        + "\n"
        + extended("teleportTask", "a")
        + flows("s j", "j x")
    )
    problems = refusal(diagram(body))
    assert rules(problems) == ["dangling_reference", "job_without_type", "unsupported_element"]
    by_rule = {problem.rule: problem for problem in problems}
    typeless = by_rule["job_without_type"]
    assert (typeless.element_id, typeless.element_name, typeless.line, typeless.file) == ("j", "派工", 4, "test.bpmn")
    assert "派工" in typeless.message.zh
    assert "teleportTask" in by_rule["unsupported_element"].message.en


REFUSED = {
    "duplicate id": (chain(START, user("u"), END) + user("u"), "duplicate_id"),
    "missing id": (PLAIN + "<bpmn:userTask/>", "missing_id"),
    "id with a path": (chain(START, user("../x"), END), "bad_id"),
    "flow to nothing": (PLAIN + flows("u ghost"), "dangling_reference"),
    "flow from nothing": (PLAIN + flows("ghost u"), "dangling_reference"),
    "no start": (user("u"), "no_start"),
    "two starts": (PLAIN + '<bpmn:startEvent id="s2"/>' + flows("s2 u"), "several_starts"),
    "subprocess without a start": (chain(START, '<bpmn:subProcess id="x"/>', END), "no_start"),
    "unknown element": (PLAIN + '<bpmn:teleportTask id="t"/>', "unsupported_element"),
    "ad hoc": (PLAIN + '<bpmn:adHocSubProcess id="t"/>', "ad_hoc_empty"),
    "exclusive flow without condition": (
        START + '<bpmn:exclusiveGateway id="g"/>' + user("a") + user("b") + flows("s g", "g a =x", "g b"),
        "flow_without_condition",
    ),
    "condition in another language": (
        START + '<bpmn:exclusiveGateway id="g" default="g_b"/>' + user("a") + user("b")
        + flows("s g", "g a ${x}", "g b"),
        "condition_without_feel",
    ),
    "empty condition": (
        START + '<bpmn:exclusiveGateway id="g" default="g_b"/>' + user("a") + user("b") + flows("s g", "g a =", "g b"),
        "condition_empty",
    ),
    "default flow of somebody else": (
        START + '<bpmn:exclusiveGateway id="g" default="s_g"/>' + user("a") + flows("s g", "g a =x"),
        "dangling_reference",
    ),
    "unresolved message": (
        chain(START, extended("intermediateCatchEvent", "c", "", '<bpmn:messageEventDefinition messageRef="ghost"/>')),
        "dangling_reference",
    ),
    "unresolved error": (
        chain(START, extended("endEvent", "c", "", '<bpmn:errorEventDefinition errorRef="ghost"/>')),
        "dangling_reference",
    ),
    "no message": (
        chain(START, extended("intermediateCatchEvent", "c", "", "<bpmn:messageEventDefinition/>")),
        "event_without_message",
    ),
    "boundary on nothing": (PLAIN + boundary("b", "ghost", timer("duration", "PT1H")), "dangling_reference"),
    "boundary on a gateway": (
        chain(START, '<bpmn:exclusiveGateway id="g"/>', END) + boundary("b", "g", timer("duration", "PT1H")),
        "boundary_not_here",
    ),
    "rule task without decision": (chain(START, extended("businessRuleTask", "r"), END), "rule_task_without_decision"),
    "call without process": (chain(START, extended("callActivity", "c"), END), "call_without_process"),
    "service task without type": (chain(START, extended("serviceTask", "c"), END), "job_without_type"),
    "python script": (
        chain(START, extended("scriptTask", "c", "", "<bpmn:script>import os</bpmn:script>"), END),
        "script_without_feel",
    ),
    "bad duration": (
        chain(START, extended("intermediateCatchEvent", "c", "", timer("duration", "tomorrow"))),
        "timer_unreadable",
    ),
    "negative duration": (
        chain(START, extended("intermediateCatchEvent", "c", "", timer("duration", "-PT1H"))),
        "timer_unreadable",
    ),
    "bad date": (
        chain(START, extended("intermediateCatchEvent", "c", "", timer("date", "2026-02-30"))),
        "timer_unreadable",
    ),
    "empty timer": (
        chain(START, extended("intermediateCatchEvent", "c", "", timer("duration", ""))),
        "timer_incomplete",
    ),
    "cron": (PLAIN + boundary("b", "u", timer("cycle", "0 0 * * *"), False), "timer_unreadable"),
    "endless cycle without interval": (
        PLAIN + boundary("b", "u", timer("cycle", "R99999999/PT0S"), False),
        "timer_unreadable",
    ),
    "cycle that interrupts": (PLAIN + boundary("b", "u", timer("cycle", "R3/PT1H")), "timer_cycle_here"),
    "multi-instance without collection": (
        chain(START, user("u", "", "<bpmn:multiInstanceLoopCharacteristics/>"), END),
        "multi_instance_without_collection",
    ),
    "negative count": (
        chain(
            START,
            user(
                "u", "", "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>-3</bpmn:loopCardinality>"
                "</bpmn:multiInstanceLoopCharacteristics>",
            ),
        ),
        "multi_instance_count",
    ),
    "flow into a start": (PLAIN + flows("u s"), "flow_not_here"),
    "flow out of an end": (PLAIN + flows("e u"), "flow_not_here"),
    "flow across a border": (
        chain(START, '<bpmn:subProcess id="sub"><bpmn:startEvent id="s2"/></bpmn:subProcess>') + user("u")
        + flows("s2 u"),
        "flow_across_scopes",
    ),
    "compensation without a handler": (
        PLAIN + boundary("b", "u", "<bpmn:compensateEventDefinition/>"),
        "compensation_without_handler",
    ),
    "compensation of nothing": (
        chain(START, extended("endEvent", "c", "", '<bpmn:compensateEventDefinition activityRef="ghost"/>')),
        "dangling_reference",
    ),
    "links among several events": (
        chain(
            START,
            extended("intermediateCatchEvent", "c", "", timer("date", "2026-01-01") + "<bpmn:linkEventDefinition/>"),
        ),
        "unsupported_event",
    ),
    "event gateway before a task": (
        START + '<bpmn:eventBasedGateway id="g"/>' + user("a") + user("b") + flows("s g", "g a", "g b"),
        "event_gateway_targets",
    ),
    "error end without a code": (
        chain(START, extended("endEvent", "c", "", "<bpmn:errorEventDefinition/>")),
        "throw_without_code",
    ),
    "mapping without target": (
        chain(START, user("u", '<zeebe:ioMapping><zeebe:input source="=1"/></zeebe:ioMapping>')),
        "mapping_without_target",
    ),
    "task listener": (
        chain(START, user("u", "<zeebe:taskListeners/>")),
        "unsupported_element",
    ),
    "listener of the process": (
        "<bpmn:extensionElements><zeebe:executionListeners/></bpmn:extensionElements>" + PLAIN,
        "unsupported_element",
    ),
    "listener without type": (
        chain(
            START,
            user("u", '<zeebe:executionListeners><zeebe:executionListener type="x"/></zeebe:executionListeners>'),
        ),
        "listener_incomplete",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_model_that_cannot_run_is_refused(name: str) -> None:
    body, rule = REFUSED[name]
    problems = refusal(diagram(body))
    assert rule in rules(problems)
    for problem in problems:
        assert problem.line is not None
        assert problem.message.zh != problem.message.en


def test_unreachable_elements_and_tasks_without_a_role_are_warnings() -> None:
    model = parse_model(diagram(PLAIN + job("island", "x")), "test.bpmn")
    assert {(problem.rule, problem.element_id, problem.severity) for problem in model.problems} == {
        ("unreachable", "island", "warning"),
        ("user_task_without_role", "u", "warning"),
    }


HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
DOCTYPE = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'

FILES = {
    "nothing": (b"", "not_xml"),
    "blanks": (b"  \n ", "not_xml"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_xml"),
    "NUL bytes": (b"\0" * 50, "not_xml"),
    "JSON": (b'{"a": 1}', "not_xml"),
    "half a file": (diagram(PLAIN)[:400], "not_xml"),
    "a web page": (b"<html><body/></html>", "not_bpmn"),
    "entities": (diagram(PLAIN).replace(HEAD.encode(), (HEAD + DOCTYPE).encode()), "doctype_refused"),
    "an external DTD": (
        diagram(PLAIN).replace(HEAD.encode(), (HEAD + '<!-- x --><!DOCTYPE d SYSTEM "http://x.example/x.dtd">').encode()),
        "doctype_refused",
    ),
    "entities in UTF-16": (
        diagram(PLAIN).decode().replace(HEAD, '<?xml version="1.0" encoding="UTF-16"?>' + DOCTYPE).encode("utf-16"),
        "doctype_refused",
    ),
    "an encoding to hide in": (
        diagram(PLAIN).replace(b"UTF-8", b"UTF-7"),
        "encoding_unknown",
    ),
    "GBK that says UTF-8": (
        diagram(chain(START, extended("userTask", "u", name="维修"))).decode().encode("gbk"),
        "encoding_wrong",
    ),
    "no process": (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "no_process"),
    "not executable": (diagram(PLAIN).replace(b'isExecutable="true"', b""), "not_executable"),
    "no process id": (diagram(PLAIN).replace(b'<bpmn:process id="p"', b"<bpmn:process"), "missing_id"),
    "deep XML": (b"<a>" * 5000 + b"</a>" * 5000, "nested_too_deep"),
    "too big": (b"<a>" + b"x" * 10_000_001 + b"</a>", "file_too_large"),
    "deep subprocesses": (
        diagram(
            START
            + "".join(f'<bpmn:subProcess id="n{i}"><bpmn:startEvent id="s{i}"/>' for i in range(30))
            + "</bpmn:subProcess>" * 30
            + flows("s n0")
        ),
        "nested_too_deep",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_diagram_is_refused_quickly_and_in_a_sentence(name: str) -> None:
    data, rule = FILES[name]
    begun = time.perf_counter()
    problems = refusal(data)
    assert rule in rules(problems)
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_a_declared_encoding_is_read(encoding: str) -> None:
    declared = encoding.removesuffix("-sig").upper()
    text = diagram(chain(START, extended("userTask", "检修", name="维修"))).decode().replace("UTF-8", declared)
    model = parse_model(text.encode(encoding), "x.bpmn")
    assert model.processes["p"].elements["检修"].name == "维修"


def test_a_chain_of_ten_thousand_elements_is_read_in_seconds() -> None:
    names = [f"t{i}" for i in range(10_000)]
    body = START + "".join(f'<bpmn:task id="{name}"/>' for name in names)
    body += flows(f"s {names[0]}", *(f"{a} {b}" for a, b in itertools.pairwise(names)))
    begun = time.perf_counter()
    parse_model(diagram(body), "x.bpmn")
    assert time.perf_counter() - begun < 5


def test_the_exception_itself_says_what_is_wrong() -> None:
    with pytest.raises(ModelRefused, match="j: j has no job type"):
        parse_model(diagram(chain(START, extended("serviceTask", "j"))), "x.bpmn")
