"""One case from the call to the archived report: what each person fills in, for measuring, pictures and long runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.db import Transaction
from app.identity import load_actor, load_actor_by_login
from app.runtime import Submitted, World, complete_task, start_case
from app.runtime.queries import open_task
from app.runtime.tables import user_task

ZONE = ZoneInfo("Asia/Shanghai")
AGENT, SUPERVISOR, ENGINEER, LEADER = (
    "hotline_agent_1",
    "cs_supervisor_1",
    "service_engineer_1",
    "department_leader_1",
)
CUSTOMER = {
    "customer_name": "示例公交一队",
    "contact_person": "调度员甲",
    "contact_phone": "000-0000-0001",
    "customer_address": "示例市示范路1号停车场",
    "region_code": "R1",
    "product_category": "vehicle",
    "product_model": "示例客车A型",
    "serial_no": "DEMO-VIN-0001",
    "purchase_proof_no": "DEMO-FP-0001",
}
SIGNATURE = {
    "kind": "drawn",
    "strokes": [[{"x": 10, "y": 12}, {"x": 18, "y": 25}, {"x": 30, "y": 14}, {"x": 44, "y": 28}]],
    "width": 320,
    "height": 120,
}
Values = Callable[[datetime], dict[str, Any]]


def _same(values: dict[str, Any]) -> Values:
    return lambda _now: dict(values)


def _bought(now: datetime) -> dict[str, Any]:
    return {**CUSTOMER, "purchase_date": (now - timedelta(days=180)).date().isoformat()}


def _contact(now: datetime) -> dict[str, Any]:
    return {
        **_bought(now),
        "channel": "phone",
        "source_party": "end_user",
        "facts_clear": True,
        "request_type": "repair",
        "content": "前门关不严，行车时漏风",
        "fault_system": "body",
        "distance_km": 35,
        "supplier_needed": False,
    }


def _repair(now: datetime) -> dict[str, Any]:
    return {
        **_bought(now),
        "request_medium": "phone",
        "repair_items": [{"item": "door_window", "location": "前门", "qty": 1, "description": "关不严"}],
        "fault_description": "前门上部缝隙约一厘米",
        "service_content": "检查并修复车门",
        "urgency": "normal",
        "customer_contests": False,
    }


def _visit(now: datetime) -> str:
    return (now + timedelta(days=1)).replace(hour=9, minute=30, second=0, microsecond=0).isoformat()


def _order(now: datetime) -> dict[str, Any]:
    return {
        "planned_at": _visit(now),
        "responsible_unit": "service",
        "warranty_mark": "in_warranty",
        "dispatch_mode": "rotation",
        "emergency_backfill": False,
        "engineers": [ENGINEER],
        "repair_lines": [{"item": "检修前门", "material": "胶条", "qty": 1, "amount": 0}],
    }


# Element → who does it, and what he fills in. A person of the role; the tasks that are given to the engineer are his.
WHOLE_CASE: dict[str, tuple[str, Values]] = {
    "register_contact": (AGENT, _contact),
    "answer_contact": (AGENT, _same({"reply_text": "已受理，稍后由专人与您联系。"})),
    "register_repair": (AGENT, _repair),
    "confirm_repair": (AGENT, _same({"confirmed_content": "检查门泵和胶条", "customer_contests": False})),
    "agree_service_mode": (AGENT, lambda now: {"service_mode": "on_site", "planned_visit_at": _visit(now)}),
    "assess_dispatch": (
        SUPERVISOR,
        lambda now: {
            "urgency": "normal",
            "weather": "fit",
            "required_skill": "body",
            "planned_date": (now + timedelta(days=1)).date().isoformat(),
        },
    ),
    "issue_work_order": (SUPERVISOR, _order),
    "take_trip_order": (ENGINEER, _same({})),
    "study_task": (ENGINEER, _same({"task_understood": True})),
    "contact_user": (
        ENGINEER,
        lambda now: {
            "user_contacted": True,
            "user_contact_at": now.isoformat(),
            "fault_detail": "前门关不严，行驶中有风声",
            "route_info": "示范路东口进，路况正常",
            "loan_needed": False,
        },
    ),
    "pack_tools": (
        ENGINEER,
        _same(
            {
                "tools_list": [{"name": "门机工具箱", "qty": 1}],
                "report_blank_ready": True,
                "survey_blank_ready": True,
            }
        ),
    ),
    "arrive_on_site": (ENGINEER, _same({})),
    "listen_to_user": (
        ENGINEER,
        _same(
            {
                "running_time_h": 1200,
                "mileage_km": 56000,
                "usage_condition": "城区公交，每天运营",
                "fault_history": "昨天起前门关不严",
            }
        ),
    ),
    "look_at_unit": (
        ENGINEER,
        _same(
            {
                "within_warranty_scope": True,
                "dismantled_before": False,
                "parts_complete": True,
                "human_damage": False,
                "excluded_cause": "none",
            }
        ),
    ),
    "check_fault": (
        ENGINEER,
        _same(
            {
                "inspection_result": "密封胶条老化",
                "root_cause": "胶条材质不良",
                "cause_class": "quality",
                "responsibility": "company",
                "consensus_reached": True,
            }
        ),
    ),
    "choose_path": (ENGINEER, _same({"can_fix_now": True})),
    "repair_unit": (
        ENGINEER,
        _same({"work_done": "更换胶条，调整门机", "consensus_reached": True, "parts_or_compensation": False}),
    ),
    "test_and_clean": (ENGINEER, _same({"test_result": "pass", "site_cleaned": True})),
    "advise_user": (ENGINEER, _same({"advice_given": "每周清洁门槛，胶条涂硅油"})),
    "complete_report": (ENGINEER, _same({})),
    "sign_report": (
        ENGINEER,
        _same({"customer_comment": "满意", "customer_signature": SIGNATURE, "signer_name": "调度员甲"}),
    ),
    "fill_satisfaction": (
        ENGINEER,
        _same(
            {
                "timeliness_score": 5,
                "attitude_score": 5,
                "skill_score": 5,
                "result_score": 5,
                "overall": "very_satisfied",
                "filled_by": "调度员甲",
            }
        ),
    ),
    "report_to_base": (ENGINEER, _same({"result_summary": "前门已修好，用户签字", "oral_answer_given": False})),
    "answer_engineer": (LEADER, _same({"next_action": "return"})),
    "take_leave": (ENGINEER, _same({"other_problem": False, "permission_to_leave": True})),
    "return_to_work": (ENGINEER, lambda now: {"returned_at": now.isoformat()}),
    "debrief_leader": (ENGINEER, _same({"result_summary": "已修好，用户满意", "expenses_incurred": False})),
    "approve_report": (LEADER, _same({"decision": "approved"})),
    "hand_in_order": (ENGINEER, _same({})),
    "register_return": (
        AGENT,
        lambda now: {"hour_lines": [{"user": ENGINEER, "date": now.date().isoformat(), "hours": 3, "expenses": 0}]},
    ),
}


def values_for(
    element_id: str,
    now: datetime,
    *,
    customer: int | None = None,
    engineer: str | None = None,
    hours: float | None = None,
) -> dict[str, Any]:
    """What is filled in at an element; each case may be another customer's, and goes to whoever's turn it is.

    An engineer books 3 `hours` for a case. Who plays more than eight of them on one day says fewer: nobody works more
    than 24.
    """
    values = WHOLE_CASE[element_id][1](now.astimezone(ZONE))
    if customer is not None and "serial_no" in values:
        values["customer_name"] = f"示例公交{customer}队"
        values["contact_phone"] = f"000-{customer // 10000:04}-{customer % 10000:04}"
        values["serial_no"] = f"DEMO-VIN-{customer:06}"
    if engineer is not None and "engineers" in values:
        values["engineers"] = [engineer]
    if engineer is not None and "hour_lines" in values:
        values["hour_lines"] = [{**line, "user": engineer} for line in values["hour_lines"]]
    if hours is not None and "hour_lines" in values:
        values["hour_lines"] = [{**line, "hours": hours} for line in values["hour_lines"]]
    return values


def act(tx: Transaction, world: World, task: Any, now: datetime, *, hours: float | None = None) -> Submitted:
    """Do an open task of the case as whoever has it, or as the person of its role; `hours` as in `values_for`."""
    someone = load_actor(tx, task.assignee_id) if task.assignee_id is not None else None
    someone = someone or load_actor_by_login(tx, WHOLE_CASE[task.element_id][0])
    assert someone is not None, task.element_id
    engineer = open_task(tx, world, someone, task.id).variables.get("engineer")
    customer = int(task.case_no[-6:])
    values = values_for(task.element_id, now, customer=customer, engineer=engineer, hours=hours)
    return complete_task(tx, world, actor=someone, task_id=task.id, values=values)


def play_until(tx: Transaction, world: World, element_id: str, now: datetime, case_no: str | None = None) -> int:
    """Do one task of a case, or of a new one, after the other until one of that element waits; its id."""
    if case_no is None:
        agent = load_actor_by_login(tx, AGENT)
        assert agent is not None
        case_no = start_case(tx, world, actor=agent, process_key="contact_intake", unit_code="O1").case_no
    waiting = select(user_task).where(user_task.c.case_no == case_no, user_task.c.state == "open")
    while True:
        there = {row.element_id: row for row in tx.rows(waiting.order_by(user_task.c.id))}
        if element_id in there:
            return int(there[element_id].id)
        act(tx, world, next(there[each] for each in WHOLE_CASE if each in there), now)
