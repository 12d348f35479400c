"""The listener writes one row per key, merges what several procedures know, and never leaves a gap."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.db import Database
from app.history import Event
from app.registers import register_row
from tests.database.registers.conftest import CONTACTS

ROTATION = """
registers:
  R55:
    id: rotation
    name: {zh: 派工轮次表, en: Rotation}
    each: "=rotation_log"
    key: "case_no + \\"-\\" + string(item.seq)"
    columns:
      - {id: seq, zh: 轮次, en: Turn, value: "=item.seq", type: number}
      - {id: candidate, zh: 人选, en: Candidate, value: "=item.candidate", type: person}
      - {id: work_order_no, zh: 维修单号, en: Work order, value: "=work_order_no"}
    written_by:
      - {process: dispatch, "on": [assign, issue], event: completed}
    visible_to: [hotline_agent]
"""
HOURS = """
registers:
  R38:
    id: hours
    name: {zh: 工时台账, en: Hours}
    each: "=hour_lines"
    key: "work_order_no + \\"/\\" + item.user + \\"/\\" + item.date"
    columns:
      - {id: user_id, zh: 人员, en: Person, value: "=item.user", type: person}
      - {id: hours, zh: 工时, en: Hours, value: "=item.hours", type: number}
    written_by:
      - {process: return_reporting, "on": [register_return], event: completed}
    visible_to: [hotline_agent]
"""


def rows(database: Database) -> list[Any]:
    with database.reading() as tx:
        return list(tx.rows(select(register_row).order_by(register_row.c.row_key)))


class TestOneRowPerKey:
    def test_the_first_step_makes_the_row(self, database: Database, declared: Any, step: Any) -> None:
        step(declared(CONTACTS), "open_contact", {"contact_no": "LD-1", "channel": "phone"})
        (row,) = rows(database)
        assert (row.register, row.row_key, row.case_no) == ("R01", "LD-1", "FW2026000001")
        assert row.data == {"contact_no": "LD-1", "channel": "phone"}
        assert row.created_by == "客服甲"

    def test_a_later_step_adds_to_it_and_leaves_who_made_it(self, database: Database, declared: Any, step: Any) -> None:
        declarations = declared(CONTACTS)
        step(declarations, "open_contact", {"contact_no": "LD-1", "channel": "phone"})
        step(declarations, "register_contact", {"contact_no": "LD-1", "customer_name": "示例公交一队"}, by="主管丙")
        (row,) = rows(database)
        assert row.data == {"contact_no": "LD-1", "channel": "phone", "customer_name": "示例公交一队"}
        assert row.created_by == "客服甲"

    def test_another_procedure_merges_and_what_it_does_not_know_stays(
        self, database: Database, declared: Any, step: Any
    ) -> None:
        declarations = declared(CONTACTS)
        step(declarations, "register_contact", {"contact_no": "LD-1", "customer_name": "示例公交一队", "amount": 80})
        step(
            declarations,
            "dispatch_it",
            {"contact_no": "LD-1", "people": ["service_engineer_1", "service_engineer_2"], "customer_name": None},
            process="dispatch",
            instance_id=2,
        )
        (row,) = rows(database)
        assert row.data["customer_name"] == "示例公交一队"
        assert row.data["people"] == ["service_engineer_1", "service_engineer_2"]
        assert row.instance_id == 1

    def test_a_list_is_replaced_not_mixed(self, database: Database, declared: Any, step: Any) -> None:
        declarations = declared(CONTACTS)
        step(declarations, "dispatch_it", {"contact_no": "LD-1", "people": ["a", "b"]}, process="dispatch")
        step(declarations, "dispatch_it", {"contact_no": "LD-1", "people": ["c"]}, process="dispatch")
        assert rows(database)[0].data["people"] == ["c"]

    def test_words_in_any_script_and_quotes_survive_the_merge(
        self, database: Database, declared: Any, step: Any
    ) -> None:
        declarations = declared(CONTACTS)
        step(declarations, "open_contact", {"contact_no": "LD-1", "reply": '说"好"\\n 😀\n第二行'})
        step(declarations, "register_contact", {"contact_no": "LD-1", "amount": 12.5})
        assert rows(database)[0].data == {"contact_no": "LD-1", "reply": '说"好"\\n 😀\n第二行', "amount": 12.5}

    def test_without_a_key_there_is_no_row(self, database: Database, declared: Any, step: Any) -> None:
        assert step(declared(CONTACTS), "open_contact", {"contact_no": None, "channel": "phone"}) == 0
        assert rows(database) == []

    def test_an_element_that_writes_nothing_costs_nothing(self, declared: Any, step: Any) -> None:
        assert step(declared(CONTACTS), "some_gateway", {"contact_no": "LD-1"}) == 0

    def test_starting_an_element_is_not_completing_it(self, database: Database, declared: Any, step: Any) -> None:
        step(declared(CONTACTS), "open_contact", {"contact_no": "LD-1"}, event="started")
        assert rows(database) == []

    def test_a_writing_may_be_limited_to_columns(self, database: Database, declared: Any, step: Any) -> None:
        limited = CONTACTS.replace(
            '{process: dispatch, "on": [dispatch_it], event: completed}',
            '{process: dispatch, "on": [dispatch_it], event: completed, columns: [people]}',
        )
        step(declared(limited), "dispatch_it", {"contact_no": "LD-1", "people": ["a"], "amount": 5}, process="dispatch")
        assert rows(database)[0].data == {"people": ["a"]}


class TestRowsOfLists:
    def test_each_item_is_a_row_and_all_go_in_one_statement(self, database: Database, declared: Any, step: Any) -> None:
        log = [{"seq": 1, "candidate": "a"}, {"seq": 2, "candidate": "b"}, {"seq": 3, "candidate": "c"}]
        assert step(declared(ROTATION), "assign", {"rotation_log": log}, process="dispatch") == 1
        assert [row.data["candidate"] for row in rows(database)] == ["a", "b", "c"]

    def test_an_empty_or_missing_list_writes_nothing(self, declared: Any, step: Any) -> None:
        assert step(declared(ROTATION), "assign", {"rotation_log": []}, process="dispatch") == 0
        assert step(declared(ROTATION), "assign", {}, process="dispatch") == 0

    def test_the_number_that_comes_later_is_added_to_every_row(
        self, database: Database, declared: Any, step: Any
    ) -> None:
        declarations, log = declared(ROTATION), [{"seq": 1, "candidate": "a"}, {"seq": 2, "candidate": "b"}]
        step(declarations, "assign", {"rotation_log": log}, process="dispatch")
        step(
            declarations, "issue", {"rotation_log": log, "work_order_no": "WX-1"}, before={"rotation_log": log},
            process="dispatch",
        )  # fmt: skip
        assert [row.data["work_order_no"] for row in rows(database)] == ["WX-1", "WX-1"]

    def test_a_line_that_was_taken_out_stays_and_is_void(self, database: Database, declared: Any, step: Any) -> None:
        declarations = declared(HOURS)
        first = [{"user": "a", "date": "2026-03-02", "hours": 3}, {"user": "b", "date": "2026-03-02", "hours": 2}]
        again = [{"user": "a", "date": "2026-03-02", "hours": 4}]
        where: dict[str, Any] = {"process": "return_reporting"}
        step(declarations, "register_return", {"work_order_no": "WX-1", "hour_lines": first}, **where)
        before = {"work_order_no": "WX-1", "hour_lines": first}
        assert (
            step(
                declarations, "register_return", {"work_order_no": "WX-1", "hour_lines": again}, before=before, **where
            )
            == 2  # what stands there is read first
        )
        kept, gone = rows(database)
        assert (kept.data["hours"], kept.voided_at) == (4, None)
        assert gone.data["hours"] == 2
        assert gone.voided_at is not None
        assert gone.void_reason == "更正后不再登记"

    def test_a_line_that_was_never_written_is_not_made_to_be_void(
        self, database: Database, declared: Any, step: Any
    ) -> None:
        known = {"work_order_no": "WX-1", "hour_lines": [{"user": "x", "date": "2026-03-01", "hours": 1}]}
        lines = [{"user": "a", "date": "2026-03-02", "hours": 4}]
        step(
            declared(HOURS), "register_return", {"work_order_no": "WX-1", "hour_lines": lines}, before=known,
            process="return_reporting",
        )  # fmt: skip
        assert [row.row_key for row in rows(database)] == ["WX-1/a/2026-03-02"]


class TestAbandonedEntries:
    CANCELLED = (Event("instance_cancelled", data={"reason": "客户挂断，重复登记"}),)

    def test_a_cancelled_instance_leaves_its_numbers_marked_void(
        self, database: Database, declared: Any, step: Any
    ) -> None:
        declarations = declared(CONTACTS)
        step(declarations, "open_contact", {"contact_no": "LD-1"}, instance_id=1)
        step(declarations, "open_contact", {"contact_no": "LD-2"}, instance_id=2)
        step(declarations, None, {}, instance_id=1, events=self.CANCELLED, by="主管丙")
        void, other = rows(database)
        assert (void.row_key, void.void_reason, void.voided_by) == ("LD-1", "客户挂断，重复登记", "主管丙")
        assert other.voided_at is None

    def test_the_cell_values_stay(self, database: Database, declared: Any, step: Any) -> None:
        declarations = declared(CONTACTS)
        step(declarations, "open_contact", {"contact_no": "LD-1", "channel": "phone"})
        step(declarations, None, {}, events=self.CANCELLED)
        assert rows(database)[0].data == {"contact_no": "LD-1", "channel": "phone"}

    def test_rows_that_another_instance_began_are_not_touched(
        self, database: Database, declared: Any, step: Any
    ) -> None:
        declarations = declared(CONTACTS)
        step(declarations, "open_contact", {"contact_no": "LD-1"}, instance_id=1)
        step(declarations, "dispatch_it", {"contact_no": "LD-1", "people": ["a"]}, process="dispatch", instance_id=2)
        step(declarations, None, {}, instance_id=2, events=self.CANCELLED)
        assert rows(database)[0].voided_at is None

    def test_a_row_that_is_written_again_stands_again(self, database: Database, declared: Any, step: Any) -> None:
        declarations = declared(CONTACTS)
        step(declarations, "open_contact", {"contact_no": "LD-1"}, instance_id=1)
        step(declarations, None, {}, instance_id=1, events=self.CANCELLED)
        step(declarations, "dispatch_it", {"contact_no": "LD-1", "people": ["a"]}, process="dispatch", instance_id=2)
        assert rows(database)[0].voided_at is None
