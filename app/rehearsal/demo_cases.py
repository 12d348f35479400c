"""Cases of the demo company: played through the real commands in the days before, each as far as it has come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app import clock
from app.clock import ManualClock
from app.house import House
from app.rehearsal.company import OUTLET
from app.rehearsal.rehearsal import Rehearsal
from app.runtime import complete_task, start_case
from app.runtime.tables import user_task

Step = tuple[str, str, dict[str, Any]]  # task, login, values

_STROKES = [[{"x": 10, "y": 40}, {"x": 60, "y": 15}, {"x": 90, "y": 60}, {"x": 150, "y": 20}, {"x": 210, "y": 45}]]


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with one unit; everything about him is visibly invented (readings 23)."""

    name: str
    person: str
    number: int
    model: str
    fault: str
    distance_km: int = 35


@dataclass(frozen=True, slots=True)
class DemoCase:
    """A case: how many days ago, at nine, the customer called, and the task it waits at (None: archived)."""

    customer: Customer
    days_ago: int
    waits_at: str | None


# Minutes after the call at which longer pauses end: the visit in the afternoon, back at work the next morning.
_PAUSES = {"arrive_on_site": 330, "return_to_work": 1430}
_PACE = 6


CASES = (
    DemoCase(Customer("示例公交一队", "调度员甲", 1, "示例客车A型", "前门关不严，行车时漏风"), 7, None),
    DemoCase(Customer("示例旅游客运", "车队长乙", 2, "示例客车B型", "天窗漏水，雨天座椅打湿"), 5, None),
    DemoCase(Customer("示例学校车队", "管理员丙", 3, "示例校车C型", "雨刮不动作", 180), 2, "answer_contact"),
    DemoCase(Customer("示例公交二队", "调度员丁", 4, "示例客车A型", "后门夹人后不回弹"), 3, "approve_report"),
    DemoCase(Customer("示例机场巴士", "班长戊", 5, "示例客车D型", "侧窗玻璃升降器卡滞"), 2, "look_at_unit"),
    DemoCase(Customer("示例厂区通勤", "司机己", 6, "示例客车B型", "车内灯时亮时灭"), 1, "take_trip_order"),
    DemoCase(Customer("示例长途客运", "站长庚", 7, "示例客车E型", "行李舱门锁不上"), 1, "assess_dispatch"),
    DemoCase(Customer("示例公交三队", "调度员辛", 8, "示例客车A型", "乘客扶手松动"), 1, "register_repair"),
)


def load_demo_cases(house: House) -> int:
    """Play every case; returns how many. Time passes between the steps, so deadlines are kept and missed as in life."""
    now = clock.now()
    for case in CASES:
        _play(house, case, now)
    return len(CASES)


def _play(house: House, case: DemoCase, now: datetime) -> None:
    began = (now.astimezone(clock.ZONE) - timedelta(days=case.days_ago)).replace(
        hour=9, minute=0, second=0, microsecond=0
    )
    rehearsal = Rehearsal(house, ManualClock(began))
    with rehearsal.step() as tx:
        agent = rehearsal.actor(tx, "hotline_agent_1")
        start_case(
            tx, house.world, actor=agent, process_key="contact_intake", unit_code=OUTLET, variables={}, claim=True
        )
    minutes = 0
    for task, login, values in _steps(case.customer, began):
        minutes = max(minutes + _PACE, _PAUSES.get(task, 0))
        if task == case.waits_at or began + timedelta(minutes=minutes) >= now:
            return
        rehearsal.clock.move_to(began + timedelta(minutes=minutes))
        rehearsal.run_due_jobs()
        with rehearsal.step() as tx:
            waiting = tx.value(
                select(user_task.c.id)
                .where(user_task.c.element_id == task, user_task.c.state == "open")
                .order_by(user_task.c.id.desc())
            )
            if waiting is None:
                raise LookupError(f"the demo case of {case.customer.name} does not come to {task}")
            doer = rehearsal.actor(tx, login or _holder(tx, waiting))
            at = rehearsal.clock.now().astimezone(clock.ZONE).isoformat()
            told = {key: at if value == "<now>" else value for key, value in values.items()}
            complete_task(tx, house.world, actor=doer, task_id=waiting, values=told)


def _holder(tx: Any, task_id: int) -> str:
    from app.identity.tables import user_account

    return str(
        tx.value(
            select(user_account.c.login)
            .join(user_task, user_task.c.assignee_id == user_account.c.id)
            .where(user_task.c.id == task_id)
        )
    )


def _steps(customer: Customer, began: datetime) -> Iterator[Step]:
    """A simple repair under warranty, from the call to the archive; "" is whoever holds the task, <now> the time."""
    agent, supervisor, leader = "hotline_agent_1", "cs_supervisor_1", "department_leader_1"
    visit = began + timedelta(hours=5, minutes=30)
    who = {
        "customer_name": customer.name,
        "contact_person": customer.person,
        "contact_phone": f"000-0000-{customer.number:04d}",
        "customer_address": f"示例市示范路{customer.number}号停车场",
        "region_code": "R1",
        "product_category": "vehicle",
        "product_model": customer.model,
        "serial_no": f"DEMO-VIN-{customer.number:04d}",
        "purchase_proof_no": f"DEMO-FP-{customer.number:04d}",
        "purchase_date": (began - timedelta(days=200)).date().isoformat(),
    }
    yield (
        "register_contact",
        agent,
        {
            **who,
            "channel": "phone",
            "source_party": "end_user",
            "facts_clear": True,
            "request_type": "repair",
            "content": customer.fault,
            "fault_system": "body",
            "distance_km": customer.distance_km,
            "supplier_needed": False,
        },
    )
    yield "answer_contact", agent, {"reply_text": "已受理，维修员会在约定时间前与您联系。"}
    yield (
        "register_repair",
        agent,
        {
            **who,
            "request_medium": "phone",
            "repair_items": [{"item": "door_window", "location": "车身", "qty": 1, "description": customer.fault}],
            "fault_description": customer.fault,
            "service_content": "检查并修复",
            "urgency": "normal",
            "customer_contests": False,
        },
    )
    yield "confirm_repair", agent, {"confirmed_content": customer.fault, "customer_contests": False}
    yield "agree_service_mode", agent, {"service_mode": "on_site", "planned_visit_at": visit.isoformat()}
    yield (
        "assess_dispatch",
        supervisor,
        {"urgency": "normal", "weather": "fit", "required_skill": "body", "planned_date": visit.date().isoformat()},
    )
    yield (
        "issue_work_order",
        supervisor,
        {
            "planned_at": visit.isoformat(),
            "responsible_unit": "service",
            "warranty_mark": "in_warranty",
            "dispatch_mode": "rotation",
            "repair_lines": [{"item": "检修", "material": "胶条", "qty": 1, "amount": 0}],
        },
    )
    yield "take_trip_order", "", {}
    yield "study_task", "", {"task_understood": True}
    yield (
        "contact_user",
        "",
        {
            "user_contacted": True,
            "user_contact_at": "<now>",
            "fault_detail": customer.fault,
            "route_info": "停车场东门进，联系调度室",
            "loan_needed": False,
        },
    )
    tools = {"tools_list": [{"name": "门窗工具箱", "qty": 1}], "report_blank_ready": True, "survey_blank_ready": True}
    yield "pack_tools", "", tools
    yield "arrive_on_site", "", {}
    yield (
        "listen_to_user",
        "",
        {
            "running_time_h": 1200,
            "mileage_km": 56000,
            "usage_condition": "城区线路，每天运营",
            "fault_history": "昨天起出现，今早加重",
        },
    )
    yield (
        "look_at_unit",
        "",
        {
            "within_warranty_scope": True,
            "dismantled_before": False,
            "parts_complete": True,
            "human_damage": False,
            "excluded_cause": "none",
        },
    )
    yield (
        "check_fault",
        "",
        {
            "inspection_result": "密封胶条老化",
            "root_cause": "胶条材质不良",
            "cause_class": "quality",
            "responsibility": "company",
            "consensus_reached": True,
        },
    )
    yield "choose_path", "", {"can_fix_now": True}
    yield "repair_unit", "", {"work_done": "更换胶条并调整", "consensus_reached": True, "parts_or_compensation": False}
    yield "test_and_clean", "", {"test_result": "pass", "site_cleaned": True}
    yield "advise_user", "", {"advice_given": "每周清洁门槛，胶条涂硅油"}
    yield "complete_report", "", {}
    signature = {"kind": "drawn", "strokes": _STROKES, "width": 320, "height": 120}
    yield (
        "sign_report",
        "",
        {"customer_comment": "处理及时", "customer_signature": signature, "signer_name": customer.person},
    )
    scores = dict.fromkeys(("timeliness_score", "attitude_score", "skill_score", "result_score"), 5)
    yield "fill_satisfaction", "", {**scores, "overall": "very_satisfied", "filled_by": customer.person}
    yield "report_to_base", "", {"result_summary": "已修好，用户签字", "oral_answer_given": False}
    yield "answer_engineer", leader, {"next_action": "return"}
    yield "take_leave", "", {"other_problem": False, "permission_to_leave": True}
    yield "return_to_work", "", {"returned_at": "<now>"}
    yield "debrief_leader", "", {"result_summary": "已修好", "expenses_incurred": False}
    yield "approve_report", leader, {"decision": "approved"}
    yield "hand_in_order", "", {}
    yield (
        "register_return",
        agent,
        {"hour_lines": [{"user": "service_engineer_1", "date": visit.date().isoformat(), "hours": 3, "expenses": 0}]},
    )
    quality = "quality_dept_1"
    report = {
        "part_or_system": "密封胶条",
        "symptom": customer.fault,
        "problem_text": "胶条材质不良",
        "proposes": "none",
    }
    yield "write_report", agent, report
    yield (
        "set_measures",
        quality,
        {
            "cause": "胶条材质不良",
            "measure": "改用耐候胶条",
            "responsible_dept": "technical_section",
            "due_date": (began + timedelta(days=21)).date().isoformat(),
        },
    )
    yield (
        "carry_out_measure",
        "technical_section_1",
        {"carried_out_text": "图纸已改，新批次已用", "carried_out_at": "<now>"},
    )
    yield "verify_effect", quality, {"effect": "effective", "effect_note": "淋雨试验合格"}
