"""Words to read."""

from __future__ import annotations

from app.forms.fields.field_type import FieldType


class Text(FieldType):
    """`text`: shown, never submitted."""

    type = "text"
    holds_value = False
