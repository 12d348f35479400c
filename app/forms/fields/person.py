"""A person of the house: the value is the login."""

from __future__ import annotations

from app.forms.fields.reference import Reference
from app.forms.sentences import wrong
from app.messages import Message


class Person(Reference):
    """`person`; `properties.multiple` = `true` for a list, `properties.role` narrows the picker."""

    type = "person"
    properties = frozenset({"multiple", "role"})
    ask = Message("选择人员", "choose a person")

    @property
    def source(self) -> str:
        return "person"

    def unknown(self, key: str) -> Exception:
        return wrong(
            "unknown_person",
            f"找不到在职人员「{key}」",
            f"does not know an active person “{key}”",
            "请从名单中选择。",
            "Choose somebody from the list.",
        )
