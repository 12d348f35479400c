"""A state saved and restored on a freshly read spec goes on exactly as if nothing had happened."""

from __future__ import annotations

import builtins
import random
from datetime import timedelta
from typing import Any

import orjson
import pytest
from engine_world import END, HERE, MONDAY, START, Run, World, chain, diagram, flows, plain, process_of, script, user
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine import Process, StateUnreadable, parse_model, restore, start
from app.engine.tokens import _ScopeTokens

REPAIR = (HERE / "repair_visit.bpmn").read_bytes()
QUOTE = (HERE / "quote_and_consent.bpmn").read_bytes()


class FreshWorld(World):
    """Reads the called process anew at each question, so that no spec object outlives a step."""

    def __init__(self) -> None:
        super().__init__()
        self.decisions["urgency"] = lambda variables: "high" if variables.get("clear") else "normal"

    def process(self, process_id: str, caller: Process) -> Process:
        return process_of(QUOTE, process_id)


def walk(seed: int, *, reload: bool, steps: int = 60) -> tuple[list[Any], bool, dict[str, Any]]:
    """A random walk: which choice is made depends on the seed and on the order of what is open, not on ids."""
    choose = random.Random(seed)
    run = Run(REPAIR, FreshWorld(), reload=reload, process_id="repair_visit", case_no="FW1", due=None, limit="P2D")
    for step in range(steps):
        waiting = [task for task in run.instance.open_tasks if task.wait in ("user_task", "job", "timer", "message")]
        if not waiting:
            break
        task = choose.choice(waiting)
        values = {
            "clear": choose.random() < 0.7,
            "agreed": choose.random() < 0.6,
            "verdict": choose.choice(["yes", "no"]),
            "faults": list(range(choose.randrange(3))),
            "done": choose.random() < 0.5,
            "parts_price": choose.randrange(100),
            "labour_price": 1.5,
            f"note_{step % 4}": "记" * choose.randrange(5),
        }
        if task.wait == "user_task":
            run.instance.complete_user_task(task.task_id, values)
        elif task.wait == "job":
            run.instance.complete_job(task.task_id, {"sent": True})
        elif task.wait == "timer":
            run.instance.fire_timer(task.task_id)
        else:
            run.instance.correlate(task.task_id, {"arrived": step})
        run._after()
        run.world.time += timedelta(minutes=7)
    return plain(run.facts), run.instance.completed, run.instance.root_variables


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_random_walk_is_the_same_with_and_without_saving(seed: int) -> None:
    assert walk(seed, reload=True) == walk(seed, reload=False)


def test_random_walks_do_end() -> None:
    assert sum(walk(seed, reload=False)[1] for seed in range(30)) > 15


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_dropping_the_finished_prefix_changes_nothing(seed: int) -> None:
    compacted = walk(seed, reload=True)
    original = _ScopeTokens.compact
    _ScopeTokens.compact = lambda self: None  # type: ignore[method-assign]
    try:
        kept = walk(seed, reload=False)
    finally:
        _ScopeTokens.compact = original  # type: ignore[method-assign]
    assert compacted == kept


LOOP = diagram(
    START + user("u") + script("t", "=n + 1", "n") + '<bpmn:exclusiveGateway id="g" default="g_e"/>' + END
    + flows("s u", "u t", "t g", "g u =n < 600", "g e")
)  # fmt: skip


def test_a_loop_does_not_grow_the_state() -> None:
    run = Run(LOOP, n=0)
    sizes = []
    for _ in range(300):
        run.complete("u")
        sizes.append(len(run.instance.save()))
        assert len(run.instance.top.tasks) == 2
    assert sizes[299] - sizes[5] < 10


def test_a_saved_state_holds_no_spec_and_no_finished_token() -> None:
    run = Run(REPAIR, FreshWorld(), process_id="repair_visit", case_no="FW1", due=None, limit="P2D")
    run.complete("register", clear=True)
    assert len(run.instance.save()) < 2_000
    assert b"hotline_agent" not in run.instance.save()


def test_task_data_of_the_library_stays_empty() -> None:
    run = Run(REPAIR, FreshWorld(), process_id="repair_visit", case_no="FW1", due=None, limit="P2D")
    run.complete("register", clear=True).complete("inspect", verdict="yes", faults=[1, 2])
    scopes = [run.instance.top, *run.instance.top.subprocesses.values()]
    assert len(scopes) == 2
    assert all(task.data == {} for scope in scopes for task in scope.tasks.values())
    assert all(scope.data == {} for scope in scopes)


def test_the_shared_spec_is_the_same_for_all_instances_and_never_changes() -> None:
    process = process_of(LOOP)
    world = World()
    first = start(process, world, {"n": 0})
    before = {name: dict(vars(spec)) for name, spec in process.woven.task_specs.items()}  # type: ignore[union-attr]
    second = start(process, world, {"n": 0})
    for instance in (first, second):
        instance.complete_user_task(instance.open_tasks[0].task_id, {})
    assert first.top.spec is second.top.spec is process.woven
    after = {name: dict(vars(spec)) for name, spec in process.woven.task_specs.items()}  # type: ignore[union-attr]
    assert before == after


@pytest.mark.parametrize("state", [b"", b"nonsense", b"[]", b"{}", b'{"version":99}', b'{"version":1,"process":"x"}'])
def test_a_state_that_is_none_is_refused(state: bytes) -> None:
    with pytest.raises(StateUnreadable):
        restore(process_of(LOOP), state, World())


def test_a_state_at_an_element_that_is_gone_is_refused() -> None:
    state = Run(LOOP, n=0).instance.save()
    other = diagram(chain(START, user("v"), END))
    with pytest.raises(StateUnreadable, match="u"):
        restore(process_of(other), state, World())


def test_odd_values_are_saved_as_the_json_they_are_seen_as() -> None:
    from decimal import Decimal

    run = Run(
        diagram(chain(START, user("u"), END)), price=Decimal("1.50"), at=MONDAY, pair=(1, 2), many=2**70, bad="\ud800"
    )
    seen = run.instance.root_variables
    assert (seen["price"], seen["at"], seen["pair"]) == (1.5, "2026-03-02T01:00:00+00:00", [1, 2])
    state = orjson.loads(run.instance.save())
    assert state["documents"]["root"][1]["price"] == 1.5
    with pytest.raises(TypeError, match="must be JSON"):
        Run(diagram(chain(START, user("u"), END)), thing=object())


def test_variables_named_like_the_library_s_own_marks_do_no_harm() -> None:
    run = Run(diagram(chain(START, user("u"), END)), typename="Box", reload=True)
    run.complete("u", value={"typename": "datetime", "data_objects": 1})
    assert run.instance.root_variables == {"typename": "Box", "value": {"typename": "datetime", "data_objects": 1}}


def test_no_python_of_a_diagram_is_ever_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """eval and exec are taken away, and the library's script engine is replaced by one that raises."""

    class Fixed(World):
        def evaluate(self, expression: str, variables: Any) -> Any:
            return {"clear = true": True, "true": True, "clear": True, 'verdict = "no"': False, "agreed": True}.get(
                expression, variables.get(expression, 1)
            )

        def process(self, process_id: str, caller: Process) -> Process:
            return process_of(QUOTE, process_id)

    def forbidden(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("Python was evaluated")

    world = Fixed()
    world.decisions["urgency"] = lambda variables: 1
    process = parse_model(REPAIR, "repair_visit.bpmn").processes["repair_visit"]
    monkeypatch.setattr(builtins, "eval", forbidden)
    monkeypatch.setattr(builtins, "exec", forbidden)
    instance = start(process, world, {"case_no": "1", "due": None, "limit": "P1D", "faults": [1], "done": 1})
    for _ in range(40):
        tasks = [task for task in instance.open_tasks if task.wait in ("user_task", "job", "message")]
        if not tasks:
            break
        task = tasks[0]
        if task.wait == "user_task":
            instance.complete_user_task(task.task_id, {})
        elif task.wait == "job":
            instance.complete_job(task.task_id, {})
        else:
            instance.correlate(task.task_id, {})
        instance = restore(process, instance.save(), world)
    assert instance.completed
    with pytest.raises(RuntimeError, match="not part of the dialect"):
        instance.top.script_engine.execute(None, "1/0")
