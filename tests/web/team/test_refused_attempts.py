"""What somebody tried against GR01, GR02 or GR03 is refused, stays on record, and is shown to his leader."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from sqlalchemy import select

from app.history import history_event
from app.house import House
from app.identity import SYSTEM
from app.runtime import start_case
from app.runtime.tables import refused_attempt, user_task
from tests.factories.companies import ROOT

SCENARIO = ROOT / "processes" / "onsite_service" / "scenarios" / "fee_without_approval.yaml"
ENGINEER, LEADER = "service_engineer_1", "department_leader_1"


class Visit:
    """A service on site that has come to the report."""

    def __init__(self, house: House, client_of: Any) -> None:
        self.house, self.client_of = house, client_of
        played = yaml.safe_load(SCENARIO.read_text(encoding="utf-8"))
        message = played["start"]["message"]
        with house.db.transaction() as tx:
            started = start_case(
                tx, house.world, actor=SYSTEM, process_key="onsite_service", unit_code="O1",
                variables=message["variables"], message=message["name"],
            )  # fmt: skip
        self.case_no = started.case_no
        for step in played["steps"]:
            done = step["submit"]
            if "refused" in done:
                break
            assert self.submit(done["task"], done["values"]).status_code == 200, done["task"]

    def submit(self, element_id: str, values: dict[str, Any]) -> Any:
        """What the engineer's browser sends."""
        with self.house.db.reading() as tx:
            task_id = tx.value(
                select(user_task.c.id).where(user_task.c.element_id == element_id, user_task.c.state == "open")
            )
        return self.client_of(ENGINEER).post(f"/api/tasks/{task_id}/submit", json={"values": values})

    def rows(self, table: Any, *conditions: Any) -> list[Any]:
        with self.house.db.reading() as tx:
            return list(tx.rows(select(table).where(*conditions)))


@pytest.fixture
def visit(house: House, client_of: Any) -> Visit:
    return Visit(house, client_of)


def test_money_without_approval_is_refused_and_the_record_survives_the_rollback(visit: Visit) -> None:
    answer = visit.submit("complete_report", {"fee_collected": 100})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "fee_collected"
    (event,) = visit.rows(history_event, history_event.c.kind == "attempt_refused")
    assert (event.case_no, event.actor_name, event.data["rule"]) == (visit.case_no, "维修员甲", "GR03")
    (task,) = visit.rows(user_task, user_task.c.element_id == "complete_report")
    assert task.state == "open"
    assert not visit.rows(history_event, history_event.c.task_id == task.id, history_event.c.kind == "task_completed")


def test_the_leader_sees_case_person_and_what_and_takes_note_once(visit: Visit) -> None:
    for _ in range(2):
        visit.submit("complete_report", {"fee_collected": 100})
    assert len(visit.rows(history_event, history_event.c.kind == "attempt_refused")) == 2
    (attempt,) = visit.rows(refused_attempt)
    leader = visit.client_of(LEADER)
    page = leader.get("/team").text
    for said in (visit.case_no, "维修员甲", "填写服务报告", "未经批准收费", "收取费用"):
        assert said in page
    assert "money without approval" in leader.get("/team?lang=en").text
    leader.post(f"/team/attempts/{attempt.id}/acknowledge")
    assert "未经批准收费" not in leader.get("/team").text
    leader.post(f"/team/attempts/{attempt.id}/acknowledge")
    assert len(visit.rows(history_event, history_event.c.kind == "attempt_acknowledged")) == 1
    # The same again after that is news again.
    visit.submit("complete_report", {"fee_collected": 100})
    assert "未经批准收费" in leader.get("/team").text


def test_nobody_else_sees_it_or_takes_note(visit: Visit) -> None:
    visit.submit("complete_report", {"fee_collected": 100})
    (attempt,) = visit.rows(refused_attempt)
    for login in ("cs_supervisor_1", "department_leader_3", ENGINEER):
        client = visit.client_of(login)
        assert "未经批准收费" not in client.get("/team").text
        assert client.post(f"/team/attempts/{attempt.id}/acknowledge").status_code == 404
    assert visit.rows(refused_attempt)[0].acknowledged_at is None


def test_changing_what_is_signed_has_no_effect_and_is_shown(visit: Visit) -> None:
    strokes = [[{"x": 10, "y": 12}, {"x": 18, "y": 25}, {"x": 30, "y": 14}, {"x": 44, "y": 28}]]
    drawn = {"kind": "drawn", "strokes": strokes, "width": 320, "height": 120}
    assert visit.submit("complete_report", {}).status_code == 200
    assert not visit.rows(refused_attempt)
    signed = {"customer_comment": "满意", "customer_signature": drawn, "signer_name": "调度员甲"}
    assert visit.submit("sign_report", signed).status_code == 200
    survey = {"survey_declined": True, "customer_comment": "非常满意"}
    assert visit.submit("fill_satisfaction", survey).status_code == 200
    (attempt,) = visit.rows(refused_attempt)
    assert (attempt.rule, attempt.actor_name) == ("GR02", "维修员甲")
    assert "改动已签字的内容" in visit.client_of(LEADER).get("/team").text


def test_an_ordinary_mistake_is_nobodys_business(visit: Visit) -> None:
    assert visit.submit("complete_report", {"customer_name": ""}).status_code == 422
    assert not visit.rows(refused_attempt)
