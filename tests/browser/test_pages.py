"""Every page as people with different eyes, hands and screens meet it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import DESKTOP, PATIENCE, PHONE, log_in
from tools.demo_pages import Shown, all_pages, page_routes
from tools.demo_server import DemoServer

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
THURSDAY = datetime.fromisoformat("2026-03-05T14:30:00+08:00")

# Words of four letters and more that a Chinese reader of these pages knows or must see.
KNOWN_WORDS = {"BPMN", "DEMO", "English", "Excel", "Asia", "Shanghai", "chinesecalendar", "xlsx"}
# Record numbers, codes of places, logins, digests and the like are names, not words.
NAMES = re.compile(
    r"\b[A-Z]{2,}[A-Z0-9-]*\d[\w-]*|\b[A-Z]\d+-\w+|\b\w+_\d+\b|\b[A-Z][A-Z0-9]*-[A-Z0-9-]+\b|\b[0-9a-f]{8,}\b"
)
PARAMETERS = re.compile(r"\b[a-z]+\.[a-z_]+\b|S\d+ promise\(\d\)")
WORDS = re.compile(r"[A-Za-z]{4,}")
# What a person reads; code, keys and references to the sources are not to be translated.
VISIBLE_TEXT = """() => {
  const hidden = [...document.querySelectorAll("code, kbd, pre, [translate=no], [lang=en]")];
  const before = hidden.map((each) => each.style.display);
  hidden.forEach((each) => (each.style.display = "none"));
  const text = document.body.innerText;
  hidden.forEach((each, index) => (each.style.display = before[index]));
  return text;
}"""


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """The demo company in the middle of a week, with cases everywhere on their way."""
    served = DemoServer(tmp_path_factory.mktemp("living"), begins=THURSDAY, with_cases=True)
    served.publish_another_version()
    served.make_guest_link("FW2026000005")
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def shown(living: DemoServer) -> list[Shown]:
    """Every page."""
    return all_pages(living)


@pytest.fixture(scope="module")
def page_for(living: DemoServer, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A page of somebody, on a desktop or a phone; one window each."""
    opened: dict[tuple[str | None, bool], BrowserContext] = {}

    def get(login: str | None, *, phone: bool) -> Page:
        if (login, phone) not in opened:
            settings: dict[str, Any] = PHONE if phone else DESKTOP
            context = chromium.new_context(
                base_url=living.url, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", **settings
            )
            context.set_default_timeout(PATIENCE)
            context.add_init_script(living.browser_clock)
            opened[login, phone] = context
            page = context.new_page()
            if login is not None:
                page.goto("/login")
                log_in(page, login)
                page.wait_for_url(living.url + "/")
        return opened[login, phone].pages[0]

    yield get
    for context in opened.values():
        context.close()


def opens(page: Page, shown: Shown) -> None:
    """Go there and wait until nothing loads any more."""
    page.goto(shown.address)
    page.wait_for_function(
        """() => !document.querySelector(".htmx-request, [aria-busy=true]")
            && (!document.getElementById("form-here") || document.querySelector("#form-here .fjs-form"))"""
    )


def test_no_page_is_left_out(living: DemoServer, shown: list[Shown]) -> None:
    missing = page_routes(living) - {each.endpoint for each in shown}
    assert not missing, f"nothing leads to these pages: {sorted(missing)}"


@pytest.fixture(scope="module")
def looked_at(shown: list[Shown], page_for: Callable[..., Page]) -> dict[str, list[str]]:
    """Every page on a desktop, seen once: its barriers and its English words."""
    found: dict[str, list[str]] = {"barriers": [], "words": []}
    for each in shown:
        page = page_for(each.login, phone=False)
        opens(page, each)
        text = NAMES.sub("", page.evaluate(VISIBLE_TEXT))
        if each.endpoint.startswith("procedures."):
            text = PARAMETERS.sub("", text)  # whoever draws rules calls parameters as the rules do
        words = sorted(set(WORDS.findall(text)) - KNOWN_WORDS)
        if words:
            found["words"].append(f"{each.address} as {each.login}: {', '.join(words[:12])}")
        page.evaluate(AXE + ";undefined")
        for violation in page.evaluate(f"axe.run(document, {json.dumps(RULES)})")["violations"]:
            if violation["impact"] in ("serious", "critical"):
                where = violation["nodes"][0]["html"][:160]
                line = f"{each.address} as {each.login}: {violation['id']} ×{len(violation['nodes'])} {where}"
                found["barriers"].append(line)
    return found


def test_no_serious_barrier_on_any_page(looked_at: dict[str, list[str]]) -> None:
    assert not looked_at["barriers"], "\n".join(looked_at["barriers"])


def test_no_english_is_left_on_chinese_pages(looked_at: dict[str, list[str]]) -> None:
    assert not looked_at["words"], "\n".join(looked_at["words"])


def test_no_page_is_wider_than_a_phone(shown: list[Shown], page_for: Callable[..., Page]) -> None:
    found = []
    for each in shown:
        page = page_for(each.login, phone=True)
        opens(page, each)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > PHONE["viewport"]["width"]:
            found.append(f"{each.address} as {each.login}: {wide} px")
    assert not found, "\n".join(found)
