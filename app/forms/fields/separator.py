"""A line between parts."""

from __future__ import annotations

from app.forms.fields.field_type import FieldType


class Separator(FieldType):
    """`separator`: shown, never submitted."""

    type = "separator"
    holds_value = False
