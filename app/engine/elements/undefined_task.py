"""Tasks nobody waits for: the undefined task and the manual task pass through, as in Camunda 8."""

from __future__ import annotations

from app.engine.elements.activity import Activity


class UndefinedTask(Activity):
    """A drawn step without behaviour; SpiffWorkflow would wait here for ever."""
