"""The registers pages."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("registers", __name__, url_prefix="/registers")
