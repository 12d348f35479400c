"""D22: a vehicle, a courier, or later."""

from __future__ import annotations

from shipped_tables import Case, TableTests


class TestPickupMode(TableTests):
    name = "pickup_mode"
    when_nothing_is_known = "vehicle"
    cases = (
        Case(1, {"goods_volume": "tiny", "customer_urgent": False}, "postpone"),
        Case(1, {"goods_volume": "tiny"}, "postpone"),
        Case(2, {"goods_volume": "tiny", "customer_urgent": True}, "courier"),
        Case(3, {"goods_volume": "normal", "customer_urgent": False}, "vehicle"),
        Case(3, {"goods_volume": "large", "customer_urgent": True}, "vehicle"),
    )
