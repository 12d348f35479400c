"""A list of rows with the same fields: parts replaced, expense lines, people."""

from __future__ import annotations

from typing import Any

from app.forms.fields.field_type import Component, FieldType, whole_number
from app.messages import Message

MOST_ROWS = 200


class Dynamiclist(FieldType):
    """`dynamiclist`; the name is `path` as in form-js; `properties.min_rows` and `max_rows`.

    Its rows are read by `app.forms.check`.
    """

    type = "dynamiclist"
    properties = frozenset({"min_rows", "max_rows"})
    ask = Message("至少填写一行", "fill in at least one row")

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        self.least = whole_number(self.settings.get("min_rows")) or 0
        most = whole_number(self.settings.get("max_rows"))
        self.most = MOST_ROWS if most is None else most
        self.may_grow = component.get("allowAddRemove") is not False

    def is_empty(self, value: Any) -> bool:
        return not isinstance(value, list) or not value
