"""Registers: declared in YAML beside the procedure, filled in the step's own transaction."""

from __future__ import annotations

from app.registers.declaration import Declarations, NumberRule, Register, load
from app.registers.listener import RegisterListener
from app.registers.rows import Page, find_rows, visible_registers
from app.registers.tables import register_row

__all__ = [
    "Declarations",
    "NumberRule",
    "Page",
    "Register",
    "RegisterListener",
    "find_rows",
    "load",
    "register_row",
    "visible_registers",
]
