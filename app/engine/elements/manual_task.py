"""The manual task: work outside the system, told in history and passed through."""

from __future__ import annotations

from app.engine.elements.activity import Activity


class ManualTask(Activity):
    """Passed through; work somebody must confirm is a user task."""
