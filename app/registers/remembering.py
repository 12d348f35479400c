"""What history keeps of every change to a register, so that its rows can be made again from history alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row

from app.history import Event
from app.runtime import StepRecord

ENTERED = "registers"  # in the data of a step's first event: what the step entered
WRITTEN = "register_written"  # the event of a step that has no other
CANCELLED = "instance_cancelled"  # what the instance began is void
TAKEN_BACK = "register_taken_back"  # rows as they are after 撤回, null for one that went
ERASED = "register_erased"  # columns of rows that hold nothing personal any more
RETIRED = "register_retired"  # rows past the time they are kept


def remember(record: StepRecord, rows: Sequence[dict[str, Any]]) -> None:
    """Note in the step's first event what it enters: `{unit, rows: {register: {key: columns, or why it is void}}}`.

    `rows` are the parameters of the statement that writes them; history is kept for ever, so it is kept short.
    """
    kept: dict[str, dict[str, Any]] = {}
    for row in rows:
        void = row["void_reason"]
        kept.setdefault(row["register"], {})[row["row_key"]] = void or orjson.loads(row["data"])
    if not record.events:
        record.events.append(Event(WRITTEN, case_no=record.case_no, instance_id=record.instance_id))
    first = record.events[0]
    first.data = {**(first.data or {}), ENTERED: {"unit": record.unit_path, "rows": kept}}


def reason_of(data: Mapping[str, Any] | None) -> str:
    """Why an instance was cancelled, as it stands in a void row."""
    return str((data or {}).get("reason") or "")[:400]


def as_it_is(row: Row[Any], now: Mapping[str, Any] | None) -> dict[str, Any]:
    """A row as a step that was taken back left it; None when it went."""
    kept = None
    if now is not None:
        kept = {str(name): value for name, value in now.items() if name not in {"id", "register", "row_key"}}
        kept |= {name: at.isoformat() for name, at in kept.items() if isinstance(at, datetime)}
    return {"register": row.register, "key": row.row_key, "row": kept}
