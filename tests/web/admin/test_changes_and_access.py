"""The record of changes, the overview, and who comes in at all."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clock import ManualClock
from app.house import House
from app.web.admin.audit_words import TELLERS
from tests.web.admin.conftest import id_of
from tests.web.conftest import ClientOf


def text_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


class TestChanges:
    def test_who_did_what_when_and_why_in_words(self, admin: FlaskClient) -> None:
        admin.post("/admin/units", data={"parent": "R1", "kind": "outlet", "code": "O3", "name": "示例三站"})
        admin.post("/admin/parameters/kpi.k06", data={"value": "80", "reason": "试行一年"})
        text = text_of(admin.get("/admin/audit"))
        for word in ("管理员甲", "添加单位：示例三站（O3）", "85% → 80%", "试行一年", "今天 09:00"):
            assert word in text, word

    def test_it_filters_by_person_subject_text_and_day(self, admin: FlaskClient, manual_clock: ManualClock) -> None:
        admin.post("/admin/units", data={"parent": "R1", "kind": "outlet", "code": "O3", "name": "示例三站"})
        manual_clock.advance("P2D")
        admin.post("/admin/parameters/kpi.k06", data={"value": "80", "reason": "试行一年"})
        assert "试行一年" not in text_of(admin.get("/admin/audit?group=people&who=管理员甲"))
        assert "示例三站" not in text_of(admin.get("/admin/audit?who=管理员甲&group=parameters"))
        assert "试行一年" in text_of(admin.get("/admin/audit?text=试行"))
        assert "试行一年" in text_of(admin.get("/admin/audit?from=2026-03-04"))
        assert "试行一年" not in text_of(admin.get("/admin/audit?until=2026-03-03&who=管理员甲"))
        assert "没有符合条件的记录" in text_of(admin.get("/admin/audit?text=没有这样的"))

    def test_an_address_typed_at_random_is_no_fault(self, admin: FlaskClient) -> None:
        for query in ("from=0001-01-01", "until=9999-12-31", "before=99999999999999999999", "_method=x&endpoint=y"):
            assert admin.get(f"/admin/audit?{query}").status_code < 500, query
        for query in ("page=999999999999999999999", "page=-1", "_anchor=x&unit=%00"):
            assert admin.get(f"/admin/users?{query}").status_code < 500, query
        assert admin.get("/admin/users/99999999999999999999").status_code == 404

    def test_it_has_pages(self, admin: FlaskClient) -> None:
        first = text_of(admin.get("/admin/audit?group=people"))
        match = re.search(r'rel="next" href="([^"]+)"', first)
        assert match is not None
        assert "group=people" in match[1]
        second = text_of(admin.get(match[1].replace("&amp;", "&")))
        assert 'rel="prev"' in second
        assert second != first

    def test_no_kind_that_the_product_records_without_a_case_is_left_without_words(self) -> None:
        rooms = ["identity", "aftersales", "definitions", "web/admin", "web/procedures", "web/me", "web/session"]
        written = set()
        for room in rooms:
            for file in Path("app", room).rglob("*.py"):
                written |= set(re.findall(r'record\([^)]*?kind="(\w+)"', file.read_text("utf-8"), re.DOTALL))
        assert written <= set(TELLERS)
        assert len(written) > 15

    def test_the_english_page_has_english_sentences(self, admin: FlaskClient) -> None:
        admin.post("/admin/units", data={"parent": "R1", "kind": "outlet", "code": "O3", "name": "Third"})
        assert "added unit Third (O3)" in text_of(admin.get("/admin/audit?lang=en"))


class TestOverview:
    def test_it_says_when_nothing_needs_attention_and_what_does(self, admin: FlaskClient, house: House) -> None:
        assert "还没有密码" in text_of(admin.get("/admin"))
        admin.post(
            f"/admin/users/{id_of(house, 'hotline_agent_1')}/roles/remove",
            data={"role": "hotline_agent", "unit": "O1"},
        )
        assert "1 名用户没有任何角色" in text_of(admin.get("/admin"))

    def test_in_november_next_year_has_to_be_known(self, admin: FlaskClient, manual_clock: ManualClock) -> None:
        assert "2027 年的节假日" not in text_of(admin.get("/admin"))
        manual_clock.advance("P260D")
        assert "2027 年的节假日是预测" in text_of(admin.get("/admin"))


ARGUMENTS = {"user_id": "3", "code": "O1", "name": "kpi.k06", "deputy_id": "1"}


def routes(app: Flask) -> list[tuple[str, str]]:
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("admin."):
            path = re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda match: ARGUMENTS[match[1]], rule.rule)
            found += [(method, path) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}]
    return found


RULES = ("/admin/calendar", "/admin/parameters")


@pytest.mark.parametrize("login", ["hotline_agent_1", "general_manager_1", "process_owner_1"])
def test_only_administrators_come_in_and_a_process_owner_to_the_rules(
    client_of: ClientOf, app: Flask, login: str
) -> None:
    client = client_of(login)
    found = routes(app)
    assert len(found) > 30
    for method, path in found:
        if login == "process_owner_1" and path.startswith(RULES):
            assert client.open(path, method=method).status_code in {200, 302, 409, 422}, (method, path)
            continue
        assert client.open(path, method=method).status_code == 403, (method, path)


def test_nobody_comes_in_without_a_login(app: Flask) -> None:
    for method, path in routes(app):
        answer = app.test_client().open(path, method=method)
        assert answer.status_code == 302, (method, path)
        assert "/login" in answer.headers["Location"]


def test_every_page_opens_in_both_languages_and_shows_no_key_of_a_role(admin: FlaskClient, house: House) -> None:
    number = id_of(house, "service_engineer_1")
    paths = [
        "/admin",
        "/admin/users",
        "/admin/users/new",
        f"/admin/users/{number}",
        f"/admin/users/{number}/leave",
        "/admin/units",
        "/admin/deputies",
        "/admin/import",
        "/admin/parameters",
        "/admin/calendar",
        "/admin/calendar/hours/O1",
        "/admin/audit",
    ]
    for path in paths:
        for lang in ("zh", "en"):
            answer = admin.get(f"{path}?lang={lang}")
            assert answer.status_code == 200, path
            seen = re.sub(r"<[^>]+>|（\w+）", " ", text_of(answer))
            assert " cs_supervisor " not in seen, path
