"""A register as a file: Excel or CSV, with the filters and columns of the page; who took it is on record."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from flask import Response, request, send_file

from app import clock, history, registers
from app.clock import ZONE
from app.registers import Register
from app.web.access import actor, house, language
from app.web.registers import pages
from app.web.registers.address import chosen_columns, wanted

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/<code>.csv")
def as_csv(code: str) -> Any:
    """Streamed: the first lines leave while the last are still read."""
    register, someone, lang = _register(code), actor(), language()
    asked, place = wanted(register), house()
    _record(register, "csv")

    def lines() -> Iterator[bytes]:
        with place.db.one_moment() as tx:
            reader = registers.reader_of(tx, register, None, lang=lang, zone=ZONE)
            rows = registers.all_rows(tx, register, someone, asked, zone=ZONE)
            yield from registers.csv_lines(rows, columns, reader)

    with place.db.reading() as tx:
        columns, _ = chosen_columns(tx, register, someone)
        # A filter that means nothing is refused before the first byte.
        registers.find_rows(tx, register, someone, asked, zone=ZONE, limit=1)
    answer = Response(lines(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(_file_name(register, 'csv'))}"
    return answer


@pages.get("/<code>.xlsx")
def as_workbook(code: str) -> Any:
    """Written row by row into a temporary file."""
    from app.registers.workbook import write_workbook  # openpyxl costs the server's start a third of a second

    register = _register(code)
    asked = wanted(register)
    target = tempfile.TemporaryFile()  # noqa: SIM115 - send_file closes it when it is sent
    with house().db.one_moment() as tx:
        columns, _ = chosen_columns(tx, register, actor())
        reader = registers.reader_of(tx, register, None, lang=language(), zone=ZONE)
        rows = registers.all_rows(tx, register, actor(), asked, zone=ZONE)
        write_workbook(target, register, rows, columns, reader)
    _record(register, "xlsx")
    target.seek(0)
    return send_file(target, mimetype=_XLSX, as_attachment=True, download_name=_file_name(register, "xlsx"))


def _register(code: str) -> Register:
    return registers.find_register(house().registers, actor(), code)


def _record(register: Register, kind: str) -> None:
    data = {"register": register.code, "name": register.name.zh, "format": kind, "filters": request.args.to_dict()}
    with house().db.transaction() as tx:
        history.record(tx, actor=actor(), kind="register_exported", data=data)


def _file_name(register: Register, ending: str) -> str:
    name = register.name.text(language()).replace("/", "／")
    return f"{name} {clock.now().astimezone(ZONE):%Y-%m-%d}.{ending}"
