"""The web: Flask pages and their API; parse, authorise, open a transaction, call one command or query, render."""

from __future__ import annotations

from app.web.application import create_app

__all__ = ["create_app"]
