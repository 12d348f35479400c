"""Application messages of 企业微信 and 钉钉: to one person, with a link; the access token is kept while it is good."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson

from app import clock
from app.notices.letters import Letter, RefusedForGood
from app.settings import ChatApp

TIMEOUT = 15.0  # seconds
EARLY = timedelta(minutes=5)  # a token is fetched anew before it ends
# What is over tomorrow: busy servers and too many calls. A token that is no good any more is fetched anew, once.
_LATER = {-1, 88, 45009, 45033, 90018, 90002}
_BAD_TOKEN = {40001, 40014, 42001}


class _App:
    """What both have in common: a token by key and secret, then a call with the token in its address."""

    _token_path = ""
    _send_path = ""
    _names = ("", "")

    def __init__(self, app: ChatApp) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._token = ""
        self._until: datetime | None = None

    def send(self, letter: Letter) -> None:
        """Send; one token that the other side has forgotten is replaced."""
        try:
            self._call(self._fresh_token(), letter)
        except _BadToken:
            self._call(self._fresh_token(anew=True), letter)

    def _call(self, token: str, letter: Letter) -> None:
        address = f"{self._app.api}{self._send_path}?{urlencode({'access_token': token})}"
        answer = _judged(_ask(address, self._body(letter)))
        self._check(answer)

    def _fresh_token(self, *, anew: bool = False) -> str:
        with self._lock:
            if anew or self._until is None or clock.now() >= self._until:
                key, secret = self._names
                asked = urlencode({key: self._app.key, secret: self._app.secret})
                answer = _judged(_ask(f"{self._app.api}{self._token_path}?{asked}"))
                self._token = str(answer["access_token"])
                self._until = clock.now() + timedelta(seconds=int(answer.get("expires_in", 7200))) - EARLY
            return self._token

    def _body(self, letter: Letter) -> dict[str, Any]:
        raise NotImplementedError

    def _check(self, answer: dict[str, Any]) -> None:
        """What an answer without an error may still say."""


class WeComApp(_App):
    """企业微信 application messages: a text card with a link, else plain text."""

    _token_path = "/cgi-bin/gettoken"  # noqa: S105 - an address
    _send_path = "/cgi-bin/message/send"
    _names = ("corpid", "corpsecret")

    def _body(self, letter: Letter) -> dict[str, Any]:
        body: dict[str, Any] = {"touser": letter.to, "agentid": int(self._app.agent)}
        if not letter.url:
            return body | {"msgtype": "text", "text": {"content": letter.text()[:600]}}
        said = "\n".join(sentence for sentence, _ in letter.lines)
        card = {"title": letter.title[:40], "description": said[:160], "url": letter.url}
        return body | {"msgtype": "textcard", "textcard": {**card, "btntxt": "打开" if letter.lang == "zh" else "Open"}}

    def _check(self, answer: dict[str, Any]) -> None:
        if answer.get("invaliduser"):
            raise RefusedForGood(f"企业微信没有成员“{answer['invaliduser']}”")


class DingTalkApp(_App):
    """钉钉 work notifications: a card with a link, else plain text."""

    _token_path = "/gettoken"  # noqa: S105 - an address
    _send_path = "/topapi/message/corpconversation/asyncsend_v2"
    _names = ("appkey", "appsecret")

    def _body(self, letter: Letter) -> dict[str, Any]:
        message: dict[str, Any] = {"msgtype": "text", "text": {"content": letter.text()[:1000]}}
        if letter.url:
            said = "\n\n".join(sentence for sentence, _ in letter.lines)
            opened = "打开" if letter.lang == "zh" else "Open"
            card = {
                "title": letter.title[:60],
                "markdown": said[:900],
                "single_title": opened,
                "single_url": letter.url,
            }
            message = {"msgtype": "action_card", "action_card": card}
        return {"agent_id": int(self._app.agent), "userid_list": letter.to, "msg": message}


class _BadToken(Exception):
    """The other side does not know the token any more."""


def _ask(address: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """One call; its errors never repeat the address, which holds a secret."""
    data = None if body is None else orjson.dumps(body)
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked when the settings are read
        address, data=data, headers={"Content-Type": "application/json; charset=utf-8"}
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310 - the same
            answer = orjson.loads(response.read(100_000))
    except urllib.error.HTTPError as refused:
        if refused.code >= 500 or refused.code == 429:
            raise ConnectionError(f"HTTP {refused.code}") from None
        raise RefusedForGood(f"HTTP {refused.code}") from None
    except (OSError, ValueError) as gone:
        raise ConnectionError(f"no answer: {type(gone).__name__}") from None
    if not isinstance(answer, dict) or not isinstance(answer.get("errcode"), int):
        raise ConnectionError("an answer that makes no sense")
    return answer


def _judged(answer: dict[str, Any]) -> dict[str, Any]:
    code = answer["errcode"]
    if code == 0:
        return answer
    if code in _BAD_TOKEN:
        raise _BadToken(f"errcode {code}")
    if code in _LATER:
        raise ConnectionError(f"errcode {code}")
    raise RefusedForGood(f"errcode {code}: {str(answer.get('errmsg', ''))[:200]}")
