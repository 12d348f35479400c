"""Importing contacts: each line a case that waits to be clarified, or line, field and reason; never anything twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from app.cli.contact_list import LONGEST_CONTENT, Imported, import_line, mapping_for, read_lines
from app.messages import FieldError, Refusal
from app.registers.tables import register_row
from app.runtime.queries import open_task
from tests.factories.companies import ROOT, Company

DEFAULTS = ROOT / "processes" / "contact_intake" / "import.yaml"
# As a complaint platform exports it: no names, no phone numbers, stray tabs, Chinese text, quoted commas.
LIST = (
    "id,brand,car_model,type,desc,problem,datetime,status\n"
    '1001,示例,A型,2020款,示例A型前门漏风,"H93,H15,",2020-06-08,信息审核\n'
    '1002,示例,B型,2019款,"\t示例B型,空调不制冷 ",H11,2020-06-08,已回复\n'
    "1003,示例,C型,,示例C型异响,,2020-06-07,\n"
)


def run(company: Company, path: Path, source: str = "contacts", **given: str) -> Imported:
    lines = read_lines(path)
    mapping = mapping_for(list(lines[0].columns), DEFAULTS, given)
    result = Imported()
    for line in lines:
        answer = import_line(company.house, line, mapping, source=source, unit="O1")
        if isinstance(answer, FieldError):
            result.refused.append((line.number, answer))
        elif answer == "started":
            result.started += 1
        else:
            result.recognised += 1
    return result


@pytest.fixture
def contacts(tmp_path: Path) -> Path:
    path = tmp_path / "contacts.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_each_line_waits_at_clarify_contact_with_every_column_to_be_seen(company: Company, contacts: Path) -> None:
    result = run(company, contacts)
    assert (result.started, result.recognised, result.refused) == (3, 0, [])
    waiting = company.open_tasks("FW2026000002")
    assert list(waiting) == ["clarify_contact"]
    with company.db.reading() as tx:
        variables = open_task(
            tx, company.world, company.person("hotline_agent_1"), waiting["clarify_contact"].id
        ).variables
    content = variables["content"]
    for shown in ("id: 1002", "brand: 示例", "type: 2019款", "problem: H11", "datetime: 2020-06-08", "status: 已回复"):
        assert shown in content
    assert variables["product_model"] == "B型"
    assert variables["imported_columns"]["desc"] == "示例B型,空调不制冷"
    assert variables["channel"] == "web"
    assert not variables["facts_clear"]


def test_nobody_has_answered_an_imported_contact_until_somebody_clarifies_it(company: Company, contacts: Path) -> None:
    """The program that imports is no first responder (GR08)."""

    def first_responder() -> str | None:
        with company.db.reading() as tx:
            data = tx.value(select(register_row.c.data).where(register_row.c.case_no == "FW2026000001"))
        return (data or {}).get("first_responder")

    run(company, contacts)
    assert first_responder() is None
    task = company.open_tasks("FW2026000001")["clarify_contact"]
    company.submit(task.id, "hotline_agent_2", {"facts_clear": False, "clarify_log": [{"result": "已问清"}]})
    assert first_responder() == "hotline_agent_2"


def test_importing_again_starts_nothing_twice(company: Company, contacts: Path, tmp_path: Path) -> None:
    run(company, contacts)
    again = run(company, contacts)
    assert (again.started, again.recognised) == (0, 3)
    longer = tmp_path / "renamed.csv"
    longer.write_text(LIST + "1004,示例,D型,,示例D型漏油,,2020-06-09,\n", encoding="utf-8")
    more = run(company, longer)
    assert (more.started, more.recognised) == (1, 3)


def test_the_same_number_with_other_content_is_refused_and_names_the_case(
    company: Company, contacts: Path, tmp_path: Path
) -> None:
    run(company, contacts)
    changed = tmp_path / "changed.csv"
    changed.write_text(LIST.replace("前门漏风", "后门漏风"), encoding="utf-8")
    result = run(company, changed)
    assert (result.started, result.recognised) == (0, 2)
    ((line, wrong),) = result.refused
    assert (line, wrong.field, wrong.code) == (2, "id", "other_content")
    assert "FW2026000001" in wrong.message.zh


def test_two_sources_may_use_the_same_numbers(company: Company, contacts: Path) -> None:
    run(company, contacts)
    assert run(company, contacts, source="platform").started == 3


def test_a_refused_line_names_line_column_and_reason_and_starts_nothing(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(
        "id,车主,电话,内容\n"
        "1,甲,000-0000-0001,漏水\n"
        ",乙,000-0000-0001,漏水\n"
        "3,丙,abc,漏水\n"
        '4,丁,000-0000-0001,"两行\n内容"\n'
        "5,,,漏水\n"
        "6,己,000-0000-0001,\n"
        "7,庚\n",
        encoding="utf-8",
    )
    result = run(company, path)
    assert result.started == 2
    assert [(line, wrong.field) for line, wrong in result.refused] == [
        (3, "id"),
        (4, "电话"),
        (7, "facts_clear"),
        (8, "内容"),
        (9, ""),
    ]
    assert all(wrong.message.zh and wrong.message.en for _, wrong in result.refused)
    assert company.open_tasks("FW2026000003") == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_spreadsheets_write_is_read(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"编号{separator}内容\r\n1{separator}漏水\r\n\r\n2{separator}异响\r\n", encoding=encoding)
    lines = read_lines(path)
    assert [(line.number, line.columns) for line in lines] == [
        (2, {"编号": "1", "内容": "漏水"}),
        (4, {"编号": "2", "内容": "异响"}),
    ]


@pytest.mark.parametrize("content", [b"", b"\n", b"id,id\n1,2\n", b"\xff\xfe\x00\x81\n"])
def test_what_is_no_list_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        read_lines(path)
    assert refused.value.code == "unreadable"


def test_a_mapping_of_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refusal, match="model"):
        mapping_for(["id", "desc"], DEFAULTS, {"model": "product_model"})
    assert mapping_for(["id", "desc", "x"], DEFAULTS, {"x": "content"}).columns["content"] == "x"


def test_a_description_that_is_too_long_is_refused_not_cut(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(
        f"id,型号,内容\n1,A,{'长' * (LONGEST_CONTENT + 1)}\n2,A,{'长' * LONGEST_CONTENT}\n", encoding="utf-8"
    )
    result = run(company, path)
    assert result.started == 1
    assert [(line, wrong.field) for line, wrong in result.refused] == [(2, "内容")]


def test_the_list_without_numbers_is_known_by_its_content(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("型号,内容\nA,漏水\nB,异响\n", encoding="utf-8")
    assert run(company, path).started == 2
    assert run(company, path).recognised == 2
