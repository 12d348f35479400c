"""Functions with regular expressions; their running time is linear in the text, or counted step by step."""

from __future__ import annotations

from collections.abc import Callable

from app.feel.errors import NoResult
from app.feel.evaluation import Run
from app.feel.functions.signature import Declared
from app.feel.regex import Match, Pattern, pattern

declared = Declared()


def _opened(run: Run, text: str, flags: str | None) -> Pattern:
    run.charge(50)
    return pattern(text, flags or "")


def _visible(run: Run, text: str, flags: str | None) -> Pattern:
    """A pattern that may not match nothing: where would it be replaced, or split?"""
    found = _opened(run, text, flags)
    if found.matches_nothing(run.charge):
        raise NoResult("正则表达式不能匹配空文字。", "the pattern must not match the empty text.")
    return found


@declared("matches(input: string, pattern: string, flags?: string|null)", with_run=True)
def matches(run: Run, text: str, expression: str, flags: str | None = None) -> bool:
    return _opened(run, expression, flags).search(text, run.charge)


@declared("replace(input: string, pattern: string, replacement: string, flags?: string|null)", with_run=True)
def replace(run: Run, text: str, expression: str, replacement: str, flags: str | None = None) -> str:
    found = _visible(run, expression, flags)
    fill = _literal(replacement) if "q" in (flags or "") else _filler(replacement, found.groups)
    pieces: list[str] = []
    size, end = 0, 0
    for match in found.matches(text, run.charge):
        piece = fill(match)
        pieces += (text[end : match.start], piece)
        size += len(piece) + match.start - end
        end = match.end
        run.bounded_text(size)
        run.charge(3)
    return "".join((*pieces, text[end:]))


def _literal(replacement: str) -> Callable[[Match], str]:
    return lambda match: replacement


def _filler(replacement: str, groups: int) -> Callable[[Match], str]:
    """A function that fills in $0, $1, …; `\\$` and `\\\\` are a dollar sign and a backslash."""
    parts: list[str | int] = []
    at = 0
    while at < len(replacement):
        char, following = replacement[at], replacement[at + 1 : at + 2]
        at += 1
        if char == "\\":
            if not following or following not in "\\$":
                raise NoResult("替换文字里的反斜杠不对。", "a backslash in the replacement stands before $ or \\ only.")
            parts.append(following)
            at += 1
        elif char == "$":
            if not (following.isascii() and following.isdigit()):
                raise NoResult("替换文字里 $ 后面要有数字。", "a $ in the replacement needs a digit after it.")
            number = int(following)
            at += 1
            # $12 is group 12 if there are so many, otherwise group 1 and a 2.
            while replacement[at : at + 1].isdecimal() and number * 10 + int(replacement[at]) <= groups and number:
                number = number * 10 + int(replacement[at])
                at += 1
            parts.append(number)
        else:
            parts.append(char)

    def fill(match: Match) -> str:
        held = match.groups
        return "".join(part if isinstance(part, str) else "".join(held[part : part + 1]) for part in parts)

    return fill


@declared("split(string: string, delimiter: string)", with_run=True)
def split(run: Run, text: str, delimiter: str) -> list[str]:
    pieces: list[str] = []
    end = 0
    for match in _visible(run, delimiter, None).matches(text, run.charge):
        pieces.append(text[end : match.start])
        end = match.end
        run.charge(1)
    pieces.append(text[end:])
    run.bounded_list(len(pieces))
    return pieces


@declared("extract(input: string, pattern: string)", with_run=True)
def extract(run: Run, text: str, expression: str) -> list[str]:
    pieces = []
    for match in _visible(run, expression, None).matches(text, run.charge):
        pieces.append(match.groups[0])
        run.charge(1)
    run.bounded_list(len(pieces))
    return pieces
