"""Timers, messages and errors: armed with facts, fired one by one, withdrawn with their host."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from engine_world import END, MONDAY, START, Run, World, boundary, chain, diagram, extended, flows, job, timer, user

from app.engine import BpmnError, NotWaiting
from app.engine import facts as f

MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
ROOTS = (
    '<bpmn:message id="m" name="parts_arrived"><bpmn:extensionElements><zeebe:subscription correlationKey="=order_no"/>'
    '</bpmn:extensionElements></bpmn:message><bpmn:message id="m2" name="order_cancelled"/>'
    '<bpmn:error id="err" errorCode="NO_STOCK"/><bpmn:error id="other" errorCode="OTHER"/>'
)
ERROR = '<bpmn:errorEventDefinition errorRef="err"/>'


def catch(identifier: str, definition: str) -> str:
    return extended("intermediateCatchEvent", identifier, "", definition)


@pytest.mark.parametrize(
    ("kind", "text", "due"),
    [
        ("duration", "PT4H", MONDAY + timedelta(hours=4)),
        ("duration", "=wait", MONDAY + timedelta(days=3)),
        ("duration", "P1M", datetime.fromisoformat("2026-04-02T01:00:00Z")),
        ("date", "2026-03-05T09:00:00+08:00", datetime.fromisoformat("2026-03-05T01:00:00Z")),
        ("date", "=promised", datetime.fromisoformat("2026-03-09T01:00:00Z")),
    ],
)
def test_a_timer_tells_when_it_is_due(kind: str, text: str, due: datetime) -> None:
    run = Run(
        diagram(chain(START, catch("t", timer(kind, text)), END)),
        wait="P3D",
        promised="2026-03-09T09:00:00@Asia/Shanghai",
    )
    (armed,) = run.told(f.TimerArmed)
    assert armed.due_at == due
    run.fire("t")
    assert run.instance.completed
    assert len(run.told(f.TimerDisarmed)) == 1


def test_a_due_time_is_evaluated_once() -> None:
    run = Run(diagram(chain(START, catch("t", timer("duration", "PT1H")), END)))
    run.world.advance(minutes=59)
    run.save_and_restore()
    assert [fact.due_at for fact in run.told(f.TimerArmed)] == [MONDAY + timedelta(hours=1)]


def test_a_null_timer_is_told_but_not_armed_and_can_be_evaluated_again() -> None:
    run = Run(diagram(chain(START, catch("t", timer("date", "=promised")), END)), promised=None, reload=True)
    assert run.told(f.TimerArmed)[0].due_at is None
    with pytest.raises(NotWaiting):
        run.instance.fire_timer(run.find("t"))
    run.instance.set_variables(None, {"promised": "2026-03-03T00:00:00Z"})
    run.retry("t")
    assert run.told(f.TimerArmed)[-1].due_at == datetime.fromisoformat("2026-03-03T00:00:00Z")
    assert run.fire("t").instance.completed


def test_a_timer_value_nobody_can_read_is_an_incident() -> None:
    run = Run(diagram(chain(START, catch("t", timer("date", "=promised")), END)), promised="soon")
    assert run.incidents == ["timer"]
    run.instance.set_variables(None, {"promised": "2026-03-03T00:00:00Z"})
    run.retry("t")
    assert run.fire("t").instance.completed


def test_an_interrupting_timer_withdraws_the_task() -> None:
    body = START + user("u") + boundary("late", "u", timer("duration", "PT1H")) + user("remind") + END
    run = Run(diagram(body + flows("s u", "u e", "late remind")), reload=True)
    task_id = run.find("u")
    run.fire("late")
    assert run.open == ["remind"]
    assert run.told(f.UserTaskClosed)[0].completed is False
    with pytest.raises(NotWaiting):
        run.instance.complete_user_task(task_id, {})


def test_completing_the_task_disarms_its_timers() -> None:
    body = START + user("u") + boundary("late", "u", timer("duration", "PT1H")) + END
    run = Run(diagram(body + flows("s u", "u e", "late e")))
    timer_id = run.find("late")
    run.complete("u")
    assert [fact.task_id for fact in run.told(f.TimerDisarmed)] == [timer_id]
    assert run.path == ["s", "u", "e"]


def test_a_non_interrupting_timer_leaves_the_task_and_fires_once() -> None:
    body = START + user("u") + boundary("late", "u", timer("duration", "PT1H"), False) + user("remind") + END
    run = Run(diagram(body + flows("s u", "u e", "late remind")), reload=True)
    run.fire("late")
    assert run.open == ["u", "remind"]
    run.complete("u").complete("remind")
    assert run.instance.completed


def test_a_non_interrupting_cycle_fires_as_often_as_it_says() -> None:
    body = (
        START + user("u") + boundary("late", "u", timer("cycle", "R3/PT1H"), False) + extended("task", "remind") + END
    )
    run = Run(diagram(body + flows("s u", "u e", "late remind")), reload=True)
    for _ in range(3):
        run.fire("late")
    assert run.all("late") == []
    assert [fact.due_at for fact in run.told(f.TimerArmed)] == [MONDAY + timedelta(hours=n) for n in (1, 2, 3)]
    assert run.path.count("remind") == 3
    run.complete("u")
    assert run.instance.completed


def test_a_message_is_awaited_with_its_key_and_brings_variables() -> None:
    run = Run(diagram(chain(START, catch("c", MESSAGE), END), ROOTS), order_no="B7", reload=True)
    (opened,) = run.told(f.SubscriptionOpened)
    assert (opened.message_name, opened.correlation_key) == ("parts_arrived", "B7")
    run.message("c", pieces=3)
    assert run.told(f.SubscriptionClosed)
    assert run.instance.root_variables == {"order_no": "B7", "pieces": 3}


def test_a_null_key_is_an_incident() -> None:
    run = Run(diagram(chain(START, catch("c", MESSAGE), END), ROOTS), order_no=None)
    assert run.incidents == ["expression"]


def test_a_non_interrupting_message_can_come_again() -> None:
    body = START + user("u") + boundary("note", "u", MESSAGE, False) + extended("task", "read") + END
    run = Run(diagram(body + flows("s u", "u e", "note read"), ROOTS), order_no="B7", reload=True)
    run.message("note", text="one").message("note", text="two")
    assert run.path.count("read") == 2
    run.complete("u")
    assert run.instance.completed
    assert len(run.told(f.SubscriptionOpened)) == len(run.told(f.SubscriptionClosed)) == 3


def test_a_receive_task_waits_for_its_message_and_may_have_a_deadline() -> None:
    body = START + extended("receiveTask", "r", messageRef="m") + boundary("late", "r", timer("duration", "P1D")) + END
    xml = diagram(body + flows("s r", "r e", "late e"), ROOTS)
    assert Run(xml, order_no="B7").message("r").path == ["s", "r", "e"]
    assert Run(xml, order_no="B7").fire("late").path == ["s", "late", "e"]


EVENT_GATEWAY = (
    START + '<bpmn:eventBasedGateway id="g"/>' + catch("soon", timer("duration", "PT1H"))
    + catch("later", timer("duration", "PT2H")) + catch("c", MESSAGE) + END
    + flows("s g", "g soon", "g later", "g c", "soon e", "later e", "c e")
)  # fmt: skip


def test_an_event_gateway_arms_every_event_with_its_own_time() -> None:
    run = Run(diagram(EVENT_GATEWAY, ROOTS), order_no="B7")
    assert [fact.due_at - MONDAY for fact in run.told(f.TimerArmed)] == [timedelta(hours=1), timedelta(hours=2)]
    assert [fact.message_name for fact in run.told(f.SubscriptionOpened)] == ["parts_arrived"]


@pytest.mark.parametrize("event", ["soon", "later", "c"])
def test_the_first_event_takes_the_token_and_disarms_the_others(event: str) -> None:
    run = Run(diagram(EVENT_GATEWAY, ROOTS), order_no="B7", reload=True)
    (run.message if event == "c" else run.fire)(event)
    assert run.path == ["s", "g", event, "e"]
    assert run.instance.completed
    assert len(run.told(f.TimerDisarmed)) == 2
    assert len(run.told(f.SubscriptionClosed)) == 1
    assert not run.told(f.ElementCancelled)


def test_a_thrown_message_is_published_with_the_mapped_variables_and_does_not_wait() -> None:
    throw = extended(
        "intermediateThrowEvent",
        "t",
        '<zeebe:taskDefinition type="publish_message"/>'
        '<zeebe:taskHeaders><zeebe:header key="correlation_key" value="=case_no"/></zeebe:taskHeaders>'
        '<zeebe:ioMapping><zeebe:input source="=case_no" target="case_no"/></zeebe:ioMapping>',
        '<bpmn:messageEventDefinition messageRef="m2"/>',
    )
    run = Run(diagram(chain(START, throw, END), ROOTS), case_no="FW1", secret=1)
    (published,) = run.told(f.MessagePublished)
    assert (published.message_name, published.correlation_key) == ("order_cancelled", "FW1")
    assert published.variables == {"case_no": "FW1"}
    assert run.instance.completed


@pytest.mark.parametrize("tag", ["sendTask", "endEvent"])
def test_send_tasks_and_message_ends_publish_everything_visible(tag: str) -> None:
    if tag == "sendTask":
        thrower = extended(tag, "t", '<zeebe:taskDefinition type="publish_message"/>', "", messageRef="m2")
    else:
        thrower = extended(tag, "t", "", '<bpmn:messageEventDefinition messageRef="m2"/>')
    run = Run(diagram(chain(START, thrower), ROOTS), case_no="FW1")
    assert run.told(f.MessagePublished)[0].variables == {"case_no": "FW1"}
    assert run.instance.completed


def test_an_inline_error_goes_to_the_boundary_of_its_task() -> None:
    def no_stock(call: object) -> dict[str, object]:
        raise BpmnError("NO_STOCK", "nothing left")

    world = World()
    world.jobs["take_part"] = no_stock
    body = START + job("j", "take_part") + boundary("b", "j", ERROR) + user("order") + END
    run = Run(diagram(body + flows("s j", "j e", "b order"), ROOTS), world)
    assert run.open == ["order"]
    assert [fact.element_id for fact in run.told(f.ElementCancelled)] == ["j"]


def test_an_error_boundary_hands_over_code_and_message_by_output_mapping() -> None:
    body = (
        START + job("j", "call_supplier")
        + boundary("b", "j", '<bpmn:errorEventDefinition/>', zeebe='<zeebe:ioMapping><zeebe:output source="=errorCode" '
                   'target="reason"/></zeebe:ioMapping>')
        + END
    )  # fmt: skip
    run = Run(diagram(body + flows("s j", "j e", "b e")))
    run.fail("j", "NO_STOCK")
    assert run.instance.root_variables == {"reason": "NO_STOCK"}


def test_an_outgoing_job_can_answer_with_an_error_that_another_boundary_does_not_catch() -> None:
    body = START + job("j", "call_supplier") + boundary("b", "j", '<bpmn:errorEventDefinition errorRef="other"/>') + END
    run = Run(diagram(body + flows("s j", "j e", "b e"), ROOTS), reload=True)
    run.fail("j", "NO_STOCK")
    assert run.incidents == ["unhandled_error"]
    run.retry("j")
    assert len(run.told(f.JobCreated)) == 2
    assert run.told(f.IncidentResolved)
    assert run.answer("j").instance.completed


def subprocess(identifier: str, inside: str) -> str:
    return f'<bpmn:subProcess id="{identifier}">{inside}</bpmn:subProcess>'


def error_end(identifier: str) -> str:
    return extended("endEvent", identifier, "", ERROR)


def test_an_error_end_leaves_the_subprocess_before_its_next_step() -> None:
    inside = (
        '<bpmn:startEvent id="s2"/><bpmn:parallelGateway id="split"/>' + user("u") + error_end("failed")
        + extended("task", "after") + flows("s2 split", "split failed", "split u", "u after")
    )  # fmt: skip
    body = START + subprocess("sub", inside) + boundary("b", "sub", ERROR) + user("rescue") + END
    run = Run(diagram(body + flows("s sub", "sub e", "b rescue"), ROOTS), reload=True)
    assert run.open == ["rescue"]
    assert "failed" in run.path
    assert not run.told(f.UserTaskOpened)[:-1]


def test_an_error_is_not_caught_by_the_boundary_of_a_sibling() -> None:
    first = '<bpmn:startEvent id="s1"/>' + user("u1") + error_end("e1") + flows("s1 u1", "u1 e1")
    second = '<bpmn:startEvent id="s2"/>' + user("u2") + '<bpmn:endEvent id="e2"/>' + flows("s2 u2", "u2 e2")
    body = (
        START + '<bpmn:parallelGateway id="split"/>' + subprocess("one", first) + subprocess("two", second)
        + boundary("b1", "one", ERROR) + boundary("b2", "two", ERROR) + user("x1") + user("x2")
    )  # fmt: skip
    run = Run(diagram(body + flows("s split", "split one", "split two", "b1 x1", "b2 x2"), ROOTS), reload=True)
    run.complete("u1")
    assert run.open == ["u2", "x1"]


def test_an_error_nobody_catches_is_an_incident() -> None:
    run = Run(diagram(chain(START, error_end("failed")), ROOTS))
    assert run.incidents == ["unhandled_error"]
    assert not run.instance.completed


def test_an_interrupting_timer_on_a_subprocess_withdraws_everything_inside() -> None:
    inner = '<bpmn:startEvent id="s3"/>' + user("deep") + flows("s3 deep")
    inside = '<bpmn:startEvent id="s2"/>' + subprocess("inner", inner) + user("u") + flows("s2 inner", "s2 u")
    body = START + subprocess("sub", inside) + boundary("late", "sub", timer("duration", "PT1H")) + user("rescue")
    run = Run(diagram(body + flows("s sub", "late rescue")), reload=True)
    assert run.open == ["late", "u", "deep"]
    run.fire("late")
    assert run.open == ["rescue"]
    cancelled = [fact.element_id for fact in run.told(f.ElementCancelled)]
    assert cancelled == ["deep", "inner", "u", "sub"]


def test_a_start_timer_and_message_starts_are_described_for_the_runtime() -> None:
    from engine_world import process_of

    body = (
        '<bpmn:startEvent id="daily">' + timer("cycle", "R/P1D") + "</bpmn:startEvent>"
        f'<bpmn:startEvent id="asked">{MESSAGE}</bpmn:startEvent>' + user("u") + flows("daily u", "asked u")
    )
    process = process_of(diagram(body, ROOTS))
    assert process.none_start is None
    assert process.message_starts == {"parts_arrived": "asked"}
    assert process.timer_starts["daily"].text == "R/P1D"
    assert Run(diagram(body, ROOTS), start_id="daily").open == ["u"]
