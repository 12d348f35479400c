"""Walks over the tokens of a text: what stands here, what is expected, and which words make one name."""

from __future__ import annotations

from typing import NoReturn

from app.feel.errors import FeelError
from app.feel.hints import NOTHING, Hint, hint_for
from app.feel.names import KEYWORDS, Names, normal
from app.feel.tokens import END, NUMBER, QUOTED, STRING, SYMBOL, WORD, Token, tokenize

MAX_DEPTH = 60

# Symbols that may stand inside a known name.
_IN_NAMES = frozenset("./-'+*")


class Cursor:
    """A place in a text, and the names that are known there."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names
        self.tokens = tokenize(text)
        self.index = 0
        self.token = self.tokens[0]
        self.depth = 0
        self.names_matter = False

    # -- tokens ------------------------------------------------------------------------------------------------

    def advance(self, count: int = 1) -> Token:
        """Step over `count` tokens and return the last one."""
        self.index += count
        self.token = self.tokens[self.index]
        return self.tokens[self.index - 1]

    def at(self, *texts: str) -> bool:
        """Whether the current token is one of these symbols or keywords (never a string)."""
        return self.token.text in texts and self.token.kind in (SYMBOL, WORD)

    def peek(self, offset: int = 1) -> Token:
        """A later token, the END token beyond the end."""
        return self.tokens[min(self.index + offset, len(self.tokens) - 1)]

    def accept(self, text: str) -> bool:
        """Step over a symbol or keyword if it is the current token."""
        if self.at(text):
            self.advance()
            return True
        return False

    def expect(self, text: str) -> Token:
        """Step over this symbol or keyword, FeelError when something else stands here."""
        if not self.at(text):
            self.fail(f"「{text}」", f"'{text}'")
        return self.advance()

    def fail(self, expected_zh: str, expected_en: str, hint: Hint = NOTHING) -> NoReturn:
        """Refuse the current token."""
        token = self.token
        if token.kind == END:
            raise FeelError.of(
                "unexpected_end", self.text, token.start, expected_zh=expected_zh, expected_en=expected_en
            )
        hint = self.hint() if hint is NOTHING else hint
        raise FeelError.of(
            "unexpected", self.text, token.start, found=token.text, hint_zh=hint.zh, hint_en=hint.en,
            expected_zh=expected_zh, expected_en=expected_en,
        )  # fmt: skip

    def hint(self) -> Hint:
        """What the current token reminds of."""
        before = self.tokens[self.index - 1].text if self.index else ""
        return hint_for(self.token.text, before)

    def finish(self) -> None:
        """Refuse anything after a complete text."""
        if self.token.kind != END:
            hint = self.hint()
            raise FeelError.of(
                "trailing", self.text, self.token.start, found=self.token.text, hint_zh=hint.zh, hint_en=hint.en
            )

    def deeper(self) -> None:
        """Count one level of nesting."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FeelError.of("too_deep", self.text, self.token.start, limit=MAX_DEPTH)

    # -- names -------------------------------------------------------------------------------------------------

    def name(self) -> tuple[str, int]:
        """The longest known name here, or the words up to the next keyword or symbol joined into one."""
        known = self.names.match(self.tokens, self.index)
        count = 1
        while self.peek(count).kind == WORD and self.peek(count).text not in KEYWORDS:
            count += 1
        if known is not None and known[1] >= count:
            return known[0], self.advance(known[1]).end
        start = self.token.start
        end = self.advance(count).end
        return normal(self.text[start:end]), end

    def note_continuation(self) -> None:
        """Remember whether a name could reach beyond this word, if such a name were known."""
        after = self.peek()
        if after.kind in (WORD, NUMBER) or (after.kind == SYMBOL and (after.text in _IN_NAMES or after.text > "~")):
            self.names_matter = True

    def name_after_dot(self) -> tuple[str, int]:
        """An entry or property name; here keywords are plain words unless an operator must follow."""
        if self.token.kind == QUOTED:
            token = self.advance()
            return normal(token.value), token.end
        if self.token.kind != WORD:
            self.fail("「.」后面的名字", "a name after '.'")
        self.note_continuation()
        return self.name()

    def declared_name(self, *ends: str) -> str:
        """The name of a new variable, parameter or entry: everything up to one of `ends`."""
        start, count = self.token.start, 0
        if self.token.kind in (STRING, QUOTED) and self.peek().text in ends:
            name = self.advance().value
            self.names.add(name)
            return name
        while self.peek(count).text not in ends or self.peek(count).kind == STRING:
            token = self.peek(count)
            if token.kind in (END, STRING) or (token.kind == SYMBOL and token.text in '()[]{},:<>=@"'):
                self.advance(count)
                self.fail(
                    "名字，然后是" + "或".join(f"「{end}」" for end in ends),
                    "a name, then " + " or ".join(map(repr, ends)),
                )
            count += 1
        if not count or self.token.kind != WORD:
            self.fail("名字", "a name")
        name = normal(self.text[start : self.advance(count).end])
        self.names.add(name)
        return name

    def argument_name(self, look: bool = False) -> str | None:
        """The name before a colon, if the next argument has one."""
        offset = 0
        while self.peek(offset).kind in (WORD, NUMBER) or (offset and self.peek(offset).text in ("-", "'", "/", "+")):
            offset += 1
        if not offset or self.token.kind != WORD or self.peek(offset).text != ":":
            return None
        name = normal(self.text[self.token.start : self.peek(offset - 1).end])
        if not look:
            self.advance(offset + 1)
        return name
