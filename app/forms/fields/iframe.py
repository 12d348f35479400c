"""A page shown inside the form."""

from __future__ import annotations

from app.forms.fields.field_type import FieldType


class Iframe(FieldType):
    """`iframe`: shown, never submitted."""

    type = "iframe"
    holds_value = False
