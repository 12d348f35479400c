"""The record as a whole: what is missing when it closes, and which field belongs to which step (readings 4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo
from typing import Any, Literal

from app import feel
from app.forms import sentences
from app.forms.check import local_zone
from app.forms.conditions import Scope
from app.forms.form import Field, Form, Group, Node, fields_of
from app.forms.hiding import hidden_ids, with_groups
from app.forms.paths import get
from app.forms.rules import broken_rule, missing
from app.forms.sentences import Place
from app.messages import FieldError, Message

Demand = Literal["required", "optional", "conditional", "system"]


def record_errors(
    form: Form,
    known: Mapping[str, Any],
    *,
    library: feel.Library = feel.BUILTINS,
    now: datetime | None = None,
    zone: tzinfo | None = None,
    steps: Collection[str] | None = None,
) -> tuple[FieldError, ...]:
    """What keeps the record `known` from being closed: required fields of all steps that are empty, checks that fail.

    `steps` narrows it to the steps that really happened, so that a branch not taken asks for nothing. System fields
    marked required count here: a record without its number is not complete.
    """
    extras = {} if now is None else {"now": now.astimezone(local_zone(now, zone)), "actor": None}
    scope = Scope.of_record(known, extras)
    hidden = hidden_ids(form.nodes, scope, library)
    errors: dict[str, FieldError] = {}
    _judge(form.nodes, scope, known, "", (), hidden, library, None if steps is None else frozenset(steps), errors)
    return tuple(errors.values())


def _judge(
    nodes: tuple[Node, ...],
    scope: Scope,
    values: Mapping[str, Any],
    prefix: str,
    place: Place,
    hidden: set[str],
    library: feel.Library,
    steps: frozenset[str] | None,
    errors: dict[str, FieldError],
) -> None:
    groups: dict[str, tuple[Group, str]] = {}
    for found, around in with_groups(nodes):
        if prefix + found.id in hidden or not _happened(found, steps):
            continue
        path, here, value = prefix + found.key, (*place, found.title), get(values, found.path)
        for group in around:
            groups.setdefault(group.id, (group, path))
        if found.is_list:
            for index, row in enumerate(value if isinstance(value, list) else []):
                if isinstance(row, Mapping):
                    row_path, row_place = f"{path}[{index}].", (*here, sentences.row_name(index))
                    inner = scope.row(row, index)
                    _judge(found.children, inner, row, row_path, row_place, hidden, library, steps, errors)
        error = None
        if steps is None or any(found.may_be_required_at(step) for step in steps):
            error = missing(found, value, scope, library, path, here, None)
        if error is None:
            error = broken_rule(found, value, scope, library, path, here)
        if error is not None:
            errors[path] = error
    for group, path in groups.values():
        error = broken_rule(group, None, scope, library, path, (*place, Message(group.label, group.label_en)))
        if error is not None:
            errors.setdefault(path, error)


def _happened(found: Field, steps: frozenset[str] | None) -> bool:
    if steps is None or found.steps is None or not found.steps.isdisjoint(steps):
        return True
    return found.is_list and any(_happened(column, steps) for column in fields_of(found.children))


def step_table(form: Form, steps: Collection[str] = ()) -> dict[str, dict[str, Demand]]:
    """For every step (those the form names, and `steps`) the fields it fills in and what it demands of each."""
    table: dict[str, dict[str, Demand]] = {}
    for step in sorted({*form.steps, *steps}):
        row = {key: _demand(found, step) for key, found in form.fields.items() if _open(found, step)}
        if row:
            table[step] = row
    return table


def _open(found: Field, step: str) -> bool:
    return found.open_at(step) or (found.is_list and any(_open(column, step) for column in fields_of(found.children)))


def _demand(found: Field, step: str) -> Demand:
    if found.is_system:
        return "system"
    if not found.may_be_required_at(step):
        return "optional"
    return "conditional" if found.required_if or found.hide is not None else "required"
