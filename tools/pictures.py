"""Screenshots of every page and diagram at 1440 and 390 pixels, with the demo company's cases: `make pictures`."""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tools.demo_pages import ALL, Shown, all_pages
from tools.demo_server import PASSWORD, DemoServer

OUT = Path(__file__).resolve().parent.parent / "build" / "pictures"
THURSDAY = datetime.fromisoformat("2026-03-05T14:30:00+08:00")
WIDTHS: dict[int, dict[str, Any]] = {
    1440: {"viewport": {"width": 1440, "height": 900}},
    390: {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2},
}
_QUIET = """() => !document.querySelector(".htmx-request, [aria-busy=true]")
  && (!document.getElementById("form-here") || document.querySelector("#form-here .fjs-form"))"""
_AT_THE_END = """
.actionbar { position: static !important; }
@media (max-width: 640px) { body { position: relative; } .top { position: static !important; }
  .nav { position: absolute !important; } }"""
_DRAWN = "(figure) => figure.querySelector('svg')"


def main(arguments: list[str] | None = None) -> int:
    """Take them all; returns how many pages could not be pictured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only pages whose address contains this text")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    wanted = parser.parse_args(arguments)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    shutil.rmtree(OUT, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = DemoServer(Path(folder), begins=THURSDAY, with_cases=True)
        server.publish_another_version()
        server.make_guest_link("FW2026000005")
        server.start()
        try:
            pages = [shown for shown in all_pages(server, ALL) if wanted.only in shown.address]
            browser = playwright.chromium.launch(
                executable_path=chrome(), args=["--no-sandbox", "--disable-background-networking"]
            )
            missed = [problem for width in WIDTHS for problem in _take(browser, server, pages, width, wanted.lang)]
            browser.close()
        finally:
            server.stop()
    print(f"{2 * len(pages) - len(missed)} pictures in {OUT}")
    for problem in missed:
        print(f"missing: {problem}", file=sys.stderr)
    return len(missed)


def chrome() -> str | None:
    """The installed Chrome or Chromium; None leaves it to Playwright's own."""
    named = os.environ.get("AFTERCARE_CHROME")
    return named or next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)


def _take(browser: Browser, server: DemoServer, pages: list[Shown], width: int, lang: str) -> list[str]:
    folder = OUT / str(width)
    folder.mkdir(parents=True)
    missed = []
    for login in dict.fromkeys(shown.login for shown in pages):
        context = browser.new_context(
            base_url=server.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            service_workers="block",
            **WIDTHS[width],
        )
        context.set_default_timeout(15_000)
        context.add_init_script(server.browser_clock)
        context.add_cookies([{"name": "lang", "value": lang, "url": server.url}])
        page = context.new_page()
        if login is not None:
            _log_in(page, login)
        for shown in (each for each in pages if each.login == login):
            try:
                _picture(page, shown, folder / f"{shown.name[:120]}.png")
            except Error as error:
                missed.append(f"{shown.address} at {width}: {error.message.splitlines()[0]}")
        context.close()
    return missed


def _log_in(page: Page, login: str) -> None:
    page.goto("/login")
    page.locator("#f-login").fill(login)
    page.locator("#f-password").fill(PASSWORD)
    page.locator("#login-form button[type=submit]").click()
    page.wait_for_url("**/")


def _picture(page: Page, shown: Shown, path: Path) -> None:
    page.goto(shown.address)
    page.wait_for_function(_QUIET)
    for figure in page.locator("[data-diagram]").all():
        if figure.is_visible():
            figure.scroll_into_view_if_needed()  # diagrams load when they are seen
            page.wait_for_function(_DRAWN, arg=figure.element_handle())
    page.evaluate("scrollTo(0, 0)")
    # What stands at the bottom of the screen would lie across the middle of a picture of the whole page.
    page.add_style_tag(content=_AT_THE_END)
    page.screenshot(path=str(path), full_page=True, animations="disabled")


if __name__ == "__main__":
    raise SystemExit(1 if main() else 0)
