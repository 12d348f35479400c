"""A register as an Excel workbook with real dates and numbers, written row by row with little memory."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from sqlalchemy import Row

from app.registers.cells import Reader, day_of, decimal, moment
from app.registers.declaration import Column, Register
from app.registers.export import headings, void_words

_WIDTHS = {"datetime": 17, "date": 12, "money": 14, "number": 10, "bool": 8, "enum": 14, "person": 12, "persons": 18}
_TEXT_WIDTH = 24
_FORMATS = {"datetime": "yyyy-mm-dd hh:mm", "date": "yyyy-mm-dd", "money": "#,##0.00"}
_LONGEST = 32_000  # of a cell, below Excel's limit
_OWN_WIDTHS = [18, 14, 12, 17, 17, 24]


def write_workbook(
    target: IO[bytes], register: Register, rows: Iterable[Row[Any]], columns: list[Column], reader: Reader
) -> int:
    """Write the register as a workbook with real dates and numbers; returns how many rows it has."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(register.name.text(reader.lang)))
    titles = headings(columns, reader.lang)
    for index, width in enumerate([_WIDTHS.get(column.type, _TEXT_WIDTH) for column in columns] + _OWN_WIDTHS):
        sheet.column_dimensions[get_column_letter(index + 1)].width = width
    sheet.freeze_panes = "B2"
    sheet.append([_heading(sheet, title) for title in titles])
    count = 0
    for row in rows:
        cells: list[Any] = [_cell(sheet, column, row.data.get(column.id), reader) for column in columns]
        cells += [
            _text(sheet, row.case_no or ""),
            _text(sheet, reader.unit(row.unit_path)),
            _text(sheet, row.created_by),
        ]
        for at in (row.created_at, row.updated_at):
            cells.append(_formatted(sheet, at.astimezone(reader.zone).replace(tzinfo=None), _FORMATS["datetime"]))
        cells.append(_text(sheet, void_words(row, reader)))
        sheet.append(cells)
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(titles))}{count + 1}"
    book.save(target)
    return count


def _heading(sheet: WriteOnlyWorksheet, title: str) -> Any:
    cell = _text(sheet, title)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, column: Column, value: Any, reader: Reader) -> Any:
    if value is None or value == "" or value == []:
        return None
    if column.type == "datetime" and (at := moment(value, reader.zone)) is not None:
        return _formatted(sheet, at.replace(tzinfo=None), _FORMATS["datetime"])
    if column.type == "date" and (day := day_of(value, reader.zone)) is not None:
        return _formatted(sheet, day, _FORMATS["date"])
    if column.is_number and (number := decimal(value)) is not None:
        return _formatted(sheet, number, _FORMATS.get(column.type, "General"))
    return _text(sheet, reader.cell(column, value))


def _formatted(sheet: WriteOnlyWorksheet, value: Any, number_format: str) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = number_format
    return cell


def _text(sheet: WriteOnlyWorksheet, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=_printable(text)[:_LONGEST])
    # Otherwise openpyxl makes a formula of a text that begins with "=".
    cell.data_type = "s"
    return cell


def _printable(text: str) -> str:
    return "".join(character for character in text if character >= " " or character in "\n\t")


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", "", name)[:31]
