"""A table to read."""

from __future__ import annotations

from app.forms.fields.field_type import FieldType


class Table(FieldType):
    """`table`: shown, never submitted."""

    type = "table"
    holds_value = False
