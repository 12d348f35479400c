"""Sending a task back: to the user tasks its own token has passed since its last fork or join, and nowhere else."""

from __future__ import annotations

import pytest
from engine_world import END, START, Run, boundary, chain, diagram, flows, job, process_of, script, timer, user

from app.engine import NotOnPath, NotWaiting, migrate, restore
from app.engine import facts as f

FORK = '<bpmn:parallelGateway id="fork"/>'
JOIN = '<bpmn:parallelGateway id="join"/>'
THREE = diagram(chain(START, user("write"), script("note", "=1", "noted"), user("check"), user("agree"), END))


def behind(run: Run, element_id: str) -> list[str]:
    return run.instance.way_back(run.find(element_id, "user_task"))


def send_back(run: Run, element_id: str, target: str) -> None:
    run.instance.send_back(run.find(element_id, "user_task"), target)
    run._after()


def test_a_task_goes_back_to_any_task_before_it_and_its_values_stay() -> None:
    run = Run(THREE, reload=True).complete("write", amount=100).complete("check", opinion="fine")
    assert behind(run, "agree") == ["write", "check"]
    send_back(run, "agree", "write")
    assert run.open == ["write"]
    assert run.instance.root_variables == {"amount": 100, "noted": 1, "opinion": "fine"}
    assert [(type(fact).__name__, fact.element_id) for fact in run.latest] == [
        ("UserTaskClosed", "agree"),
        ("ElementCancelled", "agree"),
        ("ElementActivated", "write"),
        ("UserTaskOpened", "write"),
    ]
    closed = next(fact for fact in run.latest if isinstance(fact, f.UserTaskClosed))
    assert not closed.completed
    assert behind(run, "write") == []
    run.complete("write", amount=90).complete("check").complete("agree")
    assert run.instance.completed
    assert run.instance.root_variables == {"amount": 90, "noted": 1, "opinion": "fine"}


def test_it_does_not_go_to_itself_or_forward_or_to_what_is_no_user_task() -> None:
    run = Run(THREE).complete("write")
    for target in ("check", "agree", "note", "nowhere"):
        with pytest.raises(NotOnPath):
            run.instance.send_back(run.find("check"), target)
    assert run.open == ["check"]
    with pytest.raises(NotWaiting):
        run.instance.send_back("no such task", "write")


def test_a_loop_does_not_make_the_path_longer() -> None:
    loop = '<bpmn:exclusiveGateway id="g" default="g_e"/>'
    xml = diagram(
        START + user("a") + user("b") + loop + END + flows("s a", "a b", "b g", "g a =again", "g e"),
    )
    run = Run(xml, reload=True)
    for _ in range(5):
        run.complete("a").complete("b", again=True)
    assert behind(run, "a") == ["b"]
    run.complete("a")
    assert behind(run, "b") == ["a"]


def test_behind_a_fork_and_behind_a_join_nothing_is_its_own() -> None:
    xml = diagram(
        START + user("a") + FORK + user("l") + user("m") + user("r") + JOIN + user("z") + END
        + flows("s a", "a fork", "fork l", "l m", "fork r", "m join", "r join", "join z", "z e")
    )  # fmt: skip
    run = Run(xml, reload=True).complete("a").complete("l")
    assert behind(run, "m") == ["l"]
    assert behind(run, "r") == []
    send_back(run, "m", "l")
    assert sorted(run.open) == ["l", "r"]
    run.complete("r").complete("l").complete("m")
    assert run.open == ["z"]
    assert behind(run, "z") == []


def test_a_reminder_beside_a_task_cuts_the_way_back_and_an_interrupting_timer_does_not() -> None:
    remind = boundary("remind", "b", timer("duration", "PT1H"), interrupting=False)
    instead = boundary("instead", "b", timer("duration", "PT2H"))
    xml = diagram(
        START + user("a") + user("b") + user("c") + user("y") + remind + instead + END + '<bpmn:endEvent id="e2"/>'
        + flows("s a", "a b", "b e", "remind c", "c e2", "instead y", "y e2")
    )  # fmt: skip
    run = Run(xml, reload=True).complete("a")
    assert behind(run, "b") == ["a"]
    run.fire("remind")
    assert behind(run, "b") == []
    assert behind(run, "c") == []
    other = Run(xml, reload=True).complete("a").fire("instead")
    assert behind(other, "y") == ["a"]


def test_what_hangs_on_the_task_is_withdrawn_and_armed_again_where_it_goes() -> None:
    late_a, late_b = (boundary(f"late_{x}", x, timer("duration", "PT1H")) for x in "ab")
    xml = diagram(
        START + user("a") + user("b") + late_a + late_b + END + '<bpmn:endEvent id="e2"/>'
        + flows("s a", "a b", "b e", "late_a e2", "late_b e2")
    )  # fmt: skip
    run = Run(xml, reload=True).complete("a")
    run.world.advance(minutes=30)
    send_back(run, "b", "a")
    assert [fact.element_id for fact in run.latest if isinstance(fact, f.TimerDisarmed)] == ["late_b"]
    (armed,) = [fact for fact in run.latest if isinstance(fact, f.TimerArmed)]
    assert (armed.element_id, armed.due_at.isoformat()) == ("late_a", "2026-03-02T02:30:00+00:00")
    assert sorted(run.open) == ["a", "late_a"]


def test_one_of_several_items_cannot_go_back_and_the_whole_can() -> None:
    items = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=[1, 2]" inputElement="n"/></bpmn:extensionElements>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    run = Run(diagram(chain(START, user("a"), user("each", inside=items), user("z"), END)), reload=True).complete("a")
    assert [run.instance.way_back(task) for task in run.all("each", "user_task")] == [[], []]
    run.complete("each").complete("each")
    assert behind(run, "z") == ["a", "each"]
    send_back(run, "z", "each")
    assert run.open.count("each") == 2
    run.complete("each").complete("each").complete("z")
    assert run.instance.completed


def test_inside_a_subprocess_the_way_begins_at_its_start_and_goes_on_behind_it() -> None:
    inner = '<bpmn:startEvent id="is"/>' + user("i1") + user("i2") + '<bpmn:endEvent id="ie"/>'
    inside = inner + flows("is i1", "i1 i2", "i2 ie")
    sub = f'<bpmn:subProcess id="sub">{inside}</bpmn:subProcess>'
    run = Run(diagram(chain(START, user("a"), sub, user("z"), END)), reload=True).complete("a").complete("i1")
    assert behind(run, "i2") == ["i1"]
    run.complete("i2")
    assert behind(run, "z") == ["a"]
    send_back(run, "z", "a")
    run.complete("a")
    assert run.open == ["i1"]


def test_an_event_gateway_and_a_job_leave_the_way_open() -> None:
    gate = '<bpmn:eventBasedGateway id="gate"/>'
    catch = f'<bpmn:intermediateCatchEvent id="soon">{timer("duration", "PT1H")}</bpmn:intermediateCatchEvent>'
    later = f'<bpmn:intermediateCatchEvent id="later">{timer("duration", "PT2H")}</bpmn:intermediateCatchEvent>'
    xml = diagram(
        START + user("a") + job("send", "post") + gate + catch + later + user("z") + END
        + flows("s a", "a send", "send gate", "gate soon", "gate later", "soon z", "later z", "z e")
    )  # fmt: skip
    run = Run(xml, reload=True).complete("a").answer("send").fire("soon")
    assert behind(run, "z") == ["a"]


def test_a_new_version_keeps_the_way_back_as_far_as_its_elements_are_still_there() -> None:
    old = process_of(THREE)
    new = process_of(diagram(chain(START, user("draft"), script("note", "=1", "noted"), user("agree"), END)))
    run = Run(THREE).complete("write").complete("check")
    moved = migrate(run.instance.save(), old, new, {"write": "draft"})
    assert moved.problems == []
    instance = restore(new, moved.state, run.world)
    (task,) = instance.open_tasks
    assert instance.way_back(task.task_id) == ["draft"]
