"""`assign_by_rotation`: D18, the fair turn of the engineers, every decision written down for R55."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from app import clock
from app.aftersales.rotation import Candidate, take_turn
from app.connectors.engineers import Availability, pool
from app.engine import JobCall
from app.history import history_event
from app.runtime import Calling

_answers = (
    select(history_event.c.actor_id, history_event.c.data)
    .where(
        history_event.c.case_no == bindparam("case_no"),
        history_event.c.kind == "task_completed",
        history_event.c.element_id == "take_trip_order",
    )
    .order_by(history_event.c.id)
)


def _excused_before(calling: Calling) -> dict[int, str]:
    """Who refused this job with a reason, by user, since somebody last accepted it (P05.2)."""
    excused: dict[int, str] = {}
    for row in calling.tx.rows(_answers, {"case_no": calling.case_no}):
        values = (row.data or {}).get("values") or {}
        if values.get("task_refused") is not True:
            excused = {}
        elif values.get("refusal_skip_reason") and row.actor_id is not None:
            excused[row.actor_id] = values["refusal_skip_reason"]
    return excused


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Sets engineer, rotation_result (found, none_available) and rotation_log.

    The log goes on from the rounds before of the same dispatch: the ledger keeps a row as long as its list names it.
    Whoever refused this job for a reason that excuses (`refusal_skip_reason`) is skipped for it, also when others
    have refused since then: until somebody accepts it.
    """
    now = clock.now().astimezone(clock.ZONE)
    skill = call.variables.get("required_skill")
    planned = call.variables.get("planned_date")
    day = date.fromisoformat(planned[:10]) if planned else now.date()
    engineers = pool(calling)
    availability = Availability(calling, engineers.candidates, skill, day)
    excused = {call.variables.get("refused_by"): call.variables.get("refusal_skip_reason")}
    excused_before = _excused_before(calling)
    name = f"{engineers.unit_code}/{call.variables.get('responsible_unit') or ''}/{skill or ''}"[:120]

    def skip_reason(candidate: Candidate) -> str | None:
        told = excused.get(candidate.login) or excused_before.get(candidate.user_id)
        return told or availability.skip_reason(candidate)

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
