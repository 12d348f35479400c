"""`make pictures`: every page, form and diagram at 1440 and 390 pixels; says which are too wide or break."""

from __future__ import annotations

import argparse
import logging
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import select

from app import clock
from app.definitions.tables import process_definition
from app.identity import load_actor_by_login
from app.identity.tables import user_account
from app.runtime import start_case
from app.runtime.tables import process_instance, user_task
from app.web import create_app
from tools.demo_server import PASSWORD, DemoServer
from tools.whole_case import AGENT, LEADER, WHOLE_CASE, act

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "build" / "pictures"
WIDTHS = {
    1440: {"viewport": {"width": 1440, "height": 900}},
    390: {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2},
}
# Whose pages these are; everybody else's are the leader's.
OWNERS = {"/admin": "system_admin_1", "/procedures": "process_owner_1", "/start": AGENT, "/tasks": AGENT, "/": AGENT}
NOT_PAGES = re.compile(r"^/(api|static|healthz|sw\.js|files)|\.(csv|xlsx|pdf)$")


def main() -> int:
    """Take them all."""
    parser = argparse.ArgumentParser(prog="make pictures")
    parser.add_argument("--lang", choices=["zh", "en"], default="zh")
    parser.add_argument("--only", default="", help="names that contain this")
    wanted = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    shutil.rmtree(OUTPUT, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="aftercare-pictures-") as folder, sync_playwright() as playwright:
        server = DemoServer(Path(folder))
        server.start()
        browser = playwright.chromium.launch(executable_path=_chrome(), args=["--no-sandbox"])
        try:
            studio = Studio(server, browser, wanted.lang, wanted.only)
            studio.whole_case()
            studio.pages()
        finally:
            browser.close()
            server.stop()
    for complaint in studio.complaints:
        print(complaint)
    print(f"{studio.taken} pictures in {OUTPUT.relative_to(ROOT)}, {len(studio.complaints)} complaints")
    return 1 if studio.complaints else 0


class Studio:
    """Logged-in people with a window of each width."""

    def __init__(self, server: DemoServer, browser: Browser, lang: str, only: str) -> None:
        self.taken = 0
        self.complaints: list[str] = []
        self._server = server
        self._browser = browser
        self._lang = lang
        self._only = only
        self._windows: dict[tuple[str, int], BrowserContext] = {}
        self.case_no = ""

    def whole_case(self) -> None:
        """Walk a case and take each task before it is done."""
        server = self._server
        with server.writing() as tx:
            agent = load_actor_by_login(tx, AGENT)
            assert agent is not None
            record = start_case(tx, server.house.world, actor=agent, process_key="contact_intake", unit_code="O1")
        self.case_no = record.case_no
        waiting = (
            select(user_task, user_account.c.login)
            .outerjoin(user_account, user_account.c.id == user_task.c.assignee_id)
            .where(user_task.c.case_no == self.case_no, user_task.c.state == "open")
            .where(user_task.c.element_id.in_(WHOLE_CASE))
            .order_by(user_task.c.id)
            .limit(1)
        )
        while True:
            with server.reading() as tx:
                task = tx.row(waiting)
            if task is None:
                return
            number = list(WHOLE_CASE).index(task.element_id) + 1
            login = task.login or WHOLE_CASE[task.element_id][0]
            self.take(f"task-{number:02}-{task.element_id}", f"/tasks/{task.id}", login, ready="#form-here .fjs-form")
            with server.writing() as tx:
                act(tx, server.house.world, task, clock.now())

    def pages(self) -> None:
        """Every page that the application serves, and the diagram of every procedure."""
        app = create_app(self._server.settings, self._server.house)
        self.take("login", "/login", "")
        for rule in sorted(app.url_map.iter_rules(), key=str):
            path = str(rule)
            if (
                "GET" in (rule.methods or ())
                and not NOT_PAGES.search(path)
                and path not in {"/login", "/tasks/<int:task_id>"}
            ):
                for name, address in self._addresses(path):
                    self.take(name, address, self._owner(address))

    def take(self, name: str, address: str, login: str, ready: str = "") -> None:
        """One page at both widths."""
        if self._only not in name:
            return
        for width in WIDTHS:
            page = self._window(login, width).new_page()
            errors: list[str] = []
            page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
            answer = page.goto(address)
            if answer is None or answer.status >= 400:
                self.complaints.append(f"{name} at {width}: status {answer.status if answer else 'none'}")
            self._settle(page, ready)
            target = OUTPUT / str(width) / f"{name}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=target, full_page=True)
            self.taken += 1
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                self.complaints.append(f"{name} at {width}: {wide} pixels too wide")
            self.complaints += [f"{name} at {width}: {error}" for error in errors]
            page.close()

    def _settle(self, page: Page, ready: str) -> None:
        page.wait_for_load_state("networkidle")
        if ready:
            page.locator(ready).first.wait_for(timeout=10_000)
        if page.locator(".djs-container, [data-diagram]").count():
            page.wait_for_timeout(600)

    def _owner(self, address: str) -> str:
        if address == "/":
            return AGENT
        owned = (login for start, login in OWNERS.items() if start != "/" and address.startswith(start))
        return next(owned, LEADER)

    def _addresses(self, path: str) -> Iterator[tuple[str, str]]:
        """The path with something in the place of its arguments; some of them several times."""
        with self._server.reading() as tx:
            keys = [row.key for row in tx.rows(select(process_definition.c.key).order_by(process_definition.c.key))]
            instances = [row.id for row in tx.rows(select(process_instance.c.id).order_by(process_instance.c.id))]
            user_id = tx.value(select(user_account.c.id).where(user_account.c.login == AGENT))
        known: dict[str, list[Any]] = {
            "key": keys if path == "/procedures/<key>" else ["onsite_service"],
            "case_no": [self.case_no],
            "instance_id": instances,
            "user_id": [user_id],
            "number": [1],
            "code": list(self._server.house.registers.registers) if path.startswith("/registers") else ["O1"],
            "name": ["intake.max_clarify_attempts"],
            "form_id": ["contact_intake.contact_record"],
            "decision_id": ["route_contact"],
        }
        if "/decisions/" in path or "/forms/" in path:
            known["key"] = ["contact_intake"]
        if path.startswith("/figures/<"):
            known["code"] = []
        if "/papers/" in path:
            known["key"] = ["work_order", "service_report"]
        arguments = re.findall(r"<(?:[^:<>]+:)?(\w+)>", path)
        if any(argument not in known for argument in arguments):
            self.complaints.append(f"{path}: no example for {arguments}")
            return
        if not arguments:
            yield (path.strip("/").replace("/", "-") or "inbox"), path
            return
        for value in known[arguments[0]] if len(arguments) == 1 else known[arguments[-1]]:
            filled = path
            for argument in arguments:
                given = (
                    value
                    if argument == (arguments[0] if len(arguments) == 1 else arguments[-1])
                    else known[argument][0]
                )
                filled = re.sub(rf"<(?:[^:<>]+:)?{argument}>", str(given), filled)
            yield filled.strip("/").replace("/", "-"), filled

    def _window(self, login: str, width: int) -> BrowserContext:
        if (login, width) not in self._windows:
            context = self._browser.new_context(
                base_url=self._server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **WIDTHS[width]
            )
            context.add_init_script(self._server.browser_clock)
            if login:
                page = context.new_page()
                page.goto("/login")
                page.locator("#login-form input[name=login]").fill(login)
                page.locator("#login-form input[name=password]").fill(PASSWORD)
                page.locator("#login-form button[type=submit]").click()
                page.wait_for_url(lambda url: "/login" not in url)
                page.close()
            context.add_cookies([{"name": "lang", "value": self._lang, "url": self._server.url}])
            self._windows[login, width] = context
        return self._windows[login, width]


def _chrome() -> str | None:
    named = os.environ.get("AFTERCARE_CHROME")
    return named or next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)


if __name__ == "__main__":
    sys.exit(main())
