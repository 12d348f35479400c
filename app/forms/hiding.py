"""Which fields form-js would not show, and which groups stand around a field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app import feel
from app.forms.conditions import Scope
from app.forms.form import Field, Group, Node, all_nodes
from app.forms.paths import get


def hidden_ids(
    nodes: tuple[Node, ...], scope: Scope, library: feel.Library, prefix: str = "", *, hidden: bool = False
) -> set[str]:
    """Ids (behind the path of their row, "parts[2].") of what form-js would not show in this scope.

    Every condition reads the values as they were before any was dropped, as form-js does.
    """
    found: set[str] = set()
    for node in nodes:
        gone = hidden or (node.hide is not None and node.hide.holds(scope.for_browser(), library))
        if gone:
            found.add(prefix + node.id)
        if isinstance(node, Group):
            found |= hidden_ids(node.children, scope, library, prefix, hidden=gone)
        elif isinstance(node, Field) and node.is_list and not gone and any(_has_condition(node.children)):
            rows = get(scope.this, node.path)
            for index, row in enumerate(rows if isinstance(rows, list) else []):
                inner = scope.row(row if isinstance(row, Mapping) else {}, index)
                found |= hidden_ids(node.children, inner, library, f"{prefix}{node.key}[{index}].")
    return found


def _has_condition(nodes: tuple[Node, ...]) -> Iterator[bool]:
    return (node.hide is not None for node in all_nodes(nodes))


def with_groups(nodes: tuple[Node, ...], around: tuple[Group, ...] = ()) -> Iterator[tuple[Field, tuple[Group, ...]]]:
    """The fields of one scope, each with the groups around it, outermost first."""
    for node in nodes:
        if isinstance(node, Group):
            yield from with_groups(node.children, (*around, node))
        elif isinstance(node, Field):
            yield node, around
