"""Formatted words to read."""

from __future__ import annotations

from app.forms.fields.field_type import FieldType


class Html(FieldType):
    """`html`: shown, never submitted."""

    type = "html"
    holds_value = False
