"""A button; ours stand outside the form, it passes through."""

from __future__ import annotations

from app.forms.fields.field_type import FieldType


class Button(FieldType):
    """`button`: shown, never submitted."""

    type = "button"
    holds_value = False
