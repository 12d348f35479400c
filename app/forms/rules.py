"""What a field demands once its value is read: that it is there, and that its checks hold."""

from __future__ import annotations

from typing import Any

from app import feel
from app.forms import sentences
from app.forms.conditions import Scope
from app.forms.fields.dynamiclist import Dynamiclist
from app.forms.form import Field, Group
from app.forms.sentences import Place
from app.messages import FieldError, Message


def missing(
    found: Field, value: Any, scope: Scope, library: feel.Library, path: str, place: Place, step: str | None
) -> FieldError | None:
    """The error of an empty required field, or of a list with too few rows; `step` None means the whole record."""
    wanted = found.required if step is None else found.may_be_required_at(step) and not found.is_system
    wanted = wanted and all(condition.holds(scope.for_rules(), library) for condition in found.required_if)
    if wanted and found.reader.is_empty(value):
        return sentences.required(path, place, found.reader.ask)
    reader = found.reader
    if isinstance(reader, Dynamiclist) and isinstance(value, list) and value and len(value) < reader.least:
        return sentences.error(
            path,
            place,
            "min_rows",
            Message(f"至少要 {reader.least} 行", f"needs at least {reader.least} rows"),
            Message("请补充后再提交。", "Please add the missing rows."),
        )
    return None


def broken_rule(
    found: Field | Group, value: Any, scope: Scope, library: feel.Library, path: str, place: Place
) -> FieldError | None:
    """The error of the first `check` that does not hold.

    Of a value it must be true. Of an empty field it must not be false: `qty > 0` says nothing about no quantity.
    """
    empty = isinstance(found, Field) and found.reader.is_empty(value)
    for rule in found.rules:
        outcome = rule.condition.value(scope.for_rules(), library)
        if outcome is not True and not (empty and outcome is None):
            name = sentences.name_of(place)
            message = Message(f"{name.zh}：{rule.message.zh}。", f"{name.en}: {rule.message.en}.")
            return FieldError(path, "check", message)
    return None
