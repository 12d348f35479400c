"""`open_contact`: the database stamps a contact as it is opened (readings 11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app import clock
from app.engine import JobCall
from app.runtime import Calling


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """opened_at is now; received_at and first_responder stay as given, else are now and the person who started."""
    zone = clock.ZONE
    now = clock.now().astimezone(zone)
    given = call.variables.get("received_at")
    received = datetime.fromisoformat(given) if given else now
    if received.tzinfo is None:
        # Another system's message may leave the offset out; the forms never do.
        received = received.replace(tzinfo=zone)
    starter = None if calling.actor.is_system else call.variables.get("starter")
    return {
        "opened_at": now.isoformat(),
        "received_at": received.isoformat(),
        "backdated": received < now,
        "first_responder": call.variables.get("first_responder") or starter,
    }
