"""The functions that expressions may call: the built-in ones, and those the product adds."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from types import MappingProxyType
from typing import Any

from app.feel.functions import TABLE
from app.feel.functions.temporal import clock_functions
from app.feel.names import is_one_word
from app.feel.values import Function


class Library(Mapping[str, Function]):
    """An unchangeable table of functions by name; names may contain spaces."""

    __slots__ = ("functions", "unusual")

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self.functions = MappingProxyType(dict(functions))
        # Names the grammar must know beforehand; asked for at every evaluation, so worked out once.
        self.unusual = frozenset(name for name in functions if not is_one_word(name) and name not in TABLE)

    def __getitem__(self, name: str) -> Function:
        return self.functions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.functions)

    def __len__(self) -> int:
        return len(self.functions)

    def extended(self, more: Mapping[str, Function | Callable[..., Any]]) -> Library:
        """A new library with further functions; one of the same name replaces the known one.

        A plain callable is taken with the names of its own parameters ("_" read as a space).
        """
        added = {name: one if isinstance(one, Function) else _wrapped(name, one) for name, one in more.items()}
        return Library({**self.functions, **added})

    def in_zone(self, zone: tzinfo) -> Library:
        """This library with `now()` and `today()` in a time zone; without it they are in UTC."""
        return self.extended(clock_functions(zone))


def _wrapped(name: str, call: Callable[..., Any]) -> Function:
    params: list[str] = []
    required, variadic = 0, False
    for parameter in inspect.signature(call).parameters.values():
        params.append(parameter.name.replace("_", " ").strip())
        if parameter.kind is parameter.VAR_POSITIONAL:
            variadic = True
        elif parameter.default is parameter.empty:
            required += 1
    return Function(name, tuple(params), call, variadic, required)


BUILTINS = Library(TABLE)
