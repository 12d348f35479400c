"""When something goes wrong: a sentence, what to do about it, and a way out."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.web.conftest import ClientOf

HERE = {"Referer": "http://localhost/cases?state=all"}


def test_an_unknown_page_offers_the_search_and_the_way_back(client_of: ClientOf) -> None:
    answer = client_of("hotline_agent_1").get("/cases/FW0", headers=HERE)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 404
    for words in ('href="/cases?state=all"', "返回上一页", 'href="/search"', "回到待办"):
        assert words in text, words


def test_a_page_for_others_says_whom_to_ask(client_of: ClientOf) -> None:
    answer = client_of("hotline_agent_1").get("/admin")
    assert answer.status_code == 403
    assert "请系统管理员给您相应的角色" in answer.get_data(as_text=True)
    assert "ask the administrator" in client_of("hotline_agent_1").get("/admin?lang=en").get_data(as_text=True)


def test_an_address_elsewhere_is_no_way_back(client_of: ClientOf) -> None:
    elsewhere = {"Referer": "http://evil.example/cases"}
    text = client_of("hotline_agent_1").get("/cases/FW0", headers=elsewhere).get_data(as_text=True)
    assert "返回上一页" not in text
    assert "evil" not in text


def test_a_file_that_is_too_large_says_what_to_do(client_of: ClientOf, app: Flask) -> None:
    most = app.config["MAX_CONTENT_LENGTH"]
    answer = client_of("hotline_agent_1").post("/me/language", data={"language": "x" * (most + 1)}, headers=HERE)
    assert answer.status_code == 413
    assert "换一个小一些的文件" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("where", "bare"), [("app.web.tasklist.counts", False), ("app.web.access.load_actor", True)])
def test_a_fault_says_that_nothing_is_lost_even_without_a_frame(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, where: str, bare: bool
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise OSError("secret")

    client = client_of("hotline_agent_1")
    monkeypatch.setattr(where, broken)
    answer = client.get("/")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "您填写的内容没有丢失" in text
    assert 'href="/"' in text
    assert "secret" not in text
    assert ("再试一次" not in text) is bare


def test_who_sent_a_form_after_the_session_ended_comes_back_to_its_page(app: Flask) -> None:
    answer = app.test_client().post("/me/language", data={"language": "en"}, headers=HERE)
    assert answer.headers["Location"].startswith("/login?next=/cases")
    assert app.test_client().post("/me/language").headers["Location"] in {"/login", "/login?next="}
