"""Reading a register: what one may see, filters in the words people type, sorting, sums, pages, exports."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import insert

from app.clock import ZONE
from app.db import Database, Transaction
from app.identity import Actor
from app.identity.actor import Holding
from app.identity.tables import org_unit, user_account
from app.messages import Refusal
from app.registers import (
    Register,
    Wanted,
    all_rows,
    csv_lines,
    find_register,
    find_rows,
    reader_of,
    register_row,
    summaries,
    totals,
    units_of,
)
from app.registers.export import safe
from app.registers.workbook import write_workbook
from tests.database.registers.conftest import CONTACTS, NOW

ROWS: list[dict[str, Any]] = [
    {"contact_no": "LD-1", "received_at": "2026-03-02T09:00:00+08:00", "customer_name": "示例公交一队",
     "channel": "phone", "amount": 80, "backdated": False, "people": ["eng_1"], "reply": "已答复"},
    {"contact_no": "LD-2", "received_at": "2026-03-31T23:30:00+08:00", "customer_name": "Bus Company 2",
     "channel": "letter", "amount": 1200.5, "backdated": True, "people": ["eng_1", "eng_2"]},
    {"contact_no": "LD-3", "received_at": "2026-03-31T16:30:00+00:00", "customer_name": "示例校车队",
     "channel": "phone", "amount": 9, "people": ["eng_2"], "reply": "=1+1"},
]  # fmt: skip


def holder(role: str = "hotline_agent", path: str = "/C1/R1/O1/") -> Actor:
    return Actor(id=9, login="me", name="我", holdings=(Holding(role, 1, "O1", path, None),))


@pytest.fixture
def tx(database: Database) -> Iterator[Transaction]:
    with database.transaction() as work:
        units = [
            ("C1", "company", "示例客车", "/C1/"),
            ("O1", "outlet", "一站", "/C1/R1/O1/"),
            ("O2", "outlet", "二站", "/C1/R1/O2/"),
        ]
        for number, (code, kind, name, path) in enumerate(units):
            work.execute(insert(org_unit).values(code=code, kind=kind, name=name, path=path, depth=number, active=True))
        for login, name in (("eng_1", "维修员甲"), ("eng_2", "维修员乙")):
            work.execute(
                insert(user_account).values(login=login, name=name, created_at=NOW, language="zh", active=True)
            )
        for number, data in enumerate(ROWS):
            work.execute(
                insert(register_row).values(
                    register="R01",
                    row_key=data["contact_no"],
                    case_no=f"FW{number + 1}",
                    instance_id=1,
                    unit_path="/C1/R1/O2/" if number == 2 else "/C1/R1/O1/",
                    data=data,
                    created_by="客服甲",
                    created_at=NOW + timedelta(hours=number),
                    updated_at=NOW + timedelta(hours=number),
                )
            )
        yield work


@pytest.fixture
def found(tx: Transaction, contacts: Register) -> Callable[..., list[str]]:
    """The numbers of the rows that a person of the whole company finds."""

    def find(**wanted: Any) -> list[str]:
        page = find_rows(tx, contacts, holder(path="/C1/"), Wanted(**wanted))
        return [row.row_key for row in page.rows]

    return find


class TestWhoSeesWhat:
    def test_rows_of_ones_own_units_only(self, tx: Transaction, contacts: Register) -> None:
        assert [row.row_key for row in find_rows(tx, contacts, holder()).rows] == ["LD-2", "LD-1"]

    def test_a_unit_above_sees_all_below(self, tx: Transaction, contacts: Register) -> None:
        assert len(find_rows(tx, contacts, holder(path="/C1/")).rows) == 3

    def test_a_role_that_may_not_see_it_sees_nothing(self, tx: Transaction, contacts: Register) -> None:
        assert find_rows(tx, contacts, holder("service_engineer", "/C1/")).rows == []

    def test_an_unknown_register_and_a_forbidden_one_get_the_same_answer(self, declared: Any) -> None:
        declarations = declared(CONTACTS)
        for code, actor in (("R99", holder()), ("R01", holder("service_engineer"))):
            with pytest.raises(Refusal) as refused:
                find_register(declarations, actor, code)
            assert refused.value.status == 404

    def test_the_list_counts_what_one_may_see(self, tx: Transaction, declared: Any) -> None:
        (one,) = summaries(tx, declared(CONTACTS), holder())
        assert (one.register.code, one.count) == ("R01", 2)
        assert one.updated_at == NOW + timedelta(hours=1)

    def test_units_to_choose_from_are_those_below(self, tx: Transaction, contacts: Register) -> None:
        assert [unit.name for unit in units_of(tx, contacts, holder(path="/C1/"))] == ["示例客车", "一站", "二站"]
        assert [unit.name for unit in units_of(tx, contacts, holder())] == ["一站"]


class TestFilters:
    def test_text_is_a_part_whatever_its_case(self, found: Callable[..., list[str]]) -> None:
        assert found(filters={"customer_name": "bus company"}) == ["LD-2"]
        assert found(filters={"customer_name": "示例"}) == ["LD-3", "LD-1"]

    def test_percent_and_underscore_are_themselves(self, found: Callable[..., list[str]]) -> None:
        assert found(filters={"customer_name": "%"}) == []
        assert found(filters={"customer_name": "_"}) == []

    def test_an_option_is_exact(self, found: Callable[..., list[str]]) -> None:
        assert found(filters={"channel": "phone"}) == ["LD-3", "LD-1"]

    def test_nothing_entered_is_found_as_empty(self, found: Callable[..., list[str]]) -> None:
        assert found(filters={"reply": "空"}) == ["LD-2"]
        assert found(filters={"backdated": "空"}) == ["LD-3"]

    @pytest.mark.parametrize(
        ("typed", "numbers"),
        [
            ("2026", ["LD-3", "LD-2", "LD-1"]),
            ("2026-03", ["LD-2", "LD-1"]),
            ("2026-04", ["LD-3"]),
            ("2026年3月2日", ["LD-1"]),
            ("2026-03-02..2026-03-31", ["LD-2", "LD-1"]),
            ("2026-03-31 至 2026-04-01", ["LD-3", "LD-2"]),
        ],
    )
    def test_a_time_is_a_year_a_month_a_day_or_a_range_in_the_companys_zone(
        self, found: Callable[..., list[str]], typed: str, numbers: list[str]
    ) -> None:
        assert found(filters={"received_at": typed}) == numbers

    @pytest.mark.parametrize(
        ("typed", "numbers"),
        [
            ("80", ["LD-1"]),
            (">9", ["LD-2", "LD-1"]),
            (">=9", ["LD-3", "LD-2", "LD-1"]),
            ("＜80", ["LD-3"]),
            ("9..100", ["LD-3", "LD-1"]),
            ("1,200.5", ["LD-2"]),
        ],
    )
    def test_a_number_is_compared_as_a_number(
        self, found: Callable[..., list[str]], typed: str, numbers: list[str]
    ) -> None:
        assert found(filters={"amount": typed}) == numbers

    @pytest.mark.parametrize(
        ("column", "typed"), [("received_at", "昨天"), ("received_at", "2026-13"), ("amount", "多")]
    )
    def test_what_means_nothing_is_refused_at_its_column(
        self, found: Callable[..., list[str]], column: str, typed: str
    ) -> None:
        with pytest.raises(Refusal) as refused:
            found(filters={column: typed})
        assert refused.value.field == column
        assert typed in refused.value.message.zh

    def test_yes_and_no(self, found: Callable[..., list[str]]) -> None:
        assert found(filters={"backdated": "true"}) == ["LD-2"]
        assert found(filters={"backdated": "false"}) == ["LD-1"]

    def test_people_are_found_by_name(self, found: Callable[..., list[str]]) -> None:
        assert found(filters={"people": "乙"}) == ["LD-3", "LD-2"]
        assert found(filters={"people": "无此人"}) == []

    def test_an_unknown_column_is_ignored(self, found: Callable[..., list[str]]) -> None:
        assert len(found(filters={"no_such_column": "x"})) == 3

    def test_the_date_range_speaks_of_entry_or_of_a_column(self, found: Callable[..., list[str]]) -> None:
        assert len(found(since=date(2026, 3, 2), until=date(2026, 3, 2))) == 3
        assert found(since=date(2026, 3, 3)) == []
        assert found(time_column="received_at", since=date(2026, 3, 3), until=date(2026, 3, 31)) == ["LD-2"]

    def test_one_unit(self, found: Callable[..., list[str]]) -> None:
        assert found(unit="/C1/R1/O2/") == ["LD-3"]

    def test_void_rows_alone_or_left_out(self, tx: Transaction, found: Callable[..., list[str]]) -> None:
        tx.execute(
            register_row.update()
            .where(register_row.c.row_key == "LD-1")
            .values(voided_at=NOW, voided_by="主管丙", void_reason="重复")
        )
        assert found(void="only") == ["LD-1"]
        assert found(void="without") == ["LD-3", "LD-2"]


class TestSearchEverywhere:
    def test_words_as_they_are_shown(self, found: Callable[..., list[str]]) -> None:
        assert found(text="来函") == ["LD-2"]
        assert found(text="by letter") == ["LD-2"]
        assert found(text="维修员乙") == ["LD-3", "LD-2"]
        assert found(text="校车") == ["LD-3"]
        assert found(text="fw1") == ["LD-1"]

    def test_every_word_counts(self, found: Callable[..., list[str]]) -> None:
        assert found(text="示例 来电") == ["LD-3", "LD-1"]
        assert found(text="示例 来函") == []

    def test_names_of_columns_do_not(self, found: Callable[..., list[str]]) -> None:
        assert found(text="customer_name") == []


class TestSortingAndPages:
    def test_newest_first(self, found: Callable[..., list[str]]) -> None:
        assert found() == ["LD-3", "LD-2", "LD-1"]

    def test_numbers_as_numbers(self, found: Callable[..., list[str]]) -> None:
        assert found(sort="amount", descending=False) == ["LD-3", "LD-1", "LD-2"]

    def test_moments_whatever_their_offset(self, found: Callable[..., list[str]]) -> None:
        assert found(sort="received_at", descending=False) == ["LD-1", "LD-2", "LD-3"]

    def test_empty_cells_last_either_way(self, found: Callable[..., list[str]]) -> None:
        assert found(sort="reply", descending=True)[-1] == "LD-2"
        assert found(sort="reply", descending=False)[-1] == "LD-2"

    def test_a_page_says_whether_another_follows(self, tx: Transaction, contacts: Register) -> None:
        first = find_rows(tx, contacts, holder(path="/C1/"), limit=2)
        second = find_rows(tx, contacts, holder(path="/C1/"), offset=2, limit=2)
        assert ([row.row_key for row in first.rows], first.more) == (["LD-3", "LD-2"], True)
        assert ([row.row_key for row in second.rows], second.more) == (["LD-1"], False)

    def test_sums_leave_void_rows_out(self, tx: Transaction, contacts: Register) -> None:
        tx.execute(register_row.update().where(register_row.c.row_key == "LD-2").values(voided_at=NOW))
        sums = totals(tx, contacts, holder(path="/C1/"))
        assert (sums.count, sums.voided) == (3, 1)
        assert sums.sums == {"amount": 89}


class TestExports:
    def read(self, tx: Transaction, register: Register, lang: str = "zh") -> list[list[str]]:
        reader = reader_of(tx, register, None, lang=lang, zone=ZONE)
        content = b"".join(csv_lines(all_rows(tx, register, holder(path="/C1/")), list(register.columns), reader))
        assert content.startswith("\ufeff".encode())
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))

    def test_csv_has_titles_and_words(self, tx: Transaction, contacts: Register) -> None:
        lines = self.read(tx, contacts)
        assert lines[0][:4] == ["编号", "时间", "用户", "渠道"]
        assert lines[0][-6:] == ["服务单号", "单位", "登记人", "登记时间", "更新时间", "作废"]
        assert lines[1][:7] == ["LD-1", "2026-03-02 09:00", "示例公交一队", "来电", "¥80.00", "否", "维修员甲"]
        assert lines[2][6] == "维修员甲、维修员乙"
        assert lines[1][8:10] == ["FW1", "一站"]

    def test_csv_in_english(self, tx: Transaction, contacts: Register) -> None:
        lines = self.read(tx, contacts, "en")
        assert lines[0][:2] == ["No.", "Received"]
        assert lines[2][3] == "By letter"
        assert lines[1][3] == "Phone"

    def test_no_cell_is_a_formula(self, tx: Transaction, contacts: Register) -> None:
        assert self.read(tx, contacts)[3][7] == "'=1+1"
        assert safe("@SUM(A1)") == "'@SUM(A1)"
        assert safe("-12.5") == "-12.5"
        assert safe("+86 000-0000") == "+86 000-0000"

    def test_workbook_has_dates_numbers_and_no_formulas(self, tx: Transaction, contacts: Register) -> None:
        reader = reader_of(tx, contacts, None, lang="zh", zone=ZONE)
        target = io.BytesIO()
        rows = all_rows(tx, contacts, holder(path="/C1/"))
        assert write_workbook(target, contacts, rows, list(contacts.columns), reader) == 3
        sheet = openpyxl.load_workbook(io.BytesIO(target.getvalue())).active
        assert sheet is not None
        assert sheet.title == "来电登记"
        assert sheet["A1"].value == "编号"
        assert sheet["B2"].value == datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - Excel knows no zones
        assert sheet["E3"].value == 1200.5
        assert (sheet["H4"].value, sheet["H4"].data_type) == ("=1+1", "s")
        assert sheet.freeze_panes == "B2"

    def test_exports_hold_what_was_filtered(self, tx: Transaction, contacts: Register) -> None:
        rows = all_rows(tx, contacts, holder(path="/C1/"), Wanted(filters={"channel": "letter"}))
        assert [row.row_key for row in rows] == ["LD-2"]

    def test_a_thousand_rows_come_whole(self, tx: Transaction, contacts: Register) -> None:
        many = [
            {"register": "R01", "row_key": f"X-{number}", "unit_path": "/C1/", "data": {"contact_no": f"X-{number}"},
             "created_by": "导入", "created_at": datetime(2026, 4, 1, tzinfo=UTC), "updated_at": NOW}
            for number in range(1200)
        ]  # fmt: skip
        tx.execute(insert(register_row), many)
        assert len(self.read(tx, contacts)) == 1204
