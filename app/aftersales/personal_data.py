"""Personal data of a customer, field by field: whose it is, and how it reads for those who have no business with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# GR13: the fields of G-CUST that tell how to reach somebody. The name stays: without it nobody finds the case.
CONTACT_FIELDS = ("contact_person", "phone", "address")
# The same fields by their keys on the forms.
_ON_FORMS = {"contact_phone": "phone", "contact_person": "contact_person", "customer_address": "address"}
ERASED = "已删除"


def masked(field: str, value: str | None) -> str:
    """A field for a reader without the right: enough to tell two apart, too little to call or to visit."""
    text = value or ""
    if field == "phone":
        return f"{text[:3]}****{text[-2:]}" if len(text) > 7 else "****" if text else ""
    if field == "contact_person":
        return f"{text[:1]}*" if text else ""
    return f"{text[:3]}****" if text else ""


def readable(row: Mapping[str, Any], *, may_contact: bool) -> dict[str, Any]:
    """A customer's row as this reader may see it."""
    if may_contact:
        return dict(row)
    return {key: masked(key, value) if key in CONTACT_FIELDS else value for key, value in row.items()}


def readable_values(values: Mapping[str, Any], *, may_contact: bool) -> dict[str, Any]:
    """The values of a form, or of a case, as this reader may see them."""
    if may_contact:
        return dict(values)
    return {
        key: masked(_ON_FORMS[key], value) if key in _ON_FORMS and isinstance(value, str) else value
        for key, value in values.items()
    }
