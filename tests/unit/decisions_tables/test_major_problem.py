"""D27: when the leader has to be asked."""

from __future__ import annotations

import pytest
from shipped_tables import Case, TableTests, decide


class TestMajorProblem(TableTests):
    name = "major_problem"
    when_nothing_is_known = False
    cases = (
        Case(1, {"trigger_reasons": ["safety"]}, True),
        Case(1, {"trigger_reasons": ["media", "injury_property"], "estimated_cost": 9000}, True),
        Case(2, {"compensation_amount": 5000.01}, True),
        Case(2, {"estimated_cost": 5001, "consensus_reached": True}, True),
        Case(2, {"estimated_cost": 101}, True, params={"major.amount": 100}),
        Case(3, {"consensus_reached": False}, True),
        Case(3, {"trigger_reasons": ["dispute"], "consensus_reached": True}, True),
        Case(4, {"signature_refused": True}, True),
        Case(4, {"same_fault_count": 3}, True),
        Case(4, {"trigger_reasons": ["media"]}, True),
        Case(4, {"trigger_reasons": ["batch"]}, True),
        Case(4, {"trigger_reasons": ["same_fault_third"]}, True),
        Case(5, {"trigger_reasons": ["beyond_skill"]}, True),
        Case(
            6,
            {"trigger_reasons": [], "compensation_amount": 5000, "estimated_cost": 5000, "consensus_reached": True},
            False,
        ),
        Case(6, {"same_fault_count": 2, "signature_refused": False}, False),
    )

    @pytest.mark.parametrize(
        "reason",
        [
            "safety",
            "injury_property",
            "amount",
            "batch",
            "dispute",
            "signature_refused",
            "beyond_skill",
            "media",
            "same_fault_third",
        ],
    )
    def test_every_reason_that_can_be_ticked_makes_it_major(self, reason: str) -> None:
        assert decide(self.name, {"trigger_reasons": [reason]})[0] is True
