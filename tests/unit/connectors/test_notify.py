"""Notices that leave the house: what is sent, what comes again later, and what a diagram may catch."""

from __future__ import annotations

import json
import smtplib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from app import clock, settings
from app.clock import ManualClock
from app.connectors.notify import outgoing
from app.engine import BpmnError
from app.settings import Settings, SettingsError

SIGN = "klgEfHJHH1HI7onbT%2BEntIGCxutC3pPJ%2FesEM6zMe%2Bw%3D"
NOON = datetime.fromisoformat("2026-03-02T12:00:00+08:00")


@dataclass
class Call:
    key: str = "job-7"
    variables: dict[str, Any] = field(default_factory=dict)


class Robot(BaseHTTPRequestHandler):
    """Answers as it is told, and keeps what it heard."""

    heard: ClassVar[list[tuple[str, dict[str, Any]]]] = []
    status: ClassVar[int] = 200
    answer: ClassVar[bytes] = b'{"errcode": 0, "errmsg": "ok"}'

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Robot.heard.append((self.path, body))
        self.send_response(Robot.status)
        self.end_headers()
        self.wfile.write(Robot.answer)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def conf(tmp_path: Path) -> Iterator[Settings]:
    """An installation whose robots live on this machine."""
    Robot.heard, Robot.status, Robot.answer = [], 200, b'{"errcode": 0, "errmsg": "ok"}'
    server = ThreadingHTTPServer(("127.0.0.1", 0), Robot)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}/robot?key=secret-key"
    env = {
        "AFTERCARE_DATA": str(tmp_path),
        "AFTERCARE_SECRET_KEY": "k" * 40,
        "AFTERCARE_WECOM_WEBHOOK": base,
        "AFTERCARE_DINGTALK_WEBHOOK": base,
        "AFTERCARE_SMTP_URL": "smtp://user:p%40ss@mail.example.com:2525",
        "AFTERCARE_MAIL_FROM": "service@example.com",
    }
    with clock.use(ManualClock(NOON).now):
        yield settings.load(env)
    server.shutdown()
    server.server_close()


def send(conf: Settings, job_type: str, **variables: Any) -> dict[str, Any]:
    return outgoing(conf)[job_type](Call(variables=variables))


class TestRobots:
    def test_wecom_is_told_in_its_own_format(self, conf: Settings) -> None:
        assert send(conf, "notify_wecom", text=" 超时 ", mobiles=["000"]) == {"sent_at": NOON.isoformat()}
        ((path, body),) = Robot.heard
        assert path == "/robot?key=secret-key"
        assert body == {"msgtype": "text", "text": {"content": "超时", "mentioned_mobile_list": ["000"]}}

    def test_dingtalk_is_told_in_its_own_format(self, conf: Settings) -> None:
        send(conf, "notify_dingtalk", text="超时", mobiles=["000"])
        ((_, body),) = Robot.heard
        assert body == {"msgtype": "text", "text": {"content": "超时"}, "at": {"atMobiles": ["000"], "isAtAll": False}}

    def test_dingtalk_is_signed_when_the_robot_wants_that(self, conf: Settings) -> None:
        send(replace(conf, dingtalk_secret="SEC1"), "notify_dingtalk", text="超时")
        ((path, _),) = Robot.heard
        # HMAC-SHA256 of "1772424000000\nSEC1" with the key SEC1, computed with openssl.
        assert path.endswith("&timestamp=1772424000000&sign=" + SIGN)

    @pytest.mark.parametrize(
        ("status", "answer"),
        [(503, b"{}"), (429, b"{}"), (200, b"no json"), (200, b"[]"), (200, b'{"errcode": 45009}'), (200, b"{}")],
    )
    def test_what_may_pass_comes_again_later(self, conf: Settings, status: int, answer: bytes) -> None:
        Robot.status, Robot.answer = status, answer
        for job_type in ("notify_wecom", "notify_dingtalk"):
            with pytest.raises(ConnectionError) as failed:
                send(conf, job_type, text="超时")
            assert "secret-key" not in str(failed.value)

    def test_nobody_there_comes_again_later(self, conf: Settings) -> None:
        away = replace(conf, wecom_webhook="http://127.0.0.1:9/robot?key=secret-key")
        with pytest.raises(ConnectionError) as failed:
            send(away, "notify_wecom", text="超时")
        assert "secret-key" not in str(failed.value)

    @pytest.mark.parametrize(
        ("status", "answer"), [(404, b""), (200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}')]
    )
    def test_what_will_not_pass_is_an_error_of_the_diagram(self, conf: Settings, status: int, answer: bytes) -> None:
        Robot.status, Robot.answer = status, answer
        with pytest.raises(BpmnError) as thrown:
            send(conf, "notify_wecom", text="超时")
        assert thrown.value.code == "NOTICE_REFUSED"


class Post:
    """A mail server that keeps what it is given."""

    sent: ClassVar[list[Any]] = []
    refuses: ClassVar[Exception | None] = None

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self.at = (host, port)

    def __enter__(self) -> Post:
        return self

    def __exit__(self, *_: Any) -> None:
        """Hang up."""

    def has_extn(self, _: str) -> bool:
        return False

    def login(self, user: str, password: str) -> None:
        assert (user, password) == ("user", "p@ss")

    def send_message(self, mail: Any) -> None:
        if Post.refuses is not None:
            raise Post.refuses
        Post.sent.append((self.at, mail))


class TestMail:
    @pytest.fixture(autouse=True)
    def post(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Post.sent, Post.refuses = [], None
        monkeypatch.setattr(smtplib, "SMTP", Post)

    def test_a_mail_is_plain_text_and_the_same_at_every_attempt(self, conf: Settings) -> None:
        for _ in range(2):
            send(conf, "send_mail", to=["a@example.com", "b@example.com"], subject="报修\n已受理", text="请等候")
        (at, first), (_, second) = Post.sent
        assert at == ("mail.example.com", 2525)
        assert (first["To"], first["Subject"], first["From"]) == (
            "a@example.com, b@example.com", "报修 已受理", "service@example.com",
        )  # fmt: skip
        assert first.get_content().strip() == "请等候"
        assert first["Message-ID"] == second["Message-ID"] == "<job-7@example.com>"

    @pytest.mark.parametrize("to", [None, [], "", "not an address", ["a@example.com\nBcc: x@example.com"]])
    def test_without_a_receiver_that_can_be_it_is_refused(self, conf: Settings, to: Any) -> None:
        with pytest.raises(BpmnError) as thrown:
            send(conf, "send_mail", to=to, subject="报修", text="请等候")
        assert thrown.value.code == "NOTICE_REFUSED"
        assert Post.sent == []

    @pytest.mark.parametrize(
        ("refusal", "expected"),
        [
            (smtplib.SMTPRecipientsRefused({"a@example.com": (550, b"unknown")}), BpmnError),
            (smtplib.SMTPRecipientsRefused({"a@example.com": (450, b"busy")}), smtplib.SMTPRecipientsRefused),
            (smtplib.SMTPDataError(554, b"spam"), BpmnError),
            (smtplib.SMTPDataError(451, b"later"), smtplib.SMTPDataError),
        ],
    )
    def test_what_is_refused_for_good_is_an_error_and_the_rest_comes_again(
        self, conf: Settings, refusal: Exception, expected: type[Exception]
    ) -> None:
        Post.refuses = refusal
        with pytest.raises(expected):
            send(conf, "send_mail", to="a@example.com", subject="报修", text="请等候")


class TestSettings:
    @pytest.mark.parametrize("job_type", ["send_mail", "notify_wecom", "notify_dingtalk"])
    def test_an_installation_that_says_nothing_sends_nothing(self, tmp_path: Path, job_type: str) -> None:
        bare = settings.load({"AFTERCARE_DATA": str(tmp_path), "AFTERCARE_SECRET_KEY": "k" * 40})
        with pytest.raises(BpmnError) as thrown:
            send(bare, job_type, text="超时", to="a@example.com")
        assert thrown.value.code == "NOTICE_NOT_CONFIGURED"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("AFTERCARE_WECOM_WEBHOOK", "file:///etc/passwd?secret-key"),
            ("AFTERCARE_DINGTALK_WEBHOOK", "ftp://secret-key"),
            ("AFTERCARE_SMTP_URL", "http://secret-key"),
        ],
    )
    def test_an_address_that_is_none_is_refused_without_repeating_its_key(
        self, tmp_path: Path, name: str, value: str
    ) -> None:
        env = {"AFTERCARE_DATA": str(tmp_path), "AFTERCARE_SECRET_KEY": "k" * 40, "AFTERCARE_MAIL_FROM": "a@b.cn"}
        with pytest.raises(SettingsError, match=name) as refused:
            settings.load({**env, name: value})
        assert "secret-key" not in str(refused.value)

    def test_mails_come_from_somebody(self, tmp_path: Path) -> None:
        env = {"AFTERCARE_DATA": str(tmp_path), "AFTERCARE_SECRET_KEY": "k" * 40}
        with pytest.raises(SettingsError, match="AFTERCARE_MAIL_FROM"):
            settings.load({**env, "AFTERCARE_SMTP_URL": "smtp://mail.example.com"})
