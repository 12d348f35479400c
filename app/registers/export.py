"""A register as CSV that Excel opens in Chinese, a piece at a time; and what exports have in common."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Row

from app.messages import Message
from app.registers.cells import Reader
from app.registers.declaration import Column

# What every register carries beside its own columns (catalogue §4).
CASE = Message("服务单号", "Case")
UNIT = Message("单位", "Unit")
BY = Message("登记人", "Entered by")
AT = Message("登记时间", "Entered at")
CHANGED = Message("更新时间", "Changed at")
VOID = Message("作废", "Void")
OWN = (CASE, UNIT, BY, AT, CHANGED, VOID)

_HARMLESS = re.compile(r"[+-][\d\s.,()-]*")  # a phone or a number may begin with a sign


def headings(columns: Iterable[Column], lang: str) -> list[str]:
    """The titles of the chosen columns and of what every row carries."""
    return [column.title.text(lang) for column in columns] + [each.text(lang) for each in OWN]


def void_words(row: Row[Any], reader: Reader) -> str:
    """作废 with who, when and why; "" for a row that stands."""
    if row.voided_at is None:
        return ""
    return " ".join(part for part in (reader.stamp(row.voided_at), row.voided_by, row.void_reason) if part)


def csv_lines(rows: Iterable[Row[Any]], columns: list[Column], reader: Reader) -> Iterator[bytes]:
    """The register as CSV in UTF-8 with a byte order mark, a piece at a time."""
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow(headings(columns, reader.lang))
    yield "\ufeff".encode() + _taken(page)
    for row in rows:
        cells = [reader.cell(column, row.data.get(column.id)) for column in columns]
        own = [
            row.case_no or "",
            reader.unit(row.unit_path),
            row.created_by,
            reader.stamp(row.created_at),
            reader.stamp(row.updated_at),
            void_words(row, reader),
        ]
        writer.writerow([safe(cell) for cell in (*cells, *own)])
        if page.tell() > 32_768:
            yield _taken(page)
    yield _taken(page)


def _taken(page: io.StringIO) -> bytes:
    content = page.getvalue().encode()
    page.seek(0)
    page.truncate()
    return content


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and not _HARMLESS.fullmatch(text):
        return "'" + text
    return text
