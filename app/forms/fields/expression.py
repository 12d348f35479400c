"""A value form-js computes while the person types; the server computes it again and never takes the browser's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.forms.fields.field_type import Display, FieldType
from app.messages import Message


class Expression(FieldType):
    """`expression`."""

    type = "expression"

    def problems(self) -> Iterator[Message]:
        if not str(self.component.get("expression") or "").startswith("="):
            yield Message("expression 必须以 = 开头", "expression must begin with =")

    def show(self, value: Any, display: Display) -> str:
        if isinstance(value, bool):
            return ("是" if value else "否") if display.chinese else ("Yes" if value else "No")
        if isinstance(value, list):
            return ("、" if display.chinese else ", ").join(str(item) for item in value)
        return str(value)
