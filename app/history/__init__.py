"""The append-only record: who did what, when, to which case, in words and data."""

from __future__ import annotations

from app.history.record import Event, record, record_all
from app.history.tables import history_event

__all__ = ["Event", "history_event", "record", "record_all"]
