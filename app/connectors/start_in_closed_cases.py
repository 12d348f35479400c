"""`start_in_closed_cases`: a procedure begins once in every case that was closed since the last run (P39.1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, update

from app import clock
from app.connectors.headers import header, wrong_diagram
from app.engine import JobCall
from app.identity import SYSTEM
from app.runtime import Calling, start_case
from app.runtime.step import load_instance, restore
from app.runtime.tables import process_instance, service_case

# A case that was closed while the last run looked was not seen by it: each run looks a day further back. What began
# already does not begin again.
OVERLAP = timedelta(days=1)
# A diagram that hands over to itself without waiting would run for ever.
BREATH = timedelta(minutes=1)
# A house that stood still, or did without this for so long, does not call upon everybody of that time at once.
LONGEST = timedelta(days=31)

_earlier = process_instance.alias("earlier")
_begun = (
    select(_earlier.c.id)
    .where(_earlier.c.case_no == service_case.c.case_no, _earlier.c.process_key == bindparam("target"))
    .correlate(service_case)
    .exists()
)
_closed = (
    select(service_case.c.case_no, func.max(process_instance.c.id).label("instance_id"))
    .join(process_instance, process_instance.c.case_no == service_case.c.case_no)
    .where(
        service_case.c.closed_at >= bindparam("since"),
        service_case.c.unit_path.startswith(bindparam("path")),
        process_instance.c.process_key.in_(bindparam("served", expanding=True)),
        process_instance.c.state == "completed",
        ~_begun,
    )
    .group_by(service_case.c.case_no)
    .order_by(service_case.c.case_no)
)
# Of two runs at the same time one takes the case.
_take = (
    update(service_case)
    .where(service_case.c.case_no == bindparam("its_case"), service_case.c.closed_at.is_not(None))
    .values(closed_at=None)
)


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Sets picked_at and picked_cases, how many cases began; the facts come from the newest served procedure.

    Headers: `process` begins by its message `start_<process>`, `served` names the procedures that make a case count,
    `facts` the variables that go along. Cases of this unit and of those below it that were closed since `last_run_at`
    (none: since yesterday), at most a month back. Refuses to run twice within a minute.
    """
    target, served, facts = header(call, "process"), header(call, "served").split(), header(call, "facts").split()
    now = clock.now()
    last = call.variables.get("last_run_at")
    if last and now - datetime.fromisoformat(last) < BREATH:
        raise wrong_diagram(call, "刚抽取过，两次之间要有定时", "ran just now; a timer belongs between two runs")
    since = max(datetime.fromisoformat(last) if last else now, now - LONGEST) - OVERLAP
    asked = {"target": target, "since": since, "path": calling.unit_path, "served": served}
    picked = 0
    for row in calling.tx.rows(_closed, asked):
        if calling.tx.execute(_take, {"its_case": row.case_no}).rowcount != 1:
            continue
        known = restore(calling.tx, calling.world, SYSTEM, load_instance(calling.tx, row.instance_id))[0].root_variables
        start_case(
            calling.tx,
            calling.world,
            actor=calling.actor,
            process_key=target,
            unit_code="",
            case_no=row.case_no,
            message=f"start_{target}",
            variables={key: known[key] for key in facts if known.get(key) is not None},
        )
        picked += 1
    return {"picked_at": now.astimezone(clock.ZONE).isoformat(), "picked_cases": picked}
