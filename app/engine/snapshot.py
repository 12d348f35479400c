"""The stored state of an instance: tokens and documents as JSON bytes, read back onto the shared spec."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from app.engine.environment import Environment
from app.engine.errors import StateUnreadable
from app.engine.instance import Instance
from app.engine.model import Process
from app.engine.scopes import as_json
from app.engine.specs import ScopeSpec, woven
from app.engine.tokens import InnerScope, ProcessScope, Token

VERSION = 1
LIBRARY = "3.2.0"


def dump(instance: Instance) -> bytes:
    """State only: no spec, no finished token. The order of tokens is part of the state."""
    state = {
        "version": VERSION,
        "library": LIBRARY,
        "process": instance.process.id,
        "digest": instance.process.digest,
        "completed": instance.completed,
        "cancelled": instance.cancelled,
        "ends": instance.end_element_ids,
        "documents": instance.scopes.dump(),
        "scopes": [_dump_scope(scope) for scope in (instance.top, *instance.top.subprocesses.values())],
        "order": list(instance.tokens),
    }
    try:
        return orjson.dumps(state)
    except TypeError:
        # A lone surrogate or a number beyond 64 bits deep inside a value.
        return orjson.dumps(_mended(state))


def _dump_scope(scope: ProcessScope | InnerScope) -> dict[str, Any]:
    root = scope.task_tree.id
    dumped: dict[str, Any] = {
        "tokens": [
            [str(key), token.task_spec.name, token._state, token.internal_data]
            for key, token in scope.tasks.items()
            if key != root
        ]
    }
    if scope.marks:
        dumped["marks"] = scope.marks
    if scope.compensable:
        dumped["compensable"] = scope.compensable
    if isinstance(scope, InnerScope):
        dumped["host"] = scope.host.key
        dumped["id"] = scope.scope_id
        if scope.spec.element is not None:
            dumped["element"] = scope.spec.element.id
        else:
            dumped["process"] = scope.process.id
            dumped["digest"] = scope.process.digest
    return dumped


def restore(process: Process, state: bytes, env: Environment) -> Instance:
    """The instance as it was saved, on the spec of this very process version."""
    try:
        stored = orjson.loads(state)
        if stored["version"] != VERSION:
            raise StateUnreadable(f"state version {stored['version']} is unknown; this engine writes {VERSION}")
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise StateUnreadable(f"not a stored state: {error}") from None
    if stored["process"] != process.id:
        raise StateUnreadable(f"the state belongs to process {stored['process']}, not {process.id}")
    instance = Instance(process, env)
    instance.completed = stored["completed"]
    instance.cancelled = stored["cancelled"]
    instance.end_element_ids = stored["ends"]
    instance.scopes.load(stored["documents"])
    for dumped in stored["scopes"]:
        if "host" not in dumped:
            _restore_tokens(instance.top, dumped)
            continue
        host = instance.tokens[dumped["host"]]
        scope = InnerScope(_spec_inside(host, dumped, env), host, dumped["id"])
        _restore_tokens(scope, dumped)
    instance.tokens = {key: instance.tokens[key] for key in stored["order"]}
    return instance


def _spec_inside(host: Token, dumped: dict[str, Any], env: Environment) -> ScopeSpec:
    if "element" in dumped:
        inside = host.workflow.spec.within.get(dumped["element"])
        if inside is None:
            raise StateUnreadable(
                f"the state has a token inside {dumped['element']}, which process "
                f"{host.workflow.process.id} does not have"
            )
        return inside
    called = env.process(dumped["process"], host.workflow.process)
    if called.digest != dumped["digest"]:
        called = env.process_version(dumped["process"], dumped["digest"])
    return woven(called)


def _restore_tokens(scope: ProcessScope | InnerScope, dumped: dict[str, Any]) -> None:
    instance = scope.instance
    root = scope.task_tree
    scope.marks = dumped.get("marks", {})
    scope.compensable = dumped.get("compensable", [])
    for key, name, state, data in dumped["tokens"]:
        spec = scope.spec.task_specs.get(name)
        if spec is None:
            raise StateUnreadable(f"the state has a token at {name}, which process {scope.process.id} does not have")
        token = Token(scope, spec, root, state, UUID(key))
        token.internal_data = data
        if token.finished:
            continue
        instance.tokens[key] = token
        if "idle" not in data:
            scope.live += 1
        if data.get("wait") == "join":
            spec.waiting(scope).append(token)


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_mended(item) for item in value]
    return as_json(value)
