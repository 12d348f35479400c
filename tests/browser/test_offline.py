"""Without a network on the phone: what was filled in waits on the device and is sent once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect
from sqlalchemy import select

from app.runtime.tables import attachment
from tests.browser.cases import a_report_waits, a_service_waits, task_of, times_completed
from tests.browser.customers import Customer
from tests.browser.person import Person
from tools.demo_server import DemoServer

BRIEF = "向领导详细汇报"


class TestSubmittingWithoutNetwork:
    def test_is_shown_as_unsent_with_a_count_and_sent_once_when_the_network_is_back(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        case_no = a_report_waits(server, known_customer, "service_engineer_3")
        engineer = person("service_engineer_3", phone=True)
        engineer.opens_task(BRIEF, case_no)
        task_id = engineer.task_id
        page = engineer.page
        page.context.set_offline(True)
        badge = page.locator("#net-badge")
        expect(badge).to_have_text("离线")
        engineer.fills({"处理结果": "用户不修，已解释"})
        engineer.press(engineer.submit_button)
        expect(engineer.submit_button).to_have_text("未发送")
        expect(badge).to_have_text("离线 · 未发送 1")
        expect(page.locator("#form-notice")).to_contain_text("联网后自动发送")
        assert times_completed(server, task_id) == 0
        page.context.set_offline(False)
        expect(page.locator("#form-notice")).to_contain_text("已提交")
        expect(badge).to_be_hidden()
        page.reload()
        expect(page.locator("#content")).to_contain_text("已由 维修员丙")
        assert times_completed(server, task_id) == 1

    def test_survives_closing_the_page(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        case_no = a_report_waits(server, known_customer, "service_engineer_3")
        engineer = person("service_engineer_3", phone=True)
        engineer.opens_task(BRIEF, case_no)
        task_id = engineer.task_id
        context = engineer.page.context
        context.set_offline(True)
        engineer.fills({"处理结果": "用户不修，已解释"})
        engineer.press(engineer.submit_button)
        expect(engineer.submit_button).to_have_text("未发送")
        engineer.page.close()
        context.set_offline(False)
        again = context.new_page()
        again.goto("/")
        expect(again.locator("#toasts")).to_contain_text("已发送 1 项")
        assert times_completed(server, task_id) == 1

    def test_a_photo_taken_without_network_goes_with_it(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer, photo: Path
    ) -> None:
        case_no = a_service_waits(server, known_customer, "service_engineer_3")
        engineer = person("service_engineer_3", phone=True)
        engineer.opens_task("看：核对检查", case_no)
        page = engineer.page
        page.context.set_offline(True)
        engineer.fills({"现场照片": photo})
        expect(engineer.field("现场照片").locator(".photo-state")).to_have_text("未发送")
        engineer.press(engineer.submit_button)
        expect(engineer.submit_button).to_have_text("未发送")
        page.context.set_offline(False)
        expect(page.locator("#form-notice")).to_contain_text("已提交")
        with server.reading() as tx:
            kept = tx.rows(select(attachment).where(attachment.c.case_no == case_no))
        assert [row.received == row.size for row in kept] == [True]
        assert times_completed(server, task_of(server, case_no, "look_at_unit")) == 1


class TestOpeningWithoutNetwork:
    def test_a_task_opened_before_can_be_opened_and_filled_in(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        case_no = a_report_waits(server, known_customer, "service_engineer_3")
        engineer = person("service_engineer_3", phone=True)
        page = engineer.page
        engineer.opens("/")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        engineer.opens_task(BRIEF, case_no)
        address = page.url
        page.wait_for_function(
            "async (url) => Boolean(await caches.match(url, { ignoreVary: true }))", arg=address.split("?")[0]
        )
        engineer.opens("/")
        page.context.set_offline(True)
        engineer.opens(address)
        engineer.fills({"处理结果": "离线填写"})
        expect(page.locator("#form-status")).to_contain_text("草稿已保存在本机")
        page.context.set_offline(False)
