"""A browser without a screen: logs in, starts cases, submits tasks, and notes how long each answer takes."""

from __future__ import annotations

import http.client
import json
import re
import time
import urllib.parse
import uuid
from typing import Any

PASSWORD = "aftercare-demo"  # noqa: S105 - the demo company's, shown on its login page


class Browser:
    """One person's connection, kept open."""

    def __init__(self, port: int, login: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        page = self.get("/login")
        self.token = _token(page)
        self._form("/login", {"login": login, "password": PASSWORD, "csrf_token": self.token})
        self.token = json.loads(self.get("/api/session"))["csrf"]

    def get(self, path: str) -> str:
        """A page, as it is shown."""
        status, body, _ = self._ask("GET", path)
        if status != 200:
            raise RuntimeError(f"GET {path}: {status} {body[:300]!r}")
        return body.decode()

    @property
    def cookies(self) -> str:
        """What this browser sends along."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def look(self, path: str) -> str:
        """A page or a file, or what is said instead of it."""
        return self._ask("GET", path)[1].decode(errors="replace")

    def timed(self, path: str) -> float:
        """Seconds until a page is here."""
        began = time.perf_counter()
        self.get(path)
        return time.perf_counter() - began

    def start(self, process: str = "contact_intake") -> int:
        """Start a case; the number of its first task."""
        target = self._form(f"/start/{process}", {"csrf_token": self.token})
        return int(target.rsplit("/", 1)[-1])

    def submit(self, task_id: int, values: dict[str, Any]) -> int | None:
        """Submit a task; the task this person goes on with."""
        body = json.dumps({"values": values, "key": str(uuid.uuid4()), "revision": 1}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": self.token}
        status, answer, _ = self._ask("POST", f"/api/tasks/{task_id}/submit", body, headers)
        said = json.loads(answer)
        if status != 200:
            raise RuntimeError(f"task {task_id}: {status} {said}")
        if "next_task" in said:
            return int(said["next_task"]["task"]["id"])
        found = re.search(r"/tasks/(\d+)$", said["next"])
        return int(found[1]) if found else None

    def _form(self, path: str, fields: dict[str, str]) -> str:
        body = urllib.parse.urlencode(fields).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, answer, location = self._ask("POST", path, body, headers)
        if status not in {302, 303}:
            raise RuntimeError(f"POST {path}: {status} {answer[:300]!r}")
        return location

    def _ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes, str]:
        sent = dict(headers or {})
        if self._cookies:
            sent["Cookie"] = self.cookies
        self._connection.request(method, path, body, sent)
        answer = self._connection.getresponse()
        content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.split(";", 1)[0].partition("=")
            self._cookies[name] = value
        return answer.status, content, answer.headers.get("Location", "")


def _token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    if found is None:
        raise RuntimeError("the page has no CSRF token")
    return found[1]
