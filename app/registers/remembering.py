"""What history keeps of every change to a register, so that its rows can be made again from history alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row

from app.history import Event
from app.runtime import StepRecord

WRITTEN = "register_written"  # rows merged by a step
VOIDED = "register_voided"  # what an instance began, when it was cancelled
TAKEN_BACK = "register_taken_back"  # rows as they are after 撤回, null for one that went
ERASED = "register_erased"  # columns of rows that hold nothing personal any more
RETIRED = "register_retired"  # rows past the time they are kept
KINDS = (WRITTEN, VOIDED, TAKEN_BACK, ERASED, RETIRED)


def written(record: StepRecord, rows: Sequence[dict[str, Any]]) -> Event:
    """The rows that a step merges, as they are given to the statement that writes them."""
    kept = []
    for row in rows:
        entry: dict[str, Any] = {"register": row["register"], "key": row["row_key"]}
        if row["void_reason"] is not None:
            entry["void"] = row["void_reason"]
        else:
            entry["data"] = orjson.loads(row["data"])
        kept.append(entry)
    return _event(record, WRITTEN, {"unit": record.unit_path, "rows": kept})


def voided(record: StepRecord, reason: str) -> Event:
    """Everything that this instance began is void."""
    return _event(record, VOIDED, {"reason": reason})


def as_it_is(row: Row[Any], now: Mapping[str, Any] | None) -> dict[str, Any]:
    """A row as a step that was taken back left it; None when it went."""
    kept = None
    if now is not None:
        kept = {str(name): value for name, value in now.items() if name not in {"id", "register", "row_key"}}
        kept |= {name: at.isoformat() for name, at in kept.items() if isinstance(at, datetime)}
    return {"register": row.register, "key": row.row_key, "row": kept}


def _event(record: StepRecord, kind: str, data: dict[str, Any]) -> Event:
    at = record.now.isoformat()
    return Event(kind, case_no=record.case_no, instance_id=record.instance_id, data={"at": at, **data})
