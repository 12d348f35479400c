"""A reference to something known elsewhere: checked to exist, stored as its key."""

from __future__ import annotations

from typing import Any

from app.forms.fields.field_type import Component, Display, FieldType, Situation, a_string, wrong_type
from app.forms.sentences import wrong
from app.messages import Message

MOST_REFERENCES = 200


class Reference(FieldType):
    """One key, or a list of keys when `multiple` (component or `properties`) is true."""

    properties = frozenset({"multiple"})
    ask = Message("选择", "choose")

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        self.multiple = component.get("multiple") is True or self.settings.get("multiple") == "true"

    @property
    def source(self) -> str:
        """Where the reference points."""
        raise NotImplementedError

    def read(self, value: Any, situation: Situation) -> Any:
        if value is None or value == "" or value == []:
            return None
        if not self.multiple:
            return self._one(value, situation)
        items = value if isinstance(value, list) else [value]
        if len(items) > MOST_REFERENCES:
            raise wrong_type(f"最多 {MOST_REFERENCES} 项", f"at most {MOST_REFERENCES} items")
        chosen = [self._one(item, situation) for item in items if item is not None and item != ""]
        return list(dict.fromkeys(chosen)) or None

    def _one(self, value: Any, situation: Situation) -> str:
        key = a_string(value).strip()
        if not key or len(key) > 200:
            raise wrong_type("从列表中选择", "chosen from the list")
        if situation.lookups is not None and not situation.lookups.exists(self.source, key):
            raise self.unknown(key)
        return key

    def unknown(self, key: str) -> Exception:
        """The refusal of a key that names nothing."""
        return wrong(
            "unknown_reference",
            f"找不到「{key}」",
            f"does not know “{key}”",
            "请从列表中选择。",
            "Choose it from the list.",
        )

    def show(self, value: Any, display: Display) -> str:
        items = value if isinstance(value, list) else [value]
        return ("、" if display.chinese else ", ").join(display.name(self.source, str(item)) for item in items)
