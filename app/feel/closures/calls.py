"""Function calls and function definitions."""

from __future__ import annotations

from typing import Any

from app.feel import tree as t
from app.feel.calling import call_closure, call_function, call_value
from app.feel.closures.access import ABSENT, look_up
from app.feel.closures.scope import Compilation, Scope
from app.feel.evaluation import Closure, Evaluator, Frame
from app.feel.properties import NO_PROPERTY, property_of
from app.feel.values import Function


def compile_call(node: t.Call, scope: Scope, c: Compilation) -> Evaluator:
    """`f(a, b)`, `f(x: a)`: a local function, one among the variables, or one of the library."""
    callee = node.function
    if isinstance(callee, t.Name) and not scope.find(callee.name)[2]:
        if callee.name == "is defined" and len(node.arguments) == 1:
            c.functions.add(callee.name)
            return _is_defined(node.arguments[0], scope, c)
        return _library_call(node, callee, scope, c)
    function, position = c.compile(callee, scope), node.start
    arguments = _arguments(node, scope, c)
    return lambda f: call_value(f.run, function(f), arguments(f), position)


def _arguments(node: t.Call, scope: Scope, c: Compilation) -> Any:
    """A closure that gives the arguments: a list, or a dictionary when they are named."""
    values = [c.compile(argument, scope) for argument in node.arguments]
    if node.names:
        named = list(zip(node.names, values, strict=True))
        return lambda f: {name: value(f) for name, value in named}
    return lambda f: [value(f) for value in values]


def _library_call(node: t.Call, callee: t.Name, scope: Scope, c: Compilation) -> Evaluator:
    name, position = callee.name, node.start
    c.functions.add(name)
    arguments = _arguments(node, scope, c)
    depth = scope.find(name)[0]
    hidden = scope.find(name)[1]
    searched = _kinds(scope)

    def call(f: Frame) -> Any:
        run = f.run
        root = f
        for _ in range(depth):
            root = root.parent  # type: ignore[assignment]
        function = run.functions.get(name)
        # A function among the variables (or in a filtered item) is used before the library's; other values of that
        # name do not hide it: a variable `count` must not break count(list).
        if hidden or name in root.values:
            own = look_up(f, name, searched)
            if isinstance(own, (Closure, Function)) or (function is None and own is not ABSENT):
                function = own
        if type(function) is Function:
            return call_function(run, function, arguments(f), position)
        if type(function) is Closure:
            return call_closure(run, function, arguments(f), position)
        if function is None:
            run.warn("no_function", position, name=name)
            return None
        return call_value(run, function, arguments(f), position)

    return call


def _kinds(scope: Scope) -> list[tuple[str, bool]]:
    found = []
    walked: Scope | None = scope
    while walked is not None:
        found.append((walked.kind, False))
        walked = walked.parent
    return found


def _is_defined(node: t.Node, scope: Scope, c: Compilation) -> Evaluator:
    """`is defined(x)`: whether a variable or an entry exists at all, be it null."""
    if isinstance(node, t.Name):
        name = node.name
        _, _, bound = scope.find(name)
        if bound:
            return lambda f: True
        searched = [(kind, False) for kind, _ in _kinds(scope)]
        return lambda f: look_up(f, name, searched) is not ABSENT
    if isinstance(node, t.Path):
        source, name = c.compile(node.source, scope), node.name

        def defined(f: Frame) -> bool:
            value = source(f)
            if isinstance(value, dict):
                return name in value
            return property_of(value, name) is not NO_PROPERTY

        return defined
    value = c.compile(node, scope)
    return lambda f: value(f) is not None


def compile_function(node: t.FunctionDefinition, scope: Scope, c: Compilation) -> Evaluator:
    """`function(a, b) body`: remembers the frame it was born in."""
    parameters = tuple(name for name, _ in node.parameters)
    types = tuple(kind for _, kind in node.parameters)
    body = c.compile(node.body, scope.local(*parameters))
    text = c.text[node.start : node.end]
    return lambda f: Closure("function", parameters, types, body, f, text)
