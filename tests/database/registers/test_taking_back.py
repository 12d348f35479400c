"""撤回 restores the register rows that the step wrote, and nothing that somebody else wrote."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update

from app.db import Database
from app.identity import SYSTEM
from app.registers import register_row, take_back
from app.registers.taking_back import images
from app.runtime import withdraw_task
from tests.factories.companies import MONDAY, UNCLEAR, Company

AGENT = "hotline_agent_1"


def contact(company: Company, case_no: str) -> dict[str, Any]:
    """The row of R01 with its columns and marks."""
    with company.db.reading() as tx:
        row = tx.row(select(register_row).where(register_row.c.register == "R01", register_row.c.case_no == case_no))
    assert row is not None
    return {"id": row.id, **row.data, "updated_at": row.updated_at}


def withdraw(company: Company, task_id: int) -> None:
    with company.step() as tx:
        withdraw_task(tx, company.world, actor=company.person(AGENT), task_id=task_id)


def test_the_row_is_as_it_was_before_the_step(company: Company) -> None:
    task = company.start(AGENT)
    before = contact(company, task.case_no)
    company.clock.advance("PT5M")
    company.submit(task.id, AGENT, UNCLEAR)
    assert contact(company, task.case_no)["content"] == UNCLEAR["content"]
    withdraw(company, task.id)
    assert contact(company, task.case_no) == before


def test_several_steps_go_back_together_and_may_be_written_anew(company: Company) -> None:
    task = company.start(AGENT)
    before = contact(company, task.case_no)
    company.submit(task.id, AGENT, UNCLEAR)
    clarify = company.open_tasks(task.case_no)["clarify_contact"]
    told = {"facts_clear": False, "content": "还是听不清", "clarify_log": [{"result": "回电无人接"}]}
    company.submit(clarify.id, AGENT, told)
    assert contact(company, task.case_no)["content"] == "还是听不清"
    withdraw(company, task.id)
    assert contact(company, task.case_no) == before
    company.submit(task.id, AGENT, {**UNCLEAR, "content": "发动机不着"})
    assert contact(company, task.case_no)["content"] == "发动机不着"


def _row(**values: Any) -> dict[str, Any]:
    row = {"register": "R90", "row_key": "a", "case_no": "FW1", "instance_id": 1, "unit_path": "/C1/", "data": {}}
    return {**row, "created_by": "客服甲", "created_at": MONDAY, "updated_at": MONDAY, **values}


def _data(database: Database) -> dict[str, Any]:
    with database.reading() as tx:
        return {row.row_key: row.data for row in tx.rows(select(register_row))}


class TestColumns:
    WRITTEN = ({"register": "R90", "row_key": "a", "data": '{"state":"done","fee":5}'},)

    def test_what_somebody_else_wrote_since_then_stays(self, database: Database) -> None:
        with database.transaction() as tx:
            tx.execute(insert(register_row).values(_row(data={"state": "open", "who": "甲"})))
            kept = images(tx, self.WRITTEN)
            tx.execute(update(register_row).values(data={"state": "done", "fee": 7, "who": "乙"}))
        with database.transaction() as tx:
            take_back(tx, SYSTEM, kept)
        assert _data(database) == {"a": {"state": "open", "fee": 7, "who": "乙"}}

    def test_a_row_that_the_step_made_goes(self, database: Database) -> None:
        with database.transaction() as tx:
            kept = images(tx, self.WRITTEN)
            tx.execute(insert(register_row).values(_row(data={"state": "done", "fee": 5})))
            tx.execute(insert(register_row).values(_row(row_key="b", data={"state": "done"})))
            take_back(tx, SYSTEM, kept)
        assert _data(database) == {"b": {"state": "done"}}

    def test_a_row_that_the_step_made_stays_with_what_others_added(self, database: Database) -> None:
        with database.transaction() as tx:
            kept = images(tx, self.WRITTEN)
            tx.execute(insert(register_row).values(_row(data={"state": "done", "fee": 5, "note": "乙"})))
            take_back(tx, SYSTEM, kept)
        assert _data(database) == {"a": {"note": "乙"}}

    def test_a_row_that_the_step_had_marked_void_stands_again(self, database: Database) -> None:
        with database.transaction() as tx:
            tx.execute(insert(register_row).values(_row(data={"state": "open"})))
            kept = images(tx, [{"register": "R90", "row_key": "a", "data": "{}"}])
            tx.execute(update(register_row).values(voided_at=MONDAY, voided_by="客服甲", void_reason="更正"))
            take_back(tx, SYSTEM, kept)
            row = tx.row(select(register_row))
        assert row is not None
        assert (row.voided_at, row.voided_by, row.void_reason) == (None, None, None)
