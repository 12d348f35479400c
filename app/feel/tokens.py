"""Cuts a FEEL text into tokens; names stay single words here, the grammar joins them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.feel.errors import FeelError

MAX_LENGTH = 100_000

NUMBER, STRING, WORD, SYMBOL, END = "number", "string", "word", "symbol", "end"
# A name between backticks, which may hold anything: `terms and conditions`.
QUOTED = "quoted"

# Word characters follow the standard's ranges, less the Chinese punctuation in them: a full-width bracket or comma
# typed by mistake must be reported, not swallowed into a name.
_START = (
    r"A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3005-\u3007\u3021-\u302F\u3031-\uD7FF\uF900-\uFDCF\uFDF0-\uFEFE\uFF10-\uFF19\uFF21-\uFF3A"
    r"\uFF41-\uFF5A\uFF66-\uFFDC\U00010000-\U000EFFFF"
)
_PART = _START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040"
_SPACE = r"\s\u0085\u00A0\u1680\u180E\u2000-\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF"

_TOKEN = re.compile(
    rf"""
      (?P<space>[{_SPACE}]+)
    | (?P<comment>//[^\n]*|/\*(?:.|\n)*?\*/)
    | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+(?![{_PART}]))?)
    | (?P<word>[{_START}][{_PART}]*)
    | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<quoted>`[^`\n]+`)
    | (?P<symbol>\.\.|\*\*|<=|>=|!=|->|[^"])
    """,
    re.VERBOSE | re.DOTALL,
)

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\", "b": "\b", "f": "\f", "/": "/"}


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a text: its kind, how it was written, where, and whether white space stands before it."""

    kind: str
    text: str
    start: int
    end: int
    spaced: bool
    value: str = ""


def _unescaped(body: str, text: str, start: int) -> str:
    """A string literal's content; an unknown escape is an error at its place."""

    def one(match: re.Match[str]) -> str:
        escape = match.group(1)
        if len(escape) > 1:
            code = int(escape[1:], 16)
            if code > 0x10FFFF:
                raise FeelError.of("bad_escape", text, start + match.start(), found=match.group())
            return chr(code)
        if escape not in _SIMPLE:
            # The standard has no other escape; a backslash before another letter ("\d") stays, as users expect.
            return "\\" + escape
        return _SIMPLE[escape]

    result = _ESCAPE.sub(one, body)
    # Two \u escapes may spell one character outside the basic plane.
    if any("\ud800" <= char <= "\udfff" for char in result):
        result = result.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return result


def tokenize(text: str) -> list[Token]:
    """All tokens of `text`, the last one of kind END. FeelError at the first character that fits nowhere."""
    if len(text) > MAX_LENGTH:
        raise FeelError.of("too_long", text[:200], 0, length=len(text), limit=MAX_LENGTH)
    tokens: list[Token] = []
    position, spaced, size = 0, False, len(text)
    match_at = _TOKEN.match
    while position < size:
        match = match_at(text, position)
        if match is None:
            raise FeelError.of("unclosed_string", text, position)
        kind, end = match.lastgroup, match.end()
        if kind == "space" or kind == "comment":
            spaced = True
        else:
            written = match.group()
            assert kind is not None
            value = written
            if kind == STRING:
                value = _unescaped(written[1:-1], text, position + 1)
            elif kind == QUOTED:
                value = written[1:-1]
            if kind == SYMBOL and written == "/" and text.startswith("/*", position):
                raise FeelError.of("unclosed_comment", text, position)
            tokens.append(Token(kind, written, position, end, spaced, value))
            spaced = False
        position = end
    tokens.append(Token(END, "", size, size, spaced))
    return tokens
