"""Registers as tables: which rows; filter, sort, choose columns, export."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("registers", __name__, url_prefix="/registers")

from app.web.registers import exports, table, views  # noqa: E402, F401 - they add their routes
