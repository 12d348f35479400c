"""D15: how urgent a contact is."""

from __future__ import annotations

from shipped_tables import Case, TableTests


class TestUrgency(TableTests):
    name = "urgency"
    when_nothing_is_known = "normal"
    cases = (
        Case(1, {"danger": True}, "emergency"),
        Case(1, {"danger": True, "out_of_use": True, "is_member": True}, "emergency"),
        Case(2, {"out_of_use": True}, "urgent"),
        Case(2, {"danger": False, "out_of_use": True, "is_member": True}, "urgent"),
        Case(3, {"special_period": True}, "urgent"),
        Case(4, {"is_member": True}, "urgent"),
        Case(5, {"danger": False, "out_of_use": False, "special_period": False, "is_member": False}, "normal"),
    )
