"""What a careless or hostile browser can send, and what never comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from test_routes import BODIES, ROWS, ask
from web_ground import CONTACT, FILE, PASSWORD, PNG, Ground

from app import clock
from app.aftersales import customers
from app.cli.run_command import _require_administrator
from app.db import Database
from app.house import House
from app.identity import SYSTEM, deactivate_user, hash_password, set_password
from app.identity.tables import user_account
from app.rehearsal import Stage
from app.runtime import complete_task
from app.runtime.tables import attachment
from app.settings import ROOT, SettingsError

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def ground(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(stage, tmp_path_factory.mktemp("safety"), AFTERCARE_LOGIN_LIMIT="1000 per minute")
    with made.at_work():
        yield made


@pytest.fixture(autouse=True)
def _untouched(ground: Ground) -> None:
    ground.reset()


def _log_in(client: Any, login: str = "hotline_agent_1", password: str = PASSWORD, url: str = "/login") -> Any:
    return client.post(url, data={"login": login, "password": password})


def _someone_is_in(client: Any) -> bool:
    return client.get("/api/session").json["user"] is not None


class TestForgedRequests:
    def test_every_write_needs_a_token(self, ground: Ground) -> None:
        ground.app.config["WTF_CSRF_ENABLED"] = True
        try:
            writes = [(method, url) for method, url, _ in ROWS if method != "GET"]
            assert len(writes) > 40
            for method, url in writes:
                answer = ask(ground, "admin", method, url)
                assert answer.status_code == 400, (method, url)
                assert "csrf" in answer.get_data(as_text=True) or "页面已过期" in answer.get_data(as_text=True)
        finally:
            ground.app.config["WTF_CSRF_ENABLED"] = False

    def test_no_route_is_exempt(self, ground: Ground) -> None:
        from app.web.application import csrf

        assert not csrf._exempt_views
        assert not csrf._exempt_blueprints

    def test_the_token_of_one_session_is_worth_nothing_in_another(self, ground: Ground) -> None:
        ground.app.config["WTF_CSRF_ENABLED"] = True
        try:
            mine, other = ground.client("hotline_agent_1"), ground.client("hotline_agent_2")
            token = mine.get("/api/session").json["csrf"]
            url = ground.url("/tasks/{free}/claim")
            assert other.post(url, headers={"X-CSRFToken": token}).status_code == 400
            assert mine.post(url, headers={"X-CSRFToken": token}).status_code == 302
        finally:
            ground.app.config["WTF_CSRF_ENABLED"] = False

    def test_looking_changes_nothing(self, ground: Ground) -> None:
        # A link, a picture or a browser that fetches ahead must not act. These note who looked or took a file,
        # and those of a guest count how often he asks.
        may = {"/tasks/{task}", "/tasks/{free}", "/tasks/{follow}", "/registers/R01.csv", "/registers/R01.xlsx"}
        may |= {"/notices/{notice}"}  # what its receiver opens is read
        for method, url, _ in ROWS:
            if method != "GET" or url in may or url.startswith("/g/"):
                continue
            for who in ("agent", "admin"):
                ground.reset()
                before = ground.image()
                ground.client({"agent": "hotline_agent_1", "admin": "system_admin_1"}[who]).get(ground.url(url))
                assert ground.changed_since(before) == {}, url


class TestSessions:
    def test_the_cookie_is_hidden_from_scripts_and_other_sites(self, ground: Ground) -> None:
        answer = _log_in(ground.app.test_client())
        (cookie,) = [value for name, value in answer.headers if name == "Set-Cookie" and value.startswith("aftercare=")]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie

    def test_behind_https_it_never_leaves_it(self, stage: Stage, tmp_path: Path) -> None:
        secure = Ground(stage, tmp_path, AFTERCARE_SECURE_COOKIES="1")
        answer = _log_in(secure.app.test_client())
        assert all("Secure" in value for name, value in answer.headers if name == "Set-Cookie")

    def test_a_login_begins_a_new_session(self, ground: Ground) -> None:
        client = ground.app.test_client()
        with client.session_transaction() as session:
            session["planted"] = "by somebody else"
        _log_in(client)
        with client.session_transaction() as session:
            assert "planted" not in session
            assert session.permanent

    def test_too_many_attempts_have_to_wait(self, stage: Stage, tmp_path: Path) -> None:
        strict = Ground(stage, tmp_path, AFTERCARE_LOGIN_LIMIT="5 per minute")
        with strict.at_work():
            client = strict.app.test_client()
            found = [_log_in(client, password="wrong").status_code for _ in range(6)]
            assert found == [422] * 5 + [429]
            refused = _log_in(client)
            assert refused.status_code == 429
            assert "请 60 秒后再试" in refused.get_data(as_text=True)
            strict.time.advance("PT1M")
            assert _log_in(client).status_code == 302

    def test_guesses_at_one_login_from_many_addresses_have_to_wait(self, stage: Stage, tmp_path: Path) -> None:
        strict = Ground(stage, tmp_path, AFTERCARE_LOGIN_LIMIT="5 per minute", AFTERCARE_PROXIES="1")

        def guess(number: int, login: str = "hotline_agent_1", password: str = "wrong") -> int:
            client = strict.app.test_client()
            client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{number}"
            return int(_log_in(client, login, password).status_code)

        with strict.at_work():
            assert [guess(number) for number in range(6)] == [422] * 5 + [429]
            assert guess(7, password=PASSWORD) == 429
            assert guess(7, "hotline_agent_2", PASSWORD) == 302

    def test_nobody_chooses_the_address_he_is_counted_under(self, stage: Stage, tmp_path: Path) -> None:
        strict = Ground(stage, tmp_path, AFTERCARE_LOGIN_LIMIT="5 per minute")
        found = []
        with strict.at_work():
            for number in range(6):
                client = strict.app.test_client()
                client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{number}"
                found.append(_log_in(client, f"login_{number}", "wrong").status_code)
        assert found == [422] * 5 + [429]

    def test_an_office_behind_one_address_logs_in_as_often_as_it_likes(self, stage: Stage, tmp_path: Path) -> None:
        strict = Ground(stage, tmp_path, AFTERCARE_LOGIN_LIMIT="5 per minute")
        with strict.at_work():
            found = [_log_in(strict.app.test_client()).status_code for _ in range(12)]
            assert found == [302] * 12
            assert [_log_in(strict.app.test_client(), password="wrong").status_code for _ in range(6)][-1] == 429

    def test_guessing_the_old_password_of_an_open_session_has_to_wait(self, stage: Stage, tmp_path: Path) -> None:
        strict = Ground(stage, tmp_path, AFTERCARE_LOGIN_LIMIT="5 per minute")
        with strict.at_work():
            client = strict.client("hotline_agent_1")
            found = [client.post("/password", data={"old": "wrong"}).status_code for _ in range(6)]
        assert found == [422] * 5 + [429]

    def test_an_unknown_login_and_a_wrong_password_read_the_same(self, ground: Ground) -> None:
        shown = [
            re.sub(r'value="[^"]*"|content="[^"]*"', "", answer.get_data(as_text=True))
            for answer in (
                _log_in(ground.app.test_client(), "hotline_agent_1", "wrong"),
                _log_in(ground.app.test_client(), "no_such_person", "wrong"),
            )
        ]
        assert shown[0] == shown[1]

    def test_whoever_left_is_out_at_once_and_stays_out(self, ground: Ground) -> None:
        client = ground.app.test_client()
        _log_in(client)
        assert client.get("/").status_code == 200
        with ground.house.db.transaction() as tx:
            deactivate_user(tx, actor=SYSTEM, login="hotline_agent_1")
        assert client.get("/").status_code == 302
        assert not _someone_is_in(client)
        assert _log_in(ground.app.test_client()).status_code == 422

    def test_a_new_password_ends_every_session(self, ground: Ground) -> None:
        client = ground.app.test_client()
        _log_in(client)
        with ground.house.db.transaction() as tx:
            set_password(tx, actor=SYSTEM, login="hotline_agent_1", password="another long one")
        assert not _someone_is_in(client)

    def test_changing_ones_own_keeps_only_this_session(self, ground: Ground) -> None:
        here, there = ground.app.test_client(), ground.app.test_client()
        _log_in(here)
        _log_in(there)
        new = "another long one"
        changed = here.post("/password", data={"old": PASSWORD, "password": new, "again": new})
        assert changed.status_code == 302
        assert _someone_is_in(here)
        assert not _someone_is_in(there)

    def test_a_password_given_by_an_administrator_must_be_changed_first(self, ground: Ground) -> None:
        with ground.house.db.transaction() as tx:
            set_password(tx, actor=SYSTEM, login="hotline_agent_1", password="another long one", must_change=True)
        client = ground.app.test_client()
        _log_in(client, password="another long one")
        for url in ("/", ground.url("/tasks/{task}"), "/me", "/api/people"):
            answer = client.get(url)
            assert (answer.status_code, answer.headers.get("Location")) == (302, "/password"), url

    def test_after_logging_out_nothing_answers(self, ground: Ground) -> None:
        client = ground.client("hotline_agent_1")
        client.post("/logout")
        assert client.get("/").status_code == 302
        assert client.get("/api/inbox/counts").status_code == 401

    def test_a_cookie_made_elsewhere_is_nobody(self, ground: Ground) -> None:
        for value in ("x", "1.1", "eyJfdXNlcl9pZCI6IjEuMSJ9.aaaa.bbbb"):
            client = ground.app.test_client()
            client.set_cookie("aftercare", value)
            assert not _someone_is_in(client)

    @pytest.mark.parametrize("stored", ["", "1", ".", "1.", "²." + "1", "9" * 30 + ".1", "-1.1", "1.1.1", "\x00.1"])
    def test_a_session_that_names_nobody_is_nobody(self, ground: Ground, stored: str) -> None:
        client = ground.app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = stored
        assert client.get("/").status_code == 302

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
            "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "evil.example", "http:evil.example",
            "/ /evil.example", "", "/\x0b/evil.example", "%2f%2fevil.example",
        ],
    )  # fmt: skip
    def test_nobody_is_sent_elsewhere(self, ground: Ground, target: str) -> None:
        answer = ground.app.test_client().post(
            "/login", query_string={"next": target}, data={"login": "hotline_agent_1", "password": PASSWORD}
        )
        assert answer.headers["Location"] == "/"
        for reason in ("忙", ""):
            answer = ground.client("cs_supervisor_1").post(
                ground.url("/tasks/{task}/reassign"),
                data={"to": "hotline_agent_2", "reason": reason, "back": target},
            )
            assert answer.headers["Location"] in {"/team", ground.url("/tasks/{task}")}

    def test_one_goes_on_where_one_wanted_to(self, ground: Ground) -> None:
        url = ground.url("/cases/{case}?lang=en")
        away = ground.app.test_client().get(url).headers["Location"]
        assert _log_in(ground.app.test_client(), url=away).headers["Location"] == url


class TestHeaders:
    @pytest.mark.parametrize(
        ("who", "url"),
        [
            (None, "/login"), (None, "/"), (None, "/no-such-page"), ("hotline_agent_1", "/"),
            ("hotline_agent_1", "/api/inbox/counts"), ("hotline_agent_1", "/admin"), ("hotline_agent_1", "/logout"),
            ("hotline_agent_1", "/api/files/" + FILE), ("hotline_agent_1", "/registers/R01.csv"),
            ("hotline_agent_1", "/tasks/999999"), (None, "/static/icon.svg"),
        ],
    )  # fmt: skip
    def test_stand_on_every_answer(self, ground: Ground, who: str | None, url: str) -> None:
        headers = ground.client(who).get(url).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        assert "object-src 'none'" in policy
        assert not re.search(r"(script-src|default-src)[^;]*'unsafe", policy)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"

    def test_pages_are_kept_by_nobody(self, ground: Ground) -> None:
        client = ground.client("hotline_agent_1")
        for url in ("/", ground.url("/cases/{case}"), "/api/inbox/counts", "/registers/R01.csv"):
            assert "no-store" in client.get(url).headers["Cache-Control"], url
        kept = client.get("/api/files/" + FILE).headers["Cache-Control"]
        assert "private" in kept
        assert "public" not in kept

    def test_no_page_has_a_script_or_handler_of_its_own(self, ground: Ground) -> None:
        for method, url, _ in ROWS:
            if method != "GET":
                continue
            ground.reset()
            for login in ("hotline_agent_1", "system_admin_1"):
                answer = ground.client(login).get(ground.url(url))
                if "html" in answer.headers.get("Content-Type", ""):
                    page = answer.get_data(as_text=True)
                    for tag in re.findall(r"<script[^>]*>", page):
                        assert "src=" in tag or 'type="application/json"' in tag, (url, tag)
                    assert not re.search(r"<[a-z][^>]*\son[a-z]+=", page), url
                    assert "javascript:" not in page, url


class TestWords:
    """What somebody typed is shown as he typed it, and nothing else."""

    @pytest.fixture
    def told(self, ground: Ground) -> Ground:
        said = {**CONTACT, "customer_name": SCRIPT, "content": SCRIPT}
        with ground.house.db.transaction() as tx:
            from app.identity import load_actor_by_login

            agent = load_actor_by_login(tx, "hotline_agent_1")
            assert agent is not None
            complete_task(tx, ground.house.world, actor=agent, task_id=ground.names["task"], values=said)
            customers.remember(tx, {"customer_name": SCRIPT, "contact_phone": "000-0000-0009"}, unit_path="/C1/R1/O1/")
            tx.execute(update(user_account).where(user_account.c.login == "hotline_agent_1").values(name=SCRIPT))
            tx.execute(update(attachment).values(name=SCRIPT + ".png"))
        return ground

    def test_markup_is_text_on_every_page(self, told: Ground) -> None:
        with told.house.db.reading() as tx:
            from app.runtime.tables import user_task

            open_ids = [
                row.id
                for row in tx.rows(
                    select(user_task.c.id).where(user_task.c.case_no == told.names["case"], user_task.c.state == "open")
                )
            ]
        urls = [
            "/", "/?scope=roles", "/cases?state=all", "/cases/{case}", "/cases/{case}/known", "/cases/{case}/history",
            "/cases/{case}/diagram/{instance}", "/cases/{case}/papers", "/tasks/{task}", "/team", "/start", "/me",
            "/registers/R01", "/search?q=alert", "/search?q=" + SCRIPT, "/?text=" + SCRIPT, "/team?text=" + SCRIPT,
            "/registers/R01?text=" + SCRIPT, "/api/people?format=options", "/api/people?q=" + SCRIPT,
            "/admin", "/admin/users", "/admin/users?text=" + SCRIPT, "/admin/audit", "/admin/audit?text=" + SCRIPT,
            "/admin/deputies", "/procedures?text=" + SCRIPT, "/procedures/" + SCRIPT, "/cases/" + SCRIPT,
            "/admin/parameters?text=" + SCRIPT, "/admin/units?edit=" + SCRIPT, "/nothing/" + SCRIPT,
            *(f"/tasks/{task_id}" for task_id in open_ids),
        ]  # fmt: skip
        seen = 0
        for login in ("hotline_agent_1", "cs_supervisor_1", "department_leader_1", "system_admin_1"):
            for url in urls:
                answer = told.client(login).get(told.url(url))
                assert answer.status_code in {200, 302, 403, 404}, (url, answer.status_code)
                if "html" not in answer.headers.get("Content-Type", ""):
                    continue
                page = answer.get_data(as_text=True)
                assert "<script>alert" not in page, (login, url)
                assert "<img src=x" not in page, (login, url)
                seen += "&lt;script&gt;alert" in page or "\\u003cscript\\u003ealert" in page
        assert seen > 25

    def test_a_draft_cannot_close_the_script_it_stands_in(self, ground: Ground) -> None:
        client = ground.client("hotline_agent_1")
        url = ground.url("/tasks/{task}")
        client.post(f"/api{url}/draft", json={"values": {"content": "</script><script>alert(1)</script><!--"}})
        page = client.get(url).get_data(as_text=True)
        (data,) = re.findall(r'<script type="application/json" id="form">(.*?)</script>', page, re.DOTALL)
        assert json.loads(data)["draft"]["values"]["content"] == "</script><script>alert(1)</script><!--"
        assert "<script>alert" not in page

    def test_a_files_name_cannot_write_headers(self, told: Ground) -> None:
        answer = told.client("hotline_agent_1").get("/api/files/" + FILE)
        assert answer.status_code == 200
        assert "\n" not in answer.headers["Content-Disposition"]


class TestSearch:
    @pytest.mark.parametrize("text", ["%", "_", "%%", "\\", "%示例%", "FW____%", "[a-z]", "*", "?", "'", "' OR 1=1 --"])
    def test_wildcards_are_letters(self, ground: Ground, text: str) -> None:
        client = ground.client("hotline_agent_1")
        for url in ("/search", "/api/lookup/case", "/api/lookup/customer", "/api/lookup/unit", "/api/lookup/part",
                    "/api/lookup/skill", "/api/lookup/region", "/api/people"):  # fmt: skip
            answer = client.get(url, query_string={"q": text})
            assert answer.status_code == 200, url
            if answer.is_json:
                assert all(text in json.dumps(item) for item in answer.json["items"]), url
            else:
                assert ground.names["case"] not in answer.get_data(as_text=True)
        for url in ("/", "/team", "/registers/R01"):
            someone = ground.client("department_leader_1")
            answer = someone.get(url, query_string={"text": text, "scope": "roles"})
            assert answer.status_code == 200
            assert ground.names["case"] not in answer.get_data(as_text=True), (url, text)

    def test_answers_are_few_and_questions_short(self, ground: Ground) -> None:
        client = ground.client("hotline_agent_1")
        assert len(client.get("/api/people").json["items"]) <= 12
        assert len(client.get("/api/lookup/region").json["items"]) <= 12
        for url in ("/search?q=", "/?text=", "/api/people?q=", "/api/lookup/case?q=", "/api/lookup/part?values=",
                    "/api/people?logins=", "/api/people?role=", "/registers/R01?text="):  # fmt: skip
            for text in ("长" * 4100, ",".join("abc" for _ in range(1100)), "a " * 2100):
                assert client.get(url + text).status_code == 400, url
                assert client.get(url + text[:4000]).status_code == 200, url

    def test_customers_of_the_other_outlet_are_not_offered(self, ground: Ground) -> None:
        with ground.house.db.transaction() as tx:
            for number in range(20):
                facts = {"customer_name": f"乙客户{number:02d}", "contact_phone": f"000-0007-{number:04d}",
                         "serial_no": f"SNB{number:04d}", "product_model": "示例"}  # fmt: skip
                customers.remember(tx, facts, unit_path="/C1/R1/O2/")
            own = {
                "customer_name": "甲客户",
                "contact_phone": "000-0007-9999",
                "serial_no": "SNB9999",
                "product_model": "示例",
            }
            customers.remember(tx, own, unit_path="/C1/R1/O1/")
        client = ground.client("hotline_agent_1")
        found = client.get("/api/lookup/customer?q=0000007").json["items"]
        assert [item["label"].split()[0] for item in found] == ["甲客户"]
        assert [item["value"] for item in client.get("/api/lookup/unit?q=SNB").json["items"]] == ["SNB9999"]
        assert client.get("/api/lookup/unit?values=SNB0001").json["items"] == []


# What stands in one place of an otherwise good request.
NASTY = (
    "a\x00b", "\uffff\u202e", "²", "٣", "-1", "1e999", "9" * 30, "9" * 4000, "0001-01-01T00:00:00+14:00~1",
    "9999-12-31T23:59:59-14:00~1", "2026-03-02T09:00:00~1", "x~" + "9" * 40, "../%2e%2e%2f", "'\";--{{7*7}}",
    "\r\nX-Evil: 1", "𝕏" * 50,
)  # fmt: skip
PARAMETERS = (
    "q", "text", "after", "before", "page", "scope", "role", "due", "sort", "state", "process", "lang", "next", "unit",
    "when", "kind", "since", "until", "time", "void", "values", "logins", "format", "no", "copy", "size", "year", "day",
    "group", "month", "only", "who", "from", "edit", "section", "origin", "field", "step", "f.contact_no",
    "_external", "_scheme",
    "endpoint", "done", "code", "key", "case_no",
)  # fmt: skip
UNHEARD = {"_external", "_scheme", "endpoint", "code", "key", "case_no"}  # refused wherever they could mean two things
NO_TRACE = ("Traceback", "sqlalchemy", "sqlite3", "site-packages", "werkzeug.exceptions")


def _calm(answer: Any, what: Any) -> None:
    assert answer.status_code < 500, what
    if "html" in answer.headers.get("Content-Type", "") or answer.is_json:
        shown = answer.get_data(as_text=True)
        assert not any(word in shown for word in NO_TRACE), what


class TestNonsense:
    @pytest.mark.parametrize("nasty", NASTY, ids=[repr(text)[:24] for text in NASTY])
    def test_in_any_parameter_of_any_page_is_no_fault(self, ground: Ground, nasty: str) -> None:
        urls = {url.partition("?")[0] for method, url, _ in ROWS if method == "GET"}
        agent, admin = ground.client("hotline_agent_1"), ground.client("system_admin_1")
        for url in sorted(urls):
            client = admin if url.startswith(("/admin", "/procedures", "/figures", "/api/drafts")) else agent
            everything = {name: nasty for name in PARAMETERS if name not in UNHEARD}
            _calm(client.get(ground.url(url), query_string=everything), (url, nasty))

    @pytest.mark.parametrize("parameter", PARAMETERS)
    def test_alone_in_a_parameter_is_no_fault(self, ground: Ground, parameter: str) -> None:
        client = {login: ground.client(login) for login in ("hotline_agent_1", "system_admin_1")}
        places = {"/": "hotline_agent_1", "/?scope=roles&sort=priority": "hotline_agent_1", "/cases": "hotline_agent_1",
                  "/search": "hotline_agent_1", "/registers/R01": "hotline_agent_1", "/api/people": "hotline_agent_1",
                  "/registers/R01.csv": "hotline_agent_1", "/admin/users": "system_admin_1",
                  "/admin/audit": "system_admin_1", "/admin/calendar": "system_admin_1",
                  "/admin/deputies": "system_admin_1", "/admin/parameters": "system_admin_1",
                  "/procedures": "system_admin_1", "/figures/deadlines": "system_admin_1",
                  "/figures/K01": "system_admin_1"}  # fmt: skip
        for nasty in ("²", "9" * 30, "2026-03-02T09:00:00~1"):
            for url, login in places.items():
                path, _, query = url.partition("?")
                asked = {**dict(pair.split("=") for pair in query.split("&") if pair), parameter: nasty}
                _calm(client[login].get(path, query_string=asked), (url, parameter, nasty))

    @pytest.mark.parametrize("nasty", NASTY, ids=[repr(text)[:24] for text in NASTY])
    def test_in_the_address_is_no_fault(self, ground: Ground, nasty: str) -> None:
        from urllib.parse import quote

        rules = [rule for rule in ground.app.url_map.iter_rules() if rule.arguments and rule.endpoint != "static"]
        assert len(rules) > 20
        for rule in rules:
            path = re.sub(r"<[^>]+>", quote(nasty, safe=""), rule.rule)
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                client = ground.client("system_admin_1" if "admin" in path or "draft" in path else "hotline_agent_1")
                _calm(client.open(path, method=method, json={"values": {}}), (method, path))

    @pytest.mark.parametrize(
        "body",
        [
            b"", b"{", b"null", b"[]", b"1", b'"x"', b"\x00", b"\xff\xfe", b'{"values": 1}', b'{"values": null}',
            b'{"values": {"content": "\\u0000"}}', b'{"values": {"content": "\\ud800"}}', b'{"values": {"a": NaN}}',
            b'{"values": {"a": 1e999}}', b'{"values": {"a": ' + b"9" * 5000 + b"}}",
            b'{"values": {"distance_km": ' + b"9" * 300 + b"}}",
            b'{"values": {"a": ' + b"[" * 300 + b"]" * 300 + b"}}",
            b'{"values": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}",
            b"[" * 100_000, b'{"values": {"' + b"k" * 100_000 + b'": 1}}', b'{"values": {"": {"": {"": ""}}}}',
            b'{"values": {"__proto__": {"x": 1}, "constructor": 1}}', b'{"values": {}, "key": {"a": 1}}',
            b'{"values": {}, "key": "' + b"k" * 10_000 + b'"}',
            b'{"values": {"received_at": "0001-01-01T00:00:00+14:00"}}',
            b'{"xml": "\\ud800", "base_revision": "1", "key": "dispatch"}',
            b'{"xml": "<!DOCTYPE a [<!ENTITY b SYSTEM \\"file:///etc/passwd\\">]><a>&b;</a>", "base_revision": "1", '
            b'"key": "dispatch"}',
            b'{"xml": "", "base_revision": "", "key": "\\u0000"}',
        ],
        ids=lambda body: repr(body)[:40],
    )  # fmt: skip
    def test_as_json_is_no_fault(self, ground: Ground, body: bytes) -> None:
        for who, method, url in (
            ("hotline_agent_1", "POST", "/api/tasks/{task}/submit"), ("hotline_agent_1", "POST",
             "/api/tasks/{task}/draft"),
            ("hotline_agent_1", "POST", "/api/tasks/{free}/submit"), ("process_owner_1", "PUT", "/api/drafts/dispatch"),
            ("process_owner_1", "POST", "/api/drafts/dispatch/publish"), ("process_owner_1", "POST", "/api/lint"),
        ):  # fmt: skip
            ground.reset(definitions="draft" in url)
            client = ground.client(who)
            answer = client.open(ground.url(url), method=method, data=body, content_type="application/json")
            _calm(answer, (url, body[:60]))
            assert b"root:" not in answer.data
            if "tasks" in url:
                assert client.get(ground.url("/tasks/{task}")).status_code == 200

    @pytest.mark.parametrize("nasty", NASTY, ids=[repr(text)[:24] for text in NASTY])
    def test_in_every_field_of_a_form_is_no_fault(self, ground: Ground, nasty: str) -> None:
        fields = ("channel", "customer_name", "contact_person", "contact_phone", "customer_address", "region_code",
                  "product_category", "product_model", "serial_no", "purchase_date", "source_party", "facts_clear",
                  "request_type", "content", "fault_system", "distance_km", "received_at", "first_responder", "photos",
                  "clarify_log", "attachments")  # fmt: skip
        client = ground.client("hotline_agent_1")
        for value in (nasty, [nasty], {nasty[:50]: nasty}, [{"file": nasty}]):
            for verb in ("draft", "submit"):
                answer = client.post(
                    ground.url("/api/tasks/{task}/") + verb, json={"values": dict.fromkeys(fields, value), "key": nasty}
                )
                _calm(answer, (verb, nasty))

    @pytest.mark.parametrize("nasty", ["\x00", "²", "9" * 5000, "a" * 3000, "2026-03-02T09:00"])
    def test_in_every_form_of_a_page_is_no_fault(self, ground: Ground, nasty: str) -> None:
        fields = ("to", "reason", "back", "unit", "login", "password", "name", "phone", "email",
        "language", "role", "code",
                  "kind", "parent", "deputy", "who", "from_at", "until_at", "skill", "until", "day", "year", "hours",
                  "value", "work_hours", "weekday", "quiet_windows", "duty_hours", "revision", "rows", "old", "again",
                  "instead_of", "zh", "en")  # fmt: skip
        for method, url, _ in ROWS:
            if method == "POST" and not url.startswith("/api/"):
                ground.reset(definitions="/live" in url or "/draft" in url)
                login = "system_admin_1" if url.startswith(("/admin", "/procedures")) else "hotline_agent_1"
                answer = ground.client(login).post(ground.url(url), data=dict.fromkeys(fields, nasty))
                _calm(answer, (url, nasty))

    def test_too_much_at_once_is_refused(self, ground: Ground) -> None:
        client = ground.client("hotline_agent_1")
        big = b'{"values": {"content": "' + b"x" * (9 * 1024 * 1024) + b'"}}'
        answer = client.post(ground.url("/api/tasks/{task}/draft"), data=big, content_type="application/json")
        assert answer.status_code == 413
        assert answer.json["message"] == "文件太大。"

    def test_a_fault_of_ours_tells_nothing(self, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: Any, **__: Any) -> Any:
            raise RuntimeError("secret words of a fault")

        monkeypatch.setattr("app.web.tasklist.counts", broken)
        for url, headers in (("/", {}), ("/api/inbox/counts", {})):
            answer = ground.client("hotline_agent_1").get(url, headers=headers)
            assert answer.status_code == 500
            shown = answer.get_data(as_text=True)
            assert "secret words" not in shown
            assert not any(word in shown for word in NO_TRACE)
            assert "Content-Security-Policy" in answer.headers


class TestFiles:
    def _send(self, ground: Ground, content: bytes, login: str = "hotline_agent_1", **asked: Any) -> Any:
        query = {"key": "upload-0001", "name": "a.png", "type": "image/png", "offset": 0, "size": len(content),
                 "task": ground.names["task"], **asked}  # fmt: skip
        return ground.client(login).post("/api/files", query_string=query, data=content)

    def test_a_page_in_a_pictures_clothes_is_refused(self, ground: Ground) -> None:
        assert self._send(ground, b"<html><script>alert(1)</script></html>").status_code == 415
        assert self._send(ground, b"<svg/onload=alert(1)>", type="image/svg+xml").status_code == 415
        assert self._send(ground, PNG, type="text/html").status_code == 415

    def test_keys_hold_no_paths(self, ground: Ground, tmp_path: Path) -> None:
        for key in ("../../../../tmp/x", "a/../../b-1", "", "..", "x" * 41, "key\x00-0001"):
            assert self._send(ground, PNG, key=key).status_code == 400, key
        for key in ("../../secret_key", "..%2f..%2fsecret_key", "secret_key"):
            assert ground.client("hotline_agent_1").get("/api/files/" + key).status_code == 404

    def test_sizes_are_held(self, ground: Ground) -> None:
        conf = ground.app.extensions["aftercare_settings"]
        assert self._send(ground, PNG, size=conf.max_upload_bytes + 1).status_code == 413
        assert self._send(ground, PNG, size=10).status_code == 413
        for size in ("", "-1", "²", "9" * 5000, "1e3", "0x10"):
            assert self._send(ground, PNG, size=size).status_code == 400, size
        too_long = b"\x89PNG\r\n\x1a\n" + b"0" * (conf.max_upload_bytes + 2 * 1024 * 1024)
        assert self._send(ground, too_long, size=len(too_long), key="upload-0002").status_code == 413

    def test_a_broken_upload_goes_on_where_it_stopped(self, ground: Ground) -> None:
        assert self._send(ground, PNG[:20], size=len(PNG)).json == {"received": 20}
        again = self._send(ground, PNG[:20], size=len(PNG))
        assert (again.status_code, again.json) == (409, {"received": 20})
        ahead = self._send(ground, PNG[30:], size=len(PNG), offset=30)
        assert (ahead.status_code, ahead.json) == (409, {"received": 20})
        assert self._send(ground, PNG[20:], size=len(PNG), offset=20).status_code == 201
        assert ground.client("hotline_agent_1").get("/api/files/upload-0001").data == PNG

    def test_half_a_file_is_no_file(self, ground: Ground) -> None:
        self._send(ground, PNG[:20], size=len(PNG))
        assert ground.client("hotline_agent_1").get("/api/files/upload-0001").status_code == 404

    def test_nobody_goes_on_with_somebody_elses_upload(self, ground: Ground) -> None:
        self._send(ground, PNG[:20], size=len(PNG), task=ground.names["free"])
        other = self._send(ground, PNG[20:], "hotline_agent_2", size=len(PNG), offset=20, task=ground.names["free"])
        assert other.status_code == 404

    def test_what_is_no_picture_is_saved_and_not_shown(self, ground: Ground) -> None:
        word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        self._send(ground, b"PK\x03\x04" + b"0" * 40, type=word, name="说明.docx")
        answer = ground.client("hotline_agent_1").get("/api/files/upload-0001")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_a_file_of_another_case_cannot_be_named_in_a_form(self, ground: Ground) -> None:
        self._send(ground, PNG, task=ground.names["free"])
        values = {**CONTACT, "photos": [{"file": "upload-0001"}], "attachments": [{"file": "upload-0001"}]}
        answer = ground.client("hotline_agent_1").post(
            ground.url("/api/tasks/{task}/submit"), json={"values": values, "key": "k-1"}
        )
        # Either no such field is asked for here, or the file is refused; it never becomes part of the case.
        if answer.status_code == 200:
            assert "upload-0001" not in ground.client("hotline_agent_1").get(ground.url("/cases/{case}")).get_data(
                as_text=True
            )


class TestDemo:
    PUBLIC = "aftercare-demo"

    def test_the_public_password_is_shown_in_the_demo_only(self, ground: Ground, stage: Stage, tmp_path: Path) -> None:
        assert self.PUBLIC not in ground.app.test_client().get("/login").get_data(as_text=True)
        demo = Ground(stage, tmp_path, AFTERCARE_DEMO="1")
        assert self.PUBLIC in demo.app.test_client().get("/login").get_data(as_text=True)

    def test_without_the_demo_nobody_serves_before_an_administrator_has_a_password(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", type("NoTerminal", (), {"isatty": staticmethod(lambda: False)})())
        monkeypatch.delenv("AFTERCARE_ADMIN_PASSWORD", raising=False)
        database = Database("sqlite://")
        database.create_all()
        house = House(database, ROOT / "processes", ROOT / "forms")
        with pytest.raises(SettingsError, match="no administrator yet"):
            _require_administrator(house)
        for weak in ("short", ""):
            monkeypatch.setenv("AFTERCARE_ADMIN_PASSWORD", weak)
            with pytest.raises(Exception, match=r"at least|no administrator"):
                _require_administrator(house)
        with database.reading() as tx:
            assert tx.rows(select(user_account)) == []

    def test_the_demo_company_is_never_served_as_if_it_were_real(self, stage: Stage) -> None:
        place = stage.open(clock.now()).house
        with place.db.transaction() as tx:
            tx.execute(update(user_account).values(password_hash=hash_password(self.PUBLIC)))
        with pytest.raises(SettingsError, match="demo"):
            _require_administrator(place)


assert BODIES  # the requests of the table are used by `ask`
