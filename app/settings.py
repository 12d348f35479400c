"""One frozen settings object, read from the environment once."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """A setting is missing or makes no sense; the text is one sentence for whoever starts the product."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many, within a time."""

    most: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class ChatApp:
    """An application of 企业微信 or 钉钉 that sends messages to single people."""

    api: str  # where its interface is
    key: str  # CorpID or AppKey
    secret: str
    agent: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may differ between two installations."""

    database_url: str
    data_dir: Path
    processes_dir: Path
    forms_dir: Path
    secret_key: str
    demo: bool
    profile: str
    company_name: str
    language: str
    max_upload_bytes: int
    secure_cookies: bool
    login_limit: Limit
    guest_limit: Limit
    public_url: str
    proxies: int
    smtp_url: str = ""
    mail_from: str = ""
    wecom_webhook: str = ""
    dingtalk_webhook: str = ""
    dingtalk_secret: str = ""
    wecom_app: ChatApp | None = None
    dingtalk_app: ChatApp | None = None

    @property
    def files_dir(self) -> Path:
        """Where uploaded files lie."""
        return self.data_dir / "files"

    @property
    def thumbnails_dir(self) -> Path:
        """Where small pictures lie; they can be made again, so no backup holds them."""
        return self.data_dir / "thumbnails"


def _flag(env: Mapping[str, str], name: str, default: bool) -> bool:
    text = env.get(name, "").strip().lower()
    if not text:
        return default
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise SettingsError(f"{name} must be 1 or 0, not {text!r}.")


def _limit(env: Mapping[str, str], name: str, default: str) -> Limit:
    text = env.get(name, "").strip() or default
    found = re.fullmatch(r"(\d{1,9}) per (?:(\d{1,4}) )?(second|minute|hour)s?", text)
    within = timedelta(**{f"{found[3]}s": int(found[2] or 1)}) if found else timedelta()
    if found is None or int(found[1]) < 1 or not timedelta() < within <= timedelta(days=1):
        raise SettingsError(f"{name} must read like “10 per minute” or “20 per 5 minutes”, not {text!r}.")
    return Limit(int(found[1]), within)


def _url(env: Mapping[str, str], name: str) -> str:
    text = env.get(name, "").strip().rstrip("/")
    if text and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", text):
        raise SettingsError(f"{name} must be an address like https://service.example.com, not {text!r}.")
    return text


def _server(env: Mapping[str, str], name: str, schemes: str, example: str) -> str:
    """Where notices go. The value holds a password or key: the sentence never repeats it."""
    text = env.get(name, "").strip()
    if text and not re.fullmatch(rf"{schemes}://[^\s/]+(/\S*)?", text):
        raise SettingsError(f"{name} must be an address like {example}.")
    return text


def _chat_app(env: Mapping[str, str], name: str, own_api: str, api: str) -> ChatApp | None:
    """`<key>:<secret>:<agent>`; the sentence never repeats the secret."""
    text = env.get(name, "").strip()
    if not text:
        return None
    found = re.fullmatch(r"([^\s:]+):([^\s:]+):(\d{1,15})", text)
    if found is None:
        raise SettingsError(f"{name} must read <key>:<secret>:<agent id>, the agent id a number.")
    return ChatApp(_url(env, own_api) or api, found[1], found[2], found[3])


def _mail_from(env: Mapping[str, str]) -> str:
    text = env.get("AFTERCARE_MAIL_FROM", "").strip()
    if env.get("AFTERCARE_SMTP_URL", "").strip() and not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", text):
        raise SettingsError("AFTERCARE_MAIL_FROM must be the address that mails come from, like service@example.com.")
    return text


def _secret(env: Mapping[str, str], data_dir: Path) -> str:
    """The session secret: from the environment, else made once and kept readable by the owner only."""
    if secret := env.get("AFTERCARE_SECRET_KEY"):
        if len(secret) < 32:
            raise SettingsError("AFTERCARE_SECRET_KEY must have at least 32 characters.")
        return secret
    path = data_dir / "secret_key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        data_dir.mkdir(parents=True, exist_ok=True)
        secret = secrets.token_urlsafe(48)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secret)
        return secret


def load(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises SettingsError with a sentence that names the variable."""
    env = os.environ if env is None else env
    data_dir = Path(env.get("AFTERCARE_DATA", str(ROOT / "var"))).resolve()
    url = env.get("AFTERCARE_DATABASE_URL") or f"sqlite:///{data_dir / 'aftercare.db'}"
    if url.startswith("postgres://"):
        url = "postgresql://" + url.removeprefix("postgres://")
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    megabytes = env.get("AFTERCARE_MAX_UPLOAD_MB", "20")
    if not megabytes.isdigit() or not 1 <= int(megabytes) <= 1024:
        raise SettingsError(f"AFTERCARE_MAX_UPLOAD_MB must be a whole number from 1 to 1024, not {megabytes!r}.")
    proxies = env.get("AFTERCARE_PROXIES") or "0"
    if not re.fullmatch(r"[0-9]", proxies):
        raise SettingsError(f"AFTERCARE_PROXIES must be a whole number from 0 to 9, not {proxies!r}.")
    language = env.get("AFTERCARE_LANGUAGE", "zh")
    if language not in {"zh", "en"}:
        raise SettingsError(f"AFTERCARE_LANGUAGE must be zh or en, not {language!r}.")
    return Settings(
        database_url=url,
        data_dir=data_dir,
        processes_dir=Path(env.get("AFTERCARE_PROCESSES", str(ROOT / "processes"))).resolve(),
        forms_dir=Path(env.get("AFTERCARE_FORMS", str(ROOT / "forms"))).resolve(),
        secret_key=_secret(env, data_dir),
        demo=_flag(env, "AFTERCARE_DEMO", False),
        profile=env.get("AFTERCARE_PROFILE", "bus_maker"),
        company_name=env.get("AFTERCARE_COMPANY", "示例客车"),
        language=language,
        max_upload_bytes=int(megabytes) * 1024 * 1024,
        secure_cookies=_flag(env, "AFTERCARE_SECURE_COOKIES", False),
        login_limit=_limit(env, "AFTERCARE_LOGIN_LIMIT", "10 per minute"),
        guest_limit=_limit(env, "AFTERCARE_GUEST_LIMIT", "120 per minute"),
        public_url=_url(env, "AFTERCARE_URL"),
        proxies=int(proxies),
        smtp_url=_server(env, "AFTERCARE_SMTP_URL", "smtps?", "smtps://user:password@mail.example.com:465"),
        mail_from=_mail_from(env),
        wecom_webhook=_server(env, "AFTERCARE_WECOM_WEBHOOK", "https?", "https://qyapi.weixin.qq.com/…?key=…"),
        dingtalk_webhook=_server(env, "AFTERCARE_DINGTALK_WEBHOOK", "https?", "https://oapi.dingtalk.com/…?…"),
        dingtalk_secret=env.get("AFTERCARE_DINGTALK_SECRET", "").strip(),
        wecom_app=_chat_app(env, "AFTERCARE_WECOM_APP", "AFTERCARE_WECOM_APP_API", "https://qyapi.weixin.qq.com"),
        dingtalk_app=_chat_app(
            env, "AFTERCARE_DINGTALK_APP", "AFTERCARE_DINGTALK_APP_API", "https://oapi.dingtalk.com"
        ),
    )
