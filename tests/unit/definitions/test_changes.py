"""What is different between two versions of a process, in words."""

from __future__ import annotations

from app.definitions import Version
from app.definitions.changes import Change, changes_between
from app.engine import parse_model

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">'
    '<bpmn:process id="p" name="派工" isExecutable="true">'
)
ASSESS = '<bpmn:userTask id="assess" name="评估"/>'
FLOWS = (
    '<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="assess"/>'
    '<bpmn:sequenceFlow id="f2" sourceRef="assess" targetRef="end"/>'
)
PINS = {"forms": {"dispatch.assessment": 1}, "decisions": {}}


def version(inside: str = ASSESS + FLOWS, head: str = HEAD) -> Version:
    text = f'{head}<bpmn:startEvent id="begin" name="开始"/><bpmn:endEvent id="end" name="完成"/>{inside}'
    model = parse_model((text + "</bpmn:process></bpmn:definitions>").encode(), "p.bpmn")
    return Version(1, "p", 1, "派工", model.processes["p"])


def changes(old: Version, new: Version) -> list[Change]:
    return changes_between(old, new, PINS, PINS)


def said(change: Change, lang: str = "zh") -> tuple[str, str, str, list[tuple[str, str, str]]]:
    """Kind, type, title and details as a person reads them."""
    details = [(each.what.text(lang), each.before.text(lang), each.after.text(lang)) for each in change.details]
    return change.kind, change.type.text(lang), change.title.text(lang), details


class TestElements:
    def test_the_same_text_has_no_changes(self) -> None:
        assert changes(version(), version()) == []

    def test_lines_that_only_moved_in_the_file_are_no_change(self) -> None:
        assert changes(version(), version("\n\n" + ASSESS + "\n" + FLOWS)) == []

    def test_a_new_name_is_told_with_the_old_one(self) -> None:
        (change,) = [
            each for each in changes(version(), version(ASSESS.replace("评估", "估计") + FLOWS)) if each.id == "assess"
        ]
        assert said(change) == ("changed", "用户任务", "估计", [("名称", "评估", "估计")])

    def test_a_setting_that_was_not_there_begins_with_nothing(self) -> None:
        task = (
            '<bpmn:userTask id="assess" name="评估"><bpmn:extensionElements>'
            '<zeebe:assignmentDefinition candidateGroups="cs_supervisor"/>'
            '<zeebe:ioMapping><zeebe:input source="=a" target="b"/></zeebe:ioMapping>'
            "</bpmn:extensionElements></bpmn:userTask>"
        )
        (change,) = changes(version(), version(task + FLOWS))
        assert said(change)[3] == [("候选角色", "", "cs_supervisor"), ("输入 b", "", "=a")]
        assert said(change, "en")[3] == [("candidate groups", "", "cs_supervisor"), ("input b", "", "=a")]

    def test_another_type_is_a_change_of_the_same_element(self) -> None:
        (change,) = changes(version(), version(ASSESS.replace("userTask", "manualTask") + FLOWS))
        assert said(change) == ("changed", "人工任务", "评估", [("类型", "用户任务", "人工任务")])

    def test_a_task_between_is_added_with_its_flow_and_the_flow_before_it_leads_there(self) -> None:
        between = (
            '<bpmn:userTask id="check" name="核对"/><bpmn:sequenceFlow id="f3" sourceRef="check" targetRef="end"/>'
        )
        new = version(
            ASSESS
            + FLOWS.replace('sourceRef="assess" targetRef="end"', 'sourceRef="assess" targetRef="check"')
            + between
        )
        assert [said(each) for each in changes(version(), new)] == [
            ("added", "用户任务", "核对", []),
            ("changed", "连线", "评估 → 核对", [("到", "完成", "核对")]),
            ("added", "连线", "核对 → 完成", []),
        ]
        assert [each.kind for each in changes(new, version())] == ["removed", "changed", "removed"]

    def test_yes_and_no_are_said_in_the_readers_language(self) -> None:
        event = (
            '<bpmn:boundaryEvent id="late" name="超时" attachedToRef="assess"{}><bpmn:timerEventDefinition id="t">'
            "<bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        )
        old, new = (
            version(ASSESS + event.format("") + FLOWS),
            version(ASSESS + event.format(' cancelActivity="false"') + FLOWS),
        )
        (change,) = changes(old, new)
        assert said(change)[3] == [("中断所附活动", "是", "否")]
        assert said(change, "en")[3] == [("interrupts its activity", "yes", "no")]

    def test_a_longer_timer_is_told_with_both_times(self) -> None:
        event = (
            '<bpmn:boundaryEvent id="late" name="超时" attachedToRef="assess"><bpmn:timerEventDefinition id="t">'
            "<bpmn:timeDuration>{}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        )
        (change,) = changes(
            version(ASSESS + event.format("PT1H") + FLOWS), version(ASSESS + event.format("PT2H") + FLOWS)
        )
        assert said(change)[3] == [("定时器", "duration PT1H", "duration PT2H")]


class TestAroundTheElements:
    def test_a_new_name_of_the_process(self) -> None:
        (change,) = changes(version(), version(head=HEAD.replace("派工", "安排维修")))
        assert said(change) == ("changed", "流程", "安排维修", [("名称", "派工", "安排维修")])

    def test_a_condition_of_a_flow(self) -> None:
        flow = '<bpmn:sequenceFlow id="f2" sourceRef="assess" targetRef="end"'
        condition = "><bpmn:conditionExpression>=ok</bpmn:conditionExpression></bpmn:sequenceFlow>"
        (change,) = changes(version(), version(ASSESS + FLOWS.replace(flow + "/>", flow + condition)))
        assert said(change)[3] == [("条件", "", "=ok")]

    def test_pinned_forms_are_new_gone_or_replaced(self) -> None:
        after = {"forms": {"dispatch.assessment": 2, "shared.note": 5}, "decisions": {}}
        there = changes_between(version(), version(), PINS, after)
        assert [(each.kind, each.id) for each in there] == [
            ("changed", "dispatch.assessment"),
            ("added", "shared.note"),
        ]
        back = changes_between(version(), version(), after, PINS)
        assert [(each.kind, each.id) for each in back] == [
            ("changed", "dispatch.assessment"),
            ("removed", "shared.note"),
        ]
