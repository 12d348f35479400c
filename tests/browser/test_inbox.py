"""The inbox: what do I do next."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.cases import a_contact_waits, a_repair_waits
from tests.browser.customers import Customer
from tests.browser.person import Person
from tools.demo_server import DemoServer

REGISTER = "登记来电来函"
OUTLET = "O2"  # its hotline agent is alone there: nobody else's tests fill this inbox


@pytest.fixture
def agent(person: Callable[..., Person]) -> Person:
    """The hotline agent of the second outlet."""
    return person("hotline_agent_3")


class TestWhoTakesWhat:
    def test_a_claimed_task_leaves_the_pool_and_comes_back_when_it_is_released(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        case_no = a_contact_waits(server, known_customer)
        agent, colleague = person("hotline_agent_1"), person("hotline_agent_2")
        agent.opens(f"/?scope=roles&text={case_no}")
        agent.press(agent.row(REGISTER).get_by_role("button", name="领取"))
        expect(agent.title).to_have_text(REGISTER)
        expect(agent.page.locator(".who")).to_contain_text("客服甲")
        colleague.opens(f"/?scope=roles&text={case_no}")
        expect(colleague.page.get_by_text("没有符合条件的任务")).to_be_visible()
        agent.presses("退回任务池")
        expect(agent.page.get_by_role("link", name="我的任务")).to_be_visible()
        colleague.page.reload()
        expect(colleague.row(REGISTER)).to_have_count(1)

    def test_a_task_claimed_by_a_colleague_meanwhile_says_who_has_it(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        case_no = a_contact_waits(server, known_customer)
        agent, colleague = person("hotline_agent_1"), person("hotline_agent_2")
        for someone in (agent, colleague):
            someone.opens(f"/?scope=roles&text={case_no}")
        agent.press(agent.row(REGISTER).get_by_role("button", name="领取"))
        expect(agent.title).to_have_text(REGISTER)
        colleague.press(colleague.row(REGISTER).get_by_role("button", name="领取"))
        expect(colleague.page.locator("#content")).to_contain_text("客服甲")


class TestFiltering:
    def test_by_procedure_role_due_time_and_text_and_the_address_holds_it_all(
        self, agent: Person, server: DemoServer, known_customer: Customer
    ) -> None:
        contact = a_contact_waits(server, known_customer, unit=OUTLET, content="天窗漏水")
        repair = a_repair_waits(server, known_customer, unit=OUTLET)
        agent.opens("/?scope=roles")
        agent.page.get_by_label("筛选文字").fill(known_customer.name)
        agent.presses("筛选")
        expect(agent.page.locator("#task-rows [data-row]")).to_have_count(2)
        agent.page.get_by_label("流程", exact=True).select_option(label="来电来函（来人）处理")
        agent.presses("筛选")
        expect(agent.page.locator("#task-rows [data-row]")).to_have_count(1)
        expect(agent.page.locator("#task-rows")).to_contain_text(contact)
        agent.page.reload()
        expect(agent.page.get_by_label("筛选文字")).to_have_value(known_customer.name)
        expect(agent.page.locator("#task-rows [data-row]")).to_have_count(1)
        agent.opens(f"/?scope=roles&text={repair}&role=hotline_agent")
        expect(agent.page.locator("#task-rows [data-row]")).to_have_count(1)
        agent.opens(f"/?scope=roles&text={contact}&due=late")
        expect(agent.page.get_by_text("没有符合条件的任务")).to_be_visible()
        agent.opens(f"/?scope=roles&text={contact}&due=week")
        expect(agent.page.locator("#task-rows [data-row]")).to_have_count(1)

    def test_other_outlets_tasks_are_not_there(
        self, agent: Person, server: DemoServer, known_customer: Customer
    ) -> None:
        case_no = a_contact_waits(server, known_customer, unit="O1")
        agent.opens(f"/?scope=roles&text={case_no}")
        expect(agent.page.get_by_text("没有符合条件的任务")).to_be_visible()


class TestSearching:
    @pytest.mark.parametrize("by", ["name", "phone", "serial_no"])
    def test_finds_a_case_by_what_is_known_of_the_customer(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer, by: str
    ) -> None:
        case_no = a_contact_waits(server, known_customer)
        agent = person("hotline_agent_1")
        agent.opens("/")
        agent.page.keyboard.press("/")
        agent.page.keyboard.type(getattr(known_customer, by))
        agent.page.keyboard.press("Enter")
        expect(agent.page.get_by_role("link", name=case_no)).to_be_visible()

    def test_a_case_number_leads_straight_to_the_case_and_a_record_number_finds_it(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        agent = person("hotline_agent_1")
        case_no = a_contact_waits(server, known_customer)
        agent.opens(f"/search?q={case_no.lower()}")
        expect(agent.page.get_by_role("heading", level=1)).to_have_text(case_no)
        agent.opens_task(REGISTER, case_no)
        agent.page.locator("summary", has_text="记录").click()
        contact_no = agent.field("编号").locator(".shown-value").inner_text()
        assert contact_no.startswith("LDO1")
        agent.opens(f"/search?q={contact_no}")
        expect(agent.page.get_by_role("link", name=case_no)).to_be_visible()

    def test_nothing_found_says_what_can_be_looked_for(self, agent: Person) -> None:
        agent.opens("/search?q=没有这个客户")
        expect(agent.page.get_by_text("没有找到")).to_be_visible()
        expect(agent.page.get_by_text("可以输入服务单号")).to_be_visible()


class TestNewTasks:
    def test_appear_by_themselves_with_the_counts_right_and_the_chosen_line_kept(
        self, agent: Person, server: DemoServer, known_customer: Customer
    ) -> None:
        first = a_contact_waits(server, known_customer, unit=OUTLET)
        page = agent.page
        page.clock.install(time=server.now())
        with page.expect_response("**/api/inbox/counts"):
            agent.opens(f"/?scope=roles&text={known_customer.name}")
        count = page.locator(".tabs [data-count=roles]")
        before = int(count.inner_text())
        page.evaluate("globalThis.stillTheSamePage = true")
        page.keyboard.press("j")
        second = a_repair_waits(server, known_customer, unit=OUTLET)
        page.clock.fast_forward(31_000)
        rows = page.locator("#task-rows [data-row]")
        expect(rows).to_have_count(2)
        expect(page.locator("#task-rows")).to_contain_text(second)
        expect(count).to_have_text(str(before + 1))
        expect(page.locator("[data-row].is-active")).to_contain_text(first)
        assert page.evaluate("globalThis.stillTheSamePage")


class TestByKeyboard:
    def test_j_and_k_move_enter_opens_c_claims_and_the_question_mark_helps(
        self, agent: Person, server: DemoServer, known_customer: Customer
    ) -> None:
        a_contact_waits(server, known_customer, unit=OUTLET)
        a_repair_waits(server, known_customer, unit=OUTLET)
        page, keys = agent.page, agent.page.keyboard
        agent.opens(f"/?scope=roles&text={known_customer.name}")
        rows = page.locator("#task-rows [data-row]")
        keys.press("j")
        keys.press("j")
        expect(rows.nth(1)).to_have_class("row is-active")
        expect(rows.nth(1).locator("[data-open]")).to_be_focused()
        keys.press("k")
        expect(rows.nth(0).locator("[data-open]")).to_be_focused()
        keys.press("?")
        expect(page.get_by_role("dialog", name="键盘快捷键")).to_be_visible()
        keys.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        name = rows.nth(0).locator("[data-open]").inner_text()
        keys.press("Enter")
        expect(agent.title).to_have_text(name)
        agent.page.go_back()
        keys.press("j")
        keys.press("c")
        expect(agent.title).to_have_text(name)
        expect(page.locator(".who")).to_contain_text("客服丙")
