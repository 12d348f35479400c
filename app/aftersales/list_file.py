"""Lists from Excel or CSV: lines with named columns, read and made; what is wrong is said by line and column."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.messages import Message, Refusal


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file, as text; `number` is its line there."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong in one cell."""

    row: int
    column: str
    message: Message


def read_lines(content: bytes, columns: Mapping[str, Message], needed: Sequence[str], most: int) -> list[Line]:
    """The lines of an .xlsx or a CSV file, every column as text; its first line names the columns, in any order, in
    Chinese or English. Refuses an unreadable file."""
    if not content:
        raise _file("file_missing", "请选择文件。", "Choose a file.")
    table = _from_workbook(content) if content[:2] == b"PK" else _from_csv(content)
    header = [cell.casefold() for cell in next(table, [])]
    places = {
        column: place
        for column, label in columns.items()
        for place, title in enumerate(header)
        if title in {label.zh, label.en.casefold(), column}
    }
    missing = [columns[column] for column in needed if column not in places]
    if missing:
        zh, en = "、".join(each.zh for each in missing), ", ".join(each.en for each in missing)
        raise _file("columns_missing", f"第一行缺少列：{zh}。", f"The first line lacks: {en}.")
    rows = []
    for number, cells in enumerate(table, 2):
        values = {column: cells[place] if place < len(cells) else "" for column, place in places.items()}
        if any(values.values()):
            rows.append(Line(number, {column: values.get(column, "") for column in columns}))
        if len(rows) > most:
            zh = f"一次最多导入 {most} 行，请分成几个文件。"
            raise _file("too_many_rows", zh, f"At most {most} lines at once; split the file.")
    if not rows:
        raise _file("no_rows", "表中没有内容。", "The file has no lines.")
    return rows


def _from_workbook(content: bytes) -> Any:
    from openpyxl import load_workbook  # costs the server's start a third of a second
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        return ([_text(cell) for cell in cells] for cells in sheet.iter_rows(values_only=True))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError, TypeError):
        raise _file("not_a_list", "这不是 Excel（.xlsx）或 CSV 文件。", "This is no .xlsx or CSV file.") from None


def _from_csv(content: bytes) -> Any:
    # Excel in China saves CSV as GB 18030, everybody else as UTF-8.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return ([cell.strip() for cell in line] for line in csv.reader(io.StringIO(text)))
    raise _file("not_a_list", "这不是 Excel（.xlsx）或 CSV 文件。", "This is no .xlsx or CSV file.")


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def workbook_of(title: str, columns: Mapping[str, Message], lines: Iterable[Sequence[str]] = ()) -> bytes:
    """An .xlsx file with such columns, every cell text, so that Excel keeps phones and codes."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append([label.zh for label in columns.values()])
    for line in lines:
        # A text that begins like a formula would be carried out by Excel.
        sheet.append([f"'{text}" if text[:1] in "=+-@" else text for text in line])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _file(code: str, zh: str, en: str) -> Refusal:
    return Refusal(code, Message(zh, en), field="file", status=422)
