"""The pages of the parts ledger: what stands where, how it got there, what waits to be written off, and new places."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import insert

from app.aftersales import stock
from app.aftersales.stock import Line
from app.clock import ManualClock
from app.house import House
from app.identity import SYSTEM
from tests.web.conftest import ClientOf

KEEPER = "warehouse_keeper_1"


@pytest.fixture
def shelf(house: House) -> House:
    """Five seals were received at 一站, two are in a van."""
    with house.db.transaction() as tx:
        for code, kind, holder in (("T-WH", "warehouse", None), ("T-VAN", "van", "service_engineer_1")):
            stock.add_location(
                tx, code=code, kind=kind, name=f"一站{code}", unit_path="/C1/R1/O1/", holder=holder, actor=SYSTEM
            )
        tx.execute(insert(stock.part).values(part_no="T-0001", name="试验胶条"))
        received = Line("T-0001", Decimal(5), stock.the_world(tx, "supplier"), "T-WH", unit_cost=Decimal("8.50"))
        stock.post(tx, kind="receive", lines=[received], document_no="JS-7", actor=SYSTEM)
        stock.issue(tx, document_no="LL-7", lines=[Line("T-0001", Decimal(2), "T-WH", "T-VAN")], actor=SYSTEM)
    return house


def page(client_of: ClientOf, url: str, login: str = KEEPER) -> str:
    answer = client_of(login).get(url)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_the_list_adds_up_what_ones_units_hold(shelf: House, client_of: ClientOf) -> None:
    assert "¥42.50" in page(client_of, "/parts?text=T-0001")
    assert "¥42.50" not in page(client_of, "/parts?text=T-0001", "warehouse_keeper_3")


def test_a_part_tells_where_it_stands_and_how_it_got_there(shelf: House, client_of: ClientOf) -> None:
    shown = page(client_of, "/parts/T-0001")
    for words in ("一站T-WH", "一站T-VAN", "JS-7", "LL-7", "¥25.50", "¥17.00"):
        assert words in shown
    elsewhere = page(client_of, "/parts/T-0001", "warehouse_keeper_3")
    assert "JS-7" not in elsewhere
    assert "您的单位没有库存" in elsewhere


def test_what_waits_to_be_written_off_is_listed_with_what_is_missing(shelf: House, client_of: ClientOf) -> None:
    shown = page(client_of, "/parts/issues")
    assert "LL-7" in shown
    assert "差 2" in shown
    assert "没有未销账的领料单" in page(client_of, "/parts/issues", "warehouse_keeper_3")


def test_what_waits_longer_than_the_parameter_says_is_marked(
    shelf: House, client_of: ClientOf, manual_clock: ManualClock
) -> None:
    manual_clock.advance("P30D")
    assert "超过 30 天" not in page(client_of, "/parts/issues")
    manual_clock.advance("PT1M")
    assert "超过 30 天" in page(client_of, "/parts/issues")


def test_a_keeper_adds_a_place_of_his_unit(shelf: House, client_of: ClientOf) -> None:
    given = {"code": "OLD-1", "name": "旧件库", "kind": "old_parts", "unit": "O1"}
    assert client_of(KEEPER).post("/parts/places", data=given).status_code == 302
    assert "OLD-1" in page(client_of, "/parts/places")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": ""}, "请填写编码和名称"),
        ({"code": "T-WH"}, "已经用过"),
        ({"kind": "customer"}, "请选择种类"),
        ({"unit": "O2"}, "请选择单位"),
        ({"kind": "van"}, "领用人"),
    ],
)
def test_a_place_that_cannot_be_is_refused_and_the_form_keeps_what_was_typed(
    shelf: House, client_of: ClientOf, changes: dict[str, str], words: str
) -> None:
    given = {"code": "NEW", "name": "新仓库", "kind": "warehouse", "unit": "O1", **changes}
    answer = client_of(KEEPER).post("/parts/places", data=given)
    assert answer.status_code == 422
    shown = answer.get_data(as_text=True)
    assert words in shown
    assert 'value="新仓库"' in shown


def test_a_keeper_adds_a_part(shelf: House, client_of: ClientOf) -> None:
    given = {"part_no": "OIL/5W", "name": "机油", "tracking": "batch"}
    answer = client_of(KEEPER).post("/parts/new", data=given)
    assert answer.headers["Location"] == "/parts/OIL/5W"
    with shelf.db.reading() as tx:
        row = tx.row(stock.part.select().where(stock.part.c.part_no == "OIL/5W"))
    assert row is not None
    assert (row.tracking, row.old_part_duty, row.active) == ("batch", False, True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"part_no": ""}, "请填写编号和名称"),
        ({"name": " "}, "请填写编号和名称"),
        ({"part_no": "T-0001"}, "已经用过"),
        ({"tracking": "luck"}, "请选择"),
        ({"name": "名" * 61}, "60"),
    ],
)
def test_a_part_that_cannot_be_is_refused(
    shelf: House, client_of: ClientOf, changes: dict[str, str], words: str
) -> None:
    answer = client_of(KEEPER).post("/parts/new", data={"part_no": "X", "name": "件", "tracking": "none", **changes})
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
