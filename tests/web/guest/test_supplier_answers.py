"""A supplier answers a letter by a link: he sees the letter, but not how to reach the customer."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.history import history_event
from app.house import House
from app.identity import load_actor_by_login
from app.runtime import start_case
from app.runtime.tables import user_task
from tests.web.conftest import ClientOf
from tools.whole_case import AGENT

PDF = b"%PDF-1.4\n%%EOF\n"
FAULT = {
    "customer_name": "示例公交一队",
    "contact_phone": "000-0000-0001",
    "product_model": "示例客车A型",
    "serial_no": "DEMO-VIN-0001",
    "content": "发动机高温报警",
    "fault_system": "engine",
}


class Letter:
    """A letter that has been sent and waits for the supplier."""

    def __init__(self, house: House, client_of: ClientOf) -> None:
        self.house, self.agent = house, client_of(AGENT)
        with house.db.transaction() as tx:
            agent = load_actor_by_login(tx, AGENT)
            assert agent is not None
            self.case_no = start_case(
                tx,
                house.world,
                actor=agent,
                process_key="supplier_liaison",
                unit_code="O1",
                variables=FAULT,
                message="start_supplier_liaison",
                claim=True,
            ).case_no
        task = self.waiting("write_letter")
        piece = {"task": task, "key": "letter-file-1", "name": "letter.pdf", "type": "application/pdf", "offset": 0}
        asked = {**piece, "size": len(PDF)}
        kept = self.agent.post("/api/files", query_string=asked, data=PDF, content_type="application/pdf")
        assert kept.status_code == 201, kept.json
        values = {
            "supplier": "示例发动机厂",
            "fault_system": "engine",
            "fault_text": "发动机高温报警",
            "requested_action": "请派人检修",
            "send_channel": "fax",
            "sent_at": "2026-03-02T09:00:00+08:00",
            "letter_file": "letter-file-1",
        }
        answer = self.agent.post(f"/api/tasks/{task}/submit", json={"values": values})
        assert answer.status_code == 200, answer.json
        self.task = self.waiting("answer_letter")

    def waiting(self, element: str) -> int:
        """The number of the open task of an element."""
        with self.house.db.reading() as tx:
            of_case = select(user_task.c.id).where(user_task.c.case_no == self.case_no, user_task.c.state == "open")
            return int(tx.rows(of_case.where(user_task.c.element_id == element))[0].id)

    def link(self) -> str:
        """The path of a new link for the supplier."""
        made = self.agent.post(f"/tasks/{self.task}/guest-link", data={"guest_name": "厂家甲"})
        found = re.search(r'value="http://localhost(/g/[\w-]{48})"', made.get_data(as_text=True))
        assert found is not None
        return found[1]

    def last(self) -> Any:
        """The newest task that was completed."""
        with self.house.db.reading() as tx:
            done = select(history_event).where(
                history_event.c.case_no == self.case_no, history_event.c.kind == "task_completed"
            )
            return tx.rows(done.order_by(history_event.c.id.desc()))[0]


@pytest.fixture
def letter(house: House, client_of: ClientOf) -> Letter:
    return Letter(house, client_of)


@pytest.fixture
def supplier(letter: Letter) -> FlaskClient:
    return letter.agent.application.test_client()


def test_the_agent_is_told_whose_task_it_is(letter: Letter) -> None:
    page = letter.agent.get(f"/tasks/{letter.task}").get_data(as_text=True)
    assert "代厂家填写" in page
    assert "请厂家自己填写" in page
    assert "代客户填写" not in page
    assert 'value="示例公交一队"' not in page


def test_the_supplier_sees_the_letter_but_not_how_to_reach_the_customer(letter: Letter, supplier: FlaskClient) -> None:
    shown = supplier.get(letter.link()).get_data(as_text=True)
    assert "supplier_reply" in shown
    assert json.dumps("发动机高温报警") in shown
    assert "000-0000-0001" not in shown


def test_his_answer_moves_the_case_in_his_name(letter: Letter, supplier: FlaskClient) -> None:
    sent = supplier.post(f"{letter.link()}/submit", json={"values": {"supplier_reply": "派人"}, "name": "厂家甲"})
    assert sent.status_code == 200
    assert letter.last().actor_name == "来宾 厂家甲"
    assert letter.waiting("record_result")


def test_what_the_agent_enters_for_him_says_so(letter: Letter) -> None:
    letter.agent.post(f"/api/tasks/{letter.task}/submit", json={"values": {"supplier_reply": "派人"}})
    assert letter.last().data["behalf_of"] == "supplier"
    assert "（代厂家填写）" in letter.agent.get(f"/cases/{letter.case_no}/history").get_data(as_text=True)
