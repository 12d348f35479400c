"""Options in a list, one can be chosen."""

from __future__ import annotations

from app.forms.fields.options import SingleChoice


class Select(SingleChoice):
    """`select`."""

    type = "select"
