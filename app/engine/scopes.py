"""Variables in scopes as Camunda 8 keeps them: one JSON document per scope, results merge upwards by name."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

ROOT = "root"


@dataclass(slots=True)
class Scope:
    """One document; `parent` None is the root of a process instance or of a called process.

    `written` (called processes only) are the names set since the call began: only these go back to the caller, so that
    a long call does not overwrite with stale copies what a parallel branch has changed meanwhile.
    """

    parent: str | None
    values: dict[str, Any] = field(default_factory=dict)
    written: set[str] | None = None


class Scopes:
    """All documents of an instance by scope id: `root`, a task id, or a call's task id with `/root`."""

    def __init__(self) -> None:
        self._scopes: dict[str, Scope] = {}

    def open(self, scope_id: str, parent: str | None, values: Mapping[str, Any] | None = None) -> None:
        """Open a document; opening it again starts it afresh."""
        self._scopes[scope_id] = Scope(parent, {name: as_json(value) for name, value in (values or {}).items()})

    def open_called(self, scope_id: str, values: Mapping[str, Any]) -> None:
        """Open the root document of a called process."""
        self.open(scope_id, None, values)
        self._scopes[scope_id].written = set()

    def written(self, scope_id: str) -> dict[str, Any]:
        """What a called process has set itself."""
        scope = self._scopes[scope_id]
        return {name: scope.values[name] for name in sorted(scope.written or ())}

    def close(self, scope_id: str) -> dict[str, Any]:
        """Drop a document (none is fine) and give what it held."""
        scope = self._scopes.pop(scope_id, None)
        return {} if scope is None else scope.values

    def __contains__(self, scope_id: str) -> bool:
        return scope_id in self._scopes

    def local(self, scope_id: str) -> dict[str, Any]:
        """The document of one scope itself."""
        return self._scopes[scope_id].values

    def visible(self, scope_id: str) -> Mapping[str, Any]:
        """Everything seen from a scope, inner names first; a view, not a copy: do not change it."""
        scope = self._scopes[scope_id]
        if scope.parent is None:
            return scope.values
        documents = [scope.values]
        while scope.parent is not None:
            scope = self._scopes[scope.parent]
            documents.append(scope.values)
        return ChainMap(*documents)

    def set(self, scope_id: str, name: str, value: Any) -> None:
        """Set a variable in this very scope."""
        self._scopes[scope_id].values[name] = as_json(value)

    def merge(self, scope_id: str, values: Mapping[str, Any]) -> None:
        """Each value goes to the nearest scope that holds its name, else to the root."""
        for name, value in values.items():
            scope = self._scopes[scope_id]
            while name not in scope.values and scope.parent is not None:
                scope = self._scopes[scope.parent]
            scope.values[name] = as_json(value)
            if scope.written is not None:
                scope.written.add(name)

    def dump(self) -> dict[str, list[Any]]:
        """JSON of all documents."""
        return {
            scope_id: [scope.parent, scope.values]
            if scope.written is None
            else [scope.parent, scope.values, sorted(scope.written)]
            for scope_id, scope in self._scopes.items()
        }

    def load(self, documents: Mapping[str, list[Any]]) -> None:
        """Take over what `dump` gave."""
        self._scopes = {
            scope_id: Scope(document[0], document[1], set(document[2]) if len(document) > 2 else None)
            for scope_id, document in documents.items()
        }


def with_path(target: str, value: Any, around: Mapping[str, Any]) -> tuple[str, Any]:
    """A mapping target `a.b.c` as (name, value): the rest of an existing context stays, nothing is changed in place."""
    name, *path = target.split(".")
    if not path:
        return name, value
    contexts = []
    current = around.get(name)
    for key in path:
        context = dict(current) if isinstance(current, Mapping) else {}
        contexts.append((context, key))
        current = context.get(key)
    for context, key in reversed(contexts):
        context[key] = value
        value = context
    return name, value


def as_json(value: Any) -> Any:
    """`value` as plain JSON, so that what is seen is what is saved: decimals become numbers, times ISO texts."""
    kind = type(value)
    if value is None or kind is str or kind is bool or kind is float:
        return value
    if kind is int:
        return value if -(2**63) <= value < 2**64 else float(value)
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 2**63 else float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds():.0f}S"
    if isinstance(value, int | float | str):
        return kind.__mro__[-2](value) if kind.__mro__[-2] in (int, float, str) else str(value)
    raise TypeError(f"a process variable must be JSON, not {kind.__name__}")
