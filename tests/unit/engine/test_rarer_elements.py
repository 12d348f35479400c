"""Event subprocesses, signals, escalations, links, conditions, loops, complex gateways, compensation, ad hoc."""

from __future__ import annotations

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
    process_of,
    refusal,
    rules,
    timer,
    user,
)

from app.engine import facts as f

ROOTS = (
    '<bpmn:message id="m" name="note_came"/><bpmn:signal id="sig" name="plant_closed"/>'
    '<bpmn:error id="err" errorCode="REFUSED"/><bpmn:escalation id="esc" escalationCode="LATE"/>'
)
MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="sig"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="err"/>'
ESCALATION = '<bpmn:escalationEventDefinition escalationRef="esc"/>'


def when(text: str) -> str:
    return f"<bpmn:conditionalEventDefinition><bpmn:condition>{text}</bpmn:condition></bpmn:conditionalEventDefinition>"


def event_subprocess(definition: str, interrupting: bool = True, task: str = "handle") -> str:
    start = extended("startEvent", f"{task}_start", "", definition, isInterrupting=str(interrupting).lower())
    return (
        f'<bpmn:subProcess id="{task}_sub" triggeredByEvent="true">{start}{user(task)}{flows(f"{task}_start {task}")}'
        "</bpmn:subProcess>"
    )


def sub(identifier: str, inside: str) -> str:
    return f'<bpmn:subProcess id="{identifier}">{inside}</bpmn:subProcess>'


@pytest.mark.parametrize(
    ("definition", "event"), [(timer("duration", "PT1H"), "fire"), (MESSAGE, "message"), (SIGNAL, "message")]
)
def test_an_interrupting_event_subprocess_stops_its_scope(definition: str, event: str) -> None:
    run = Run(diagram(chain(START, user("u"), END) + event_subprocess(definition), ROOTS), reload=True)
    assert run.open == ["handle_sub", "u"]
    getattr(run, event)("handle_sub")
    assert run.open == ["handle"]
    assert run.told(f.UserTaskClosed)[0].completed is False
    assert run.complete("handle").instance.completed


def test_a_non_interrupting_event_subprocess_runs_beside_and_again() -> None:
    run = Run(diagram(chain(START, user("u"), END) + event_subprocess(MESSAGE, False), ROOTS), reload=True)
    run.message("handle_sub", note=1).message("handle_sub", note=2)
    assert sorted(run.open) == ["handle", "handle", "handle_sub", "u"]
    run.complete("u")
    assert not run.instance.completed
    run.complete("handle").complete("handle")
    assert run.instance.completed
    assert run.instance.root_variables["note"] == 2
    assert len(run.told(f.SubscriptionOpened)) == len(run.told(f.SubscriptionClosed)) == 3


def test_an_idle_event_subprocess_does_not_keep_the_process_alive() -> None:
    run = Run(diagram(chain(START, user("u"), END) + event_subprocess(timer("duration", "PT1H")), ROOTS), reload=True)
    run.complete("u")
    assert run.instance.completed
    assert len(run.told(f.TimerDisarmed)) == 1
    assert not run.told(f.ElementCancelled)


def test_the_event_that_is_awaited_is_told_under_the_start_event() -> None:
    run = Run(diagram(chain(START, user("u"), END) + event_subprocess(timer("duration", "PT1H")), ROOTS))
    assert run.told(f.TimerArmed)[0].element_id == "handle_start"


def test_an_error_is_caught_by_the_event_subprocess_of_its_own_scope() -> None:
    inside = (
        '<bpmn:startEvent id="s2"/>' + user("u") + extended("endEvent", "failed", "", ERROR) + flows("s2 u", "u failed")
        + event_subprocess(ERROR)
    )  # fmt: skip
    body = (
        START
        + sub("sub", inside)
        + boundary("b", "sub", ERROR)
        + user("outer")
        + END
        + flows("s sub", "sub e", "b outer")
    )
    run = Run(diagram(body, ROOTS), reload=True)
    run.complete("u")
    assert run.open == ["handle"]
    run.complete("handle")
    assert run.path[-2:] == ["sub", "e"]


def test_an_event_subprocess_inside_a_subprocess_lives_with_it() -> None:
    inside = '<bpmn:startEvent id="s2"/>' + user("u") + flows("s2 u") + event_subprocess(MESSAGE, False)
    run = Run(diagram(chain(START, sub("sub", inside), user("after")), ROOTS), reload=True)
    run.complete("u")
    assert run.open == ["after"]
    assert run.told(f.SubscriptionClosed)


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_interrupts_or_not(interrupting: bool) -> None:
    throw = extended("intermediateThrowEvent", "t", "", ESCALATION)
    inside = '<bpmn:startEvent id="s2"/>' + throw + user("u") + flows("s2 t", "t u")
    body = START + sub("sub", inside) + boundary("b", "sub", ESCALATION, interrupting) + user("leader") + END
    run = Run(diagram(body + flows("s sub", "sub e", "b leader"), ROOTS), reload=True)
    assert sorted(run.open) == (["leader"] if interrupting else ["leader", "u"])
    assert "t" in run.path


def test_an_escalation_nobody_catches_changes_nothing() -> None:
    throw = extended("intermediateThrowEvent", "t", "", ESCALATION)
    run = Run(diagram(chain(START, throw, extended("endEvent", "x", "", ESCALATION)), ROOTS))
    assert run.instance.completed
    assert not run.incidents


def test_a_signal_is_published_without_a_key_under_a_name_of_its_own() -> None:
    run = Run(diagram(chain(START, extended("intermediateThrowEvent", "t", "", SIGNAL), END), ROOTS), x=1)
    (published,) = run.told(f.MessagePublished)
    assert (published.message_name, published.correlation_key) == ("signal:plant_closed", None)
    started = diagram(chain(f'<bpmn:startEvent id="s">{SIGNAL}</bpmn:startEvent>', user("u")), ROOTS)
    assert process_of(started).message_starts == {"signal:plant_closed": "s"}


def test_a_link_leads_to_the_catch_of_its_name() -> None:
    def link(name: str) -> str:
        return f'<bpmn:linkEventDefinition name="{name}"/>'

    body = (
        START + extended("intermediateThrowEvent", "a", "", link("A"))
        + extended("intermediateCatchEvent", "b", "", link("A"))
        + user("u") + flows("s a", "b u")
    )  # fmt: skip
    assert Run(diagram(body)).open == ["u"]
    assert "link_without_target" in rules(refusal(diagram(body.replace('name="A"', 'name="B"', 1))))


def test_a_condition_that_is_awaited_fires_when_a_variable_makes_it_true() -> None:
    catch = extended("intermediateCatchEvent", "c", "", when("=level > 3"))
    body = START + user("u") + catch + END + flows("s u", "s c", "c e")
    run = Run(diagram(body), level=1, reload=True)
    assert "c" not in run.path
    run.complete("u", level=5)
    assert run.path[-2:] == ["c", "e"]
    assert run.instance.completed


def test_a_conditional_boundary_fires_at_each_rise() -> None:
    body = (
        START + user("u") + boundary("b", "u", when("=level > 3"), False) + extended("task", "note") + user("v") + END
    )
    run = Run(diagram(body + flows("s u", "s v", "b note", "u e")), level=1, reload=True)
    for level in (5, 6, 1, 7):
        run.instance.set_variables(None, {"level": level})
        run._after()
    assert run.path.count("note") == 2


def test_a_condition_that_cannot_be_asked_is_an_incident_until_it_can() -> None:
    catch = extended("intermediateCatchEvent", "c", "", when("=level + 1"))
    run = Run(diagram(chain(START, catch, END)), level=1, reload=True)
    assert run.incidents == ["condition"]
    run.instance.set_variables(None, {"level": "x"})
    run.retry("c")
    assert run.incidents == ["condition", "expression"]


def loop(attributes: str, condition: str = "") -> str:
    inside = f"<bpmn:loopCondition>{condition.replace('<', '&lt;')}</bpmn:loopCondition>" if condition else ""
    return f"<bpmn:standardLoopCharacteristics {attributes}>{inside}</bpmn:standardLoopCharacteristics>"


def test_a_loop_goes_round_while_its_condition_holds() -> None:
    run = Run(diagram(chain(START, user("u", "", loop("", "=n < 3")), END)), n=0, reload=True)
    for n in (1, 2, 3):
        assert run.instance.variables(run.find("u"))["loopCounter"] == n
        run.complete("u", n=n)
    assert run.instance.completed


@pytest.mark.parametrize(("attributes", "rounds"), [('loopMaximum="2"', 2), ('loopMaximum="2" testBefore="true"', 0)])
def test_a_loop_may_ask_before_and_has_a_maximum(attributes: str, rounds: int) -> None:
    condition = "" if rounds else "=false"
    run = Run(diagram(chain(START, extended("task", "t", "", loop(attributes, condition)), END)))
    assert run.path.count("t") == rounds + 1  # each round and the whole
    assert run.instance.completed


def test_token_quantities_multiply_and_gather() -> None:
    send = extended("task", "send", completionQuantity="3")
    gather = extended("task", "gather", startQuantity="3")
    run = Run(diagram(chain(START, send, extended("task", "each"), gather, END)), reload=True)
    assert run.path == ["s", "send", "each", "each", "each", "gather", "e"]
    assert run.instance.completed


COMPLEX = (
    START + '<bpmn:parallelGateway id="split"/>' + user("a") + user("b") + user("c")
    + '<bpmn:complexGateway id="two"><bpmn:activationCondition>=activationCount >= 2</bpmn:activationCondition>'
    + "</bpmn:complexGateway>"
    + user("after") + flows("s split", "split a", "split b", "split c", "a two", "b two", "c two", "two after")
).replace(">= 2<", "&gt;= 2<")  # fmt: skip


def test_a_complex_gateway_goes_on_at_its_condition_and_swallows_the_rest() -> None:
    run = Run(diagram(COMPLEX), reload=True)
    run.complete("a")
    assert "after" not in run.open
    run.complete("c")
    assert sorted(run.open) == ["after", "b"]
    run.complete("b")
    assert run.open == ["after"]
    assert run.complete("after").instance.completed


def test_a_cancel_end_leaves_the_transaction_by_its_cancel_boundary() -> None:
    cancel = "<bpmn:cancelEventDefinition/>"
    inside = '<bpmn:startEvent id="s2"/>' + user("u") + extended("endEvent", "x", "", cancel) + flows("s2 u", "u x")
    body = START + f'<bpmn:transaction id="tx">{inside}</bpmn:transaction>' + user("undo") + END
    run = Run(diagram(body + boundary("b", "tx", cancel) + flows("s tx", "tx e", "b undo")), reload=True)
    run.complete("u")
    assert run.open == ["undo"]
    assert "cancel_not_here" in rules(refusal(diagram(body + flows("s tx", "tx e"))))
    assert "cancel_not_here" in rules(refusal(diagram(chain(START, extended("endEvent", "x", "", cancel)))))


def test_a_receive_task_or_event_gateway_may_start_a_process() -> None:
    receive = extended("receiveTask", "r", "", "", instantiate="true", messageRef="m")
    xml = diagram(chain(receive, user("u")), ROOTS)
    assert process_of(xml).message_starts == {"note_came": "r"}
    run = Run(xml, start_id="r", x=1)
    assert run.open == ["u"]
    gateway = '<bpmn:eventBasedGateway id="g" instantiate="true"/>'
    catches = extended("intermediateCatchEvent", "c1", "", MESSAGE) + extended(
        "intermediateCatchEvent", "c2", "", SIGNAL
    )
    xml = diagram(gateway + catches + user("u") + flows("g c1", "g c2", "c1 u", "c2 u"), ROOTS)
    assert process_of(xml).message_starts == {"note_came": "c1", "signal:plant_closed": "c2"}
    assert Run(xml, World(), start_id="c2").open == ["u"]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (event_subprocess(""), "event_subprocess_without_trigger"),
        (event_subprocess(ERROR, False), "error_boundary_not_interrupting"),
        (event_subprocess(timer("cycle", "R3/PT1H")), "timer_cycle_here"),
        (event_subprocess(MESSAGE) + flows("u handle_sub"), "event_subprocess_shape"),
        (event_subprocess(when("x > 1")), "condition_without_feel"),
        (extended("startEvent", "s3", "", when("=x")) + flows("s3 u"), "unsupported_event"),
        (
            sub("n", f'<bpmn:startEvent id="s9">{MESSAGE}</bpmn:startEvent>') + flows("u n"),
            "subprocess_start_with_event",
        ),
        (extended("task", "t", "", loop("")) + flows("u t"), "loop_without_end"),
        (extended("task", "t", "", loop('loopMaximum="-1"')) + flows("u t"), "loop_maximum"),
        (extended("task", "t", startQuantity="0") + flows("u t"), "quantity_unreadable"),
        (extended("intermediateThrowEvent", "t", "", "<bpmn:escalationEventDefinition/>"), "throw_without_code"),
        (boundary("b", "u", ERROR, False), "error_boundary_not_interrupting"),
    ],
)
def test_what_makes_no_sense_is_refused(body: str, rule: str) -> None:
    assert rule in rules(refusal(diagram(chain(START, user("u"), END) + body, ROOTS)))


def test_a_multiple_catch_goes_on_after_the_first_event() -> None:
    both = MESSAGE + timer("duration", "PT1H")
    run = Run(diagram(chain(START, extended("intermediateCatchEvent", "c", "", both), END), ROOTS), reload=True)
    assert len(run.told(f.TimerArmed)) == len(run.told(f.SubscriptionOpened)) == 1
    run.message("c", x=1)
    assert run.path == ["s", "c", "e"]
    assert run.instance.root_variables == {"x": 1}
    assert len(run.told(f.TimerDisarmed)) == 1


def test_a_parallel_multiple_catch_waits_for_all_of_them() -> None:
    both = MESSAGE + SIGNAL
    catch = extended("intermediateCatchEvent", "c", "", both, parallelMultiple="true")
    run = Run(diagram(chain(START, catch, END), ROOTS), reload=True)
    run.message("c", x=1)
    assert run.path == ["s"]
    run.message("c", y=2)
    assert run.instance.completed
    assert run.instance.root_variables == {"x": 1, "y": 2}


def test_a_multiple_boundary_has_one_wait_for_each_definition() -> None:
    body = START + user("u") + boundary("b", "u", MESSAGE + timer("duration", "PT1H")) + user("v") + END
    run = Run(diagram(body + flows("s u", "u e", "b v"), ROOTS), reload=True)
    assert len(run.all("b")) == 2
    run.fire("b")
    assert run.open == ["v"]
    assert run.told(f.SubscriptionClosed)


def test_a_multiple_throw_publishes_everything() -> None:
    run = Run(diagram(chain(START, extended("intermediateThrowEvent", "t", "", MESSAGE + SIGNAL), END), ROOTS))
    assert [fact.message_name for fact in run.told(f.MessagePublished)] == ["note_came", "signal:plant_closed"]


COMPENSATE = "<bpmn:compensateEventDefinition/>"


def undoable(name: str) -> str:
    return (
        user(name) + boundary(f"{name}_undone", name, COMPENSATE)
        + extended("userTask", f"undo_{name}", isForCompensation="true")
        + f'<bpmn:association id="{name}_link" sourceRef="{name}_undone" targetRef="undo_{name}"/>'
    )  # fmt: skip


def test_what_was_completed_is_undone_latest_first() -> None:
    body = START + undoable("a") + undoable("b") + undoable("c") + extended("endEvent", "undo", "", COMPENSATE)
    run = Run(diagram(body + flows("s a", "a b", "b undo", "s c")), reload=True)
    run.complete("a").complete("b")
    assert sorted(run.open) == ["c", "undo_b"]
    run.complete("undo_b")
    assert sorted(run.open) == ["c", "undo_a"]
    run.complete("undo_a")
    assert run.open == ["c"]  # c was never completed, so there is nothing to undo
    assert run.complete("c").instance.completed


def test_one_activity_can_be_undone_by_name_and_only_once() -> None:
    definition = '<bpmn:compensateEventDefinition activityRef="a"/>'
    throw = extended("intermediateThrowEvent", "t", "", definition) + extended(
        "intermediateThrowEvent", "t2", "", definition
    )
    body = START + undoable("a") + undoable("b") + throw + END
    run = Run(diagram(body + flows("s a", "a b", "b t", "t t2", "t2 e")), reload=True)
    run.complete("a").complete("b").complete("undo_a")
    assert run.instance.completed


def test_what_was_done_in_a_finished_subprocess_is_undone_too() -> None:
    inside = '<bpmn:startEvent id="s2"/>' + undoable("a") + flows("s2 a")
    body = START + sub("inner", inside) + user("u") + extended("endEvent", "undo", "", COMPENSATE)
    run = Run(diagram(body + flows("s inner", "inner u", "u undo")), reload=True)
    run.complete("a").complete("u")
    assert run.open == ["undo_a"]
    assert run.complete("undo_a").instance.completed


def test_a_cancelled_transaction_undoes_what_it_has_done() -> None:
    cancel = "<bpmn:cancelEventDefinition/>"
    inside = '<bpmn:startEvent id="s2"/>' + undoable("a") + extended("endEvent", "x", "", cancel) + flows("s2 a", "a x")
    body = (
        START + f'<bpmn:transaction id="tx">{inside}</bpmn:transaction>' + user("after") + boundary("b", "tx", cancel)
    )
    run = Run(diagram(body + flows("s tx", "b after")), reload=True)
    run.complete("a")
    assert run.open == ["undo_a"]
    run.complete("undo_a")
    assert run.open == ["after"]


def ad_hoc(inside: str, attributes: str = "", condition: str = "") -> str:
    done = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else ""
    return f'<bpmn:adHocSubProcess id="any" {attributes}>{inside}{done}</bpmn:adHocSubProcess>'


def test_the_steps_of_an_ad_hoc_subprocess_are_done_in_any_order() -> None:
    run = Run(diagram(chain(START, ad_hoc(user("a") + user("b")), END)), reload=True)
    assert run.open == ["a", "b"]
    assert run.complete("b").complete("a").instance.completed


def test_a_sequential_ad_hoc_subprocess_takes_one_step_after_the_other() -> None:
    inside = user("a") + user("b") + user("a2") + flows("a a2")
    run = Run(diagram(chain(START, ad_hoc(inside, 'ordering="Sequential"'), END)), reload=True)
    for name in ("a", "a2", "b"):
        assert run.open == [name]
        run.complete(name)
    assert run.instance.completed


def test_an_ad_hoc_subprocess_ends_when_its_condition_holds() -> None:
    run = Run(
        diagram(chain(START, ad_hoc(user("a") + user("b") + user("c"), "", "=enough"), END)), enough=False, reload=True
    )
    run.complete("a")
    run.complete("c", enough=True)
    assert run.instance.completed
    assert [fact.element_id for fact in run.told(f.ElementCancelled)] == ["b"]


def test_a_global_task_is_called_like_a_process() -> None:
    task = (
        '<bpmn:globalScriptTask id="shared"><bpmn:extensionElements><zeebe:script expression="=1 + '
        '1" resultVariable="two"/>'
        "</bpmn:extensionElements></bpmn:globalScriptTask>"
    )
    xml = diagram(chain(START, extended("callActivity", "c", "", "", calledElement="shared"), END), task)
    world = World()
    world.processes["shared"] = process_of(xml, "shared")
    run = Run(xml, world)
    assert run.instance.root_variables == {"two": 2}


def test_a_receive_task_waits_once_per_item() -> None:
    many = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics "
        'inputCollection="=[1,2]" '
        'inputElement="item"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>'
    )
    run = Run(diagram(chain(START, extended("receiveTask", "r", "", many, messageRef="m"), END), ROOTS), reload=True)
    assert len(run.all("r")) == 2
    assert run.message("r").message("r").instance.completed
