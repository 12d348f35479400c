"""What text fields of one line and of many have in common: trimming, lengths, patterns, phone numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, ClassVar

from app import feel
from app.forms.conditions import Names, compile_condition
from app.forms.fields.field_type import Component, Display, FieldType, Situation, a_string
from app.forms.patterns import Pattern, PatternRefused, compile_pattern
from app.forms.sentences import wrong
from app.messages import Message

LONGEST_TEXT = 2000  # §0.4: text (≤2000)
_PHONE_CHARACTERS = re.compile(r"[0-9+\-() ]+")
_PHONE_IN_BROWSER = r"^[0-9+\-() ]{5,40}$"
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,63}")


class TextInput(FieldType):
    """Text that a person types."""

    properties = frozenset({"format"})
    formats: ClassVar[frozenset[str]] = frozenset({"phone", "email", "month"})
    many_lines: ClassVar[bool] = False

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        self.format = self.settings.get("format", "") or str(self.validate.get("validationType") or "")
        self.pattern: Pattern | None = None
        self._pattern_problem: str | None = None
        pattern = self.validate.get("pattern")
        if isinstance(pattern, str) and pattern:
            try:
                self.pattern = compile_pattern(pattern)
            except PatternRefused as refused:
                self._pattern_problem = str(refused)

    def problems(self) -> Iterator[Message]:
        if self._pattern_problem is not None:
            yield Message(
                f"校验规则（pattern）不能使用：{self._pattern_problem}",
                f"the pattern cannot be used: {self._pattern_problem}",
            )
        if self.format and self.format not in self.formats:
            yield Message(
                f"不认识的格式「{self.format}」，可用：{'、'.join(sorted(self.formats))}",
                f"unknown format “{self.format}”; known: {', '.join(sorted(self.formats))}",
            )

    def expressions(self) -> Iterator[str]:
        for bound in ("minLength", "maxLength"):
            text = self.validate.get(bound)
            if isinstance(text, str) and text.startswith("="):
                yield text

    def _bound(self, name: str, situation: Situation) -> int | None:
        bound = self.validate.get(name)
        if isinstance(bound, str) and bound.startswith("="):
            bound = feel.to_json(compile_condition(bound).value(situation.names, situation.library))
        if isinstance(bound, str) and bound.isdigit():
            bound = int(bound)
        return int(bound) if isinstance(bound, int | float) and not isinstance(bound, bool) else None

    def read(self, value: Any, situation: Situation) -> Any:
        if value is None or value == "":
            return None
        text = a_string(value)
        if not self.many_lines:
            text = text.replace("\n", " ").replace("\t", " ")
        trimmed = text.strip()
        if not trimmed:
            raise wrong(
                "blank",
                "只有空格",
                "contains only spaces",
                "请填写内容，或者清空这一项。",
                "Type something or empty the field.",
            )
        if self.format == "phone":
            trimmed = a_phone(trimmed)
        elif self.format == "email" and not _EMAIL.fullmatch(trimmed):
            raise wrong(
                "email", "不是有效的邮箱地址", "is not an e-mail address",
                "请按 name@example.com 的样子填写。", "Write it like name@example.com.",
            )  # fmt: skip
        elif self.format == "month" and not re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", trimmed):
            raise wrong(
                "month", "不是有效的月份", "is not a month", "请按 2026-03 的样子填写。", "Write it like 2026-03."
            )
        longest = self._bound("maxLength", situation)
        longest = LONGEST_TEXT if longest is None else longest
        if len(trimmed) > longest:
            raise wrong(
                "max_length",
                f"最多 {longest} 个字，现在有 {len(trimmed)} 个",
                f"may have at most {longest} characters, it has {len(trimmed)}",
                "请缩短后再提交。",
                "Please shorten it.",
            )
        shortest = self._bound("minLength", situation)
        if shortest is not None and len(trimmed) < shortest:
            raise wrong(
                "min_length",
                f"至少 {shortest} 个字，现在有 {len(trimmed)} 个",
                f"needs at least {shortest} characters, it has {len(trimmed)}",
                "请写得更具体一些。",
                "Please say more.",
            )
        if self.pattern is not None and not self.pattern.search(trimmed):
            told = self.validate.get("patternErrorMessage")
            way = told if isinstance(told, str) and told else ""
            raise wrong(
                "pattern", "的格式不对", "has the wrong form",
                way or "请检查后重新填写。", way or "Please check it and type it again.",
            )  # fmt: skip
        return trimmed

    def show(self, value: Any, display: Display) -> str:
        return str(value)

    def for_browser(self, component: dict[str, Any], names: Names, library: feel.Library, live: frozenset[str]) -> None:
        if self.format == "phone":
            validate = dict(component.get("validate") or {})
            validate.pop("validationType", None)  # form-js knows only international numbers with a plus
            validate.setdefault("pattern", _PHONE_IN_BROWSER)
            validate.setdefault("patternErrorMessage", "电话应为 5–20 位数字，可以带 + - ( ) 和空格")
            component["validate"] = validate


def a_phone(text: str) -> str:
    """A phone number: 5–20 digits with `+ - ( ) space` (§0.4); full-width characters are made narrow."""
    narrow = " ".join(unicodedata.normalize("NFKC", text).replace("–", "-").replace("—", "-").split())
    digits = sum(character.isdigit() for character in narrow)
    if not narrow.isascii() or not _PHONE_CHARACTERS.fullmatch(narrow) or not 5 <= digits <= 20:
        raise wrong(
            "phone",
            "不是有效的电话号码",
            "is not a phone number",
            "请填写 5–20 位数字，可以带 + - ( ) 和空格。",
            "Write 5–20 digits; + - ( ) and spaces are allowed.",
        )
    return narrow
