"""A state goes to another version by element id and type; what does not fit is refused with every reason."""

from __future__ import annotations

import pytest
from engine_world import END, START, Run, World, boundary, chain, diagram, extended, flows, process_of, timer, user

from app.engine import Process, StateUnreadable, migrate, restore

OLD = diagram(chain(START, user("u"), user("v"), END))


def moved(run: Run, new: bytes, mapping: dict[str, str] | None = None) -> Run:
    result = migrate(run.instance.save(), process_of(run.xml), process_of(new), mapping)
    assert result.state is not None, [problem.message.en for problem in result.problems]
    run.xml = new
    run.instance = restore(process_of(new), result.state, run.world)
    return run


def reasons(run: Run, new: bytes, mapping: dict[str, str] | None = None) -> list[str]:
    result = migrate(run.instance.save(), process_of(run.xml), process_of(new), mapping)
    assert result.state is None
    return [problem.rule for problem in result.problems]


def test_a_token_keeps_its_place_and_goes_on_in_the_new_version() -> None:
    run = moved(Run(OLD, x=1), diagram(chain(START, user("u"), user("checked"), user("v"), END)))
    assert run.complete("u").open == ["checked"]


def test_a_renamed_element_is_found_by_the_mapping() -> None:
    new = diagram(chain(START, user("w"), user("v"), END))
    assert reasons(Run(OLD), new) == ["element_gone"]
    assert moved(Run(OLD), new, {"u": "w"}).open == ["w"]


def test_another_type_event_or_marker_is_refused() -> None:
    run = Run(OLD)
    assert reasons(run, diagram(chain(START, extended("receiveTask", "u", messageRef="m")), MESSAGE)) == [
        "element_changed"
    ]
    many = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    many += "</bpmn:multiInstanceLoopCharacteristics>"
    assert reasons(run, diagram(chain(START, user("u", "", many), END))) == ["element_changed"]


MESSAGE = '<bpmn:message id="m" name="came"/>'


def test_an_element_in_another_subprocess_is_refused() -> None:
    inside = f'<bpmn:startEvent id="s2"/>{user("u")}{flows("s2 u")}'
    new = diagram(chain(START, f'<bpmn:subProcess id="sub">{inside}</bpmn:subProcess>'))
    assert reasons(Run(OLD), new) == ["element_moved"]


def test_armed_boundaries_subprocesses_and_joins_move_too() -> None:
    inside = f'<bpmn:startEvent id="s2"/>{user("u")}{flows("s2 u")}'
    body = (
        START + '<bpmn:parallelGateway id="split"/>' + f'<bpmn:subProcess id="sub">{inside}</bpmn:subProcess>'
        + user("v") + boundary("late", "sub", timer("duration", "PT1H")) + '<bpmn:parallelGateway id="join"/>' + END
    )  # fmt: skip
    old = diagram(body + flows("s split", "split sub", "split v", "sub join", "v join", "late join", "join e"))
    run = Run(old)
    run.complete("v")
    new = old.replace(b'"sub"', b'"visit"').replace(b'id="v_join"', b'id="other"')
    run = moved(run, new, {"sub": "visit"})
    run.fire("late")
    assert not run.instance.completed  # the join still waits for the subprocess' own flow


def test_a_called_process_keeps_its_version() -> None:
    world = World()
    called = diagram(chain(START, user("inside"), END), process_id="called")
    world.processes["called"] = process_of(called, "called")
    call = extended("callActivity", "c", '<zeebe:calledElement processId="called"/>')
    run = Run(diagram(chain(START, call, END)), world)
    run = moved(run, diagram(chain(START, call, user("after"), END)))
    assert run.complete("inside").open == ["after"]


def test_a_process_that_calls_itself_is_told_from_its_caller() -> None:
    body = chain(START, '<bpmn:exclusiveGateway id="g" default="g_u"/>', user("u")) + END
    call = extended("callActivity", "c", '<zeebe:calledElement processId="p"/>')
    xml = diagram(body + call + flows("g c =deeper", "u e", "c e"))

    class Deeper(World):
        def __init__(self) -> None:
            super().__init__()
            self.asked = 0

        def evaluate(self, expression: str, variables: object) -> bool:
            self.asked += 1
            return self.asked < 3

        def process(self, process_id: str, caller: Process) -> Process:
            return caller

    run = Run(xml, Deeper(), reload=True)
    assert run.open == ["u"]
    assert run.complete("u").instance.completed


def test_a_state_of_another_version_is_not_moved_blindly() -> None:
    with pytest.raises(StateUnreadable):
        migrate(Run(OLD).instance.save(), process_of(diagram(chain(START, user("u")))), process_of(OLD))
