"""The example company with a request that is written, checked and agreed to, in several ways of agreeing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app import definitions
from app.definitions import VERBS
from app.history import history_event
from app.identity import SYSTEM
from app.runtime.tables import user_task
from tests.factories.companies import Company
from tests.factories.requests import FORMS, agree, model

THREE = "=[&quot;department_leader_1&quot;, &quot;department_leader_2&quot;, &quot;general_manager_1&quot;]"
MODELS = [
    model("one_signs", agree(verbs=" ".join(VERBS))),
    model("nothing_on", agree()),
    model("all_sign", agree(sign_rule="all", users=THREE, verbs="add_signers")),
    model("any_signs", agree(sign_rule="any", users=THREE)),
    model("most_sign", agree(sign_rule="60%", users=THREE)),
    model("role_signs", agree(sign_rule="all")),
]


class Request:
    """A case of one of the models, and short ways to act in it."""

    def __init__(self, company: Company, process: str) -> None:
        self.company = company
        self.case_no = company.start("hotline_agent_1", process=process).case_no

    def task(self, element: str) -> Any:
        """The one open task of an element that is nobody's part."""
        (found,) = [row for row in self.rows(element) if row.part_of is None and row.state == "open"]
        return found

    def rows(self, element: str) -> list[Any]:
        """Every row of an element, oldest first."""
        with self.company.db.reading() as tx:
            query = select(user_task).where(user_task.c.case_no == self.case_no, user_task.c.element_id == element)
            return list(tx.rows(query.order_by(user_task.c.id)))

    def part(self, login: str) -> Any:
        """The newest part of a person."""
        person = self.company.person(login).id
        return [row for row in self.rows("agree") if row.part_of is not None and row.assignee_id == person][-1]

    def submit(self, element: str, login: str, **values: Any) -> Any:
        """Fill in a whole task."""
        return self.company.submit(self.task(element).id, login, values)

    def sign(self, login: str, decision: str = "approved", **values: Any) -> Any:
        """Fill in one's part of the last task."""
        return self.company.submit(self.part(login).id, login, {"decision": decision, **values})

    def do(self, command: Any, login: str, **arguments: Any) -> Any:
        """A command as somebody."""
        actor = self.company.person(login)
        with self.company.step() as tx:
            return command(tx, self.company.world, actor=actor, **arguments)

    def to_the_last_task(self) -> Request:
        """Written and checked."""
        self.submit("write", "hotline_agent_1", wish="一台备用车")
        self.submit("check", "cs_supervisor_1", decision="approved")
        return self

    def inbox(self, login: str) -> list[str]:
        """The elements of what waits for a person alone."""
        person = self.company.person(login).id
        with self.company.db.reading() as tx:
            query = select(user_task).where(
                user_task.c.case_no == self.case_no, user_task.c.assignee_id == person, user_task.c.state == "open"
            )
            return [row.element_id for row in tx.rows(query.order_by(user_task.c.id))]

    def events(self, kind: str) -> list[Any]:
        """What is on record of a kind, oldest first."""
        with self.company.db.reading() as tx:
            query = select(history_event).where(history_event.c.case_no == self.case_no, history_event.c.kind == kind)
            return list(tx.rows(query.order_by(history_event.c.id)))

    @property
    def over(self) -> bool:
        """Whether nothing is open any more."""
        return self.company.open_tasks(self.case_no) == {}


@pytest.fixture
def ground(company: Company) -> Company:
    """The company with these models."""
    with company.step() as tx:
        knowledge = company.house.knowledge(tx)
        deployed = definitions.deploy(tx, definitions.parse([*MODELS, *FORMS]), knowledge, actor=SYSTEM, reason="test")
    assert not deployed.refused, [problem.message.en for problem in deployed.problems]
    return company


@pytest.fixture
def request_of(ground: Company) -> Any:
    """A new case of a model."""
    return lambda process: Request(ground, process)
