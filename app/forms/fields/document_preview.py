"""Documents shown inside the form."""

from __future__ import annotations

from app.forms.fields.field_type import FieldType


class DocumentPreview(FieldType):
    """`documentPreview`: shown, never submitted."""

    type = "documentPreview"
    holds_value = False
