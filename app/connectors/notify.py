"""Notices that leave the house: `send_mail`, `notify_wecom`, `notify_dingtalk`; done after the commit, with retries.

Where they go is a setting, never a variable: a diagram names no address of a server. A failure that may pass (no
network, too many calls) raises and comes again with growing pauses; what will not pass is a BPMN error.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import smtplib
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any, Protocol
from urllib.parse import quote_plus, unquote, urlsplit

import orjson

from app import clock
from app.definitions.knowledge import JobContract, JobInput
from app.engine import BpmnError
from app.messages import Message
from app.settings import Settings

TIMEOUT = 15.0  # seconds
_LONGEST = 2000  # characters of a robot's text: 企业微信 takes 2048 bytes of text, 钉钉 more
_TEXT = JobInput("text", Message("内容", "what is said"), required=True)
_MOBILES = JobInput("mobiles", Message("提醒谁：手机号列表", "whom to call: a list of mobile numbers"))
_SENT = (("sent_at", Message("发出时间", "when it was sent")),)
_REFUSED = (
    ("NOTICE_REFUSED", Message("对方不接受", "the receiver will not take it")),
    ("NOTICE_NOT_CONFIGURED", Message("没有设置发往哪里", "the installation does not say where it goes")),
)
CONTRACTS: dict[str, JobContract] = {
    "send_mail": JobContract(
        Message("发邮件", "send a mail"),
        (
            JobInput("to", Message("收件人，一个或列表", "the receiver, or a list of them"), required=True),
            JobInput("subject", Message("主题", "the subject"), required=True),
            _TEXT,
        ),
        _SENT,
        _REFUSED,
        mapped=True,
    ),
    "notify_wecom": JobContract(
        Message("企业微信群通知", "tell a WeCom group"), (_TEXT, _MOBILES), _SENT, _REFUSED, mapped=True
    ),
    "notify_dingtalk": JobContract(
        Message("钉钉群通知", "tell a DingTalk group"), (_TEXT, _MOBILES), _SENT, _REFUSED, mapped=True
    ),
}
# Answers of the robots that come again later: too many calls, or a server that is busy.
_LATER = {-1, 45009, 130101, 660026}


class Outbound(Protocol):
    """What the worker hands over; `key` is the same on every attempt."""

    @property
    def key(self) -> str: ...
    @property
    def variables(self) -> dict[str, Any]: ...


def outgoing(settings: Settings) -> Mapping[str, Callable[[Any], dict[str, Any]]]:
    """The connectors of an installation, by job type."""
    return {
        "send_mail": lambda call: send_mail(settings, call),
        "notify_wecom": lambda call: notify_wecom(settings, call),
        "notify_dingtalk": lambda call: notify_dingtalk(settings, call),
    }


def send_mail(settings: Settings, call: Outbound) -> dict[str, Any]:
    """A plain mail to one or several; the same attempt has the same Message-ID, so that no mailbox shows it twice."""
    if not settings.smtp_url:
        raise _not_configured("AFTERCARE_SMTP_URL")
    given = call.variables.get("to")
    to = [str(each).strip() for each in (given if isinstance(given, list) else [given]) if each]
    mail = EmailMessage()
    try:
        mail["From"] = settings.mail_from
        mail["To"] = [Address(addr_spec=each) for each in to]
        mail["Subject"] = " ".join(str(call.variables.get("subject") or "").split())
    except (ValueError, IndexError) as wrong:
        raise BpmnError("NOTICE_REFUSED", f"收件人不对：{wrong}") from None
    if not to:
        raise BpmnError("NOTICE_REFUSED", "没有收件人")
    mail["Message-ID"] = f"<{call.key}@{settings.mail_from.rpartition('@')[2]}>"
    mail.set_content(_text(call))
    server = urlsplit(settings.smtp_url)
    secure = server.scheme == "smtps"
    kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with kind(server.hostname or "", server.port or (465 if secure else 25), timeout=TIMEOUT) as smtp:
        try:
            if not secure and smtp.has_extn("starttls"):
                smtp.starttls()
            if server.username:
                smtp.login(unquote(server.username), unquote(server.password or ""))
            smtp.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            if all(code < 500 for code, _ in refused.recipients.values()):
                raise
            raise BpmnError("NOTICE_REFUSED", f"收件人被拒：{'、'.join(refused.recipients)}") from None
        except smtplib.SMTPResponseException as refused:
            if refused.smtp_code < 500:
                raise
            raise BpmnError("NOTICE_REFUSED", f"邮件被拒：{refused.smtp_code}") from None
    return _sent()


def notify_wecom(settings: Settings, call: Outbound) -> dict[str, Any]:
    """A text in the format of 企业微信's group robots."""
    if not settings.wecom_webhook:
        raise _not_configured("AFTERCARE_WECOM_WEBHOOK")
    text: dict[str, Any] = {"content": _text(call)}
    if mobiles := _mobiles(call):
        text["mentioned_mobile_list"] = mobiles
    return _post(settings.wecom_webhook, {"msgtype": "text", "text": text})


def notify_dingtalk(settings: Settings, call: Outbound) -> dict[str, Any]:
    """A text in the format of 钉钉's group robots, signed when the robot wants that."""
    if not settings.dingtalk_webhook:
        raise _not_configured("AFTERCARE_DINGTALK_WEBHOOK")
    address = settings.dingtalk_webhook
    if settings.dingtalk_secret:
        stamp = str(int(clock.now().timestamp() * 1000))
        said = f"{stamp}\n{settings.dingtalk_secret}".encode()
        sign = base64.b64encode(hmac.new(settings.dingtalk_secret.encode(), said, hashlib.sha256).digest())
        address += f"&timestamp={stamp}&sign={quote_plus(sign)}"
    body = {"msgtype": "text", "text": {"content": _text(call)}, "at": {"atMobiles": _mobiles(call), "isAtAll": False}}
    return _post(address, body)


def _post(address: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked when the settings are read
        address, data=orjson.dumps(body), headers={"Content-Type": "application/json; charset=utf-8"}
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310 - the same
            answer = orjson.loads(response.read(100_000))
    except urllib.error.HTTPError as refused:
        if refused.code >= 500 or refused.code == 429:
            raise ConnectionError(f"HTTP {refused.code}") from None
        raise BpmnError("NOTICE_REFUSED", f"HTTP {refused.code}") from None
    except (orjson.JSONDecodeError, urllib.error.URLError) as failure:
        # Its address holds the robot's key: it is said to nobody.
        raise ConnectionError(f"the robot did not answer: {type(failure).__name__}") from None
    code = answer.get("errcode") if isinstance(answer, dict) else None
    if code == 0:
        return _sent()
    words = f"{code} {answer.get('errmsg', '') if isinstance(answer, dict) else ''}".strip()[:200]
    if code is None or code in _LATER:
        raise ConnectionError(words)
    raise BpmnError("NOTICE_REFUSED", words)


def _text(call: Outbound) -> str:
    return str(call.variables.get("text") or "").strip()[:_LONGEST]


def _mobiles(call: Outbound) -> list[str]:
    given = call.variables.get("mobiles")
    return [str(each) for each in given] if isinstance(given, list) else []


def _sent() -> dict[str, Any]:
    return {"sent_at": clock.now().astimezone(clock.ZONE).isoformat()}


def _not_configured(name: str) -> BpmnError:
    return BpmnError("NOTICE_NOT_CONFIGURED", f"没有设置 {name}")
