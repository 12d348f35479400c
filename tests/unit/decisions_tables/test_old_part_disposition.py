"""D26: what becomes of an old part; who pays decides (AM06)."""

from __future__ import annotations

from shipped_tables import Case, TableTests

PAID = {"payer": "customer"}
OURS = {"payer": "company"}
GIVEN = {"oldpart.warranty_owner": "customer"}


class TestOldPartDisposition(TableTests):
    name = "old_part_disposition"
    when_nothing_is_known = "bring_back"
    cases = (
        Case(1, {**OURS, "old_part_recoverable": False}, "not_recoverable"),
        Case(1, {**PAID, "old_part_recoverable": False, "customer_wants_old_part": True}, "not_recoverable"),
        Case(2, {**PAID, "customer_wants_old_part": True}, "to_customer"),
        Case(3, {**PAID, "customer_wants_old_part": False}, "company_disposal"),
        Case(3, PAID, "company_disposal"),
        Case(4, {**OURS, "customer_wants_old_part": True}, "to_customer", params=GIVEN),
        Case(5, OURS, "bring_back"),
        Case(5, OURS, "bring_back", params=GIVEN),
        Case(5, {**OURS, "customer_wants_old_part": True}, "bring_back"),
        Case(5, {**OURS, "supplier_claim_possible": True, "write_off_evidence": False}, "bring_back"),
        Case(6, {**OURS, "write_off_evidence": False, "customer_wants_old_part": True}, "bring_back"),
        Case(7, {**OURS, "write_off_evidence": False}, "company_disposal"),
    )
