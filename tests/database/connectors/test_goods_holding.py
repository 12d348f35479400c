"""`hold_goods` and `release_goods`: the same goods never stand on two documents."""

from __future__ import annotations

from typing import Any

import pytest
from connector_bench import Bench
from sqlalchemy import select, update

from app.aftersales import held_goods
from app.engine import BpmnError
from app.messages import Refusal
from app.runtime.tables import process_instance


def held(bench: Bench) -> dict[str, str]:
    with bench.company.step() as tx:
        return {row.goods: row.document_no for row in tx.rows(select(held_goods))}


def hold(bench: Bench, document: str, *goods: Any, case_no: str | None = None) -> int:
    given = {"document_no": document, "goods": list(goods)}
    case = case_no or str(bench.start("contact_intake", by="hotline_agent_1", channel="phone").case_no)
    return int(bench.run("hold_goods", given, case_no=case)["held_count"])


def standing(bench: Bench, process_key: str = "onsite_service", state: str = "active") -> str:
    """A case in which a procedure stands as the bench says it does."""
    case_no = str(bench.start("contact_intake", by="hotline_agent_1", channel="phone").case_no)
    with bench.company.step() as tx:
        tx.execute(
            update(process_instance)
            .where(process_instance.c.case_no == case_no)
            .values(process_key=process_key, state=state)
        )
    return case_no


def test_goods_are_held_however_they_are_typed(bench: Bench) -> None:
    assert hold(bench, "HH1", " Demo-1 ", "demo-1", "DEMO-2", "", None, case_no=standing(bench)) == 2
    assert held(bench) == {"demo-1": "HH1", "demo-2": "HH1"}


@pytest.mark.parametrize("state", ["active", "completed"])
def test_a_second_document_is_refused_and_told_which_one_holds_them(bench: Bench, state: str) -> None:
    hold(bench, "HH1", "DEMO-1", case_no=standing(bench, state=state))
    with pytest.raises(BpmnError) as refused:
        hold(bench, "HH2", "DEMO-2", "demo-1", case_no=standing(bench))
    assert refused.value.code == "GOODS_ON_ANOTHER_DOCUMENT"
    assert isinstance(refused.value.otherwise, Refusal)
    assert "HH1" in refused.value.otherwise.message.zh
    assert "HH1" in refused.value.otherwise.message.en
    assert held(bench) == {"demo-1": "HH1"}


def test_what_a_cancelled_procedure_held_is_free(bench: Bench) -> None:
    hold(bench, "HH1", "DEMO-1", case_no=standing(bench, state="cancelled"))
    assert hold(bench, "HH2", "DEMO-1", case_no=standing(bench)) == 1
    assert held(bench) == {"demo-1": "HH2"}


def test_a_document_that_is_written_again_holds_what_it_says_now(bench: Bench) -> None:
    case_no = standing(bench)
    hold(bench, "HH1", "DEMO-1", "DEMO-2", case_no=case_no)
    hold(bench, "HH1", "DEMO-2", "DEMO-3", case_no=case_no)
    assert held(bench) == {"demo-2": "HH1", "demo-3": "HH1"}


def test_what_is_released_may_stand_on_another_document(bench: Bench) -> None:
    case_no = standing(bench)
    hold(bench, "HH1", "DEMO-1", "DEMO-2", case_no=case_no)
    hold(bench, "HH2", "DEMO-3", case_no=case_no)
    assert bench.run("release_goods", {"document_no": "HH1"}, case_no=case_no) == {"released_count": 2}
    assert held(bench) == {"demo-3": "HH2"}
    assert hold(bench, "HH2", "DEMO-1", case_no=standing(bench)) == 1


@pytest.mark.parametrize("job", ["hold_goods", "release_goods"])
def test_a_document_has_a_number(bench: Bench, job: str) -> None:
    with pytest.raises(Refusal) as refused:
        bench.run(job, {"document_no": " ", "goods": ["DEMO-1"]})
    assert refused.value.code == "no_document_no"


@pytest.mark.parametrize("goods", [[], None, [" "]])
def test_a_document_names_its_goods(bench: Bench, goods: Any) -> None:
    with pytest.raises(Refusal) as refused:
        bench.run("hold_goods", {"document_no": "HH1", "goods": goods})
    assert refused.value.code == "no_goods"
