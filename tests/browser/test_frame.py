"""What stands around every page: the head under a thumb, keys, diagrams at first sight, a session that ended, paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.cases import a_contact_waits, a_repair_waits
from tests.browser.conftest import log_in
from tests.browser.customers import Customer
from tests.browser.person import Person
from tools.demo_server import DemoServer

OUTLET = "O2"
SMALL = """() => [...document.querySelectorAll("header a, header button, header summary")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.matches(".skip"))
  .map((each) => [each.innerText || each.getAttribute("aria-label"), each.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 || box.width < 44)
  .map(([words]) => words)"""


def head_height(page: Page) -> float:
    box = page.locator("header.top").bounding_box()
    assert box is not None
    return box["height"]


class TestOnAPhone:
    def test_the_head_is_one_row_and_the_way_about_lies_under_the_thumb(self, person: Callable[..., Person]) -> None:
        agent = person("hotline_agent_1", phone=True)
        agent.opens("/")
        page = agent.page
        assert head_height(page) <= 56
        bar = page.locator(".nav").bounding_box()
        assert bar is not None
        assert bar["y"] + bar["height"] == page.viewport_size["height"]  # type: ignore[index]
        assert page.evaluate(SMALL) == []
        agent.press(page.locator(".nav").get_by_role("link", name="服务单"))
        expect(page.get_by_role("heading", level=1)).to_have_text("服务单")

    def test_the_search_is_one_tap_away(self, person: Callable[..., Person]) -> None:
        agent = person("hotline_agent_1", phone=True)
        agent.opens("/")
        agent.press(agent.page.get_by_role("link", name="搜索"))
        expect(agent.page.locator("#f-q")).to_be_focused()

    def test_who_has_more_pages_finds_them_under_more(self, person: Callable[..., Person]) -> None:
        admin = person("system_admin_1", phone=True)
        admin.opens("/cases")
        page = admin.page
        expect(page.get_by_role("link", name="管理")).to_be_hidden()
        admin.press(page.locator(".nav-more summary"))
        expect(page.get_by_role("link", name="管理")).to_be_visible()
        admin.press(page.get_by_role("heading", level=1))
        expect(page.get_by_role("link", name="管理")).to_be_hidden()

    def test_a_task_has_its_button_there_instead(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        case_no = a_contact_waits(server, known_customer)
        agent = person("hotline_agent_1", phone=True)
        agent.opens_task("登记来电来函", case_no)
        expect(agent.page.locator(".nav")).to_be_hidden()
        expect(agent.submit_button).to_be_in_viewport()


class TestByKeyboard:
    @pytest.fixture
    def agent(self, person: Callable[..., Person], server: DemoServer, known_customer: Customer) -> Person:
        """Before an inbox of two tasks."""
        a_contact_waits(server, known_customer, unit=OUTLET)
        a_repair_waits(server, known_customer, unit=OUTLET)
        someone = person("hotline_agent_3")
        someone.opens(f"/?scope=roles&text={known_customer.name}")
        return someone

    def test_arrows_walk_the_inbox_and_enter_opens(self, agent: Person) -> None:
        keys, rows = agent.page.keyboard, agent.page.locator("#task-rows [data-row]")
        keys.press("ArrowDown")
        keys.press("ArrowDown")
        expect(rows.nth(1).locator("[data-open]")).to_be_focused()
        keys.press("ArrowUp")
        expect(rows.nth(0).locator("[data-open]")).to_be_focused()
        name = rows.nth(0).locator("[data-open]").inner_text()
        keys.press("Enter")
        expect(agent.title).to_have_text(name)

    def test_arrows_in_a_field_stay_in_the_field(self, agent: Person) -> None:
        box = agent.page.get_by_label("筛选文字")
        box.focus()
        agent.page.keyboard.press("ArrowDown")
        expect(agent.page.locator("[data-row].is-active")).to_have_count(0)

    def test_a_slash_goes_to_the_search_and_a_question_mark_tells_the_keys(self, agent: Person) -> None:
        page = agent.page
        page.keyboard.press("/")
        expect(page.locator("#top-q")).to_be_focused()
        expect(page.locator("#top-q")).to_have_value("")
        page.locator("#top-q").blur()
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="键盘快捷键")
        for key in ("j", "↓", "/", "?"):
            expect(dialog.locator("kbd", has_text=key).first).to_be_visible()

    def test_tab_reaches_the_content_first_and_shows_where_it_is(self, agent: Person) -> None:
        page = agent.page
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="跳到内容")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        where = page.evaluate(
            """() => ({ inside: document.getElementById("content").contains(document.activeElement),
                        outline: getComputedStyle(document.activeElement).outlineStyle })"""
        )
        assert where == {"inside": True, "outline": "solid"}


class TestDiagrams:
    def test_open_where_the_token_stands_also_when_that_is_inside_a_collapsed_subprocess(
        self, person: Callable[..., Person]
    ) -> None:
        owner = person("process_owner_1")
        owner.page.route(
            "**/procedures/onsite_service",
            lambda route: route.fulfill(
                response=(answer := route.fetch()),
                body=answer.text().replace("&#34;active&#34;: []", "&#34;active&#34;: [&#34;look_at_unit&#34;]"),
            ),
        )
        owner.opens("/procedures/onsite_service")
        figure = owner.page.locator("[data-diagram]")
        figure.scroll_into_view_if_needed()
        token = figure.locator(".djs-overlay-container .token").filter(visible=True)
        expect(token).to_be_visible()
        box, outer = token.bounding_box(), figure.locator(".diagram-box").bounding_box()
        assert box is not None
        assert outer is not None
        assert outer["x"] < box["x"] < outer["x"] + outer["width"]
        assert outer["y"] < box["y"] < outer["y"] + outer["height"]


class TestASessionThatEnded:
    def test_keeps_what_was_typed_until_one_has_logged_in_again(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        case_no = a_contact_waits(server, known_customer)
        agent = person("hotline_agent_1")
        agent.opens_task("登记来电来函", case_no)
        address = agent.page.url
        agent.page.context.clear_cookies(name="aftercare")
        agent.fills({"内容": "雨刮不动，司机在等"})
        expect(agent.page.locator("#form-status")).to_contain_text("保存在本机")
        expect(agent.page.locator("#form-notice")).to_contain_text("登录已过期")
        agent.press(agent.page.get_by_role("link", name="登录"))
        log_in(agent.page, "hotline_agent_1")
        agent.sees_form()
        assert agent.page.url == address
        expect(agent.field("内容").locator("textarea, input").first).to_have_value("雨刮不动，司机在等")


class TestPaper:
    def test_shows_the_content_in_black_without_the_frame_even_in_the_dark(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer
    ) -> None:
        case_no = a_repair_waits(server, known_customer)
        agent = person("hotline_agent_1", color_scheme="dark")
        agent.opens(f"/cases/{case_no}")
        page = agent.page
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        for gone in ("header.top", ".page-head .actions .button"):
            expect(page.locator(gone).first).to_be_hidden()
        expect(page.locator(".print-only")).to_contain_text("打印人：客服甲")
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.locator("details[id^=event-]:not([open])").count() == 0
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator("details[id^=event-][open]").count() == 0
