"""Cases that came in without a browser: the tests of a page begin where the page does."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from app.history import history_event
from app.identity import SYSTEM, load_actor_by_login
from app.runtime import complete_task, start_case
from app.runtime.tables import user_task
from tests.browser.customers import Customer
from tools.demo_server import DemoServer


def a_contact_waits(server: DemoServer, customer: Customer, *, unit: str = "O1", content: str = "前门关不严") -> str:
    """A contact from the web site: it waits for the hotline to register it. Returns the case number."""
    facts = {**customer.facts(), "channel": "web", "content": content}
    return start(server, "contact_intake", "contact_received", facts, unit=unit)


def a_repair_waits(server: DemoServer, customer: Customer, *, unit: str = "O1", content: str = "前门关不严") -> str:
    """A repair that intake handed over: it waits for the hotline to register it."""
    now = server.now().isoformat(timespec="seconds")
    facts = {**customer.facts(), "contact_no": f"LD-{customer.number}", "received_at": now, "content": content}
    facts |= {"urgency": "normal", "warranty_status": "in_warranty"}
    return start(server, "repair_request", "start_repair_request", facts, unit=unit)


def start(server: DemoServer, process: str, message: str, facts: dict[str, Any], *, unit: str = "O1") -> str:
    """Start a process by its message in a new case of a unit."""
    with server.writing() as tx:
        record = start_case(
            tx,
            server.house.world,
            actor=SYSTEM,
            process_key=process,
            unit_code=unit,
            variables=facts,
            message=message,
        )
    return record.case_no


def task_of(server: DemoServer, case_no: str, element_id: str) -> int:
    """The newest task of a case at an element."""
    query = select(user_task.c.id).where(user_task.c.case_no == case_no, user_task.c.element_id == element_id)
    with server.reading() as tx:
        return int(tx.value(query.order_by(user_task.c.id.desc())))


def does(server: DemoServer, login: str, case_no: str, element_id: str, values: dict[str, Any]) -> None:
    """Somebody does a task of a case without a browser."""
    task_id = task_of(server, case_no, element_id)
    with server.writing() as tx:
        actor = load_actor_by_login(tx, login)
        assert actor is not None
        complete_task(tx, server.house.world, actor=actor, task_id=task_id, values=values)


def _on_a_trip(server: DemoServer, customer: Customer, engineer: str) -> dict[str, Any]:
    """What a case knows when its engineer is under way."""
    now = server.now().isoformat(timespec="seconds")
    return {
        **customer.facts(),
        "contact_no": f"LD-{customer.number}",
        "received_at": now,
        "repair_no": f"BX-{customer.number}",
        "content": "前门关不严",
        "urgency": "normal",
        "distance_km": 60,
        "supplier_needed": False,
        "warranty_status": "in_warranty",
        "work_order_no": f"WX-{customer.number}",
        "engineer": engineer,
        "engineers": [engineer],
        "trip_no": f"WC-{customer.number}",
        "report_no": f"BG-{customer.number}",
        "form_no": f"MY-{customer.number}",
        "report_state": "draft",
        "team": [engineer],
        "team_size": 1,
        "departed_at": now,
    }


def a_report_waits(server: DemoServer, customer: Customer, engineer: str, *, unit: str = "O2") -> str:
    """An engineer is back from a customer who did not want the repair: his briefing of the leader is the next task."""
    now = server.now().isoformat(timespec="seconds")
    facts = _on_a_trip(server, customer, engineer) | {
        "arrived_at": now,
        "left_at": now,
        "outcome": "declined",
        "report_state": "declined",
        "completion_state": "completed",
        "outcome_reason": "用户嫌贵不修",
        "cause_class": "wear",
        "root_cause": "胶条自然磨损",
        "responsibility": "user",
        "resolution_path": "declined",
        "result_summary": "用户不修",
    }
    case_no = start(server, "return_reporting", "start_return_reporting", facts, unit=unit)
    does(server, engineer, case_no, "return_to_work", {"returned_at": now})
    return case_no


def a_service_waits(server: DemoServer, customer: Customer, engineer: str, *, unit: str = "O2") -> str:
    """An engineer has listened to the customer at the site: looking at the product is the next task."""
    facts = _on_a_trip(server, customer, engineer)
    case_no = start(server, "onsite_service", "start_onsite_service", facts, unit=unit)
    does(server, engineer, case_no, "arrive_on_site", {})
    heard = {"running_time_h": 1200, "mileage_km": 56000, "usage_condition": "城区公交", "fault_history": "昨天起"}
    does(server, engineer, case_no, "listen_to_user", heard)
    return case_no


def times_completed(server: DemoServer, task_id: int) -> int:
    """How often history says that a task was completed."""
    wanted = (history_event.c.task_id == task_id, history_event.c.kind == "task_completed")
    with server.reading() as tx:
        return int(tx.value(select(func.count()).select_from(history_event).where(*wanted)))
