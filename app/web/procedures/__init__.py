"""The procedures pages."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("procedures", __name__, url_prefix="/procedures")
