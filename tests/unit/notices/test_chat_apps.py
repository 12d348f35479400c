"""Application messages of 企业微信 and 钉钉 against a double of their interfaces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from app import clock
from app.clock import ManualClock
from app.notices.chat_apps import DingTalkApp, WeComApp
from app.notices.letters import Letter, RefusedForGood
from app.settings import ChatApp, SettingsError, load
from tests.factories.post_office import ChatServer

NOON = datetime.fromisoformat("2026-03-02T12:00:00+08:00")
ONE = Letter("notice-1", "lisi", "新任务：检查故障", (("新任务：检查故障", "https://s.example.com/notices/1"),))
TWO = Letter("notice-2", "lisi", "2 条提醒", (*ONE.lines, ("催办：到达", "https://s.example.com/notices/2")))


@pytest.fixture
def hands() -> Iterator[ManualClock]:
    manual = ManualClock(NOON)
    with clock.use(manual.now):
        yield manual


@pytest.fixture
def office(hands: ManualClock) -> Iterator[ChatServer]:
    made = ChatServer()
    yield made
    made.close()


def app_of(office: ChatServer) -> ChatApp:
    return ChatApp(office.url, "corp-1", "secret-1", "1000002")


def test_wecom_gets_a_card_with_the_link_of_the_one_message(office: ChatServer) -> None:
    WeComApp(app_of(office)).send(ONE)
    assert office.asked == ["/cgi-bin/gettoken?corpid=corp-1&corpsecret=secret-1"]
    assert office.messages == [
        (
            "/cgi-bin/message/send?access_token=token-1",
            {
                "touser": "lisi",
                "agentid": 1000002,
                "msgtype": "textcard",
                "textcard": {
                    "title": "新任务：检查故障",
                    "description": "新任务：检查故障",
                    "url": "https://s.example.com/notices/1",
                    "btntxt": "打开",
                },
            },
        )
    ]


def test_dingtalk_gets_a_card_that_leads_to_the_list_for_several(office: ChatServer) -> None:
    DingTalkApp(app_of(office)).send(TWO)
    assert office.asked == ["/gettoken?appkey=corp-1&appsecret=secret-1"]
    ((path, body),) = office.messages
    assert path == "/topapi/message/corpconversation/asyncsend_v2?access_token=token-1"
    assert (body["agent_id"], body["userid_list"]) == (1000002, "lisi")
    assert body["msg"]["action_card"]["single_url"] == "https://s.example.com/notices"
    assert body["msg"]["action_card"]["markdown"] == "新任务：检查故障\n\n催办：到达"


@pytest.mark.parametrize("kind", [WeComApp, DingTalkApp])
class TestBoth:
    def test_the_token_is_kept_until_shortly_before_it_ends(
        self, kind: type[WeComApp], office: ChatServer, hands: ManualClock
    ) -> None:
        app = kind(app_of(office))
        app.send(ONE)
        hands.advance("PT1H54M")
        app.send(ONE)
        assert office.tokens == 1
        hands.advance("PT1M")
        app.send(ONE)
        assert office.tokens == 2

    def test_a_token_that_the_other_side_forgot_is_fetched_anew_once(
        self, kind: type[WeComApp], office: ChatServer
    ) -> None:
        office.answers = [(200, {"errcode": 42001})]
        kind(app_of(office)).send(ONE)
        assert office.tokens == 2
        assert len(office.messages) == 2

    @pytest.mark.parametrize(("status", "answer"), [(503, {}), (429, {}), (200, {"errcode": -1}), (200, {"x": 1})])
    def test_what_may_pass_comes_again_later(
        self, kind: type[WeComApp], office: ChatServer, status: int, answer: dict[str, int]
    ) -> None:
        office.answers = [(status, answer)]
        with pytest.raises(ConnectionError) as failed:
            kind(app_of(office)).send(ONE)
        assert "secret-1" not in str(failed.value)
        assert "token-1" not in str(failed.value)

    def test_what_will_not_pass_is_refused_for_good(self, kind: type[WeComApp], office: ChatServer) -> None:
        office.answers = [(200, {"errcode": 60111, "errmsg": "userid not found"})]
        with pytest.raises(RefusedForGood, match="60111"):
            kind(app_of(office)).send(ONE)

    def test_without_an_address_of_our_own_it_is_plain_text(self, kind: type[WeComApp], office: ChatServer) -> None:
        kind(app_of(office)).send(Letter("notice-1", "lisi", "新任务", (("新任务：检查故障", ""),)))
        assert "新任务：检查故障" in str(office.messages[0][1])
        assert "card" not in str(office.messages[0][1])


def test_somebody_unknown_to_wecom_is_refused_for_good(office: ChatServer) -> None:
    office.answers = [(200, {"errcode": 0, "invaliduser": "lisi"})]
    with pytest.raises(RefusedForGood, match="lisi"):
        WeComApp(app_of(office)).send(ONE)


def test_the_setting_is_key_secret_and_agent(tmp_path: object) -> None:
    env = {"AFTERCARE_SECRET_KEY": "k" * 40, "AFTERCARE_DATA": str(tmp_path)}
    app = load({**env, "AFTERCARE_WECOM_APP": "ww1:s-e_c:1000002"}).wecom_app
    assert app == ChatApp("https://qyapi.weixin.qq.com", "ww1", "s-e_c", "1000002")
    with pytest.raises(SettingsError) as wrong:
        load({**env, "AFTERCARE_DINGTALK_APP": "key:very-secret"})
    assert "very-secret" not in str(wrong.value)
