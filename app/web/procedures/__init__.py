"""Procedures: how each one runs, its versions, and the editor of its diagram."""

from __future__ import annotations

import importlib

from flask import Blueprint

pages = Blueprint("procedures", __name__)
READERS = ("process_owner", "system_admin")

for _module in ("listing", "map", "reading", "drafts", "references", "version_changes"):
    # Each registers its routes; they need `pages`, so they come last.
    importlib.import_module(f"app.web.procedures.{_module}")
