"""Functions on contexts."""

from __future__ import annotations

from typing import Any

from app.feel.errors import NoResult
from app.feel.functions.signature import Declared

declared = Declared()


@declared("get value(m: context, key: string)")
def get_value(m: dict[str, Any], key: str) -> Any:
    return m.get(key)


@declared("get value(m: context, key: list)")
def get_value_deep(m: dict[str, Any], keys: list[Any]) -> Any:
    value: Any = m
    for key in keys:
        if not isinstance(value, dict) or not isinstance(key, str):
            return None
        value = value.get(key)
    return value


@declared("get entries(m: context)")
def get_entries(m: dict[str, Any]) -> list[Any]:
    return [{"key": key, "value": value} for key, value in m.items()]


@declared("context put(context: context, key: string, value: any)")
def context_put(context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    return {**context, key: value}


@declared("context put(context: context, keys: list, value: any)")
def context_put_deep(context: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any]:
    if not keys or not all(isinstance(key, str) for key in keys):
        raise NoResult("keys 要是非空的文字列表。", "keys must be a list of texts and not empty.")
    first, rest = keys[0], keys[1:]
    if not rest:
        return {**context, first: value}
    inner = context.get(first)
    return {**context, first: context_put_deep(inner if isinstance(inner, dict) else {}, rest, value)}


@declared("context merge(contexts: list)")
def context_merge(contexts: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in contexts:
        if not isinstance(one, dict):
            raise NoResult("列表里只能是上下文。", "the list may hold only contexts.")
        found.update(one)
    return found
