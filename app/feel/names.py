"""Names of more than one word: `date and time`, `客户 姓名`, `a-b`; the longest known one wins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from types import NoneType
from typing import Any

from app.feel.errors import FeelError
from app.feel.tokens import END, Token, tokenize

KEYWORDS = frozenset(
    [
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "and",
        "or",
        "between",
        "instance",
        "true",
        "false",
        "null",
        "function",
    ]
)
_SPACES = re.compile(r"\s+")
_ONE_WORD = re.compile(r"[^\W\d]\w*\Z")


def normal(name: str) -> str:
    """A name with single spaces between its words."""
    return _SPACES.sub(" ", name.strip())


def is_one_word(name: str) -> bool:
    """Whether a name needs no table to be recognised."""
    return _ONE_WORD.match(name) is not None


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[tuple[str, bool], ...]:
    """The tokens of a name and whether a space stands before each; empty when it cannot be written as a name."""
    try:
        tokens = tokenize(name)
    except FeelError:
        return ()
    return tuple((token.text, token.spaced and index > 0) for index, token in enumerate(tokens) if token.kind != END)


class Names:
    """The names of several tokens that are known at a place in a text."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[tuple[tuple[str, bool], ...], str]]] = {}
        for name in names:
            self.add(name)

    def copy(self) -> Names:
        """An independent table with the same names."""
        twin = Names()
        twin._by_first = {first: list(entries) for first, entries in self._by_first.items()}
        return twin

    def add(self, name: str) -> None:
        """Make a name known; one of a single word needs no entry."""
        if is_one_word(name):
            return
        parts = _parts(name)
        if len(parts) < 2:
            return
        entries = self._by_first.setdefault(parts[0][0], [])
        if all(known != name for _, known in entries):
            entries.append((parts, name))
            entries.sort(key=lambda entry: -len(entry[0]))

    def match(self, tokens: list[Token], index: int) -> tuple[str, int] | None:
        """The longest known name that starts at `tokens[index]`, with the number of its tokens."""
        entries = self._by_first.get(tokens[index].text)
        if not entries:
            return None
        for parts, name in entries:
            end = index + len(parts)
            if end < len(tokens) and all(
                tokens[index + offset].text == text and (offset == 0 or tokens[index + offset].spaced == spaced)
                for offset, (text, spaced) in enumerate(parts)
            ):
                return name, len(parts)
        return None


_WITHOUT_KEYS = frozenset((str, int, float, bool, NoneType, Decimal))


NAMES_INSIDE = 4  # contexts within contexts whose names are looked at


def unusual_names(value: Any, depth: int = NAMES_INSIDE, limit: int = 2000) -> frozenset[str]:
    """The keys of a context, and down to `depth` of contexts inside it, that are more than one word."""
    found: set[str] = set()
    _collect(value, depth, [limit], found)
    return frozenset(found)


def _collect(value: Any, depth: int, left: list[int], found: set[str]) -> None:
    if depth < 0 or left[0] <= 0:
        return
    if isinstance(value, Mapping):
        left[0] -= len(value)
        for key, inner in value.items():
            if isinstance(key, str) and not key.isidentifier():
                found.add(key)
            # Almost every value is plain; to ask each whether it is a Mapping would take most of the time.
            if type(inner) not in _WITHOUT_KEYS:
                _collect(inner, depth - 1, left, found)
    elif isinstance(value, list):
        left[0] -= min(len(value), 20)
        for inner in value[:20]:
            if type(inner) not in _WITHOUT_KEYS:
                _collect(inner, depth - 1, left, found)
