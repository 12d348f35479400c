"""Figures: is it all right, and if not, where; down to the cases counted."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("figures", __name__, url_prefix="/figures")

from app.web.figures import deadlines, figure, overview  # noqa: E402, F401 - they add their routes
