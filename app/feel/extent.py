"""How large and how deep a value is: lists that share their parts can be small to hold and endless to walk through."""

from __future__ import annotations

from typing import Any

from app.feel.errors import FeelError

MAX_PARTS = 200_000
MAX_DEPTH = 150


def bounded(value: Any) -> None:
    """FeelError when walking through a value would take too long or go too deep; call it before doing so."""
    if not isinstance(value, (list, dict)):
        return
    waiting: list[tuple[Any, int]] = [(value, 1)]
    left = MAX_PARTS
    while waiting:
        part, depth = waiting.pop()
        left -= len(part)
        if left < 0:
            raise FeelError.of("budget_size", shown="", limit=MAX_PARTS)
        if depth > MAX_DEPTH:
            raise FeelError.of("too_deep", limit=MAX_DEPTH)
        inner = part.values() if isinstance(part, dict) else part
        for one in inner:
            kind = type(one)
            if (kind is list or kind is dict) and one:
                waiting.append((one, depth + 1))
                left -= 1
        if len(waiting) > MAX_PARTS:
            raise FeelError.of("budget_size", shown="", limit=MAX_PARTS)
