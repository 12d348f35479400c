"""Writes a pattern's tree in RE2's syntax."""

from __future__ import annotations

from app.feel.regex.syntax import Anchor, Chars, Choice, Group, Part, Reference, Repeat, Sequence


def translated(part: Part) -> str:
    """The RE2 pattern of a tree without back-references."""
    match part:
        case Chars():
            return _chars(part)
        case Anchor():
            return {"^": "^", "$": "$", "b": r"\b", "B": r"\B"}[part.kind]
        case Group():
            body = translated(part.body)
            return f"({body})" if part.number else f"(?:{body})"
        case Repeat():
            return f"(?:{translated(part.body)}){_bounds(part)}{'?' if part.lazy else ''}"
        case Sequence():
            return "".join(translated(one) for one in part.parts)
        case Choice():
            return "|".join(translated(one) for one in part.options)
        case Reference():
            raise ValueError("RE2 knows no back-references")


def _bounds(part: Repeat) -> str:
    if part.most is None:
        return {0: "*", 1: "+"}.get(part.least, f"{{{part.least},}}")
    if (part.least, part.most) == (0, 1):
        return "?"
    return f"{{{part.least},{part.most}}}"


def _code(code: int) -> str:
    return f"\\x{{{code:x}}}"


def _chars(chars: Chars) -> str:
    ranges = "".join(_code(low) if low == high else f"{_code(low)}-{_code(high)}" for low, high in chars.ranges)
    known = "".join(f"\\{'P' if outside else 'p'}{{{name}}}" for name, outside in chars.categories)
    if not ranges and not known:
        return r"[\x{0}-\x{10ffff}]" if chars.negated else r"[^\x{0}-\x{10ffff}]"
    return f"[{'^' if chars.negated else ''}{ranges}{known}]"
