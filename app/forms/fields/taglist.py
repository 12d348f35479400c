"""Options as tags, several can be chosen."""

from __future__ import annotations

from app.forms.fields.options import MultipleChoice


class Taglist(MultipleChoice):
    """`taglist`."""

    type = "taglist"
