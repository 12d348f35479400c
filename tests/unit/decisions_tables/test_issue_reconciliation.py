"""D33: whether an issue is explained and may be written off."""

from __future__ import annotations

from shipped_tables import Case, TableTests

EVIDENCE = {"report_signed": True, "leader_agreed": True}


def line(diff: int, old_missing: int) -> dict[str, object]:
    return {"part_no": "P-1", "diff_qty": diff, "old_missing_qty": old_missing}


def replaced(qty: int, where: str = "not_recoverable") -> list[dict[str, object]]:
    return [{"part_no": "P-1", "qty": qty, "old_part_disposition": where}]


class TestIssueReconciliation(TableTests):
    name = "issue_reconciliation"
    when_nothing_is_known = "blocked"
    cases = (
        Case(1, {"report_signed": False, "leader_agreed": True, "lines": [line(0, 0)]}, "blocked"),
        Case(1, {"report_signed": True, "leader_agreed": False, "lines": [line(0, 0)]}, "blocked"),
        Case(2, {**EVIDENCE, "lines": [line(0, 0), line(0, 0)]}, "balanced"),
        Case(3, {**EVIDENCE, "lines": [line(0, 1), line(0, 2)], "parts_replaced": replaced(3)}, "balanced_with_note"),
        Case(
            3,
            {**EVIDENCE, "lines": [line(0, 1)], "earlier_reports": [{"parts_replaced": replaced(1)}]},
            "balanced_with_note",
        ),
        Case(4, {**EVIDENCE, "lines": [line(0, 0), line(1, 0)], "parts_replaced": replaced(3)}, "difference"),
        Case(4, {**EVIDENCE, "lines": [line(0, 3)], "parts_replaced": replaced(2)}, "difference"),
        Case(4, {**EVIDENCE, "lines": [line(0, 1)], "parts_replaced": replaced(3, "bring_back")}, "difference"),
    )
