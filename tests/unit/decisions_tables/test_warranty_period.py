"""D02: how long the warranty is and from which day."""

from __future__ import annotations

from typing import Any

from shipped_tables import Case, TableTests, decide

DATES = {"purchase_date": "2025-01-10", "commissioned_date": "2025-02-20", "unit_start_date": "2024-12-31"}


def period(months: int, kind: str, start: str | None = None, **more: Any) -> dict[str, Any]:
    return {"period_months": months, "start_kind": kind, "start_date": start, **more}


class TestWarrantyPeriod(TableTests):
    name = "warranty_period"
    when_nothing_is_known = period(12, "purchase")
    cases = (
        Case(1, {**DATES, "manual_months": 6}, period(6, "purchase", "2025-01-10")),
        Case(
            1, {"manual_months": 6, "unit_start_date": "2024-12-31"}, period(6, "purchase", "2024-12-31"), "machinery"
        ),
        Case(2, DATES, period(24, "purchase", "2025-01-10"), "machinery"),
        Case(3, DATES, period(18, "commissioning", "2025-02-20", written_test_required=True), "equipment_18m"),
        Case(
            3,
            {"component": "electrical", "purchase_date": "2025-01-10"},
            period(18, "commissioning", "2025-01-10"),
            "equipment_18m",
        ),
        Case(4, {**DATES, "component": "steel_structure"}, period(36, "acceptance", "2025-02-20"), "equipment_18m"),
        Case(5, DATES, period(12, "acceptance", "2025-02-20", cost_price_months=36), "system_12m"),
        Case(
            5, {}, period(12, "acceptance", cost_price_months=24), "system_12m", {"warranty.cost_price_inclusive": True}
        ),
        Case(6, DATES, period(12, "delivery", "2025-01-10"), "sign_box"),
        Case(7, {"component": "colour"}, period(36, "delivery"), "sign_box"),
        Case(8, {"component": "shape"}, period(48, "delivery"), "sign_box"),
        Case(9, {"component": "hardware"}, period(36, "purchase", onsite_months=12), "computer"),
        Case(9, {}, period(36, "purchase"), "computer"),
        Case(10, {"component": "software"}, period(12, "purchase", visits=5), "computer"),
        Case(11, {"state_three_guarantee": True}, period(18, "invoice"), params={"warranty.statutory_months": 18}),
        Case(12, {**DATES, "state_three_guarantee": False}, period(12, "purchase", "2025-01-10")),
        Case(12, {"component": "software"}, period(12, "purchase")),
    )

    def test_a_contract_may_bring_its_own_profile(self) -> None:
        assert decide("warranty_period", {"profile": "machinery"})[1] == [2]
