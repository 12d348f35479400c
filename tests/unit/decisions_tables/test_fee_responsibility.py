"""D03: who pays, at which price, and what has to be done first."""

from __future__ import annotations

from typing import Any

from shipped_tables import Case, TableTests, decide


def fee(payer: str, basis: str | None, steps: str) -> dict[str, Any]:
    return {"payer": payer, "price_basis": basis, "steps": steps}


IN = {"warranty_status": "in_warranty", "service_type": "repair"}
OUT = {"warranty_status": "out_of_warranty", "service_type": "repair", "cause_class": "wear"}
LEADER = fee("leader_decides", None, "leader_decides")
CONSENT = fee("customer", "list", "quote_consent")
COST = fee("customer", "cost", "quote_consent")


class TestFeeResponsibility(TableTests):
    name = "fee_responsibility"
    when_nothing_is_known = LEADER
    cases = (
        Case(1, {**OUT, "service_type": "phone"}, fee("company", "free", "none")),
        Case(2, {**IN, "cause_class": "unknown"}, fee("pending", None, "appraisal")),
        Case(2, {**IN, "cause_class": "undetermined"}, fee("pending", None, "appraisal")),
        Case(2, IN, fee("pending", None, "appraisal")),
        Case(3, {**IN, "cause_class": "supplier_part"}, fee("company", "free", "secondary_claim")),
        Case(4, {**IN, "cause_class": "quality"}, fee("company", "free", "none")),
        Case(4, {**IN, "cause_class": "installation"}, fee("company", "free", "none")),
        Case(
            5, {**IN, "cause_class": "human", "is_complaint": True}, fee("customer", "negotiated", "record_recovered")
        ),
        Case(6, {**IN, "cause_class": "human"}, COST, "dealer_goods"),
        Case(7, {**IN, "cause_class": "human"}, CONSENT),
        Case(7, {**OUT, "cause_class": "human"}, CONSENT),
        Case(8, {**OUT, "service_type": "exchange"}, fee("refused", None, "explain_offer_repair")),
        Case(8, {**OUT, "service_type": "return"}, fee("refused", None, "explain_offer_repair")),
        Case(9, {**OUT, "contract_active": True}, fee("as_agreement", "as_agreement", "as_agreement")),
        Case(10, {**OUT, "in_cost_price_period": True}, COST, "system_12m"),
        Case(11, OUT, COST, "dealer_goods"),
        Case(
            12,
            {**OUT, "service_type": "factory_repair"},
            fee("customer", "list_after_factory_quote", "factory_quote_first"),
        ),
        Case(13, OUT, CONSENT),
        Case(13, {**OUT, "service_type": "mail"}, CONSENT),
        Case(13, {"warranty_status": "out_of_warranty", "service_type": "repair"}, CONSENT),
        Case(14, {**IN, "cause_class": "wear"}, CONSENT),
        Case(14, {**IN, "cause_class": "wear"}, fee("company", "free", "none"), params={"fee.wear_payer": "company"}),
        Case(15, {**IN, "cause_class": "natural"}, LEADER),
        Case(15, {"warranty_status": "needs_review", "service_type": "repair", "cause_class": "quality"}, LEADER),
        Case(15, {**OUT, "service_type": "commissioning"}, LEADER),
    )

    def test_the_cost_price_period_follows_the_warranty(self) -> None:
        known = {**OUT, "warranty_terms": {"cost_price_months": 36}}
        assert decide(self.name, {**known, "warranty_end": "2999-01-01"}, "system_12m")[1] == [10]
        assert decide(self.name, {**known, "warranty_end": "2001-01-01"}, "system_12m")[1] == [13]
