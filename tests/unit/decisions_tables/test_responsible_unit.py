"""D25: which unit does the work."""

from __future__ import annotations

from shipped_tables import Case, TableTests

DOOR = {"product_category": "door_window"}


class TestResponsibleUnit(TableTests):
    name = "responsible_unit"
    when_nothing_is_known = "service"
    cases = (
        Case(1, {**DOOR, "warranty_status": "in_warranty"}, "engineering"),
        Case(1, {**DOOR, "warranty_status": "in_warranty", "resident_office_area": True}, "engineering"),
        Case(2, {**DOOR, "warranty_status": "out_of_warranty"}, "production"),
        Case(3, {"product_category": "vehicle", "resident_office_area": True}, "resident_office"),
        Case(4, {"product_category": "vehicle", "warranty_status": "in_warranty"}, "service"),
        Case(4, {"product_category": "vehicle", "resident_office_area": False}, "service"),
        Case(5, {**DOOR, "warranty_status": "needs_review"}, "service"),
        Case(5, DOOR, "service"),
    )
