"""`aftercare import customers` as it is called: a dry run writes nothing, one mistake stops all of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from app.aftersales import customer
from app.cli import cli
from tests.factories.companies import Company

HEAD = "客户名称,电话,单位编码,产品编号,型号\n"
GOOD = "示例一队,000-0000-0001,O1,V1,A\n示例二队,000-0000-0002,O2,V2,A\n"


class Command:
    """Calls it in a company."""

    def __init__(self, company: Company, folder: Path) -> None:
        self.company = company
        self._file = folder / "customers.csv"

    def run(self, lines: str, *options: str) -> tuple[int, Any]:
        self._file.write_text(HEAD + lines, encoding="utf-8")
        result = CliRunner().invoke(cli, ["import", "customers", str(self._file), "--json", *options])
        return result.exit_code, json.loads(result.output)

    def count(self) -> int:
        with self.company.db.reading() as tx:
            return int(tx.value(select(func.count()).select_from(customer)))


@pytest.fixture
def command(company: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    url = company.db.engine.url.render_as_string(hide_password=False)
    for name, value in (("DATABASE_URL", url), ("DATA", str(tmp_path)), ("SECRET_KEY", "k" * 40)):
        monkeypatch.setenv(f"AFTERCARE_{name}", value)
    return Command(company, tmp_path)


def test_a_dry_run_counts_and_writes_nothing(command: Command) -> None:
    code, answer = command.run(GOOD, "--dry-run")
    assert (code, answer["customers_new"], answer["units_new"], answer["written"]) == (0, 2, 2, False)
    assert command.count() == 0


def test_a_good_list_is_imported_once(command: Command) -> None:
    assert command.run(GOOD)[1]["written"] is True
    assert command.run(GOOD)[1]["customers_same"] == 2
    assert command.count() == 2


def test_one_mistake_is_named_by_its_line_and_stops_all_of_it(command: Command) -> None:
    code, answer = command.run(GOOD + "坏行,1,O1,,\n")
    assert code == 1
    assert [(wrong["line"], wrong["column"]) for wrong in answer["errors"]] == [(4, "phone")]
    assert command.count() == 0
