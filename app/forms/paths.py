"""Values by path: form-js nests what a group's `path` or a dot in a `key` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def has(data: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    """Whether `data` holds anything at `path`, None included."""
    inner: Any = data
    for name in path:
        if not isinstance(inner, Mapping) or name not in inner:
            return False
        inner = inner[name]
    return True


def get(data: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The value at `path`, None when there is none."""
    if len(path) == 1:
        return data.get(path[0])
    inner: Any = data
    for name in path:
        if not isinstance(inner, Mapping):
            return None
        inner = inner.get(name)
    return inner


def put(data: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Store `value` at `path`; the dictionaries on the way are copied, they may belong to the caller."""
    inner = data
    for name in path[:-1]:
        below = inner.get(name)
        inner[name] = dict(below) if isinstance(below, Mapping) else {}
        inner = inner[name]
    inner[path[-1]] = value


def remove(data: dict[str, Any], path: tuple[str, ...]) -> None:
    """Take the value at `path` away."""
    if len(path) == 1:
        data.pop(path[0], None)
    elif has(data, path):
        inner = data
        for name in path[:-1]:
            inner[name] = dict(inner[name])
            inner = inner[name]
        inner.pop(path[-1], None)
