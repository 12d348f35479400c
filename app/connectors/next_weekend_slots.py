"""`next_weekend_slots`: the next weekend days on which an engineer is free (P04.8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app import clock
from app.connectors.engineers import Availability, pool
from app.engine import JobCall
from app.runtime import Calling

_LOOK_AHEAD = 60  # days


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Sets weekend_slots: up to four ISO dates, the nearest first."""
    planned = call.variables.get("planned_date")
    today = clock.now().astimezone(clock.ZONE).date()
    first = max(date.fromisoformat(planned[:10]) if planned else today, today)
    candidates = pool(calling).candidates
    slots: list[str] = []
    for ahead in range(_LOOK_AHEAD):
        day = first + timedelta(days=ahead)
        if day.weekday() < 5:
            continue
        availability = Availability(calling, candidates, call.variables.get("required_skill"), day)
        if any(availability.skip_reason(candidate) in {None, "not_back"} for candidate in candidates):
            slots.append(day.isoformat())
        if len(slots) == 4:
            break
    return {"weekend_slots": slots}
