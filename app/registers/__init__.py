"""Registers: declared in YAML beside the procedure, filled in the step's own transaction."""

from __future__ import annotations

from app.registers.asking import rows_since
from app.registers.cells import Reader, reader_of
from app.registers.declaration import BrokenDeclaration, Column, Declarations, NumberRule, Register, load
from app.registers.export import csv_lines, void_words
from app.registers.filters import EMPTY
from app.registers.hours import hours_elsewhere
from app.registers.listener import RegisterListener
from app.registers.looking_up import rows_with
from app.registers.rebuilding import Rebuilt, rebuild
from app.registers.retention import AT_ONCE, retire, years_kept
from app.registers.rows import (
    Page,
    Summary,
    Totals,
    Wanted,
    all_rows,
    find_register,
    find_rows,
    summaries,
    totals,
    units_of,
    visible_registers,
)
from app.registers.tables import register_row
from app.registers.taking_back import UNDO, take_back
from app.registers.views import MOST_VIEWS, View, choose_columns, drop_view, save_view, views_of

__all__ = [
    "AT_ONCE",
    "EMPTY",
    "MOST_VIEWS",
    "UNDO",
    "BrokenDeclaration",
    "Column",
    "Declarations",
    "NumberRule",
    "Page",
    "Reader",
    "Rebuilt",
    "Register",
    "RegisterListener",
    "Summary",
    "Totals",
    "View",
    "Wanted",
    "all_rows",
    "choose_columns",
    "csv_lines",
    "drop_view",
    "find_register",
    "find_rows",
    "hours_elsewhere",
    "load",
    "reader_of",
    "rebuild",
    "register_row",
    "retire",
    "rows_since",
    "rows_with",
    "save_view",
    "summaries",
    "take_back",
    "totals",
    "units_of",
    "views_of",
    "visible_registers",
    "void_words",
    "years_kept",
]
