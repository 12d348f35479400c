"""A register made again from history alone has the same rows, also when nothing else is left of the cases."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, insert, select, update

from app import clock, registers
from app.aftersales import customer
from app.cli import assembly
from app.cli.registers_command import command
from app.db import Transaction, metadata
from app.history import history_event
from app.registers import register_row
from app.registers.personal import erase
from app.runtime import cancel_instance, tables, withdraw_task
from app.runtime.tables import service_case, user_task
from tests.factories.companies import QUESTION, UNCLEAR, Company
from tools.whole_case import WHOLE_CASE, act

AGENT = "hotline_agent_1"


def rows(company: Company) -> list[dict[str, Any]]:
    """Every row with everything in it, in the order of writing; only the ids are new when it was made again."""
    query = select(register_row).order_by(register_row.c.register, register_row.c.created_at, register_row.c.id)
    with company.db.reading() as tx:
        return [{name: value for name, value in row._mapping.items() if name != "id"} for row in tx.rows(query)]


def play(company: Company) -> str:
    """A case from the call to the archived report."""
    case_no = company.start().case_no
    while True:
        company.clock.advance("PT2M")
        with company.step() as tx:
            waiting = select(user_task).where(user_task.c.case_no == case_no, user_task.c.state == "open")
            open_now = tx.rows(waiting.order_by(user_task.c.id))
            task = next((row for row in open_now if row.element_id in WHOLE_CASE), None)
            if task is None:
                return str(case_no)
            act(tx, company.world, task, clock.now())


def forget_all_but_history(tx: Transaction) -> None:
    """Delete cases, instances, tasks and whatever else the runtime keeps, and every register."""
    for table in reversed(metadata.sorted_tables):
        if table is register_row or (table.name in vars(tables) and table is vars(tables)[table.name]):
            tx.execute(delete(table))
    for table in (service_case, user_task, register_row):
        assert tx.value(select(func.count()).select_from(table)) == 0


def rebuild_all(company: Company) -> dict[str, registers.Rebuilt]:
    found = {}
    for code in company.house.registers.registers:
        with company.step() as tx:
            found[code] = registers.rebuild(tx, code)
    return found


class TestFromHistoryAlone:
    def test_the_rows_are_the_same_when_everything_else_is_gone(self, company: Company) -> None:
        play(company)
        play(company)
        before = rows(company)
        assert {"R01", "R03", "R04", "R06", "R38", "R41", "R55"} <= {row["register"] for row in before}
        with company.step() as tx:
            forget_all_but_history(tx)
        found = rebuild_all(company)
        assert rows(company) == before
        assert sum(each.rows for each in found.values()) == len(before)

    def test_what_was_taken_back_given_up_and_erased_is_so_again(self, company: Company) -> None:
        withdrawn = company.start()
        company.submit(withdrawn.id, AGENT, UNCLEAR)
        with company.step() as tx:
            withdraw_task(tx, company.world, actor=company.person(AGENT), task_id=withdrawn.id)
        company.clock.advance("PT5M")
        given_up = company.start()
        with company.step() as tx:
            cancel_instance(
                tx, company.world, actor=company.person(AGENT), instance_id=given_up.instance_id, reason="打错了"
            )
        asked = company.start()
        company.submit(asked.id, AGENT, QUESTION)
        with company.step() as tx:
            its_case = service_case.c.case_no == asked.case_no
            tx.execute(update(service_case).where(its_case).values(closed_at=clock.now()))
            who = tx.value(select(customer.c.id))
            erase(tx, customer_id=who, reason="本人来函", actor=company.person(AGENT))
        before = rows(company)
        assert [row["void_reason"] for row in before if row["voided_at"] is not None] == ["打错了"]
        assert QUESTION["customer_name"] not in str(before)
        assert UNCLEAR["content"] not in str(before)
        with company.step() as tx:
            forget_all_but_history(tx)
        rebuild_all(company)
        assert rows(company) == before

    def test_one_register_leaves_the_others_alone(self, company: Company) -> None:
        play(company)
        before = rows(company)
        with company.step() as tx:
            tx.execute(delete(register_row))
            found = registers.rebuild(tx, "R06")
        assert rows(company) == [row for row in before if row["register"] == "R06"]
        assert len(found.found) == found.rows > 0


class TestWhatItTells:
    def test_nothing_when_the_table_says_what_history_says(self, company: Company) -> None:
        play(company)
        assert all(found.same for found in rebuild_all(company).values())

    def test_which_rows_somebody_changed_behind_its_back(self, company: Company) -> None:
        task = company.start()
        with company.step() as tx:
            tx.execute(update(register_row).values(created_by="无名氏"))
            stray = {"register": "R01", "row_key": "LD-0", "case_no": None, "instance_id": None, "unit_path": "/"}
            now = clock.now()
            tx.execute(
                insert(register_row).values(**stray, data={}, created_by="无名氏", created_at=now, updated_at=now)
            )
        with company.step() as tx:
            found = registers.rebuild(tx, "R01")
        assert (found.rows, found.lost, len(found.changed), found.found) == (1, ["LD-0"], 1, [])
        assert rows(company)[0]["case_no"] == task.case_no


def test_history_holds_the_writings_of_a_case_in_the_order_they_were_made(company: Company) -> None:
    """A step that a message led to stands behind the one that sent it: the later writing is the one that counts."""
    case_no = play(company)
    with company.db.reading() as tx:
        events = tx.rows(select(history_event).where(history_event.c.case_no == case_no).order_by(history_event.c.id))
    kinds = [event.kind for event in events]
    handed = kinds.index("handed_over")
    sent = max(index for index in range(handed) if kinds[index] == "task_completed")
    between = kinds[sent:handed]
    assert events[sent].instance_id == events[handed].instance_id
    assert "registers" in events[sent].data
    assert between.index("task_completed") < between.index("instance_started")


class TestTheCommand:
    @pytest.fixture
    def run(self, company: Company, monkeypatch: pytest.MonkeyPatch) -> Any:
        """`aftercare registers rebuild …` in the house of the test."""
        monkeypatch.setattr(assembly, "open_house", lambda _settings: company.house)
        monkeypatch.setattr(assembly, "bring_up_to_date", lambda _database: False)
        return lambda *arguments: CliRunner().invoke(command, ["rebuild", *arguments])

    def test_makes_the_register_again_and_puts_that_on_record(self, company: Company, run: Any) -> None:
        play(company)
        before = rows(company)
        with company.step() as tx:
            tx.execute(delete(register_row).where(register_row.c.register == "R06"))
        answer = run("R06")
        assert answer.exit_code == 0, answer.output
        assert "R06: 1 rows; before that\n  missing: BG" in answer.output
        assert rows(company) == before
        with company.db.reading() as tx:
            event = tx.row(select(history_event).where(history_event.c.kind == "register_rebuilt"))
        assert event is not None
        assert event.data == {"register": "R06", "name": "服务报告档案", "rows": 1}

    def test_only_compares_when_asked_to(self, company: Company, run: Any) -> None:
        company.start()
        assert run("R01", "--check").exit_code == 0
        with company.step() as tx:
            tx.execute(delete(register_row))
        assert run("R01", "--check").exit_code == 1
        assert rows(company) == []

    def test_keeps_rows_that_history_does_not_know_unless_told_to_drop_them(self, company: Company, run: Any) -> None:
        company.start()
        with company.step() as tx:
            tx.execute(update(register_row).values(row_key="LD-0"))
        answer = run("R01")
        assert answer.exit_code == 1
        assert "nothing was changed" in answer.output
        assert [row["row_key"] for row in rows(company)] == ["LD-0"]
        assert run("R01", "--drop-unknown").exit_code == 0
        assert [row["row_key"] for row in rows(company)] == ["LDO12026000001"]

    def test_knows_only_declared_registers(self, run: Any) -> None:
        answer = run("R999")
        assert answer.exit_code == 2
        assert "there is no register R999" in answer.output
