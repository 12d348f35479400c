"""Ways out for the mistakes people make in FEEL: other languages' operators, Chinese punctuation, quotes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hint:
    """A way out, in both languages; may be empty."""

    zh: str = ""
    en: str = ""


NOTHING = Hint()

_FULL_WIDTH = {
    "，": ",", "（": "(", "）": ")", "【": "[", "】": "]", "［": "[", "］": "]", "｛": "{", "｝": "}", "：": ":",
    "“": '"', "”": '"', "＂": '"', "「": '"', "」": '"', "＝": "=", "＜": "<", "＞": ">", "≤": "<=", "≥": ">=",
    "≠": "!=",
    "＋": "+", "－": "-", "—": "-", "–": "-", "×": "*", "÷": "/", "。": ".", "、": ",", "；": ",", "！": "not(…)",
    "‘": '"', "’": '"', "？": "?", "＊": "*", "／": "/",
}  # fmt: skip

_HABITS: dict[str, Hint] = {
    "==": Hint("相等请写一个「=」。", "Write a single '=' for equality."),
    "&": Hint("「并且」请写 and。", "Write 'and'."),
    "|": Hint("「或者」请写 or。", "Write 'or'."),
    "!": Hint("「不」请写 not(…)，不等于写 !=。", "Write not(…), or != for 'not equal'."),
    "'": Hint('文字请用双引号 "…"。', 'Put text in double quotes "…".'),
    "`": Hint("反引号要成对。", "Backticks come in pairs."),
    "%": Hint("取余请用 modulo(a, b)，百分比请写小数。", "Use modulo(a, b), or a decimal number for a percentage."),
    "^": Hint("乘方请写 **。", "Write ** for a power."),
    ";": Hint("FEEL 没有分号；列表用逗号分隔。", "FEEL has no semicolon; lists are separated by commas."),
    "->": Hint("函数请写 function(x) …。", "Write function(x) …."),
    "~": Hint("", ""),
}


def hint_for(found: str, previous: str = "") -> Hint:
    """The hint for a symbol that cannot stand where it was found, `previous` being the text before it."""
    if found == "=" and previous == "=":
        return _HABITS["=="]
    if found in _FULL_WIDTH:
        plain = _FULL_WIDTH[found]
        return Hint(f"请用半角「{plain}」。", f"Type {plain!r} instead.")
    return _HABITS.get(found, NOTHING)
