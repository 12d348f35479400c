"""Options as buttons, one can be chosen."""

from __future__ import annotations

from app.forms.fields.options import SingleChoice


class Radio(SingleChoice):
    """`radio`."""

    type = "radio"
