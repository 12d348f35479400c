"""D14: what a complaint is about."""

from __future__ import annotations

from shipped_tables import Case, TableTests


class TestComplaintClass(TableTests):
    name = "complaint_class"
    when_nothing_is_known = "not_ours"
    cases = (
        Case(1, {"complaint_facts": ["cheated", "contract_dispute"]}, "deception"),
        Case(2, {"complaint_facts": ["contract_dispute", "product_failed"]}, "contract"),
        Case(3, {"complaint_facts": ["product_failed", "delay"]}, "quality"),
        Case(4, {"complaint_facts": ["product_failed", "human_damage"]}, "human"),
        Case(4, {"complaint_facts": ["human_damage", "attitude"]}, "human"),
        Case(5, {"complaint_facts": ["attitude", "fee"]}, "service_attitude"),
        Case(6, {"complaint_facts": ["delay"]}, "delay"),
        Case(6, {"complaint_facts": ["promise_broken", "fee"]}, "delay"),
        Case(7, {"complaint_facts": ["fee"]}, "fee"),
        Case(8, {"complaint_facts": []}, "not_ours"),
    )
