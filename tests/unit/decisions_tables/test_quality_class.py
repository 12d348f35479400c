"""D16: what kind of quality problem it is."""

from __future__ import annotations

from shipped_tables import Case, TableTests


class TestQualityClass(TableTests):
    name = "quality_class"
    when_nothing_is_known = "new"
    cases = (
        Case(1, {"recent_units": 5, "repeat_found": True}, "major_batch"),
        Case(2, {"recent_units": 1, "safety": True}, "major_batch"),
        Case(3, {"recent_units": 4, "repeat_found": True, "proposes": "new_technique"}, "repeat"),
        Case(4, {"recent_units": 1, "proposes": "new_technique"}, "technical_innovation"),
        Case(5, {"recent_units": 1, "proposes": "better_design"}, "improvement"),
        Case(6, {"recent_units": 1, "proposes": "none"}, "new"),
    )
