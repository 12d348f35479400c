"""A filled-in form in words, for history, print and case pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any

from app import feel
from app.clock import ZONE
from app.forms.conditions import Scope
from app.forms.fields import Display
from app.forms.form import Field, Form, Group, Node, Ornament, fields_of
from app.forms.hiding import hidden_ids
from app.forms.paths import get

Lines = list[tuple[str, str]]


def summary(
    form: Form,
    values: Mapping[str, Any],
    lang: str = "zh",
    *,
    library: feel.Library = feel.BUILTINS,
    zone: tzinfo = ZONE,
    names: Callable[[str, str], str] | None = None,
    private: bool = True,
) -> list[tuple[str, Lines]]:
    """`[(group label, [(label, text), …]), …]` of the fields that have a value and are not hidden.

    `names(source, value)` gives the name of a person, part or file (sources: `person`, `file`, those of look-ups).
    `private=False` leaves out what a customer's copy must not show (GR17). Rows of a list are lines of one text.
    """
    display = Display(lang, zone, names, values, library)
    scope = Scope.of_record(values, {})
    hidden = hidden_ids(form.nodes, scope, library)
    sections: list[tuple[str, Lines]] = []
    _describe(form.nodes, values, display, hidden, sections, "", private)
    return [(label, lines) for label, lines in sections if lines]


def _describe(
    nodes: tuple[Node, ...],
    values: Mapping[str, Any],
    display: Display,
    hidden: set[str],
    sections: list[tuple[str, Lines]],
    label: str,
    private: bool,
) -> None:
    for node in nodes:
        if isinstance(node, Ornament) or node.id in hidden or (node.private and not private):
            continue
        if isinstance(node, Group):
            name = (node.label if display.chinese else node.label_en) or label
            if name != label:
                sections.append((name, []))
            _describe(node.children, values, display, hidden, sections, name, private)
            if name != label:
                sections.append((label, []))
            continue
        text = show(node, get(values, node.path), display, hidden, node.key, private)
        if text:
            if not sections or sections[-1][0] != label:
                sections.append((label, []))
            sections[-1][1].append((node.label if display.chinese else node.label_en, text))


def show(found: Field, value: Any, display: Display, hidden: set[str], path: str, private: bool = True) -> str:
    """One value in words, "" when there is none."""
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if not found.is_list:
        return found.reader.show(value, display)
    colon, comma = ("：", "；") if display.chinese else (": ", "; ")
    lines = []
    for index, row in enumerate(value if isinstance(value, list) else []):
        if not isinstance(row, Mapping):
            continue
        parts = []
        for column in fields_of(found.children):
            if f"{path}[{index}].{column.id}" in hidden or (column.private and not private):
                continue
            text = show(column, get(row, column.path), display, hidden, f"{path}[{index}].{column.key}", private)
            if text:
                parts.append(f"{column.label if display.chinese else column.label_en}{colon}{text}")
        if parts:
            lines.append(f"{index + 1}. {comma.join(parts)}")
    return "\n".join(lines)
