"""A picture to look at."""

from __future__ import annotations

from app.forms.fields.field_type import FieldType


class Image(FieldType):
    """`image`: shown, never submitted."""

    type = "image"
    holds_value = False
