"""Procedures: how each one runs, its versions, and the editor of its diagram."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("procedures", __name__)
READERS = ("process_owner", "system_admin")

from app.web.procedures import drafts, listing, reading, references  # noqa: E402, F401 - each registers its routes
