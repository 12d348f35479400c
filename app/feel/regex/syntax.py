"""Reads XPath's regular expressions into a tree, refusing what XPath does not know."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from app.feel.errors import NoResult
from app.feel.regex.classes import (
    BLOCKS,
    CATEGORIES,
    LINE_ENDS,
    NAME_CHAR,
    NAME_START,
    SPACE,
    Ranges,
    category,
    complement,
    contains,
    difference,
    union,
)

MAX_LENGTH = 2_000
MAX_REPEAT = 1_000
MAX_DEPTH = 100


@dataclass(slots=True)
class Chars:
    """One character of a set: ranges, plus categories (negated or not) that RE2 knows by name."""

    ranges: Ranges
    categories: tuple[tuple[str, bool], ...] = ()
    negated: bool = False

    def holds(self, char: str) -> bool:
        """Whether one character is in the set."""
        kind = unicodedata.category(char)
        inside = contains(self.ranges, ord(char)) or any(
            kind.startswith(name) != outside for name, outside in self.categories
        )
        return inside != self.negated

    def resolved(self) -> Ranges:
        """The set as plain ranges."""
        parts = [complement(category(name)) if outside else category(name) for name, outside in self.categories]
        found = union(self.ranges, *parts)
        return complement(found) if self.negated else found


@dataclass(slots=True)
class Anchor:
    """`^`, `$`, or a word boundary (`b`, `B`)."""

    kind: str


@dataclass(slots=True)
class Reference:
    """`\\1`: what a group matched."""

    group: int


@dataclass(slots=True)
class Group:
    """Brackets; `number` is 0 when they do not capture."""

    body: Part
    number: int


@dataclass(slots=True)
class Repeat:
    """A part with a quantifier; `most` is None when there is no upper limit."""

    body: Part
    least: int
    most: int | None
    lazy: bool


@dataclass(slots=True)
class Sequence:
    """Parts one after the other."""

    parts: list[Part] = field(default_factory=list)


@dataclass(slots=True)
class Choice:
    """Alternatives."""

    options: list[Part]


Part = Chars | Anchor | Reference | Group | Repeat | Sequence | Choice

_SINGLE = {"n": 10, "r": 13, "t": 9}
_SELF = frozenset("\\|.?*+(){}[]-^$ /\"'@#&,;:<>=!~%`_")
_WORD_PARTS = (("L", False), ("M", False), ("N", False), ("S", False))
_OTHER_PARTS = (("P", False), ("Z", False), ("C", False))


class Reader:
    """One reading of one pattern."""

    def __init__(self, text: str, flags: str) -> None:
        self.text = text
        self.flags = flags
        self.at = 0
        self.depth = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.refers_back = False

    def read(self) -> Part:
        """The whole pattern."""
        if len(self.text) > MAX_LENGTH:
            raise NoResult(
                f"正则表达式太长（最多 {MAX_LENGTH} 个字符）。", f"the pattern is too long (at most {MAX_LENGTH})."
            )
        part = self.choice()
        if self.at < len(self.text):
            raise self.wrong()
        return part

    def wrong(self) -> NoResult:
        """The refusal at the current place."""
        place = self.at + 1
        return NoResult(f"正则表达式第 {place} 个字符不对。", f"the pattern is wrong at character {place}.")

    def peek(self) -> str:
        """The next character, "" at the end; with the x flag white space is skipped first."""
        if "x" in self.flags:
            while self.at < len(self.text) and self.text[self.at] in " \t\n\r":
                self.at += 1
        return self.text[self.at] if self.at < len(self.text) else ""

    def choice(self) -> Part:
        """Alternatives up to a closing bracket or the end."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.wrong()
        options: list[Part] = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            options.append(self.sequence())
        self.depth -= 1
        return options[0] if len(options) == 1 else Choice(options)

    def sequence(self) -> Part:
        """Quantified atoms one after the other."""
        found = Sequence()
        while (char := self.peek()) and char not in "|)":
            atom = self.atom(char)
            found.parts.append(self.quantified(atom))
        return found

    def atom(self, char: str) -> Part:
        """One character, class, group, anchor or reference."""
        if char == "(":
            return self.group()
        if char == "[":
            self.at += 1
            return self.char_class()
        if char in "*+?{}])":
            raise self.wrong()
        self.at += 1
        if char == ".":
            return Chars((), negated=True) if "s" in self.flags else Chars(LINE_ENDS, negated=True)
        if char in "^$":
            return Anchor(char)
        if char == "\\":
            return self.escape()
        return Chars(((ord(char), ord(char)),))

    def group(self) -> Part:
        """`(…)` or `(?:…)`."""
        self.at += 1
        number = 0
        if self.text.startswith("?:", self.at):
            self.at += 2
        else:
            self.groups += 1
            number = self.groups
        body = self.choice()
        if self.peek() != ")":
            raise self.wrong()
        self.at += 1
        self.closed.add(number)
        return Group(body, number)

    def quantified(self, atom: Part) -> Part:
        """An atom with the quantifier that follows it."""
        char = self.peek()
        if char == "{":
            least, most = self.bounds()
        elif char and char in "?*+":
            self.at += 1
            least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}[char]
        else:
            return atom
        lazy = self.peek() == "?"
        self.at += lazy
        return Repeat(atom, least, most, lazy)

    def bounds(self) -> tuple[int, int | None]:
        """`{2}`, `{2,}`, `{2,5}`."""
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : end].partition(",")
        if end < 0 or not low.isdecimal() or not low.isascii() or (high and not (high.isdecimal() and high.isascii())):
            raise self.wrong()
        least = int(low[:6])
        most = least if not comma else (int(high[:6]) if high else None)
        if least > MAX_REPEAT or (most is not None and (most > MAX_REPEAT or most < least)):
            raise self.wrong()
        self.at = end + 1
        return least, most

    def escape(self) -> Part:
        """What stands after a backslash outside a class."""
        char = self.text[self.at] if self.at < len(self.text) else ""
        if char.isascii() and char.isdigit() and char != "0":
            return self.reference()
        if char and char in "bB":
            self.at += 1
            return Anchor(char)
        return self.class_escape()

    def reference(self) -> Part:
        """`\\1`; more digits belong to it as long as there is such a group."""
        number = int(self.text[self.at])
        self.at += 1
        while self.at < len(self.text) and self.text[self.at].isdecimal():
            longer = number * 10 + int(self.text[self.at])
            if longer not in self.closed:
                break
            number = longer
            self.at += 1
        if number not in self.closed:
            raise self.wrong()
        self.refers_back = True
        return Reference(number)

    def class_escape(self) -> Chars:
        """`\\d`, `\\p{L}`, `\\n`, `\\.`."""
        char = self.text[self.at] if self.at < len(self.text) else ""
        if not char:
            raise self.wrong()
        self.at += 1
        match char:
            case "d" | "D":
                return Chars((), (("Nd", char == "D"),))
            case "w":
                return Chars((), _WORD_PARTS)
            case "W":
                return Chars((), _OTHER_PARTS)
            case "s" | "S":
                return Chars(SPACE if char == "s" else complement(SPACE))
            case "i" | "I":
                return Chars(union(NAME_START) if char == "i" else complement(NAME_START))
            case "c" | "C":
                return Chars(union(NAME_CHAR) if char == "c" else complement(NAME_CHAR))
            case "p" | "P":
                return self.property(char == "P")
        if char in _SINGLE:
            return Chars(((_SINGLE[char], _SINGLE[char]),))
        if char in _SELF:
            return Chars(((ord(char), ord(char)),))
        self.at -= 1
        raise self.wrong()

    def property(self, outside: bool) -> Chars:
        """`\\p{Lu}`, `\\p{IsBasicLatin}`."""
        end = self.text.find("}", self.at)
        if not self.text.startswith("{", self.at) or end < 0:
            raise self.wrong()
        name = self.text[self.at + 1 : end]
        if name.startswith("Is") and name[2:] in BLOCKS:
            ranges = BLOCKS[name[2:]]
            self.at = end + 1
            return Chars(complement(ranges) if outside else ranges)
        if name not in CATEGORIES:
            raise self.wrong()
        self.at = end + 1
        return Chars((), ((name, outside),))

    def char_class(self) -> Chars:
        """`[…]`, with ranges, escapes, negation and subtraction."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.wrong()
        negated = self.text.startswith("^", self.at)
        self.at += negated
        ranges: list[tuple[int, int]] = []
        categories: list[tuple[str, bool]] = []
        subtracted: Chars | None = None
        first = True
        while True:
            char = self.class_char()
            if char == "]" and not first:
                self.at += 1
                break
            if not char or char in "[]":
                raise self.wrong()
            if char == "-" and self.text.startswith("-[", self.at):
                self.at += 2
                subtracted = self.char_class()
                if self.class_char() != "]":
                    raise self.wrong()
                self.at += 1
                break
            self.member(char, ranges, categories, first)
            first = False
        self.depth -= 1
        found = Chars(union(tuple(ranges)), tuple(categories), negated)
        return found if subtracted is None else Chars(difference(found.resolved(), subtracted.resolved()))

    def class_char(self) -> str:
        """The next character inside a class."""
        return self.text[self.at] if self.at < len(self.text) else ""

    def member(self, char: str, ranges: list[tuple[int, int]], categories: list[tuple[str, bool]], first: bool) -> None:
        """One character, range or escape of a class."""
        if char == "-" and not first and self.text[self.at + 1 : self.at + 2] != "]":
            raise self.wrong()
        low = self.one(char)
        if isinstance(low, Chars):
            ranges.extend(low.ranges)
            categories.extend(low.categories)
            return
        follows = self.text[self.at : self.at + 2]
        if follows[:1] != "-" or follows[1:] in ("]", "["):
            ranges.append((low, low))
            return
        self.at += 1
        high = self.one(self.class_char())
        if isinstance(high, Chars) or high < low:
            raise self.wrong()
        ranges.append((low, high))

    def one(self, char: str) -> int | Chars:
        """A single character of a class, or the set of an escape."""
        if not char or char in "[]":
            raise self.wrong()
        self.at += 1
        if char != "\\":
            return ord(char)
        found = self.class_escape()
        if not found.categories and len(found.ranges) == 1 and found.ranges[0][0] == found.ranges[0][1]:
            return found.ranges[0][0]
        return found
