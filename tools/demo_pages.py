"""Every page of the product, found by following the links that a person of the demo company sees."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app import clock
from tools.demo_server import PASSWORD, DemoServer

PEOPLE = ("hotline_agent_1", "cs_supervisor_1", "service_engineer_1", "department_leader_1")
OFFICE = ("process_owner_1", "system_admin_1")
# Pages of which one example says little.
FEW = {
    "task.page": 8,
    "case.page": 3,
    "case.listing": 2,
    "registers.table": 2,
    "procedures.page": 2,
    "papers.preview": 2,
}
ALL = {**FEW, "task.page": 40, "registers.table": 60, "procedures.page": 80, "papers.preview": 12}
_OF_EVERYBODY = {"tasklist.tasks": 2}
_STARTS = (
    "/",
    "/?scope=roles",
    "/cases?state=closed",
    "/cases?state=all",
    "/search?q=示例",
    "/me",
    "/password",
    "/procedures/dispatch",  # has a second version, see DemoServer.publish_another_version
    "/admin/messages",  # linked while there are any
    "/styleguide",
)
_NOT_PAGES = re.compile(
    r"\.(pdf|xlsx|csv)$|^/(static|api|sw\.js|healthz|logout)|^/clocks/|/diagram/|/known$|/history$|/ways-back$"
    r"|^/g/.*/files/|^/notices/"
)
_LINK = re.compile(r'href="(/[^"#]*)"')
_ONLY_TO_READ = 'id="form-submit" hidden'  # somebody else's task: shown as the one who may do it sees it
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Shown:
    """A page as one person sees it."""

    login: str | None
    address: str
    endpoint: str

    @property
    def name(self) -> str:
        """Fit for a file."""
        words = re.sub(r"\W+", "_", self.address).strip("_") or "inbox"
        return f"{words}__{self.login}" if self.login else words


def page_routes(server: DemoServer) -> set[str]:
    """The endpoints that are pages of their own."""
    return {
        rule.endpoint
        for rule in server.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not _NOT_PAGES.search(rule.rule)
    }


def all_pages(server: DemoServer, examples: dict[str, int] = FEW) -> list[Shown]:
    """Each page once, those of `examples` so many times."""
    found = {"/login": Shown(None, "/login", "session.login")}
    found |= {address: Shown(None, address, "guest.page") for address in server.guest_pages}
    with clock.use(server.now):
        for login in (*PEOPLE, *OFFICE):
            for shown in _seen_by(server, login, found, examples):
                own = shown.endpoint in _OF_EVERYBODY
                found[f"{login} {shown.address}" if own else shown.address] = shown
    return list(found.values())


def _seen_by(server: DemoServer, login: str, found: dict[str, Shown], examples: dict[str, int]) -> Iterator[Shown]:
    client = server.app.test_client()
    token = _TOKEN.search(client.get("/login").text)
    assert token is not None
    client.post("/login", data={"login": login, "password": PASSWORD, "csrf_token": token[1]})
    matcher = server.app.url_map.bind("localhost")
    waiting, known = deque(_STARTS), set(_STARTS)
    here: Counter[str] = Counter()
    while waiting:
        address = waiting.popleft()
        endpoint = _endpoint(matcher, address)
        if endpoint is None or here[endpoint] >= max(examples.get(endpoint, 1), _OF_EVERYBODY.get(endpoint, 1)):
            continue
        answer = client.get(address)
        if answer.status_code != 200 or answer.mimetype != "text/html" or _ONLY_TO_READ in answer.text:
            continue
        here[endpoint] += 1
        new = address not in found and sum(each.endpoint == endpoint for each in found.values()) < examples.get(
            endpoint, 1
        )
        if new or endpoint in _OF_EVERYBODY:
            yield Shown(login, address, endpoint)
        for link in _LINK.findall(answer.text.replace("&amp;", "&")):
            if link not in known and "sort=" not in link and not _NOT_PAGES.search(urlsplit(link).path):
                known.add(link)
                waiting.append(link)


def _endpoint(matcher: Any, address: str) -> str | None:
    try:
        return str(matcher.match(urlsplit(address).path)[0])
    except Exception:
        return None
