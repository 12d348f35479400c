"""A customer signs on his own phone, by a link that the engineer made; it shows one form and what happens next."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect
from sqlalchemy import select

from app.runtime.tables import user_task
from tests.browser.person import Person
from tools.demo_server import DemoServer
from tools.whole_case import ENGINEER, play_until


def test_a_customer_signs_by_a_link_on_a_phone(
    server: DemoServer, person: Callable[..., Person], contexts: Callable[..., BrowserContext]
) -> None:
    with server.writing() as tx:
        task = play_until(tx, server.house.world, "sign_report", server.now())
    engineer = person(ENGINEER)
    engineer.opens(f"/tasks/{task}")
    engineer.page.get_by_text("新建链接").click()
    engineer.page.get_by_role("button", name="生成链接").click()
    address = engineer.page.get_by_label("链接", exact=True).input_value()
    expect(engineer.page.locator("svg.qr")).to_be_visible()

    phone = contexts(phone=True).new_page()
    phone.goto(address)
    expect(phone.locator("#form-here .fjs-form")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    expect(phone.get_by_role("navigation", name="主导航")).to_have_count(0)
    expect(phone.locator("#guest-next")).to_contain_text("签字后内容封存")
    phone.locator("#form-submit").click()
    expect(phone.locator("#form-errors")).to_be_visible()

    phone.get_by_label("您的姓名").fill("值班员丁")
    fields = phone.locator("#form-here")
    fields.get_by_label("签字人").fill("值班员丁")
    fields.get_by_label("用户意见").fill("满意")
    pad = phone.locator("canvas").first
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    phone.mouse.move(box["x"] + 40, box["y"] + 60)
    phone.mouse.down()
    for step in range(1, 6):
        phone.mouse.move(box["x"] + 40 + 30 * step, box["y"] + 60 + (25 if step % 2 else -20))
    phone.mouse.up()
    phone.locator("#form-submit").click()

    expect(phone.locator("#guest-over")).to_contain_text("已收到，谢谢")
    with server.reading() as tx:
        closed = tx.row(select(user_task).where(user_task.c.id == task))
    assert closed is not None
    assert (closed.state, closed.closed_by) == ("completed", None)
    phone.reload()
    expect(phone.locator("#guest-over")).to_contain_text("已收到，谢谢")
