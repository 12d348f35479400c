"""The transaction: a subprocess that a cancel end event leaves by its cancel boundary event."""

from __future__ import annotations

from app.engine.elements.subprocess import Subprocess


class Transaction(Subprocess):
    """No resource is rolled back here: whoever draws it says by the cancel boundary what must be undone."""
