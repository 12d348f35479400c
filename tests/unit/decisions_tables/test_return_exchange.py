"""D05: what a customer is entitled to, and the weaker of that and what was asked for (readings 17)."""

from __future__ import annotations

from typing import Any

import pytest
from shipped_tables import Case, TableTests, decide

IN = {"warranty_status": "in_warranty", "quality_problem": True, "human_damage": False}


def gets(entitled: str, days: Any = None, clock: str | None = None) -> dict[str, Any]:
    return {"entitled": entitled, "due_days": days, "due_clock": clock}


class TestReturnExchange(TableTests):
    name = "return_exchange"
    when_nothing_is_known = gets("refuse")
    cases = (
        Case(1, {**IN, "human_damage": True, "days_since_purchase": 1}, gets("refuse"), "machinery"),
        Case(2, {**IN, "warranty_status": "out_of_warranty", "days_since_purchase": 1}, gets("refuse"), "machinery"),
        Case(3, {**IN, "working_days_since_use": 7}, gets("replace_new", 3, "working"), "dealer_goods"),
        Case(
            3,
            {"warranty_status": "in_warranty", "operating_problem": True, "working_days_since_use": 0},
            gets("replace_new", 3, "working"),
            "dealer_goods",
        ),
        Case(4, {"warranty_status": "in_warranty", "quality_problem": False}, gets("refuse")),
        Case(4, {"warranty_status": "in_warranty", "working_days_since_use": 3}, gets("refuse"), "dealer_goods"),
        Case(5, {**IN, "days_since_purchase": 15}, gets("return_refund", 7, "calendar"), "machinery"),
        Case(
            5,
            {"warranty_status": "in_warranty", "quality_problem": False, "days_since_purchase": 0},
            gets("return_refund", 7, "calendar"),
            "machinery",
        ),
        Case(6, {**IN, "days_since_purchase": 16}, gets("exchange", 7, "calendar"), "machinery"),
        Case(6, {**IN, "days_since_purchase": 30}, gets("exchange", 7, "calendar"), "machinery"),
        Case(7, {**IN, "repair_count": 2}, gets("replace_new", 3, "working")),
        Case(
            7,
            {**IN, "repair_count": 3, "usable": False, "days_since_purchase": 31},
            gets("replace_new", 3, "working"),
            "machinery",
        ),
        Case(8, {**IN, "repair_count": 1}, gets("repair")),
        Case(8, {**IN, "repair_count": 2, "usable": True}, gets("repair")),
        Case(8, {**IN, "working_days_since_use": 8}, gets("repair"), "dealer_goods"),
        Case(8, {**IN, "days_since_purchase": 31}, gets("repair"), "machinery"),
        Case(8, {**IN, "days_since_purchase": 1}, gets("repair")),
        Case(9, {"warranty_status": "needs_review", "quality_problem": True}, gets("pending")),
    )

    @pytest.mark.parametrize(
        ("days", "wanted", "offer"),
        [
            (10, "return", "return_refund"),
            (10, "new_unit", "replace_new"),
            (10, "exchange", "exchange"),
            (10, "repair", "repair"),
            (20, "return", "exchange"),
            (20, "repair", "repair"),
            (40, "return", "repair"),
            (40, "new_unit", "repair"),
        ],
    )
    def test_the_offer_is_the_weaker_of_entitled_and_wanted(self, days: int, wanted: str, offer: str) -> None:
        value, _ = decide("return_exchange", {**IN, "days_since_purchase": days, "wanted": wanted}, "machinery")
        assert value["offer"] == offer

    def test_a_new_unit_is_not_turned_into_money(self) -> None:
        value, _ = decide("return_exchange", {**IN, "repair_count": 2, "wanted": "return"})
        assert value["offer"] == "replace_new"

    def test_a_company_that_promises_nothing_refunds_nothing(self) -> None:
        value, _ = decide("return_exchange", {**IN, "days_since_purchase": 0})
        assert value["entitled"] == "repair"
