"""FEEL texts of a form, compiled once, and the scopes in which form-js evaluates them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app import feel

# form-js offers these names beside the data; `actor` and `now` are ours, for system fields.
SPECIAL_NAMES = frozenset({"this", "parent", "i", "_this_", "_parent_", "_i_", "actor", "now"})

Names = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One FEEL expression of a form; a failure at evaluation counts as null, so nothing is accepted by accident."""

    text: str
    compiled: feel.Compiled
    variables: frozenset[str]
    """The names it reads, also those inside filters (`lines[amount > limit]`) that may be entries of the items."""

    def value(self, names: Names, library: feel.Library) -> Any:
        """The FEEL value in `names` (looked up left to right), or None when it cannot be evaluated."""
        context: dict[str, Any] = {}
        for name in self.variables:
            for mapping in names:
                if name in mapping:
                    context[name] = mapping[name]
                    break
        try:
            return self.compiled.evaluate(context, library)
        except (feel.FeelError, TypeError):  # TypeError: a function of the library met a value it does not know
            return None

    def holds(self, names: Names, library: feel.Library) -> bool:
        """True only when the value is true."""
        return self.value(names, library) is True


def compile_condition(text: str) -> Condition:
    """Compile `text` (a leading `=` is optional). Raises `feel.FeelError`."""
    compiled = feel.compile(text.strip().removeprefix("=").strip())
    return Condition(text, compiled, compiled.variables | compiled.item_names)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a component stands: the whole record, or one row of a dynamic list in it.

    form-js evaluates `conditional.hide` with the record's fields by their names and the row only as `this`; our own
    rules (`required_if`, `check`, `system`) also see the row's fields by name, the row first.
    """

    root: Mapping[str, Any]
    this: Mapping[str, Any]
    parent: Mapping[str, Any] | None
    indexes: tuple[int, ...]
    outer: Names
    extras: Mapping[str, Any]

    @staticmethod
    def of_record(root: Mapping[str, Any], extras: Mapping[str, Any]) -> Scope:
        """The scope of the whole record; `extras` holds `actor` and `now`."""
        return Scope(root, root, None, (), (root,), extras)

    def row(self, row: Mapping[str, Any], index: int) -> Scope:
        """The scope of row `index` (0-based; form-js counts `i` from 1)."""
        return Scope(self.root, row, self.this, (*self.indexes, index + 1), (row, *self.outer), self.extras)

    @property
    def _specials(self) -> dict[str, Any]:
        this, parent, i = self.this, self.parent, list(self.indexes)
        return {"this": this, "parent": parent, "i": i, "_this_": this, "_parent_": parent, "_i_": i}

    def for_browser(self) -> Names:
        """The names form-js would see, so that server and browser hide the same fields."""
        return (self.root, self._specials)

    def for_rules(self) -> Names:
        """The names our own rules see."""
        return (self.extras, *self.outer, self._specials)
