"""Empty space."""

from __future__ import annotations

from app.forms.fields.field_type import FieldType


class Spacer(FieldType):
    """`spacer`: shown, never submitted."""

    type = "spacer"
    holds_value = False
