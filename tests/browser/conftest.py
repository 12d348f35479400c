"""The real application in a real browser: one server, one browser, people with a page each."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Playwright, expect, sync_playwright

from app.web import assets
from tests.browser.customers import Customer
from tests.browser.person import Person
from tools.demo_server import PASSWORD, DemoServer

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
PATIENCE = 8_000

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser; `make test` runs it by itself, with one server and one browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chrome() -> str | None:
    """The installed Chrome or Chromium; None leaves it to Playwright's own."""
    named = os.environ.get("AFTERCARE_CHROME")
    return named or next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """The application with its demo company, on a Monday morning."""
    if not (assets.DIST / "manifest.json").exists():
        pytest.fail("The browser's bundles are missing: run `node build.mjs` in frontend/ first.")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    served = DemoServer(tmp_path_factory.mktemp("aftercare"))
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="session")
def playwright_here() -> Iterator[Playwright]:
    """Playwright, once."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright_here: Playwright) -> Iterator[Browser]:
    """The browser, once."""
    arguments = ["--no-sandbox", "--disable-background-networking"]
    try:
        browser = playwright_here.chromium.launch(executable_path=chrome(), args=arguments)
    except Error as error:
        pytest.fail(f"No Chrome or Chromium could be started; set AFTERCARE_CHROME. {error}")
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def logins() -> dict[str, Any]:
    """Who logged in already: the cookies, so that a password is checked once per person."""
    return {}


@pytest.fixture
def contexts(chromium: Browser, server: DemoServer) -> Iterator[Callable[..., BrowserContext]]:
    """New browser windows with the company's clock; closed after the test. A script's error fails the test."""
    opened: list[BrowserContext] = []
    broken: list[str] = []

    def open_one(*, phone: bool = False, **more: Any) -> BrowserContext:
        settings = {**(PHONE if phone else DESKTOP), "base_url": server.url, "locale": "zh-CN", **more}
        context = chromium.new_context(timezone_id="Asia/Shanghai", **settings)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(server.browser_clock)
        context.on("weberror", lambda error: broken.append(str(error.error)))
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()
    assert not broken, f"errors in the page: {broken}"


@pytest.fixture
def person(
    contexts: Callable[..., BrowserContext], server: DemoServer, logins: dict[str, Any]
) -> Callable[..., Person]:
    """A logged-in person of the demo company."""

    def come(login: str, *, phone: bool = False, **more: Any) -> Person:
        if login not in logins:
            with_password = contexts()
            page = with_password.new_page()
            page.goto("/login")
            log_in(page, login)
            page.wait_for_url(server.url + "/")
            logins[login] = with_password.storage_state()
            with_password.close()
        context = contexts(phone=phone, storage_state=logins[login], **more)
        return Person(context.new_page(), login, phone)

    return come


def log_in(page: Any, login: str) -> None:
    """By name and password."""
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Path:
    """A picture as a phone's camera would give it."""
    path = tmp_path_factory.mktemp("camera") / "front_door.jpg"
    page = chromium.new_page(viewport={"width": 1600, "height": 1200})
    page.set_content("<body style='background:linear-gradient(30deg,#246,#da6)'><h1>示例客车 前门</h1></body>")
    page.screenshot(path=str(path), type="jpeg")
    page.close()
    return path


_numbers = count(101)


@pytest.fixture
def known_customer(server: DemoServer) -> Customer:
    """Somebody who called before; everybody else's cases are another customer's."""
    return Customer(next(_numbers)).called_before(server)
