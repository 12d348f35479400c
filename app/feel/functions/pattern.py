"""Regular expressions on RE2, whose running time is linear in the text: no pattern can hold a worker."""

from __future__ import annotations

import re as python_re
from functools import lru_cache
from typing import Any

import re2

from app.feel.errors import NoResult
from app.feel.evaluation import Run
from app.feel.functions.signature import Declared

declared = Declared()

MAX_PATTERN = 2_000
_ALLOWED_FLAGS = frozenset("smixq")
_FREE_SPACE = python_re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\s+", python_re.DOTALL)
# XPath's names for character classes, spelled for RE2; a class inside brackets keeps its brackets' own syntax.
_CLASSES = {r"\i": "[A-Z_a-z:]", r"\c": r"[-.\w:]"}
_REFERENCE = python_re.compile(r"\\(.)|\$(\d{1,2})", python_re.DOTALL)


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str) -> Any:
    """An RE2 pattern; NoResult when it, or a flag, is not understood."""
    if len(pattern) > MAX_PATTERN:
        raise NoResult(
            f"正则表达式太长（最多 {MAX_PATTERN} 个字符）。",
            f"the pattern is too long (at most {MAX_PATTERN} characters).",
        )
    unknown = set(flags) - _ALLOWED_FLAGS
    if unknown:
        raise NoResult(
            f"标志只能是 s、m、i、x，不是「{min(unknown)}」。", f"flags are s, m, i and x, not {min(unknown)!r}."
        )
    if "q" in flags:
        pattern = re2.escape(pattern)
    elif "x" in flags:
        pattern = _FREE_SPACE.sub(lambda found: "" if found.group().isspace() else found.group(), pattern)
    for written, spelled in _CLASSES.items():
        pattern = pattern.replace(written, spelled)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    options.case_sensitive = "i" not in flags
    options.dot_nl = "s" in flags
    options.never_nl = False
    try:
        # Multi-line anchors are an inline flag in RE2.
        return re2.compile(f"(?m:{pattern})" if "m" in flags else pattern, options)
    except re2.error as reason:
        text = reason.args[0]
        shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        raise NoResult(f"正则表达式不对：{shown}", f"the pattern is not understood: {shown}") from None


@declared("matches(input: string, pattern: string, flags?: string|null)", with_run=True)
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool:
    run.charge(50 + (len(text) >> 2))
    return compiled(pattern, flags or "").search(text) is not None


@declared("replace(input: string, pattern: string, replacement: string, flags?: string|null)", with_run=True)
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    run.charge(50 + (len(text) >> 2))
    found = compiled(pattern, flags or "")
    pieces: list[str] = []
    size, end = 0, 0
    for match in found.finditer(text):
        piece = replacement if "q" in (flags or "") else _filled(replacement, match, found.groups)
        pieces += (text[end : match.start()], piece)
        size += len(piece) + match.start() - end
        end = match.end()
        run.bounded_text(size)
        run.charge(3)
    return "".join((*pieces, text[end:]))


def _filled(replacement: str, match: Any, groups: int) -> str:
    """The replacement with $1, $2 … filled in; `\\$` is a dollar sign."""

    def one(reference: python_re.Match[str]) -> str:
        if reference[1] is not None:
            if reference[1] not in "\\$":
                raise NoResult("替换文字里的反斜杠不对。", "a backslash in the replacement stands before $ or \\ only.")
            return reference[1]
        digits = reference[2]
        number = int(digits)
        if number > groups and len(digits) == 2:
            # $12 with fewer than twelve groups is group 1 followed by a 2.
            return (match.group(int(digits[0])) or "" if int(digits[0]) <= groups else "") + digits[1]
        return match.group(number) or "" if number <= groups else ""

    return _REFERENCE.sub(one, replacement)


@declared("split(string: string, delimiter: string)", with_run=True)
def split(run: Run, text: str, delimiter: str) -> list[str]:
    run.charge(50 + (len(text) >> 2))
    found = compiled(delimiter, "")
    pieces: list[str] = []
    end = 0
    for match in found.finditer(text):
        if match.end() == match.start():
            continue
        pieces.append(text[end : match.start()])
        end = match.end()
        run.charge(1)
        run.bounded_list(len(pieces)) if len(pieces) > run.limits.items else None
    pieces.append(text[end:])
    return pieces


@declared("extract(input: string, pattern: string)", with_run=True)
def extract(run: Run, text: str, pattern: str) -> list[str]:
    run.charge(50 + (len(text) >> 2))
    pieces = []
    for match in compiled(pattern, "").finditer(text):
        pieces.append(match.group())
        run.charge(1)
    return pieces
