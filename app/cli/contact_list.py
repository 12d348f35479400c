"""A list of contacts as other systems export it: read, mapped to the contact record, and started one by one."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.house import House
from app.identity import SYSTEM
from app.messages import FieldError, Message, Refusal
from app.runtime import complete_task, start_case
from app.runtime.imported import find_imported, keep_imported
from app.yaml_file import read_yaml

PROCESS, FIRST_TASK = "contact_intake", "register_contact"
LONGEST_CONTENT = 2000


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column gives the key, and which gives which field."""

    key: str | None
    columns: dict[str, str]  # field → column
    always: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One record of the list: where it stands, what its columns say, and what is wrong with it already."""

    number: int
    columns: dict[str, str]
    problem: FieldError | None = None


@dataclass(slots=True)
class Imported:
    """What came of a list."""

    started: int = 0
    recognised: int = 0
    refused: list[tuple[int, FieldError]] = field(default_factory=list)


def read_lines(path: Path) -> list[Line]:
    """The records of a CSV file in UTF-8 or GB18030, with comma, semicolon or tab between the columns."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            raise _unreadable("编码既不是 UTF-8 也不是 GB18030", "it is neither UTF-8 nor GB18030") from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        names = [name.strip() for name in next(reader, [])]
        if not any(names):
            raise _unreadable("没有标题行", "it has no line with the names of the columns")
        if len(set(names)) != len(names):
            raise _unreadable("列名重复", "a column's name stands there twice")
        return list(_lines(reader, names))
    except csv.Error as wrong:
        raise _unreadable(f"第 {reader.line_num} 行：{wrong}", f"line {reader.line_num}: {wrong}") from None


def _lines(reader: Any, names: list[str]) -> Iterator[Line]:
    last = reader.line_num
    for cells in reader:
        number, last = last + 1, reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        problem = None
        if len(cells) != len(names):
            said = Message(
                f"应有 {len(names)} 列，这一行有 {len(cells)} 列。",
                f"There should be {len(names)} columns, this line has {len(cells)}.",
            )
            problem = FieldError("", "columns", said)
        yield Line(number, {name: cell.strip() for name, cell in zip(names, cells, strict=False)}, problem)


def mapping_for(names: list[str], defaults: Path, given: Mapping[str, str], key: str | None = None) -> ColumnMap:
    """The mapping of a list: what was given (column → field) goes before the names in the defaults file."""
    content = read_yaml(defaults)
    for name in (*given, *((key,) if key else ())):
        if name not in names:
            there = ", ".join(names)
            raise Refusal(
                "unknown_column",
                Message(f"没有“{name}”这一列；有：{there}。", f"There is no column “{name}”; there are {there}."),
                status=422,
            )
    columns = {field_: column for column, field_ in given.items()}
    for field_, candidates in content["fields"].items():
        found = next((name for name in candidates if name in names), None)
        if found is not None:
            columns.setdefault(field_, found)
    key = key or next((name for name in content["key"] if name in names), None)
    return ColumnMap(key, columns, dict(content["always"]))


def import_line(house: House, line: Line, mapping: ColumnMap, *, source: str, unit: str) -> str | FieldError:
    """`started`, `recognised`, or what is wrong with the line. One transaction."""
    if line.problem is not None:
        return line.problem
    digest = hashlib.sha256(repr(sorted(line.columns.items())).encode()).hexdigest()
    key = line.columns.get(mapping.key, "") if mapping.key else digest
    if not key or len(key) > 200:
        return FieldError(mapping.key or "", "key", Message("编号为空或太长。", "The number is missing or too long."))
    try:
        with house.db.transaction() as tx:
            known = find_imported(tx, source, key)
            if known is not None:
                return "recognised" if known.digest == digest else _other_content(mapping, key, known.case_no)
            record = start_case(
                tx,
                house.world,
                actor=SYSTEM,
                process_key=PROCESS,
                unit_code=unit,
                variables={"imported_from": source, "imported_columns": line.columns},
            )
            task = next(opened for opened in record.opened if opened.element_id == FIRST_TASK)
            complete_task(tx, house.world, actor=SYSTEM, task_id=task.id, values=form_values(line, mapping))
            keep_imported(tx, source, key, digest, record.case_no)
        return "started"
    except Refusal as refusal:
        if refusal.errors:
            wrong = refusal.errors[0]
            return FieldError(mapping.columns.get(wrong.field, wrong.field), wrong.code, wrong.message)
        return FieldError(refusal.field or "", refusal.code, refusal.message)


def form_values(line: Line, mapping: ColumnMap) -> dict[str, Any]:
    """What the form gets: the mapped fields, and in the content the description with every column below it."""
    values = {field_: line.columns[column] for field_, column in mapping.columns.items() if line.columns.get(column)}
    said = values.get("content", "")
    if said and len(said) <= LONGEST_CONTENT:
        # Longer lists of columns are cut here; the variable `imported_columns` holds them whole.
        everything = "\n".join(f"{name}: {value}" for name, value in line.columns.items() if value)
        values["content"] = f"{said}\n\n{everything}"[:LONGEST_CONTENT]
    return {**mapping.always, **values}


def _other_content(mapping: ColumnMap, key: str, case_no: str) -> FieldError:
    return FieldError(
        mapping.key or "",
        "other_content",
        Message(
            f"编号“{key}”已导入为服务单 {case_no}，但内容不同。",
            f"“{key}” was imported before, as case {case_no}, with other content.",
        ),
    )


def _unreadable(zh: str, en: str) -> Refusal:
    return Refusal("unreadable", Message(f"读不了这个文件：{zh}。", f"The file cannot be read: {en}."), status=422)
