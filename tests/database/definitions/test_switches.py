"""A procedure that the company does not use: nothing starts it, nobody is left waiting, what runs goes on."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.definitions import make_live, switches
from app.definitions.tables import process_definition
from app.history import history_event
from app.identity import SYSTEM
from app.messages import Refusal
from app.runtime.number_formats import NumberRule, set_format
from tests.factories.companies import QUESTION, Company

REASON = "本公司不做"


def switch_off(company: Company, key: str, knowing: bool = True) -> None:
    with company.step() as tx:
        store = company.world.definitions
        switches.switch_off(tx, store, actor=SYSTEM, key=key, reason=REASON, knowing=knowing)


def is_on(company: Company, key: str) -> bool:
    with company.db.reading() as tx:
        where = process_definition.c.key == key
        return tx.value(select(process_definition.c.switched_off_at).where(where)) is None


def test_a_start_is_refused_and_what_runs_goes_on(company: Company) -> None:
    running = company.start()
    switch_off(company, "contact_intake")
    with pytest.raises(Refusal, match="does not use") as refused:
        company.start()
    assert refused.value.code == "procedure_off"
    company.submit(running.id, "hotline_agent_1", QUESTION)


def test_a_hand_over_is_refused_with_the_whole_step_so_that_no_case_is_lost(company: Company) -> None:
    task = company.start()
    switch_off(company, "consultation")
    with pytest.raises(Refusal) as refused:
        company.submit(task.id, "hotline_agent_1", QUESTION)
    assert refused.value.code == "procedure_off"
    assert "咨询解答" in refused.value.message.zh
    assert set(company.open_tasks(task.case_no)) == {"register_contact"}
    with company.step() as tx:
        switches.switch_on(tx, company.world.definitions, actor=SYSTEM, key="consultation", reason=REASON)
    company.submit(task.id, "hotline_agent_1", QUESTION)
    assert "receive_question" in company.open_tasks(task.case_no)


def test_who_waits_for_the_result_keeps_it_on(company: Company) -> None:
    with pytest.raises(Refusal) as refused:
        switch_off(company, "part_writeoff")
    assert refused.value.code == "procedure_called"
    assert "返回单位后工作" in refused.value.message.zh
    assert is_on(company, "part_writeoff")


def test_both_may_go_off_together_and_come_back_in_the_other_order(company: Company) -> None:
    switch_off(company, "return_reporting")
    switch_off(company, "expense_reimbursement")
    with pytest.raises(Refusal) as refused, company.step() as tx:
        switches.switch_on(tx, company.world.definitions, actor=SYSTEM, key="return_reporting", reason=REASON)
    assert refused.value.code == "procedure_needs"
    assert "报销" in refused.value.message.zh
    with company.step() as tx:
        for key in ("expense_reimbursement", "return_reporting"):
            switches.switch_on(tx, company.world.definitions, actor=SYSTEM, key=key, reason=REASON)
    assert is_on(company, "return_reporting")


def test_hand_overs_are_named_before_it_goes_off(company: Company) -> None:
    with pytest.raises(Refusal) as refused:
        switch_off(company, "crisis", knowing=False)
    assert refused.value.code == "procedure_receives"
    assert "来电来函" in refused.value.message.zh
    assert is_on(company, "crisis")


def test_every_switch_is_in_the_history_once(company: Company) -> None:
    for _ in range(2):
        switch_off(company, "crisis")
    with company.db.reading() as tx:
        rows = tx.rows(select(history_event).where(history_event.c.kind == "procedure_switched_off"))
    assert [row.data["reason"] for row in rows] == [REASON]


def test_a_new_version_leaves_the_switch_as_it_was(company: Company) -> None:
    switch_off(company, "crisis")
    with company.step() as tx:
        store = company.world.definitions
        version = store.live(tx, "crisis")
        make_live(tx, version.process, version.id)
    assert not is_on(company, "crisis")


def test_a_format_like_the_shipped_one_is_no_format_of_ones_own(company: Company) -> None:
    declared = {"report_no": NumberRule("report_no", "BG{year}{seq:06}", "year")}
    for pattern, own in (("R{year}-{seq}", {"R{year}-{seq}"}), ("BG{year}{seq:06}", set())):
        with company.step() as tx:
            set_format(tx, declared, actor=SYSTEM, variable="report_no", pattern=pattern, scope="year")
        company.house.refresh()
        with company.db.reading() as tx:
            assert {rule.format for rule in company.house.own_formats(tx).values()} == own
