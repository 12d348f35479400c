"""Lint rules: what each finds, and the sentence it says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.definitions import File, Knowledge, lint, parse
from app.messages import Problem

KNOWLEDGE = Knowledge(roles=frozenset({"hotline_agent", "cs_supervisor"}), job_types=frozenset({"notify_roles"}))
HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">'
)
AROUND = """
<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="begin"/>{middle}<bpmn:endEvent id="end"/>
<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="x"/><bpmn:sequenceFlow id="f2" sourceRef="x" targetRef="end"/>
</bpmn:process></bpmn:definitions>"""


def found(rule: str, middle: str, roots: str = "", *, knowledge: Knowledge = KNOWLEDGE) -> list[Problem]:
    """What the rule says of a process with one element `x` in the middle."""
    bundle = parse([File("processes/p.bpmn", (HEAD + roots + AROUND.format(middle=middle)).encode())])
    return [problem for problem in lint(bundle, knowledge) if problem.rule == rule]


class TestRolesInAHeader:
    def notice(self, headers: str) -> str:
        return (
            '<bpmn:serviceTask id="x" name="通知"><bpmn:extensionElements><zeebe:taskDefinition type="notify_roles"/>'
            f"<zeebe:taskHeaders>{headers}</zeebe:taskHeaders></bpmn:extensionElements></bpmn:serviceTask>"
        )

    def test_known_roles_are_fine(self) -> None:
        roles = '<zeebe:header key="roles" value="hotline_agent cs_supervisor"/>'
        assert found("known_roles_in_header", self.notice(roles)) == []

    def test_each_unknown_role_is_named(self) -> None:
        roles = '<zeebe:header key="roles" value="hotline_agent boss chief"/>'
        problems = found("known_roles_in_header", self.notice(roles))
        assert [problem.message.zh for problem in problems] == ["“通知”：没有角色“boss”。", "“通知”：没有角色“chief”。"]
        assert {problem.severity for problem in problems} == {"error"}

    @pytest.mark.parametrize("headers", ["", '<zeebe:header key="roles" value=" "/>'])
    def test_a_notice_to_nobody_is_an_error(self, headers: str) -> None:
        (problem,) = found("known_roles_in_header", self.notice(headers))
        assert (problem.severity, problem.element_id) == ("error", "x")


class TestClosedForm:
    def task(self, form: str, closes: str) -> str:
        definition = f'<zeebe:formDefinition formId="{form}"/>' if form else ""
        return (
            '<bpmn:userTask id="x" name="告别"><bpmn:extensionElements><zeebe:userTask/>'
            '<zeebe:assignmentDefinition candidateGroups="hotline_agent"/>'
            f'{definition}<zeebe:properties><zeebe:property name="closes_form" value="{closes}"/></zeebe:properties>'
            "</bpmn:extensionElements></bpmn:userTask>"
        )

    def test_a_deployed_form_is_fine(self) -> None:
        knowledge = replace(KNOWLEDGE, deployed_forms=frozenset({"a.b"}))
        assert found("known_form", self.task("a.b", "a.b"), knowledge=knowledge) == []

    def test_an_unknown_one_is_named(self) -> None:
        knowledge = replace(KNOWLEDGE, deployed_forms=frozenset({"a.b"}))
        (problem,) = found("known_form", self.task("a.b", "a.c"), knowledge=knowledge)
        assert problem.message.zh == "“告别”：没有标识为“a.c”的表单。"

    def test_a_task_without_a_form_closes_nothing(self) -> None:
        knowledge = replace(KNOWLEDGE, deployed_forms=frozenset({"a.b"}))
        (problem,) = found("known_form", self.task("", "a.b"), knowledge=knowledge)
        assert "不能结束单据" in problem.message.zh


class TestKeyOfAMessage:
    CATCH = (
        '<bpmn:intermediateCatchEvent id="x"><bpmn:messageEventDefinition messageRef="m"/>'
        "</bpmn:intermediateCatchEvent>"
    )
    RECEIVE = '<bpmn:receiveTask id="x" messageRef="m"/>'
    KEY = '<bpmn:extensionElements><zeebe:subscription correlationKey="=case_no"/></bpmn:extensionElements>'

    @pytest.mark.parametrize("element", [CATCH, RECEIVE])
    def test_who_waits_without_a_key_is_warned(self, element: str) -> None:
        (problem,) = found("message_has_key", element, '<bpmn:message id="m" name="go"/>')
        assert (problem.severity, problem.element_id) == ("warning", "x")

    @pytest.mark.parametrize("element", [CATCH, RECEIVE])
    def test_with_a_key_all_is_well(self, element: str) -> None:
        assert found("message_has_key", element, f'<bpmn:message id="m" name="go">{self.KEY}</bpmn:message>') == []

    def test_the_start_of_an_event_subprocess_waits_in_a_running_instance(self) -> None:
        event_subprocess = (
            '<bpmn:task id="x"/><bpmn:subProcess id="s" triggeredByEvent="true"><bpmn:startEvent id="inner">'
            '<bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent><bpmn:endEvent id="over"/>'
            '<bpmn:sequenceFlow id="f3" sourceRef="inner" targetRef="over"/></bpmn:subProcess>'
        )
        (problem,) = found("message_has_key", event_subprocess, '<bpmn:message id="m" name="go"/>')
        assert problem.element_id == "inner"


class TestApproving:
    def task(self, assignment: str = "", **properties: str) -> str:
        drawn = "".join(f'<zeebe:property name="{name}" value="{value}"/>' for name, value in properties.items())
        return (
            f'<bpmn:userTask id="x" name="审批"><bpmn:extensionElements><zeebe:userTask/>{assignment}'
            f"<zeebe:properties>{drawn}</zeebe:properties></bpmn:extensionElements></bpmn:userTask>"
        )

    @pytest.mark.parametrize("rule", ["all", "any", "60%", "100 %", "0.5%"])
    def test_known_verbs_and_rules_are_fine(self, rule: str) -> None:
        element = self.task(verbs="transfer, copy urge", sign_rule=rule)
        assert found("known_verb", element) == found("sign_rule", element) == []

    def test_each_unknown_verb_is_named(self) -> None:
        problems = found("known_verb", self.task(verbs="urge shout sing"))
        assert [problem.message.zh.split("“")[2][:5] for problem in problems] == ["shout", "sing”"]
        assert all(problem.severity == "error" and "transfer" in problem.hint.zh for problem in problems)

    @pytest.mark.parametrize("rule", ["most", "0%", "101%", "60", "-5%", "%"])
    def test_a_rule_that_cannot_be_read_is_an_error(self, rule: str) -> None:
        (problem,) = found("sign_rule", self.task(sign_rule=rule))
        assert (problem.severity, problem.element_id) == ("error", "x")
        assert rule in problem.message.zh

    def test_one_named_person_does_not_sign_together(self) -> None:
        assignment = '<zeebe:assignmentDefinition assignee="=engineer"/>'
        (problem,) = found("sign_rule", self.task(assignment, sign_rule="all"))
        assert "指派给一个人" in problem.message.zh


class TestTimerStart:
    def drawn(self, kind: str, text: str, place: str = "", inside: str = "") -> list[str]:
        """The rules that speak of a process which begins with this timer."""
        properties = f'<zeebe:properties><zeebe:property name="start_in" value="{place}"/></zeebe:properties>'
        timer = (
            f"<bpmn:extensionElements>{properties if place else ''}</bpmn:extensionElements>"
            f"<bpmn:timerEventDefinition><bpmn:time{kind}>{text}</bpmn:time{kind}></bpmn:timerEventDefinition>"
        )
        drawn = (HEAD + AROUND.format(middle=inside or '<bpmn:task id="x"/>')).replace(
            '<bpmn:startEvent id="begin"/>', f'<bpmn:startEvent id="begin">{timer}</bpmn:startEvent>'
        )
        problems = lint(parse([File("processes/p.bpmn", drawn.encode())]), KNOWLEDGE)
        return [problem.rule for problem in problems if problem.severity == "error"]

    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            ("Cycle", "R/P1D"),
            ("Cycle", "R3/2026-03-01T08:00:00+08:00/PT1H"),
            ("Cycle", "0 0 8 1W * *"),
            ("Cycle", "@monthly"),
            ("Cycle", "=next working time(now())"),
            ("Date", "2026-03-02T09:00:00+08:00"),
        ],
    )
    def test_dates_cycles_cron_and_feel_are_fine(self, kind: str, text: str) -> None:
        assert self.drawn(kind, text) == []

    @pytest.mark.parametrize("place", ["company", "region", "outlet"])
    def test_every_kind_of_unit_may_start(self, place: str) -> None:
        assert self.drawn("Cycle", "R/P1D", place) == []

    def test_an_unknown_kind_of_unit_is_an_error(self) -> None:
        assert self.drawn("Cycle", "R/P1D", "store") == ["timer_start"]

    @pytest.mark.parametrize("text", ["0 0 8 32 * *", "0 0 25 * * *", "@soon"])
    def test_cron_that_cannot_be_read_is_an_error(self, text: str) -> None:
        assert self.drawn("Cycle", text) == ["timer_start"]

    @pytest.mark.parametrize("text", ["0 8 * * *", "R/PT0S", "every day"])
    def test_what_is_no_cycle_at_all_is_an_error(self, text: str) -> None:
        assert self.drawn("Cycle", text) == ["timer_unreadable"]

    def test_cron_belongs_to_the_start_only(self) -> None:
        boundary = (
            '<bpmn:userTask id="x"/><bpmn:boundaryEvent id="b" attachedToRef="x" cancelActivity="false">'
            "<bpmn:timerEventDefinition><bpmn:timeCycle>0 0 8 1W * *</bpmn:timeCycle></bpmn:timerEventDefinition>"
            '</bpmn:boundaryEvent><bpmn:endEvent id="e2"/><bpmn:sequenceFlow id="f3" sourceRef="b" targetRef="e2"/>'
        )
        assert "timer_unreadable" in self.drawn("Cycle", "R/P1D", inside=boundary)
