"""D01: in or out of warranty, and the last day."""

from __future__ import annotations

from typing import Any

import pytest
from shipped_tables import Case, TableTests, decide

GOOD: dict[str, Any] = {
    "human_damage": False, "excluded_cause": "none", "has_proof": True, "serial_resolves": True,
    "dismantled_before": False, "start_date": "2025-03-02", "period_months": 12, "report_date": "2026-03-02",
}  # fmt: skip


def status(value: str, reason: str, **more: Any) -> dict[str, Any]:
    return {"warranty_status": value, "reason": reason, **more}


class TestWarrantyStatus(TableTests):
    name = "warranty_status"
    when_nothing_is_known = status("out_of_warranty", "no_proof", warranty_end=None)
    cases = (
        Case(1, {**GOOD, "appraisal_verdict": "out_of_warranty"}, status("out_of_warranty", "appraised")),
        Case(1, {**GOOD, "human_damage": True, "appraisal_verdict": "in_warranty"}, status("in_warranty", "appraised")),
        Case(1, {"warranty_verdict": "in_warranty"}, status("in_warranty", "appraised", warranty_end=None)),
        Case(2, {**GOOD, "human_damage": True}, status("out_of_warranty", "human_damage")),
        Case(3, {**GOOD, "excluded_cause": "misuse"}, status("out_of_warranty", "excluded")),
        Case(3, {**GOOD, "excluded_cause": "force_majeure"}, status("out_of_warranty", "excluded")),
        Case(4, {**GOOD, "has_proof": False}, status("out_of_warranty", "no_proof")),
        Case(4, {**GOOD, "has_proof": None, "purchase_proof_no": ""}, status("out_of_warranty", "no_proof")),
        Case(5, {**GOOD, "dismantled_before": True}, status("needs_review", "tampering")),
        Case(6, {**GOOD, "start_date": None}, status("needs_review", "no_start_date", warranty_end=None)),
        Case(7, GOOD, status("in_warranty", "within_period", warranty_end="2026-03-02")),
        Case(7, {**GOOD, "dismantled_before": True, "dismantled_by_us": True}, status("in_warranty", "within_period")),
        Case(7, {**GOOD, "has_proof": None, "purchase_proof_no": "FP-1"}, status("in_warranty", "within_period")),
        Case(
            7,
            {**GOOD, "has_proof": False},
            status("in_warranty", "within_period"),
            params={"warranty.serial_substitutes_proof": True},
        ),
        Case(8, {**GOOD, "report_date": "2026-03-03"}, status("out_of_warranty", "expired", warranty_end="2026-03-02")),
    )

    @pytest.mark.parametrize(
        ("start", "months", "end"),
        [("2025-01-31", 1, "2025-02-28"), ("2024-02-29", 12, "2025-02-28"), ("2025-03-15", 24, "2027-03-15")],
    )
    def test_the_last_day_has_the_same_number_or_is_the_end_of_the_month(
        self, start: str, months: int, end: str
    ) -> None:
        value, _ = decide("warranty_status", {**GOOD, "start_date": start, "period_months": months})
        assert value["warranty_end"] == end

    def test_it_takes_start_and_months_from_the_period_table(self) -> None:
        terms = {"period_months": 24, "start_date": "2025-03-02"}
        known = {**GOOD, "start_date": None, "period_months": None, "warranty_terms": terms}
        assert decide("warranty_status", known)[0]["warranty_end"] == "2027-03-02"
        known["warranty_period"] = {"period_months": 36, "start_date": "2025-03-02"}
        assert decide("warranty_status", known)[0]["warranty_end"] == "2028-03-02"

    def test_the_day_of_the_contact_counts(self) -> None:
        known = {key: value for key, value in GOOD.items() if key != "report_date"}
        inside = decide("warranty_status", {**known, "received_at": "2026-03-02T23:59:00+08:00"})
        outside = decide("warranty_status", {**known, "received_at": "2026-03-03T00:01:00+08:00"})
        assert (inside[1], outside[1]) == ([7], [8])

    def test_a_serial_number_alone_gives_no_proof_by_default(self) -> None:
        assert decide("warranty_status", {**GOOD, "has_proof": False, "serial_resolves": True})[1] == [4]
