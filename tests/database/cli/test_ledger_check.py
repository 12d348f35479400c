"""`aftercare ledger check` as it is called: what it prints, and what it exits with."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from app.aftersales import stock
from app.cli import cli
from app.identity import SYSTEM
from tests.factories.companies import Company


@pytest.fixture
def received(company: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Company:
    """One move stands in the ledger, and the command finds the database."""
    url = company.db.engine.url.render_as_string(hide_password=False)
    for name, value in (("DATABASE_URL", url), ("DATA", str(tmp_path)), ("SECRET_KEY", "k" * 40)):
        monkeypatch.setenv(f"AFTERCARE_{name}", value)
    with company.db.transaction() as tx:
        for code, kind in (("S", "supplier"), ("W", "warehouse")):
            if tx.row(select(stock.stock_location).where(stock.stock_location.c.code == code)) is None:
                stock.add_location(tx, code=code, kind=kind, name=code, unit_path="/C1/", actor=SYSTEM)
        line = stock.Line("P-0001", Decimal(2), "S", "W", unit_cost=Decimal("3.50"))
        stock.post(tx, kind="receive", lines=[line], document_no="JS1", actor=SYSTEM)
    return company


def test_a_sound_ledger_exits_with_0_and_says_how_many_moves_it_checked(received: Company) -> None:
    with received.db.reading() as tx:
        moves = stock.count_moves(tx)
    result = CliRunner().invoke(cli, ["ledger", "check"])
    assert (result.exit_code, result.output.split(",")[0]) == (0, f"{moves} moves checked")


def test_a_broken_one_exits_with_1_and_names_the_row(received: Company) -> None:
    with received.db.transaction() as tx:
        place = select(stock.stock_location.c.id).where(stock.stock_location.c.code == "W").scalar_subquery()
        balance = stock.stock_balance
        tx.execute(update(balance).where(balance.c.location_id == place).values(quantity=Decimal(1)))
    result = CliRunner().invoke(cli, ["ledger", "check", "--json", "--lang", "en"])
    answer = json.loads(result.output)
    assert result.exit_code == 1
    assert [each["check"] for each in answer["findings"]] == ["balance_is_sum"]
    assert "P-0001" in answer["findings"][0]["where"]
