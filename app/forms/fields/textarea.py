"""A text field of many lines: descriptions, opinions, remarks."""

from __future__ import annotations

from app.forms.fields.text_input import TextInput


class Textarea(TextInput):
    """`textarea`."""

    type = "textarea"
    many_lines = True
