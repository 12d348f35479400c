"""Reads a type: `number`, `date and time`, `list<number>`, `context<a: string>`, `function<number> -> string`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.feel.names import KEYWORDS, Names
from app.feel.tokens import WORD
from app.feel.types import ANY, BUILT_IN, ContextType, FunctionType, ListType, RangeType, Type

if TYPE_CHECKING:
    from app.feel.cursor import Cursor

_BUILT_IN_NAMES = Names(name for name in BUILT_IN if not name.isidentifier())


def read_type(g: Cursor) -> Type:
    """The type at the current token of `g`."""
    g.deeper()
    kind = _type(g)
    g.depth -= 1
    return kind


def _type(g: Cursor) -> Type:
    if g.token.kind != WORD:
        g.fail("类型，例如 number、string、list<string>", "a type such as number, string or list<string>")
    if g.peek().text == "<":
        match g.token.text:
            case "list":
                g.advance(2)
                item = read_type(g)
                g.expect(">")
                return ListType("list", item)
            case "range":
                g.advance(2)
                point = read_type(g)
                g.expect(">")
                return RangeType("range", point)
            case "context":
                return _context_type(g)
            case "function":
                return _function_type(g)
    if g.token.text == "function":
        g.advance()
        return Type("function")
    known = _BUILT_IN_NAMES.match(g.tokens, g.index)
    if known is not None:
        g.advance(known[1])
        return Type(known[0])
    if g.token.text == "null":
        g.advance()
        return Type("Null")
    if g.token.text in KEYWORDS:
        g.fail("类型", "a type")
    start = g.token.start
    if g.token.text in BUILT_IN:
        return Type(g.advance().text)
    name, end = g.name()
    while g.at(".") and g.peek().kind == WORD:
        g.advance()
        end = g.name()[1]
    return Type(" ".join(g.text[start:end].split()) or name)


def _context_type(g: Cursor) -> Type:
    g.advance(2)
    entries: list[tuple[str, Type]] = []
    while not g.at(">"):
        name = g.declared_name(":")
        g.expect(":")
        entries.append((name, read_type(g)))
        if not g.accept(","):
            break
    g.expect(">")
    return ContextType("context", tuple(entries))


def _function_type(g: Cursor) -> Type:
    g.advance(2)
    parameters: list[Type] = []
    while not g.at(">"):
        parameters.append(read_type(g))
        if not g.accept(","):
            break
    g.expect(">")
    result = read_type(g) if g.accept("->") else ANY
    return FunctionType("function", tuple(parameters), result)
