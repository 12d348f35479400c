"""One box to tick: yes or no."""

from __future__ import annotations

from typing import Any

from app.forms.fields.field_type import Display, FieldType, Situation, wrong_type
from app.messages import Message


class Checkbox(FieldType):
    """`checkbox`; required means it must be ticked, as in form-js. A box nobody touched says no."""

    type = "checkbox"
    ask = Message("确认并勾选", "confirm and tick it")

    def read(self, value: Any, situation: Situation) -> Any:
        if value is None or value == "":
            return False
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        raise wrong_type("为是或否", "yes or no")

    def is_empty(self, value: Any) -> bool:
        return value is not True

    def left_alone(self) -> Any:
        return False

    def show(self, value: Any, display: Display) -> str:
        if display.chinese:
            return "是" if value is True else "否"
        return "Yes" if value is True else "No"
