"""`assign_by_rotation`: D18, the fair turn of the engineers, every decision written down for R55."""

from __future__ import annotations

from datetime import date
from typing import Any

from app import clock
from app.aftersales.rotation import Candidate, take_turn
from app.connectors.engineers import Availability, pool
from app.engine import JobCall
from app.runtime import Calling


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Sets engineer, rotation_result (found, none_available) and rotation_log.

    The log goes on from the rounds before of the same dispatch: the ledger keeps a row as long as its list names it.
    Whoever refused this job for a reason that excuses (`refusal_skip_reason`) is skipped for it.
    """
    now = clock.now().astimezone(clock.ZONE)
    skill = call.variables.get("required_skill")
    planned = call.variables.get("planned_date")
    day = date.fromisoformat(planned[:10]) if planned else now.date()
    engineers = pool(calling)
    availability = Availability(calling, engineers.candidates, skill, day)
    excused = {call.variables.get("refused_by"): call.variables.get("refusal_skip_reason")}
    name = f"{engineers.unit_code}/{call.variables.get('responsible_unit') or ''}/{skill or ''}"[:120]

    def skip_reason(candidate: Candidate) -> str | None:
        return excused.get(candidate.login) or availability.skip_reason(candidate)

    chosen, turns = take_turn(calling.tx, name, engineers.candidates, skip_reason)
    return {
        "engineer": chosen.login if chosen else None,
        "rotation_result": "found" if chosen else "none_available",
        "rotation_log": [
            *(call.variables.get("rotation_log") or ()),
            *(
                {
                    "candidate": turn.candidate,
                    "decision": turn.decision,
                    "skip_reason": turn.skip_reason,
                    "decided_at": now.isoformat(),
                    "pool": name,
                    "seq": turn.round,
                    "line": number,
                }
                for number, turn in enumerate(turns, 1)
            ),
        ],
    }
