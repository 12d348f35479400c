"""Random block-structured diagrams: they end without an incident, and saving at each step changes nothing."""

from __future__ import annotations

import itertools
import random
from typing import Any

from engine_world import Run, World, diagram, extended, plain, process_of, timer, user
from hypothesis import given, settings
from hypothesis import strategies as st

ROOTS = (
    '<bpmn:message id="m" name="came"/><bpmn:error id="err" errorCode="E"/>'
    '<bpmn:escalation id="esc" escalationCode="X"/>'
)
MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
MANY = (
    "<bpmn:multiInstanceLoopCharacteristics isSequential=\"{}\"><bpmn:extensionElements><zeebe:loopCharacteristics "
    'inputCollection="=[1,2]" inputElement="item"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>'
)  # fmt: skip


class Drawer:
    """Draws blocks with one way in and one way out; conditions read `pick`, which the walk sets at random."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def id(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def flow(self, source: str, target: str, condition: str = "", identifier: str = "") -> str:
        inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
        return (
            f'<bpmn:sequenceFlow id="{identifier or self.id("f")}" sourceRef="{source}" targetRef="{target}">{inside}'
            "</bpmn:sequenceFlow>"
        )

    def block(self, depth: int) -> tuple[str, str, str]:
        """(xml, first element, last element)"""
        kinds = [self.task, self.task, self.catch]
        if depth > 0:
            kinds += [self.sequence, self.exclusive, self.parallel, self.inclusive, self.loop, self.subprocess]
            kinds += [self.events, self.guarded]
        return self.random.choice(kinds)(depth)

    def task(self, depth: int) -> tuple[str, str, str]:
        name = self.id("u")
        repeat = self.random.choice(["", "", "", MANY.format("true"), MANY.format("false")])
        xml = self.random.choice([user(name, "", repeat), extended("task", name, "", repeat)])
        return xml, name, name

    def catch(self, depth: int) -> tuple[str, str, str]:
        name = self.id("c")
        definition = self.random.choice([timer("duration", "PT1H"), MESSAGE])
        return extended("intermediateCatchEvent", name, "", definition), name, name

    def sequence(self, depth: int) -> tuple[str, str, str]:
        parts = [self.block(depth - 1) for _ in range(self.random.randrange(2, 4))]
        xml = "".join(part[0] for part in parts)
        for before, after in itertools.pairwise(parts):
            xml += self.flow(before[2], after[1])
        return xml, parts[0][1], parts[-1][2]

    def split(self, tag: str, depth: int, conditions: list[str]) -> tuple[str, str, str]:
        split, join, default = self.id("split"), self.id("join"), self.id("default")
        attribute = f' default="{default}"' if conditions and conditions[-1] == "default" else ""
        xml = f'<bpmn:{tag} id="{split}"{attribute}/><bpmn:{tag} id="{join}"/>'
        for condition in conditions:
            inside, first, last = self.block(depth - 1)
            if condition == "default":
                xml += inside + self.flow(split, first, "", default)
            else:
                xml += inside + self.flow(split, first, condition)
            xml += self.flow(last, join)
        return xml, split, join

    def exclusive(self, depth: int) -> tuple[str, str, str]:
        return self.split("exclusiveGateway", depth, ["=pick = 0", "=pick = 1", "default"])

    def inclusive(self, depth: int) -> tuple[str, str, str]:
        return self.split("inclusiveGateway", depth, ["=pick &lt; 2", "=pick > 0", "default"])

    def parallel(self, depth: int) -> tuple[str, str, str]:
        return self.split("parallelGateway", depth, ["", ""])

    def loop(self, depth: int) -> tuple[str, str, str]:
        inside, first, last = self.block(depth - 1)
        before, after, wait, default = self.id("merge"), self.id("again"), self.id("u"), self.id("default")
        xml = f'<bpmn:exclusiveGateway id="{before}"/><bpmn:exclusiveGateway id="{after}" default="{default}"/>{inside}'
        out = self.id("t")
        xml += user(wait) + extended("task", out)
        xml += self.flow(before, first) + self.flow(last, wait) + self.flow(wait, after)
        xml += self.flow(after, before, "=pick = 2") + self.flow(after, out, "", default)
        return xml, before, out

    def inside(self, depth: int) -> str:
        inner, first, last = self.block(depth - 1)
        start, end = self.id("s"), self.id("e")
        ending = self.random.choice(["", "", "<bpmn:terminateEventDefinition/>"])
        return (
            f'<bpmn:startEvent id="{start}"/>{inner}<bpmn:endEvent id="{end}">{ending}</bpmn:endEvent>'
            + self.flow(start, first) + self.flow(last, end)
        )  # fmt: skip

    def subprocess(self, depth: int) -> tuple[str, str, str]:
        name, beside = self.id("sub"), self.id("beside")
        extra = ""
        if self.random.random() < 0.4:
            start, handle = self.id("s"), self.id("u")
            interrupting = self.random.choice(["true", "false"])
            extra = (
                f'<bpmn:subProcess id="{beside}" triggeredByEvent="true"><bpmn:startEvent id="{start}" '
                f'isInterrupting="{interrupting}">{timer("duration", "PT2H")}</bpmn:startEvent>{user(handle)}'
                f"{self.flow(start, handle)}</bpmn:subProcess>"
            )
        repeat = self.random.choice(["", "", MANY.format("false"), MANY.format("true")])
        return f'<bpmn:subProcess id="{name}">{repeat}{self.inside(depth)}{extra}</bpmn:subProcess>', name, name

    def events(self, depth: int) -> tuple[str, str, str]:
        gate, join = self.id("g"), self.id("join")
        xml = f'<bpmn:eventBasedGateway id="{gate}"/><bpmn:exclusiveGateway id="{join}"/>'
        for definition in (timer("duration", "PT1H"), timer("duration", "PT3H"), MESSAGE):
            catch = self.id("c")
            inside, first, last = self.block(depth - 1)
            xml += extended("intermediateCatchEvent", catch, "", definition) + inside
            xml += self.flow(gate, catch) + self.flow(catch, first) + self.flow(last, join)
        return xml, gate, join

    def guarded(self, depth: int) -> tuple[str, str, str]:
        """A subprocess with a boundary event: an error or escalation thrown inside, or a timer."""
        name, edge, join, after = (self.id(kind) for kind in ("sub", "b", "join", "u"))
        kind = self.random.choice(["error", "escalation", "timer"])
        interrupting = "true"
        if kind == "timer":
            inner, definition = self.inside(depth), timer("duration", "PT1H")
        else:
            start, split, quiet, thrown, default = (self.id(k) for k in ("s", "x", "e", "e", "default"))
            definition = f'<bpmn:{kind}EventDefinition {kind}Ref="{"err" if kind == "error" else "esc"}"/>'
            block, first, last = self.block(depth - 1)
            inner = (
                f'<bpmn:startEvent id="{start}"/>{block}<bpmn:exclusiveGateway id="{split}" default="{default}"/>'
                f'<bpmn:endEvent id="{quiet}"/><bpmn:endEvent id="{thrown}">{definition}</bpmn:endEvent>'
                + self.flow(start, first) + self.flow(last, split) + self.flow(split, thrown, "=pick = 1")
                + self.flow(split, quiet, "", default)
            )  # fmt: skip
        xml = (
            f'<bpmn:subProcess id="{name}">{inner}</bpmn:subProcess><bpmn:exclusiveGateway id="{join}"/>{user(after)}'
            f'<bpmn:boundaryEvent id="{edge}" attachedToRef="{name}" cancelActivity="{interrupting}">{definition}'
            f"</bpmn:boundaryEvent>" + self.flow(name, join) + self.flow(edge, after) + self.flow(after, join)
        )
        return xml, name, join

    def process(self) -> bytes:
        inside, first, last = self.block(3)
        return diagram(
            f'<bpmn:startEvent id="start"/>{inside}<bpmn:endEvent id="end"/>'
            + self.flow("start", first) + self.flow(last, "end"),
            ROOTS,
        )  # fmt: skip


def walk(xml: bytes, seed: int, *, reload: bool) -> tuple[list[Any], Run]:
    choose = random.Random(seed)
    run = Run(xml, World(), reload=reload, pick=choose.randrange(3))
    for _ in range(400):
        waiting = [task for task in run.instance.open_tasks if task.wait in ("user_task", "timer", "message")]
        if not waiting or run.instance.completed:
            break
        task = choose.choice(waiting)
        if task.wait == "user_task":
            run.instance.complete_user_task(task.task_id, {"pick": choose.randrange(3)})
        elif task.wait == "timer":
            run.instance.fire_timer(task.task_id)
        else:
            run.instance.correlate(task.task_id, {"pick": choose.randrange(3)})
        run._after()
    return plain(run.facts), run


@settings(max_examples=150, deadline=None)
@given(drawing=st.integers(0, 2**32), walking=st.integers(0, 2**32))
def test_a_random_diagram_ends_and_is_the_same_with_and_without_saving(drawing: int, walking: int) -> None:
    xml = Drawer(drawing).process()
    facts, run = walk(xml, walking, reload=False)
    assert run.incidents == []
    assert run.instance.completed
    assert run.instance.tokens == {}
    assert run.instance.scopes.dump().keys() == {"root"}
    again, reloaded = walk(xml, walking, reload=True)
    assert again == facts
    assert reloaded.instance.completed


def test_every_wait_that_was_told_is_closed_when_the_instance_has_ended() -> None:
    pairs = {
        "UserTaskOpened": "UserTaskClosed",
        "TimerArmed": "TimerDisarmed",
        "SubscriptionOpened": "SubscriptionClosed",
    }
    for seed in range(60):
        _, run = walk(Drawer(seed).process(), seed, reload=False)
        for opened, closed in pairs.items():
            told = [fact.task_id for fact in run.facts if type(fact).__name__ == opened]
            over = [fact.task_id for fact in run.facts if type(fact).__name__ == closed]
            assert sorted(told) == sorted(over)
        begun = {fact.task_id for fact in run.facts if type(fact).__name__ == "ElementActivated"}
        ended = [fact.task_id for fact in run.facts if type(fact).__name__ in ("ElementCompleted", "ElementCancelled")]
        assert begun == set(ended)
        assert len(ended) == len(set(ended))


def test_the_drawer_draws_every_kind_of_block() -> None:
    drawn = {element.type for seed in range(80) for element in process_of(Drawer(seed).process()).elements.values()}
    assert {"subProcess", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "boundaryEvent"} <= drawn
