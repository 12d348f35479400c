"""Event subprocesses, signals, escalations, links, conditions, loops, token quantities, complex gateways, transactions."""

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
        START + extended("intermediateThrowEvent", "a", "", link("A")) + extended("intermediateCatchEvent", "b", "", link("A"))
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
        run.instance._advance()
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
    + '<bpmn:complexGateway id="two"><bpmn:activationCondition>=activationCount >= 2</bpmn:activationCondition></bpmn:complexGateway>'
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
