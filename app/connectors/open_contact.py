"""`open_contact`: the database stamps a contact as it is opened (readings 11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app import clock
from app.engine import JobCall
from app.runtime import Calling


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """opened_at is now; received_at and first_responder stay as given, else are now and the person who started."""
    now = clock.now().astimezone(calling.world.zone)
    given = call.variables.get("received_at")
    starter = None if calling.actor.is_system else call.variables.get("starter")
    return {
        "opened_at": now.isoformat(),
        "received_at": given or now.isoformat(),
        "backdated": given is not None and datetime.fromisoformat(given) < now,
        "first_responder": call.variables.get("first_responder") or starter,
    }
