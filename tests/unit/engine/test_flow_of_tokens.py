"""How tokens move: tasks, gateways, ends, loops."""

from __future__ import annotations

import pytest
from engine_world import END, START, Run, World, chain, diagram, extended, flows, script, user

from app.engine import NotWaiting
from app.engine import facts as f

XOR = '<bpmn:exclusiveGateway id="g" default="g_c"/>'


def test_a_user_task_waits_and_its_values_become_variables() -> None:
    run = Run(diagram(chain(START, user("u"), END)), case_no="FW1")
    assert run.open == ["u"]
    run.complete("u", symptom="door leaks")
    assert run.instance.completed
    assert run.instance.end_element_ids == ["e"]
    assert run.instance.root_variables == {"case_no": "FW1", "symptom": "door leaks"}


def test_facts_come_in_the_order_of_events() -> None:
    run = Run(diagram(chain(START, user("u"), END)))
    run.complete("u")
    assert [type(fact).__name__ + ":" + fact.element_id for fact in run.facts] == [
        "ElementActivated:s",
        "ElementCompleted:s",
        "ElementActivated:u",
        "UserTaskOpened:u",
        "UserTaskClosed:u",
        "ElementCompleted:u",
        "ElementActivated:e",
        "ElementCompleted:e",
        "InstanceCompleted:e",
    ]


def test_a_user_task_tells_its_role_assignment_dates_and_properties() -> None:
    lanes = (
        '<bpmn:laneSet id="l"><bpmn:lane id="lane_repair_engineer" name="维修员">'
        "<bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
    )
    zeebe = (
        '<zeebe:userTask/><zeebe:formDefinition formId="repair.job"/>'
        '<zeebe:assignmentDefinition assignee="=engineer" candidateGroups="a, b" candidateUsers="=watchers"/>'
        '<zeebe:taskSchedule dueDate="=due" followUpDate="2026-03-05T09:00:00+08:00"/>'
        '<zeebe:priorityDefinition priority="=60 + 10"/>'
        '<zeebe:properties><zeebe:property name="approval" value="true"/></zeebe:properties>'
    )
    run = Run(
        diagram(lanes + chain(START, user("u", zeebe), END)),
        engineer="wx_yi",
        watchers=["x"],
        due="2026-03-04T09:00:00Z",
    )
    (opened,) = run.told(f.UserTaskOpened)
    assert (opened.role, opened.assignee, opened.form_id, opened.priority) == (
        "repair_engineer",
        "wx_yi",
        "repair.job",
        70,
    )
    assert opened.candidate_groups == ("a", "b")
    assert opened.candidate_users == ("x",)
    assert (opened.due_at, opened.follow_up_at) == ("2026-03-04T09:00:00Z", "2026-03-05T09:00:00+08:00")
    assert opened.properties == {"approval": "true"}


@pytest.mark.parametrize("tag", ["task", "manualTask", "intermediateThrowEvent"])
def test_a_step_nobody_waits_for_passes_through(tag: str) -> None:
    run = Run(diagram(chain(START, extended(tag, "t"), END)))
    assert run.path == ["s", "t", "e"]
    assert run.instance.completed


@pytest.mark.parametrize(("n", "path"), [(1, "a"), (5, "b"), (50, "c")])
def test_an_exclusive_gateway_takes_the_flow_whose_condition_holds(n: int, path: str) -> None:
    body = START + XOR + "".join(extended("task", name) for name in "abc")
    run = Run(diagram(body + flows("s g", "g a =n < 3", "g b =n < 10", "g c")), n=n)
    assert run.path == ["s", "g", path]
    (gateway,) = [fact for fact in run.told(f.ElementCompleted) if fact.element_id == "g"]
    assert gateway.flows == (f"g_{path}",)


def test_of_several_true_conditions_the_first_in_the_document_wins() -> None:
    body = START + XOR + "".join(extended("task", name) for name in "cba")
    run = Run(diagram(body + flows("s g", "g b =true", "g a =true", "g c")))
    assert run.path[-1] == "b"


def test_a_parallel_gateway_splits_and_joins_once() -> None:
    body = START + '<bpmn:parallelGateway id="split"/><bpmn:parallelGateway id="join"/>' + user("a") + user("b") + END
    run = Run(diagram(body + flows("s split", "split a", "split b", "a join", "b join", "join e")))
    assert run.open == ["a", "b"]
    run.complete("b", y=2)
    assert not run.instance.completed
    run.complete("a", x=1)
    assert run.path.count("join") == 1
    assert run.instance.completed
    assert run.instance.root_variables == {"x": 1, "y": 2}


def test_parallel_branches_lose_no_update() -> None:
    body = START + '<bpmn:parallelGateway id="split"/><bpmn:parallelGateway id="join"/>' + user("a") + user("b") + END
    run = Run(
        diagram(body + flows("s split", "split a", "split b", "a join", "b join", "join e")), shared="old", reload=True
    )
    run.complete("a", shared="from a", list=[1])
    run.complete("b", other="from b")
    assert run.instance.root_variables == {"shared": "from a", "list": [1], "other": "from b"}


def test_a_parallel_join_counts_flows_not_tokens() -> None:
    body = (
        START + '<bpmn:parallelGateway id="split"/><bpmn:exclusiveGateway id="merge"/><bpmn:parallelGateway id="join"/>'
        + user("a") + user("b") + user("c") + END
    )  # fmt: skip
    run = Run(
        diagram(
            body
            + flows("s split", "split a", "split b", "split c", "a merge", "b merge", "merge join", "c join", "join e")
        )
    )
    run.complete("a").complete("b")
    assert "join" not in run.path
    run.complete("c")
    assert run.path.count("join") == 1
    assert not run.instance.completed  # the excess token stays at its flow
    assert run.incidents == ["deadlock"]


def test_ten_parallel_blocks_in_a_row_stay_small() -> None:
    body, ends = START, ["s p0"]
    for i in range(10):
        body += f'<bpmn:parallelGateway id="p{i}"/><bpmn:parallelGateway id="j{i}"/>' + user(f"a{i}") + user(f"b{i}")
        ends += [f"p{i} a{i}", f"p{i} b{i}", f"a{i} j{i}", f"b{i} j{i}", f"j{i} {f'p{i + 1}' if i < 9 else 'e'}"]
    run = Run(diagram(body + END + flows(*ends)))
    assert len(run.instance.save()) < 1_500
    for i in range(10):
        run.complete(f"a{i}").complete(f"b{i}")
    assert run.instance.completed


@pytest.mark.parametrize(
    ("x", "y", "path"), [(True, True, ["a", "b"]), (True, False, ["a"]), (False, True, ["b"]), (False, False, ["c"])]
)
def test_an_inclusive_gateway_takes_every_true_flow_and_joins_what_it_sent(x: bool, y: bool, path: list[str]) -> None:
    body = (
        START + '<bpmn:inclusiveGateway id="g" default="g_c"/><bpmn:inclusiveGateway id="j"/>'
        + user("a") + user("b") + user("c") + user("last") + END
    )  # fmt: skip
    run = Run(
        diagram(body + flows("s g", "g a =x", "g b =y", "g c", "a j", "b j", "c j", "j last", "last e")),
        x=x, y=y, reload=True,
    )  # fmt: skip
    assert run.open == path
    for name in path:
        assert "last" not in run.open
        run.complete(name)
    assert run.open == ["last"]
    assert run.complete("last").instance.completed


def test_an_inclusive_join_does_not_wait_for_a_token_that_took_another_way() -> None:
    body = (
        START + '<bpmn:parallelGateway id="split"/><bpmn:inclusiveGateway id="j"/>'
        + '<bpmn:exclusiveGateway id="g" default="g_e"/>'
        + user("a") + user("b") + user("last") + END
    )  # fmt: skip
    run = Run(
        diagram(body + flows("s split", "split a", "split b", "a j", "b g", "g j =again", "g e", "j last")), again=False
    )
    run.complete("a")
    assert run.open == ["b", "j"]
    run.complete("b")
    assert run.open == ["last"]


def test_two_flows_out_of_a_task_are_two_tokens() -> None:
    run = Run(diagram(START + user("a") + user("b") + user("c") + flows("s a", "a b", "a c")))
    run.complete("a")
    assert run.open == ["b", "c"]


def test_a_condition_on_a_flow_out_of_a_task_counts() -> None:
    body = START + extended("task", "a", default="a_c") + user("b") + user("c")
    assert Run(diagram(body + flows("s a", "a b =urgent", "a c")), urgent=True).open == ["b"]
    assert Run(diagram(body + flows("s a", "a b =urgent", "a c")), urgent=False).open == ["c"]


def test_a_flow_without_an_id_is_followed() -> None:
    body = START + user("u") + '<bpmn:sequenceFlow sourceRef="s" targetRef="u"/>'
    assert Run(diagram(body)).open == ["u"]


def test_a_loop_runs_as_often_as_its_condition_says() -> None:
    body = START + user("u") + '<bpmn:exclusiveGateway id="g" default="g_e"/>' + END
    run = Run(diagram(body + flows("s u", "u g", "g u =again", "g e")), reload=True)
    for _ in range(5):
        run.complete("u", again=True)
    run.complete("u", again=False)
    assert run.path.count("u") == 6
    assert run.instance.completed


def test_a_loop_that_never_waits_is_an_incident_not_a_hanging_server() -> None:
    body = START + extended("task", "t") + '<bpmn:exclusiveGateway id="g" default="g_e"/>' + END
    run = Run(diagram(body + flows("s t", "t g", "g t =again", "g e")), again=True)
    assert run.incidents == ["endless_loop"]
    assert not run.instance.completed
    run.instance.set_variables(None, {"again": False})
    run.retry(run.open[0])
    assert run.instance.completed


def test_a_terminate_end_withdraws_everything_else() -> None:
    body = (
        START + '<bpmn:parallelGateway id="split"/>' + user("a") + user("b")
        + '<bpmn:endEvent id="stop" name="Stopped"><bpmn:terminateEventDefinition/></bpmn:endEvent>'
    )  # fmt: skip
    run = Run(diagram(body + flows("s split", "split a", "split b", "a stop")))
    run.complete("a")
    assert run.instance.completed
    assert run.told(f.UserTaskClosed)[-1].completed is False
    assert [fact.element_id for fact in run.told(f.ElementCancelled)] == ["b"]
    (done,) = run.told(f.InstanceCompleted)
    assert (done.element_id, done.end_name, done.terminated) == ("stop", "Stopped", True)


def test_an_end_event_ends_only_its_own_token() -> None:
    run = Run(diagram(START + user("a") + user("b") + END + flows("s a", "s b", "a e")))
    run.complete("a")
    assert not run.instance.completed
    run.complete("b")
    assert run.instance.completed


def test_a_command_that_comes_twice_or_to_the_wrong_task_is_refused() -> None:
    run = Run(diagram(chain(START, user("u"), user("v"), END)))
    task_id = run.find("u")
    run.complete("u")
    for command in (
        lambda: run.instance.complete_user_task(task_id, {}),
        lambda: run.instance.complete_job(run.find("v"), {}),
        lambda: run.instance.fire_timer(run.find("v")),
        lambda: run.instance.correlate(run.find("v"), {}),
        lambda: run.instance.retry(run.find("v")),
        lambda: run.instance.complete_user_task("nobody", {}),
    ):
        with pytest.raises(NotWaiting):
            command()
    assert run.open == ["v"]


def test_cancelling_withdraws_all_tokens_and_completes_nothing() -> None:
    run = Run(diagram(START + user("a") + user("b") + flows("s a", "s b")))
    run.instance.cancel()
    run._after()
    assert run.open == []
    assert run.instance.cancelled
    assert not run.instance.completed
    assert len(run.told(f.ElementCancelled)) == 2
    assert not run.told(f.InstanceCompleted)


def test_a_script_is_one_expression_whose_value_becomes_a_variable() -> None:
    run = Run(diagram(chain(START, script("t", "=price * pieces", "total"), END)), price=3, pieces=4)
    assert run.instance.root_variables["total"] == 12


def test_a_process_without_a_plain_start_is_not_started_blindly() -> None:
    xml = diagram(
        chain('<bpmn:startEvent id="s"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>', user("u")),
        '<bpmn:message id="m" name="start_p"/>',
    )
    with pytest.raises(ValueError, match="no start event"):
        Run(xml)
    run = Run(xml, World(), start_id="s", case_no="1")
    assert run.open == ["u"]
    assert run.instance.root_variables == {"case_no": "1"}
