"""D13: what a callback led to."""

from __future__ import annotations

from shipped_tables import Case, TableTests


class TestCallbackOutcome(TableTests):
    name = "callback_outcome"
    when_nothing_is_known = "satisfied"
    cases = (
        Case(1, {"reached": False, "letter_sent": True}, "unreachable"),
        Case(1, {"reached": False, "letter_sent": True, "fault_again": True}, "unreachable"),
        Case(2, {"reached": True, "letter_sent": False, "fault_again": True}, "fault_again"),
        Case(2, {"reached": True, "fault_again": True, "complains_about": ["price"]}, "fault_again"),
        Case(3, {"reached": True, "complains_about": ["service"], "satisfied": False}, "complaint"),
        Case(4, {"reached": True, "complains_about": [], "satisfied": False, "score": 4}, "dissatisfied"),
        Case(4, {"reached": True, "satisfied": False, "suggestion": "早些通知"}, "dissatisfied"),
        Case(5, {"reached": True, "satisfied": True, "score": 2}, "dissatisfied"),
        Case(6, {"reached": True, "satisfied": True, "score": 3, "suggestion": "早些通知"}, "suggestion"),
        Case(7, {"reached": True, "letter_sent": True, "satisfied": True, "score": 3, "suggestion": ""}, "satisfied"),
        Case(7, {"reached": False, "letter_sent": False, "satisfied": True, "score": 5}, "satisfied"),
    )
