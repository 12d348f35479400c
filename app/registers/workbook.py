"""A register as an Excel workbook with real dates and numbers, written row by row with little memory."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
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
    pens = [_Pen(sheet, _FORMATS.get(column.type)) for column in columns]
    case, unit, by, void = (_Pen(sheet) for _ in range(4))
    made, changed = _Pen(sheet, _FORMATS["datetime"]), _Pen(sheet, _FORMATS["datetime"])
    count = 0
    for row in rows:
        cells = [
            pen(_value(column, row.data.get(column.id), reader)) for pen, column in zip(pens, columns, strict=True)
        ]
        cells += [case(row.case_no or ""), unit(reader.unit(row.unit_path)), by(row.created_by)]
        cells += [pen(at.astimezone(reader.zone).replace(tzinfo=None)) for pen, at in _stamps(row, made, changed)]
        cells.append(void(void_words(row, reader)))
        sheet.append(cells)
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(titles))}{count + 1}"
    book.save(target)
    return count


class _Pen:
    """One cell of a column, written again and again: a row leaves as soon as it is appended, and styles cost most."""

    def __init__(self, sheet: WriteOnlyWorksheet, number_format: str | None = None) -> None:
        self._text = WriteOnlyCell(sheet)
        self._other = WriteOnlyCell(sheet)
        if number_format is not None:
            self._other.number_format = number_format

    def __call__(self, value: Any) -> Any:
        if value is None or value == "":
            return None
        if isinstance(value, str):
            self._text.value = _printable(value)[:_LONGEST]
            # Otherwise openpyxl makes a formula of a text that begins with "=".
            self._text.data_type = "s"
            return self._text
        self._other.value = value
        return self._other


def _stamps(row: Row[Any], made: _Pen, changed: _Pen) -> tuple[tuple[_Pen, datetime], tuple[_Pen, datetime]]:
    return (made, row.created_at), (changed, row.updated_at)


def _heading(sheet: WriteOnlyWorksheet, title: str) -> Any:
    cell = WriteOnlyCell(sheet, value=title)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _value(column: Column, value: Any, reader: Reader) -> Any:
    if value is None or value == "" or value == []:
        return None
    if column.type == "datetime" and (at := moment(value, reader.zone)) is not None:
        return at.replace(tzinfo=None)
    if column.type == "date" and (day := day_of(value, reader.zone)) is not None:
        return day
    if column.is_number and (number := decimal(value)) is not None:
        return number
    return reader.cell(column, value)


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(character for character in text if character >= " " or character in "\n\t")


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", "", name)[:31]
