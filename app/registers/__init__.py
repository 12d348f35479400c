"""Registers: declared in YAML beside the procedure, filled in the step's own transaction."""

from __future__ import annotations

from app.registers.cells import Reader, reader_of
from app.registers.declaration import BrokenDeclaration, Column, Declarations, NumberRule, Register, load
from app.registers.export import csv_lines, void_words
from app.registers.filters import EMPTY
from app.registers.hours import hours_elsewhere
from app.registers.listener import RegisterListener
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

__all__ = [
    "EMPTY",
    "UNDO",
    "BrokenDeclaration",
    "Column",
    "Declarations",
    "NumberRule",
    "Page",
    "Reader",
    "Register",
    "RegisterListener",
    "Summary",
    "Totals",
    "Wanted",
    "all_rows",
    "csv_lines",
    "find_register",
    "find_rows",
    "hours_elsewhere",
    "load",
    "reader_of",
    "register_row",
    "summaries",
    "take_back",
    "totals",
    "units_of",
    "visible_registers",
    "void_words",
]
