"""A text field of one line: names, numbers, phone numbers."""

from __future__ import annotations

from app.forms.fields.text_input import TextInput


class Textfield(TextInput):
    """`textfield`; `properties.format` is `phone`, `email` or `month` (YYYY-MM)."""

    type = "textfield"
