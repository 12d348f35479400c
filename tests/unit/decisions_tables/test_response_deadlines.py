"""D04: reply, arrival, liaison and solution, by the promise of the company."""

from __future__ import annotations

from typing import Any

from shipped_tables import Case, TableTests, decide


def hours(answer: Any, arrive: Any = None, letter: Any = None, solve: Any = None, **more: Any) -> dict[str, Any]:
    return {"reply_hours": answer, "onsite_hours": arrive, "liaison_hours": letter, "resolve_hours": solve, **more}


BODY = {"request_type": "repair", "fault_system": "body"}


class TestResponseDeadlines(TableTests):
    name = "response_deadlines"
    when_nothing_is_known = hours(12, onsite_by_promise=False)
    cases = (
        Case(1, {"request_type": "complaint"}, hours(24, resolve_working_days=7)),
        Case(1, {"request_type": "complaint"}, hours(24, resolve_working_days=7), "sign_box"),
        Case(2, {"request_type": "repair", "fault_system": "chassis"}, hours(24, letter=12, reply="PT24H")),
        Case(2, {"request_type": "repair", "fault_system": "engine", "distance_km": 20}, hours(24, letter=12)),
        Case(3, {**BODY, "supplier_needed": True, "distance_km": 50}, hours(12, onsite_by_promise=True)),
        Case(3, {**BODY, "supplier_needed": True}, hours(12, onsite_by_promise=True)),
        Case(
            3,
            {**BODY, "supplier_needed": True, "distance_km": 50},
            hours(12, 24, onsite="PT24H"),
            params={"sla.supplier_keeps_onsite": True},
        ),
        Case(
            3,
            {**BODY, "supplier_needed": True, "distance_km": 101},
            hours(12, onsite=None),
            params={"sla.supplier_keeps_onsite": True},
        ),
        Case(4, {**BODY, "distance_km": 0}, hours(24, 24, onsite="PT24H", onsite_by_promise=False)),
        Case(4, {**BODY, "distance_km": 100}, hours(24, 24)),
        Case(5, {**BODY, "distance_km": 100.1}, hours(12, onsite_by_promise=True)),
        Case(6, BODY, hours(12, reply="PT12H", onsite_by_promise=False)),
        Case(6, {"request_type": "consultation"}, hours(12)),
        Case(7, {**BODY, "region_code": "江苏"}, hours(0.25, 24, None, 24, reply="PT15M"), "equipment_18m"),
        Case(8, {**BODY, "region_code": "新疆"}, hours(0.25, 48, None, 24), "equipment_18m"),
        Case(8, BODY, hours(0.25, 48, None, 24), "equipment_18m"),
        Case(9, BODY, hours(0.25, 8, None, 24), "system_12m"),
        Case(10, {**BODY, "found_on_visit": True}, hours(24, dispatch_hours=1), "sign_box"),
        Case(11, BODY, hours(0.5, 1, reply="PT30M", onsite="PT1H"), "sign_box"),
        Case(
            12,
            {"quality_problem": True, "working_days_since_use": 7},
            hours(24, resolve_working_days=3),
            "dealer_goods",
        ),
        Case(13, {"quality_problem": True, "working_days_since_use": 8}, hours(24, 48), "dealer_goods"),
        Case(13, {"quality_problem": False, "working_days_since_use": 1}, hours(24, 48), "dealer_goods"),
        Case(13, {**BODY, "distance_km": 5}, hours(24, 48, reply="PT24H", onsite="PT48H"), "machinery"),
        Case(13, {"fault_system": "other", "distance_km": 5}, hours(24, 48)),
        Case(
            13,
            {},
            hours(8, None, onsite=None),
            "machinery",
            {"sla.default_reply_hours": 8, "sla.default_onsite_hours": None},
        ),
    )

    def test_a_call_before_duty_hours_counts_from_eight(self) -> None:
        early, _ = decide("response_deadlines", {"received_at": "2026-03-02T06:30:00+08:00"}, "system_12m")
        late, _ = decide("response_deadlines", {"received_at": "2026-03-02T23:30:00+08:00"}, "system_12m")
        assert early["count_from"] == "2026-03-02T08:00:00+08:00"
        assert late["count_from"] == "2026-03-02T23:30:00+08:00"

    def test_a_contract_may_bring_its_own_promise(self) -> None:
        value, fired = decide("response_deadlines", {"profile": "sign_box", "request_type": "repair"})
        assert (value["onsite_hours"], fired) == (1, [11])
