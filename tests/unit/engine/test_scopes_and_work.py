"""Variables in scopes, jobs, listeners, decisions, called processes, subprocesses, multi-instance."""

from __future__ import annotations

from typing import Any

import pytest
from engine_world import (
    END,
    START,
    Run,
    World,
    boundary,
    chain,
    diagram,
    extended,
    flows,
    job,
    process_of,
    script,
    timer,
    user,
)

from app.engine import JobCall, restore
from app.engine import facts as f


def mapping(*pairs: str) -> str:
    """From texts such as "in x =y" and "out y =x"."""
    drawn = []
    for text in pairs:
        side, target, source = text.split(" ", 2)
        tag = {"in": "input", "out": "output"}[side]
        drawn.append(f'<zeebe:{tag} source="{source.replace("<", "&lt;")}" target="{target}"/>')
    return f"<zeebe:ioMapping>{''.join(drawn)}</zeebe:ioMapping>"


def test_an_input_is_local_and_an_output_goes_out() -> None:
    run = Run(
        diagram(chain(START, user("u", mapping("in unit =serial_no", "out verdict =answer + '!'")), END)),
        serial_no="S1",
    )
    assert run.instance.variables(run.find("u"))["unit"] == "S1"
    run.complete("u", answer="ok", note="stays here")
    assert run.instance.root_variables == {"serial_no": "S1", "verdict": "ok!"}


def test_a_result_merges_into_the_nearest_scope_that_holds_its_name() -> None:
    run = Run(diagram(chain(START, user("u", mapping("in draft =1")), END)), total=0)
    run.complete("u", draft=2, total=5, fresh=True)
    assert run.instance.root_variables == {"total": 5, "fresh": True}


def test_a_mapping_target_may_be_a_path() -> None:
    run = Run(
        diagram(chain(START, user("u", mapping("out unit.place.town =town", "out unit.year =2026")), END)),
        unit={"serial": "S1", "place": {"street": "x"}},
    )
    run.complete("u", town="A")
    assert run.instance.root_variables["unit"] == {"serial": "S1", "place": {"street": "x", "town": "A"}, "year": 2026}


def test_an_inline_job_gets_headers_over_properties_and_gives_results() -> None:
    world = World()
    world.jobs["look_up_unit"] = lambda call: {"resolves": call.variables["serial_no"] == "S1"}
    zeebe = (
        '<zeebe:properties><zeebe:property name="clock" value="reply"/><zeebe:property name="a" '
        'value="1"/></zeebe:properties>'
        '<zeebe:taskHeaders><zeebe:header key="clock" value="onsite"/></zeebe:taskHeaders>'
    )
    run = Run(diagram(chain(START, job("j", "look_up_unit", zeebe), END)), world, serial_no="S1")
    assert run.instance.root_variables["resolves"] is True
    (call,) = world.calls
    assert call.headers == {"clock": "onsite", "a": "1"}
    assert call.properties == {"clock": "reply", "a": "1"}
    assert (call.element_id, call.process_id) == ("j", "p")
    assert not run.told(f.JobCreated)


def test_an_exception_of_an_inline_job_leaves_the_command() -> None:
    world = World()

    def broken(call: JobCall) -> dict[str, Any]:
        raise RuntimeError("database gone")

    world.jobs["broken"] = broken
    run = Run(diagram(chain(START, user("u"), job("j", "broken"), END)), world)
    state = run.instance.save()
    with pytest.raises(RuntimeError, match="database gone"):
        run.complete("u")
    run.instance = restore(process_of(run.xml), state, world)
    world.jobs["broken"] = lambda call: {}
    assert run.complete("u").instance.completed


def test_an_outgoing_job_waits_for_its_answer() -> None:
    run = Run(
        diagram(chain(START, job("j", "send_mail", mapping("in to =mail")), END)), mail="a@b.example", x=1, reload=True
    )
    (created,) = run.told(f.JobCreated)
    assert (created.job_type, created.variables, created.retries) == ("send_mail", {"to": "a@b.example"}, 3)
    run.answer("j", sent=True)
    assert run.told(f.JobClosed)[0].completed is True
    assert run.instance.completed


def test_listeners_run_inline_before_and_after_and_set_variables_outside() -> None:
    world = World()
    world.jobs["next_number"] = lambda call: {call.properties["number"]: "LD0001"}
    world.jobs["write_history"] = lambda call: {"seen": call.variables.get("answer")}
    zeebe = (
        '<zeebe:properties><zeebe:property name="number" value="contact_no"/></zeebe:properties>'
        '<zeebe:executionListeners><zeebe:executionListener eventType="start" type="next_number"/>'
        '<zeebe:executionListener eventType="end" type="write_history"/></zeebe:executionListeners>'
        '<zeebe:assignmentDefinition assignee="=contact_no"/>'
    )
    run = Run(diagram(chain(START, user("u", zeebe), END)), world)
    assert run.told(f.UserTaskOpened)[0].assignee == "LD0001"
    run.complete("u", answer="yes")
    assert run.instance.root_variables == {"contact_no": "LD0001", "answer": "yes", "seen": "yes"}
    assert [call.type for call in world.calls] == ["next_number", "write_history"]


def test_a_decision_is_asked_and_its_fired_rules_told() -> None:
    world = World()
    world.decisions["urgency"] = lambda variables: {"level": "high" if variables["stopped"] else "normal"}
    rule = extended("businessRuleTask", "r", '<zeebe:calledDecision decisionId="urgency" resultVariable="urgency"/>')
    run = Run(diagram(chain(START, rule, END)), world, stopped=True)
    assert run.instance.root_variables["urgency"] == {"level": "high"}
    (evaluated,) = run.told(f.DecisionEvaluated)
    assert (evaluated.decision_id, evaluated.value) == ("urgency", {"level": "high"})
    assert evaluated.fired[0]["rule_id"] == "row_1"


def test_a_subprocess_keeps_its_inputs_inside() -> None:
    sub = (
        '<bpmn:subProcess id="sub"><bpmn:extensionElements>' + mapping("in part =order.part", "out done_part =part")
        + '</bpmn:extensionElements><bpmn:startEvent id="s2"/>' + script("t", "=part + '-x'", "part") + user("u")
        + flows("s2 t", "t u") + "</bpmn:subProcess>"
    ).replace("=order.part", "=order['part']")  # fmt: skip
    run = Run(diagram(chain(START, sub, END)), order={"part": "P1"}, reload=True)
    assert run.instance.variables(run.find("u"))["part"] == "P1-x"
    run.complete("u", result=1)
    assert run.instance.root_variables == {"order": {"part": "P1"}, "done_part": "P1-x", "result": 1}


def called(body: str, process_id: str = "called") -> Any:
    return process_of(diagram(body, process_id=process_id), process_id)


def call(zeebe: str) -> str:
    return extended("callActivity", "c", zeebe)


def world_with(body: str) -> World:
    world = World()
    world.processes["called"] = called(body)
    return world


CALLED = START + user("u") + END + flows("s u", "u e")


def test_a_call_runs_the_other_process_in_the_same_instance() -> None:
    run = Run(
        diagram(chain(START, call('<zeebe:calledElement processId="called"/>'), END)),
        world_with(CALLED),
        x=1,
        reload=True,
    )
    (opened,) = run.told(f.UserTaskOpened)
    assert (opened.element_id, opened.process_id) == ("u", "called")
    assert run.instance.variables(run.find("u")) == {"x": 1}
    run.complete("u", y=2)
    assert run.instance.completed
    assert run.instance.root_variables == {"x": 1, "y": 2}
    assert run.instance.end_element_ids == ["e"]


def test_a_call_can_keep_variables_to_itself() -> None:
    zeebe = (
        '<zeebe:calledElement processId="called" propagateAllParentVariables="false" '
        'propagateAllChildVariables="false"/>' + mapping("in a =x")
    )
    run = Run(diagram(chain(START, call(zeebe), END)), world_with(CALLED), x=1, reload=True)
    assert run.instance.variables(run.find("u")) == {"a": 1}
    run.complete("u", y=2)
    assert run.instance.root_variables == {"x": 1}


def test_a_call_with_output_mappings_gives_back_only_those() -> None:
    zeebe = '<zeebe:calledElement processId="called"/>' + mapping("out z =y + x")
    run = Run(diagram(chain(START, call(zeebe), END)), world_with(CALLED), x=1)
    run.complete("u", y=2)
    assert run.instance.root_variables == {"x": 1, "z": 3}


def test_a_long_call_does_not_bring_back_stale_copies() -> None:
    body = START + call('<zeebe:calledElement processId="called"/>') + user("beside") + flows("s c", "s beside")
    run = Run(diagram(body), world_with(CALLED), shared="old", reload=True)
    run.complete("beside", shared="new")
    run.complete("u", y=2)
    assert run.instance.root_variables == {"shared": "new", "y": 2}


def test_the_called_process_may_be_an_expression() -> None:
    run = Run(
        diagram(chain(START, call('<zeebe:calledElement processId="=which"/>'), END)),
        world_with(CALLED),
        which="called",
    )
    assert run.open == ["u"]


def test_an_error_end_of_a_called_process_is_caught_at_the_call() -> None:
    error = '<bpmn:errorEventDefinition errorRef="err"/>'
    roots = '<bpmn:error id="err" errorCode="REFUSED"/>'
    world = World()
    body = chain(START, user("u"), extended("endEvent", "failed", "", error))
    world.processes["called"] = process_of(diagram(body, roots, "called"), "called")

    outer = START + call('<zeebe:calledElement processId="called"/>') + boundary("b", "c", error) + user("rescue") + END
    run = Run(diagram(outer + flows("s c", "c e", "b rescue"), roots), world, reload=True)
    run.complete("u")
    assert run.open == ["rescue"]


def test_a_missing_called_process_is_an_incident_that_can_be_retried() -> None:
    world = World()
    run = Run(diagram(chain(START, call('<zeebe:calledElement processId="called"/>'), END)), world, reload=True)
    assert run.incidents == ["call"]
    world.processes["called"] = called(CALLED)
    run.retry("c")
    assert run.open == ["u"]


def test_a_process_that_calls_itself_for_ever_is_an_incident() -> None:
    world = World()
    body = chain(START, call('<zeebe:calledElement processId="p"/>'), END)
    world.processes["p"] = process_of(diagram(body))
    run = Run(diagram(body), world)
    assert run.incidents == ["call"]


def test_a_running_call_keeps_its_version() -> None:
    world = world_with(CALLED)
    run = Run(diagram(chain(START, call('<zeebe:calledElement processId="called"/>'), END)), world)
    old = world.processes["called"]
    world.processes["called"] = called(START + user("v") + END + flows("s v", "v e"))
    world.older[old.digest] = old
    run.save_and_restore()
    assert run.complete("u").instance.completed


def many(inside: str, **attributes: str) -> str:
    drawn = "".join(f' {name}="{value}"' for name, value in attributes.items() if name != "isSequential")
    sequential = attributes.get("isSequential", "false")
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}"><bpmn:extensionElements>'
        f"<zeebe:loopCharacteristics{drawn}/></bpmn:extensionElements>{inside}</bpmn:multiInstanceLoopCharacteristics>"
    )


ALL = {"inputCollection": "=units", "inputElement": "unit", "outputCollection": "verdicts", "outputElement": "=verdict"}


def test_parallel_items_are_open_together_and_their_outputs_keep_their_place() -> None:
    run = Run(
        diagram(chain(START, user("u", mapping("in verdict =null"), many("", **ALL)), END)),
        units=["A", "B", None], reload=True,
    )  # fmt: skip
    tasks = run.all("u")
    assert [run.instance.variables(task)["unit"] for task in tasks] == ["A", "B", None]
    for task, verdict in zip(reversed(tasks), ["c", "b", "a"], strict=True):
        run.instance.complete_user_task(task, {"verdict": verdict})
        run._after()
    assert run.instance.completed
    assert run.instance.root_variables == {"units": ["A", "B", None], "verdicts": ["a", "b", "c"]}


def test_sequential_items_come_one_after_the_other() -> None:
    run = Run(
        diagram(chain(START, user("u", mapping("in verdict =null"), many("", isSequential="true", **ALL)), END)),
        units=["A", None, "C"], reload=True,
    )  # fmt: skip
    for count, unit in enumerate(["A", None, "C"], 1):
        assert len(run.all("u")) == 1
        seen = run.instance.variables(run.find("u"))
        assert (seen["unit"], seen["loopCounter"]) == (unit, count)
        run.complete("u", verdict=count)
    assert run.instance.root_variables["verdicts"] == [1, 2, 3]


def test_an_empty_collection_is_passed() -> None:
    run = Run(diagram(chain(START, user("u", "", many("", **ALL)), END)), units=[])
    assert run.path == ["s", "u", "e"]
    assert run.instance.root_variables == {"units": [], "verdicts": []}


def test_a_completion_condition_withdraws_the_other_items() -> None:
    done = "<bpmn:completionCondition>=verdict = 'no'</bpmn:completionCondition>"
    run = Run(
        diagram(chain(START, user("u", mapping("in verdict =null"), many(done, **ALL)), END)),
        units=["A", "B", "C"],
        reload=True,
    )
    run.complete("u", verdict="yes")
    run.complete("u", verdict="no")
    assert run.instance.completed
    assert run.instance.root_variables["verdicts"] == ["yes", "no", None]
    assert [fact.element_id for fact in run.told(f.ElementCancelled)] == ["u"]


def test_an_interrupting_timer_stops_all_items() -> None:

    body = START + user("u", "", many("", **ALL)) + boundary("late", "u", timer("duration", "PT1H")) + END
    run = Run(diagram(body + flows("s u", "u e", "late e")), units=["A", "B"], reload=True)
    assert len(run.told(f.TimerArmed)) == 1
    run.fire("late")
    assert run.instance.completed
    assert len(run.told(f.UserTaskClosed)) == 2


def test_a_subprocess_runs_once_per_item_with_its_own_variables() -> None:
    inside = '<bpmn:startEvent id="s2"/>' + script("t", "=unit + '!'", "verdict") + user("u") + flows("s2 t", "t u")
    sub = (
        '<bpmn:subProcess id="sub"><bpmn:extensionElements>' + mapping("in verdict =null") + "</bpmn:extensionElements>"
        + many("", **ALL) + inside + "</bpmn:subProcess>"
    )  # fmt: skip
    run = Run(diagram(chain(START, sub, END)), units=["A", "B"], reload=True)
    run.complete("u").complete("u")
    assert run.instance.root_variables["verdicts"] == ["A!", "B!"]
    assert run.instance.completed


def test_a_service_task_runs_inline_once_per_item() -> None:
    world = World()
    world.jobs["check"] = lambda call: {"verdict": len(call.variables["unit"])}
    run = Run(
        diagram(chain(START, job("j", "check", mapping("in verdict =null"), many("", **ALL)), END)),
        world,
        units=["a", "bb"],
    )
    assert run.instance.root_variables["verdicts"] == [1, 2]


def test_a_collection_that_is_none_is_an_incident() -> None:
    run = Run(diagram(chain(START, user("u", "", many("", **ALL)), END)), units="A", reload=True)
    assert run.incidents == ["multi_instance"]
    run.instance.set_variables(None, {"units": ["A"]})
    run.retry("u")
    assert run.open == ["u"]


def test_an_expression_that_fails_is_an_incident_in_both_languages_and_a_retry_goes_on() -> None:
    body = START + user("u") + '<bpmn:exclusiveGateway id="g" default="g_e"/>' + user("v") + END
    run = Run(diagram(body + flows("s u", "u g", "g v =limit > 3", "g e")), reload=True)
    run.complete("u")
    (raised,) = run.told(f.IncidentRaised)
    assert (raised.element_id, raised.kind) == ("g", "expression")
    assert "limit > 3" in raised.message_zh
    assert "cannot evaluate" in raised.message_en
    run.retry("g")
    assert run.incidents == ["expression", "expression"]
    assert len(run.told(f.IncidentResolved)) == 1
    run.instance.set_variables(None, {"limit": 5})
    run.retry("g")
    assert run.open == ["v"]
    assert len(run.told(f.IncidentResolved)) == 2


def test_a_condition_that_is_neither_true_nor_false_is_an_incident() -> None:
    body = START + '<bpmn:exclusiveGateway id="g" default="g_e"/>' + user("v") + END
    assert Run(diagram(body + flows("s g", "g v =limit", "g e")), limit=5).incidents == ["condition"]
    assert Run(diagram(body + flows("s g", "g v =limit", "g e")), limit=None).incidents == ["condition"]


def test_a_gateway_where_nothing_holds_is_an_incident_that_can_be_skipped() -> None:
    body = START + '<bpmn:exclusiveGateway id="g"/>' + user("a") + user("b")
    run = Run(diagram(body + flows("s g", "g a =x > 1", "g b =x > 2")), x=0, reload=True)
    assert run.incidents == ["condition"]
    run.instance.skip(run.find("g"), {"x": 9}, "g_b")
    run._after()
    assert run.open == ["b"]


def test_an_output_mapping_that_fails_keeps_what_the_person_entered() -> None:
    run = Run(diagram(chain(START, user("u", mapping("out total =pieces * price")), END)), reload=True)
    run.complete("u", pieces=2)
    assert run.incidents == ["expression"]
    assert run.told(f.UserTaskClosed)[0].completed is True
    run.instance.set_variables(None, {"price": 5})
    run.retry("u")
    assert run.instance.completed
    assert run.instance.root_variables == {"price": 5, "total": 10}


def test_an_error_nobody_catches_can_be_led_past() -> None:
    roots = '<bpmn:error id="err" errorCode="REFUSED"/>'
    error = '<bpmn:errorEventDefinition errorRef="err"/>'
    run = Run(diagram(chain(START, extended("endEvent", "failed", "", error)), roots), reload=True)
    run.instance.skip(run.find("failed"))
    assert run.instance.completed


def test_a_join_nobody_can_satisfy_can_be_led_past() -> None:
    body = START + '<bpmn:exclusiveGateway id="g" default="g_b"/><bpmn:parallelGateway id="j"/>' + user("last")
    body += extended("task", "a") + extended("task", "b")
    run = Run(diagram(body + flows("s g", "g a =false", "g b", "a j", "b j", "j last")), reload=True)
    assert run.incidents == ["deadlock"]
    (waiting,) = [task.task_id for task in run.instance.open_tasks]
    run.instance.retry(waiting)
    run._after()
    assert run.incidents == ["deadlock", "deadlock"]
    run.instance.skip(waiting)
    run._after()
    assert run.open == ["last"]


def test_a_timer_at_a_task_with_an_incident_still_fires() -> None:

    body = START + job("j", "call_supplier") + boundary("late", "j", timer("duration", "PT1H")) + user("rescue") + END
    run = Run(diagram(body + flows("s j", "j e", "late rescue")), reload=True)
    run.fail("j", "UNKNOWN")
    assert run.incidents == ["unhandled_error"]
    run.fire("late")
    assert run.open == ["rescue"]
    assert run.told(f.IncidentResolved)


def test_values_that_are_no_json_are_refused_before_anything_moves() -> None:
    run = Run(diagram(chain(START, user("u"), END)))
    state = run.instance.save()
    with pytest.raises(TypeError, match="must be JSON"):
        run.complete("u", thing=object())
    assert run.instance.save() == state
