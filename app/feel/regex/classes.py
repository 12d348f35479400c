"""Sets of characters: ranges of code points, with union, complement and difference."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LAST = 0x10FFFF

Ranges = tuple[tuple[int, int], ...]

SPACE: Ranges = ((9, 10), (13, 13), (32, 32))
LINE_ENDS: Ranges = ((10, 10), (13, 13))
NAME_START: Ranges = (
    (0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF),
    (0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF), (0x3001, 0xD7FF),
    (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
)  # fmt: skip
NAME_CHAR: Ranges = (*NAME_START, (0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))

# The blocks of Unicode that texts of our users are written in; others are refused by name.
BLOCKS: dict[str, Ranges] = {
    "BasicLatin": ((0, 0x7F),),
    "Latin-1Supplement": ((0x80, 0xFF),),
    "LatinExtended-A": ((0x100, 0x17F),),
    "LatinExtended-B": ((0x180, 0x24F),),
    "Greek": ((0x370, 0x3FF),),
    "GreekandCoptic": ((0x370, 0x3FF),),
    "Cyrillic": ((0x400, 0x4FF),),
    "Hebrew": ((0x590, 0x5FF),),
    "Arabic": ((0x600, 0x6FF),),
    "Thai": ((0xE00, 0xE7F),),
    "GeneralPunctuation": ((0x2000, 0x206F),),
    "CurrencySymbols": ((0x20A0, 0x20CF),),
    "Arrows": ((0x2190, 0x21FF),),
    "MathematicalOperators": ((0x2200, 0x22FF),),
    "CJKSymbolsandPunctuation": ((0x3000, 0x303F),),
    "Hiragana": ((0x3040, 0x309F),),
    "Katakana": ((0x30A0, 0x30FF),),
    "CJKUnifiedIdeographs": ((0x4E00, 0x9FFF),),
    "CJKUnifiedIdeographsExtensionA": ((0x3400, 0x4DBF),),
    "HangulSyllables": ((0xAC00, 0xD7AF),),
    "HalfwidthandFullwidthForms": ((0xFF00, 0xFFEF),),
}
CATEGORIES = frozenset(
    (
        *("L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No"),
        *("P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp"),
        *("S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"),
    )
)


def union(*parts: Ranges) -> Ranges:
    """All characters of any part, as few sorted ranges."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(pair for part in parts for pair in part):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def complement(ranges: Ranges) -> Ranges:
    """All characters outside."""
    found, start = [], 0
    for low, high in union(ranges):
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        found.append((start, LAST))
    return tuple(found)


def difference(one: Ranges, other: Ranges) -> Ranges:
    """The characters of one that are not in the other."""
    return complement(union(complement(one), other))


@lru_cache(maxsize=1)
def _categories() -> dict[str, Ranges]:
    """The characters of every two-letter category, gathered in one walk through Unicode."""
    found: dict[str, list[tuple[int, int]]] = {}
    start, current = 0, unicodedata.category("\0")
    for code in range(1, LAST + 2):
        kind = unicodedata.category(chr(code)) if code <= LAST else ""
        if kind != current:
            found.setdefault(current, []).append((start, code - 1))
            start, current = code, kind
    return {name: tuple(ranges) for name, ranges in found.items()}


@lru_cache(maxsize=64)
def category(name: str) -> Ranges:
    """The characters of a general category such as L or Nd."""
    return union(*(ranges for kind, ranges in _categories().items() if kind.startswith(name)))


def contains(ranges: Ranges, code: int) -> bool:
    """Whether a character is in the set."""
    low, high = 0, len(ranges) - 1
    while low <= high:
        middle = (low + high) // 2
        first, last = ranges[middle]
        if code < first:
            high = middle - 1
        elif code > last:
            low = middle + 1
        else:
            return True
    return False
