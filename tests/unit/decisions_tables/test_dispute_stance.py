"""D24: where the company stands in a dispute."""

from __future__ import annotations

from shipped_tables import Case, TableTests


class TestDisputeStance(TableTests):
    name = "dispute_stance"
    when_nothing_is_known = None
    cases = (
        Case(1, {"liable_party": "customer"}, "keep_to_principle"),
        Case(2, {"liable_party": "company"}, "accept_responsibility"),
        Case(3, {"liable_party": "both"}, "share_by_facts"),
        Case(4, {"liable_party": "undetermined"}, "negotiate_first"),
        Case(None, {"liable_party": "nobody"}, None),
    )
