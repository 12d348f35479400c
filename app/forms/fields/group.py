"""A group of fields with a heading; it may take them from a shared form."""

from __future__ import annotations

from app.forms.fields.field_type import FieldType


class Group(FieldType):
    """`group`; `properties.include` names a shared form, `only` and `without` choose fields of it."""

    type = "group"
    holds_value = False
    properties = frozenset({"include", "only", "without", "folded", "included"})
