"""Options as boxes, several can be ticked."""

from __future__ import annotations

from app.forms.fields.options import MultipleChoice


class Checklist(MultipleChoice):
    """`checklist`."""

    type = "checklist"
