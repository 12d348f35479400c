"""Declares built-in functions by their signature, so that a reader sees what a person may write."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from app.feel.values import Function

_SIGNATURE = re.compile(r"(?P<name>[^()]+)\((?P<params>.*)\)\Z", re.DOTALL)


def parse(signature: str, call: Callable[..., Any], *, with_run: bool = False) -> Function:
    """A function from `name(first: kind, second?: kind|kind, rest…: kind)`; `?` is optional, `…` takes any number."""
    match = _SIGNATURE.match(signature)
    if match is None:
        raise ValueError(signature)
    names: list[str] = []
    types: list[str] = []
    required, variadic = 0, False
    for part in filter(None, (piece.strip() for piece in match["params"].split(","))):
        name, _, kind = part.partition(":")
        name = name.strip()
        if name.endswith("…"):
            variadic, name = True, name[:-1]
        elif name.endswith("?"):
            name = name[:-1]
        else:
            required += 1
        names.append(name.strip())
        types.append(kind.strip())
    if variadic and len(names) == 1:
        required = 1
    return Function(
        match["name"].strip(), tuple(names), call, variadic, required, tuple(types), with_run=with_run, native=True
    )


class Declared:
    """The functions of one file, by name; a name declared twice has alternative signatures."""

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}

    def __call__(self, signature: str, *, with_run: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare the decorated function under this signature."""

        def declare(call: Callable[..., Any]) -> Callable[..., Any]:
            function = parse(signature, call, with_run=with_run)
            known = self.functions.get(function.name)
            if known is not None:
                function = replace(known, alternatives=(*known.alternatives, function))
            self.functions[function.name] = function
            return call

        return declare


def merged(*tables: Mapping[str, Function]) -> dict[str, Function]:
    """One table from those of several files."""
    found: dict[str, Function] = {}
    for table in tables:
        for name in table:
            if name in found:
                raise ValueError(f"declared twice: {name}")
        found.update(table)
    return found
