"""Who is visible where, known while compiling: the scopes mirror the frames of an evaluation one to one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from app.feel import tree as t
from app.feel.evaluation import Evaluator

ROOT, LOCAL, ITEM = "root", "local", "item"


class Scope:
    """The names one frame will hold; an ITEM scope holds whatever entries the filtered item has."""

    __slots__ = ("kind", "names", "parent")

    def __init__(self, kind: str, names: Iterable[str], parent: Scope | None) -> None:
        self.kind = kind
        self.names = frozenset(names)
        self.parent = parent

    @classmethod
    def root(cls) -> Scope:
        """The scope of the variables given to the evaluation."""
        return cls(ROOT, (), None)

    def local(self, *names: str) -> Scope:
        """A scope inside this one with these names."""
        return Scope(LOCAL, names, self)

    def item(self) -> Scope:
        """The scope of a filter's condition."""
        return Scope(ITEM, ("item",), self)

    def find(self, name: str) -> tuple[int, bool, bool]:
        """How many frames up a name is bound, whether a filter's item may hide it, and whether it is bound at all."""
        hops, hidden, scope = 0, False, self
        while scope.parent is not None:
            if scope.kind == LOCAL and name in scope.names:
                return hops, hidden, True
            hidden = hidden or scope.kind == ITEM
            hops, scope = hops + 1, scope.parent
        return hops, hidden, False


class Compilation:
    """One text being compiled, with what is learned about it on the way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.variables: set[str] = set()
        self.item_names: set[str] = set()
        self.functions: set[str] = set()
        self.table: dict[type, Callable[..., Evaluator]] = {}

    def compile(self, node: t.Node, scope: Scope) -> Evaluator:
        """The closure of one node."""
        return self.table[type(node)](node, scope, self)


def cost(node: t.Node) -> int:
    """Roughly how many closures a node calls when it is evaluated once: its length in words."""
    return 1 + (node.end - node.start) // 6


Compiler = Callable[[Any, Scope, Compilation], Evaluator]
