"""D08: who approves a paper, in order."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from shipped_tables import ROOT, Case, TableTests, decide

LEADER, GM = "department_leader", "general_manager"


class TestApprovalLevels(TableTests):
    name = "approval_levels"
    when_nothing_is_known = None
    cases = (
        Case(1, {"document": "service_report"}, [LEADER]),
        Case(2, {"document": "part_requisition"}, [LEADER]),
        Case(3, {"document": "mailed_part"}, ["service_engineer", LEADER]),
        Case(4, {"document": "paid_service"}, [LEADER]),
        Case(5, {"document": "expense_claim"}, [LEADER, "finance_clerk"]),
        Case(5, {"document": "advance_loan"}, [LEADER, "finance_clerk"]),
        Case(6, {"document": "rest"}, [LEADER]),
        Case(7, {"document": "major_problem"}, [LEADER]),
        Case(7, {"document": "major_problem", "amount": 20000}, [LEADER]),
        Case(8, {"document": "major_problem", "amount": 20000.01}, [LEADER, GM]),
        Case(9, {"document": "major_problem", "overdue": True}, [GM]),
        Case(9, {"document": "major_problem", "overdue": True, "amount": 99999}, [GM]),
        Case(10, {"document": "complaint"}, ["sales_branch_manager"]),
        Case(11, {"document": "product_exchange"}, ["area_market_manager", "sales_office", GM]),
        Case(12, {"document": "exchange_order"}, [LEADER, "manufacturer"]),
        Case(13, {"document": "return", "amount": 5000}, ["store_manager"]),
        Case(13, {"document": "return"}, ["store_manager"]),
        Case(14, {"document": "return", "amount": 5001}, ["store_manager", LEADER]),
        Case(15, {"document": "suggestion"}, ["sales_office", GM]),
        Case(16, {"document": "work_hours"}, [LEADER, "admin_office"]),
        Case(17, {"document": "reward_penalty", "measure": "merit"}, [LEADER]),
        Case(17, {"document": "reward_penalty"}, [LEADER]),
        Case(18, {"document": "reward_penalty", "measure": "dismissal"}, [LEADER, GM]),
        Case(19, {"document": "leave"}, ["cs_supervisor"]),
        Case(20, {"document": "leave", "leaving_post": True}, ["store_manager"]),
        Case(21, {"document": "annual_plan"}, ["customer_service_manager", "regional_director"]),
        Case(22, {"document": "dispute_settlement", "amount": 5000}, ["sales_dept_head"]),
        Case(23, {"document": "dispute_settlement", "amount": 5001}, ["sales_dept_head", GM]),
        Case(24, {"document": "procedure_version"}, [LEADER, GM]),
        Case(25, {"document": "outlet_warning"}, ["business_division"]),
        Case(26, {"document": "secondary_claim"}, [LEADER]),
        Case(None, {"document": "shopping_list"}, None),
    )

    def test_only_known_roles_approve(self) -> None:
        roles = yaml.safe_load(Path(ROOT / "processes" / "roles.yaml").read_text(encoding="utf-8"))
        named = {role for case in self.cases for role in case.expected or []}
        assert named <= set(roles)

    @pytest.mark.parametrize(
        "document", ["stock_difference", "part_writeoff", "old_parts", "station_account", "supply_request"]
    )
    def test_stock_papers_go_to_the_leader(self, document: str) -> None:
        assert decide(self.name, {"document": document})[0] == [LEADER]
