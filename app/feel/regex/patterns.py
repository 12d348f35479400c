"""Compiled patterns: one way to search, whichever engine runs below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from app.feel.errors import NoResult
from app.feel.regex.stepping import Program, match_at, program
from app.feel.regex.syntax import Reader
from app.feel.regex.translate import translated

Charge = Callable[[int], None]
_FLAGS = frozenset("smixq")


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern matched, and what its groups hold ("" for one that took no part)."""

    start: int
    end: int
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern of either engine; exactly one of `fast` and `stepped` is set. `size` weighs the work per character."""

    groups: int
    size: int
    fast: Any = None
    stepped: Program | None = None

    def search(self, text: str, charge: Charge) -> bool:
        """Whether the pattern matches anywhere."""
        if self.fast is not None:
            charge(len(text) * self.size >> 8)
            return self.fast.search(text) is not None
        return next(self.matches(text, charge), None) is not None

    def matches(self, text: str, charge: Charge) -> Iterator[Match]:
        """All matches from left to right, none overlapping another."""
        if self.fast is not None:
            charge(len(text) * self.size >> 8)
            for found in self.fast.finditer(text):
                charge(12)
                groups = tuple(found.group(number) or "" for number in range(self.groups + 1))
                yield Match(found.start(), found.end(), groups)
            return
        assert self.stepped is not None
        start = 0
        while start <= len(text):
            places = match_at(self.stepped, text, start, charge)
            if places is None:
                start += 1
                continue
            pairs = zip(places[::2], places[1::2], strict=True)
            yield Match(places[0], places[1], tuple(text[a:b] if 0 <= a <= b else "" for a, b in pairs))
            start = places[1] if places[1] > places[0] else places[1] + 1

    def matches_nothing(self, charge: Charge) -> bool:
        """Whether the pattern matches the empty text, which replacing and splitting must not."""
        return self.search("", charge)


@lru_cache(maxsize=512)
def pattern(text: str, flags: str) -> Pattern:
    """A compiled pattern; NoResult when it, or a flag, is not understood."""
    unknown = set(flags) - _FLAGS
    if unknown:
        shown = min(unknown)
        raise NoResult(f"标志只能是 s、m、i、x、q，不是「{shown}」。", f"flags are s, m, i, x and q, not {shown!r}.")
    if "q" in flags:
        return Pattern(0, 64, _re2(re2.escape(text), flags))
    reader = Reader(text, flags)
    tree = reader.read()
    if reader.refers_back:
        return Pattern(reader.groups, 64, stepped=program(tree, reader.groups, flags))
    written = translated(tree)
    return Pattern(reader.groups, 64 + len(written), _re2(written, flags))


def _re2(text: str, flags: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    options.case_sensitive = "i" not in flags
    try:
        # Anchors of lines are an inline flag in RE2.
        return re2.compile(f"(?m:{text})" if "m" in flags and "q" not in flags else text, options)
    except re2.error as reason:
        raise NoResult("正则表达式太复杂。", "the pattern is too complex.") from reason
