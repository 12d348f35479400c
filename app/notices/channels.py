"""The ways out of the house: mail, and the application messages of 企业微信 and 钉钉, as the settings have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.connectors.notify import send_mail
from app.engine import BpmnError
from app.notices.chat_apps import DingTalkApp, WeComApp
from app.notices.letters import Letter, RefusedForGood
from app.settings import Settings

__all__ = ["Channel", "Letter", "RefusedForGood", "channels_of"]


class Channel(Protocol):
    """Sends one letter; raises RefusedForGood for what will not pass, anything else for what may pass later."""

    def send(self, letter: Letter) -> None: ...


@dataclass(frozen=True, slots=True)
class _Call:
    key: str
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mail:
    """By the mail server that diagrams use too; the same letter has the same Message-ID on every attempt."""

    settings: Settings

    def send(self, letter: Letter) -> None:
        """A plain mail."""
        call = _Call(letter.key, {"to": letter.to, "subject": letter.title, "text": letter.text()})
        try:
            send_mail(self.settings, call)
        except BpmnError as refused:
            raise RefusedForGood(str(refused)) from None


def channels_of(settings: Settings) -> Mapping[str, Channel]:
    """The channels that this installation has, by name."""
    channels: dict[str, Channel] = {}
    if settings.smtp_url:
        channels["mail"] = Mail(settings)
    if settings.wecom_app is not None:
        channels["wecom"] = WeComApp(settings.wecom_app)
    if settings.dingtalk_app is not None:
        channels["dingtalk"] = DingTalkApp(settings.dingtalk_app)
    return channels
