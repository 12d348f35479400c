"""D17: where a contact goes; complaint, dispute and return stand before the chassis row (readings 15)."""

from __future__ import annotations

import pytest
from shipped_tables import Case, TableTests, decide

VEHICLE = {"product_category": "vehicle", "fault_system": "chassis"}


class TestRouteContact(TableTests):
    name = "route_contact"
    when_nothing_is_known = "consultation"
    cases = (
        Case(1, {"sudden_event": True, "request_type": "repair", "open_case_no": "FW1"}, "crisis"),
        Case(2, {"request_type": "crisis", "open_case_no": "FW1"}, "crisis"),
        Case(3, {"request_type": "repair", "open_case_no": "FW1"}, "link"),
        Case(3, {"request_type": "complaint", "open_case_no": "FW1"}, "link"),
        Case(4, {"request_type": "complaint", **VEHICLE}, "complaint"),
        Case(5, {"request_type": "quality_dispute", **VEHICLE}, "quality_dispute"),
        Case(6, {"request_type": "return_or_exchange", **VEHICLE}, "return_or_exchange"),
        Case(7, {"request_type": "repair", **VEHICLE}, "chassis_engine_fault"),
        Case(7, {"request_type": "repair", **VEHICLE, "fault_system": "engine"}, "chassis_engine_fault"),
        Case(8, {"request_type": "chassis_engine_fault", "product_category": "other"}, "chassis_engine_fault"),
        Case(9, {"request_type": "repair", "product_category": "vehicle", "fault_system": "body"}, "repair"),
        Case(9, {"request_type": "repair", "product_category": "instrument", "fault_system": "engine"}, "repair"),
        Case(10, {"request_type": "part_request"}, "part_request"),
        Case(11, {"request_type": "appointment"}, "appointment"),
        Case(12, {"request_type": "suggestion"}, "suggestion"),
        Case(13, {"request_type": "consultation"}, "consultation"),
    )

    @pytest.mark.parametrize(
        "request_type",
        [
            "consultation",
            "repair",
            "complaint",
            "quality_dispute",
            "return_or_exchange",
            "suggestion",
            "appointment",
            "part_request",
            "crisis",
            "chassis_engine_fault",
        ],
    )
    def test_every_request_type_has_its_own_target(self, request_type: str) -> None:
        assert decide("route_contact", {"request_type": request_type})[0] == request_type
