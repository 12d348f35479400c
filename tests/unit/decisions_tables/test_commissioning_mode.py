"""D21: who unpacks, and where."""

from __future__ import annotations

from shipped_tables import Case, TableTests


class TestCommissioningMode(TableTests):
    name = "commissioning_mode"
    when_nothing_is_known = None
    cases = (
        Case(1, {"origin": "imported", "size_class": "large"}, "factory_onsite"),
        Case(2, {"origin": "imported", "size_class": "small"}, "consult_factory_then_direct"),
        Case(3, {"origin": "domestic", "size_class": "large"}, "deliver_negotiate"),
        Case(4, {"origin": "domestic", "size_class": "small"}, "direct_or_phone"),
    )
