"""A reference chosen by searching: region, part, skill, customer, unit, trip, order, case …"""

from __future__ import annotations

from collections.abc import Iterator

from app.forms.fields.reference import Reference
from app.messages import Message


class Lookup(Reference):
    """`lookup`; `properties.source` says what is searched."""

    type = "lookup"
    properties = frozenset({"multiple", "source", "filter"})

    @property
    def source(self) -> str:
        return self.settings.get("source", "")

    def problems(self) -> Iterator[Message]:
        if not self.source:
            yield Message("缺少 properties.source（查什么）", "properties.source (what to search) is missing")
