"""What the product says to a person: sentences in both languages, problems of a model, refusals of a command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in Chinese and in English."""

    zh: str
    en: str

    def text(self, lang: str) -> str:
        """The sentence in `lang` ("zh…" is Chinese, anything else English)."""
        return self.zh if lang.lower().startswith("zh") else self.en

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a model, form or table: the rule, the place and the way out."""

    rule: str
    severity: Severity
    message: Message
    hint: Message | None = None
    file: str = ""
    line: int | None = None
    element_id: str | None = None
    element_name: str | None = None

    def as_json(self, lang: str = "zh") -> dict[str, object]:
        """The shape that `try --json`, `lint --json` and the browser share."""
        return {
            "file": self.file,
            "line": self.line,
            "element_id": self.element_id,
            "element_name": self.element_name,
            "rule": self.rule,
            "severity": self.severity,
            "message": self.message.text(lang),
            "hint": self.hint.text(lang) if self.hint else None,
        }


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field of a submission that is wrong: `field` is its path ("parts_replaced[2].qty")."""

    field: str
    code: str
    message: Message

    def as_json(self, lang: str = "zh") -> dict[str, str]:
        """The one error shape of browser, API and scenarios."""
        return {"field": self.field, "code": self.code, "message": self.message.text(lang)}


class Refusal(Exception):
    """A command was refused; `message` tells the person why and what to do, `code` is stable for programs."""

    def __init__(
        self,
        code: str,
        message: Message,
        *,
        field: str | None = None,
        status: int = 409,
        errors: tuple[FieldError, ...] = (),
    ) -> None:
        super().__init__(message.en)
        self.code = code
        self.message = message
        self.field = field
        self.status = status
        self.errors = errors
