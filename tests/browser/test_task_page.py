"""The task page: nothing typed is lost, nothing happens twice, and one may still change one's mind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from app.identity import SYSTEM, add_deputy, add_user, assign_role, hash_password
from tests.browser.cases import a_contact_waits, a_repair_waits, a_report_waits, does, task_of, times_completed
from tests.browser.customers import Customer
from tests.browser.person import Person
from tools.demo_server import PASSWORD, DemoServer

REGISTER, AMEND, APPROVE, REASON = "填写顾客报修登记表", "补充服务报告", "审批服务报告", "未签字或未完成的原因"
BRIEFING = {"result_summary": "用户不修，已解释", "expenses_incurred": False}


def fills_in_a_repair(someone: Person) -> None:
    """Everything that the repair registration asks for."""
    someone.adds_row("报修项目", {"项目": "门窗", "位置": "前门"})
    someone.fills({"故障描述": "前门上部缝隙约一厘米", "服务内容": "检查并修复车门"})


def a_report_is_returned(server: DemoServer, customer: Customer, engineer: str = "service_engineer_3") -> str:
    """A report that the leader sent back to its engineer."""
    case_no = a_report_waits(server, customer, engineer)
    does(server, engineer, case_no, "debrief_leader", BRIEFING)
    returned = {"decision": "returned", "decision_comment": "写明用户原话"}
    does(server, "department_leader_3", case_no, "approve_report", returned)
    return case_no


def stands_in_for_the_leader(server: DemoServer, login: str) -> None:
    """The outlet's leader is away today."""
    away = {"from_at": server.now() - timedelta(hours=1), "until_at": server.now() + timedelta(days=1)}
    with server.writing() as tx:
        add_deputy(tx, actor=SYSTEM, login="department_leader_3", deputy_login=login, **away)


class TestDrafts:
    def test_what_was_typed_survives_a_reload_and_can_be_discarded(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        case_no = a_contact_waits(server, known_customer)
        agent = person("hotline_agent_1")
        agent.opens_task("登记来电来函", case_no)
        agent.fills({"内容": "前门关不严，雨天漏水"})
        expect(agent.page.locator("#form-status")).to_contain_text("草稿已保存")
        agent.page.reload()
        expect(agent.field("内容").locator("textarea")).to_have_value("前门关不严，雨天漏水")
        expect(agent.page.locator("#form-notice")).to_contain_text("已恢复")
        agent.presses("放弃草稿")
        expect(agent.field("内容").locator("textarea")).to_have_value("前门关不严")

    def test_even_when_the_page_goes_before_the_draft_was_sent(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        case_no = a_contact_waits(server, known_customer)
        agent = person("hotline_agent_1")
        agent.opens_task("登记来电来函", case_no)
        agent.fills({"内容": "说到一半"})
        agent.page.goto("/cases")
        agent.page.go_back()
        expect(agent.field("内容").locator("textarea")).to_have_value("说到一半")

    def test_a_task_that_was_only_looked_at_has_no_draft(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        agent = person("hotline_agent_1")
        page = agent.page
        page.clock.install(time=server.now())
        drafts: list[str] = []
        page.on("request", lambda request: drafts.append(request.url) if request.url.endswith("/draft") else None)
        agent.opens_task(REGISTER, a_repair_waits(server, known_customer))
        page.clock.fast_forward(5_000)
        agent.opens(page.url)
        expect(page.locator("#form-notice")).to_be_hidden()
        assert not drafts


class TestTwoPeopleAtOnce:
    def test_the_second_hears_who_was_first_and_when_and_keeps_what_was_typed(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        case_no = a_repair_waits(server, known_customer)
        task_id = task_of(server, case_no, "register_repair")
        first, second = person("hotline_agent_1"), person("hotline_agent_2")
        for someone in (first, second):
            someone.opens(f"/tasks/{task_id}")
            fills_in_a_repair(someone)
        first.submits(lands_on="回复确认")
        second.press(second.submit_button)
        notice = second.page.locator("#form-notice")
        expect(notice).to_contain_text("已由客服甲于")
        expect(notice).to_contain_text("处理")
        expect(second.field("故障描述").locator("textarea")).to_have_value("前门上部缝隙约一厘米")
        assert times_completed(server, task_id) == 1


class TestPressingTwice:
    def test_a_double_click_submits_once(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        task_id = task_of(server, a_repair_waits(server, known_customer), "register_repair")
        agent = person("hotline_agent_1")
        agent.opens(f"/tasks/{task_id}")
        fills_in_a_repair(agent)
        agent.submit_button.dblclick()
        expect(agent.title).to_have_text("回复确认")
        assert times_completed(server, task_id) == 1

    def test_a_request_that_arrives_twice_gets_the_same_answer(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        task_id = task_of(server, a_repair_waits(server, known_customer), "register_repair")
        agent = person("hotline_agent_1")
        agent.opens(f"/tasks/{task_id}")
        fills_in_a_repair(agent)
        with agent.page.expect_request("**/submit") as sent:
            agent.submits(lands_on="回复确认")
        again = agent.page.request.post(
            sent.value.url,
            data=sent.value.post_data_json,
            headers={"X-CSRFToken": sent.value.header_value("X-CSRFToken") or ""},
        )
        assert again.status == 200, again.text()
        assert times_completed(server, task_id) == 1


class TestTakingBack:
    def test_works_until_the_next_person_has_opened_the_task(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        case_no = a_report_is_returned(server, known_customer)
        engineer = person("service_engineer_3", phone=True)
        engineer.opens_task(AMEND, case_no)
        engineer.fills({REASON: "用户说改日自行处理"})
        engineer.submits()
        expect(engineer.page.locator(".notice")).to_contain_text(f"已提交 {AMEND} {case_no}")
        engineer.presses("撤回")
        expect(engineer.page.get_by_text("已撤回，可以修改后再提交")).to_be_visible()
        engineer.sees_form()
        expect(engineer.field(REASON).locator("textarea")).to_have_value("用户说改日自行处理")
        engineer.fills({REASON: "用户说等配件降价"})
        engineer.submits()

        leader = person("department_leader_3")
        leader.opens_task(APPROVE, case_no)
        expect(leader.page.locator("#form-here")).to_contain_text("用户说等配件降价")
        engineer.presses("撤回")
        expect(engineer.page.locator(".notice-bad")).to_contain_text("已经打开，不能撤回")
        expect(engineer.page.locator("#content")).to_contain_text("已由 维修员丙")


class TestApproving:
    def test_a_returned_form_goes_to_who_filled_it_in_with_the_values_kept(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        case_no = a_report_waits(server, known_customer, "service_engineer_3")
        does(server, "service_engineer_3", case_no, "debrief_leader", BRIEFING)
        leader = person("department_leader_3")
        leader.opens_task(APPROVE, case_no)
        leader.fills({"审批结论": "退回修改"})
        assert "审批意见" in leader.submits_and_is_refused().inner_text()
        leader.fills({"审批意见": "写明用户原话"})
        leader.submits()
        engineer = person("service_engineer_3", phone=True)
        engineer.opens("/")
        engineer.press(engineer.row("补充服务报告").filter(has_text=case_no).get_by_role("link"))
        engineer.sees_form()
        expect(engineer.page.locator("#form-here")).to_contain_text("写明用户原话")
        values = engineer.page.locator("#form-here textarea, #form-here input").evaluate_all(
            "all => all.map(e => e.value)"
        )
        assert "用户嫌贵不修" in values

    def test_nobody_approves_what_they_filled_in_not_even_as_the_approvers_deputy(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        engineer = f"engineer_{known_customer.number}"
        with server.writing() as tx:
            add_user(
                tx, actor=SYSTEM, login=engineer, name="顶岗员", home_unit="O2", password_hash=hash_password(PASSWORD)
            )
            assign_role(tx, actor=SYSTEM, login=engineer, role="service_engineer", unit="O2")
        case_no = a_report_is_returned(server, known_customer, engineer)
        does(server, engineer, case_no, "amend_report", {"outcome_reason": "用户说改日自行处理"})
        stands_in_for_the_leader(server, engineer)
        someone = person(engineer)
        someone.opens_task(APPROVE, case_no)
        someone.fills({"审批结论": "同意"})
        someone.press(someone.submit_button)
        expect(someone.page.locator("#form-notice")).to_contain_text("不能审批本人填写的单据")

    def test_a_deputy_stands_in_and_the_history_says_for_whom(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        case_no = a_report_waits(server, known_customer, "service_engineer_3")
        does(server, "service_engineer_3", case_no, "debrief_leader", BRIEFING)
        stands_in_for_the_leader(server, "cs_supervisor_3")
        deputy = person("cs_supervisor_3")
        deputy.opens_task(APPROVE, case_no)
        deputy.fills({"审批结论": "同意"})
        deputy.submits()
        deputy.opens(f"/cases/{case_no}")
        expect(deputy.page.locator(".timeline li").filter(has_text="审批服务报告：同意")).to_contain_text("主管丙")
