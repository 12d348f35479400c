"""撤回 in the registers: what rows were before a step wrote them, and putting that back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, select, tuple_, update

from app.db import Transaction
from app.history import record
from app.identity import Actor
from app.registers import remembering
from app.registers.tables import register_row

UNDO = "registers"  # under this name the images stand among what a step can be turned back by
_MARKS = ("voided_at", "updated_at")
_rows = select(register_row).where(
    tuple_(register_row.c.register, register_row.c.row_key).in_(bindparam("keys", expanding=True))
)
_delete = delete(register_row).where(register_row.c.id == bindparam("its_id"))


def images(tx: Transaction, written: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each row that is about to be written: its key, what is written, and the row as it is; one statement.

    `written` are the parameters of the listener's statement. Everything is JSON, times in ISO 8601.
    """
    about = {(row["register"], row["row_key"]): orjson.loads(row["data"]) for row in written}
    there = {(row.register, row.row_key): row for row in tx.rows(_rows, {"keys": list(about)})}
    return [
        {"register": key[0], "row_key": key[1], "wrote": wrote, "before": _image(there.get(key))}
        for key, wrote in about.items()
    ]


def only_changes(rows: list[dict[str, Any]], images: list[dict[str, Any]]) -> None:
    """Take out of what is about to be written what stands there already: less to write, to keep and to take back.

    `images` are those of `rows`, in the same order.
    """
    for row, image in zip(rows, images, strict=True):
        there = image["before"]["data"] if image["before"] is not None else {}
        image["wrote"] = {name: value for name, value in image["wrote"].items() if there.get(name) != value}
        row["data"] = orjson.dumps(image["wrote"]).decode()


def take_back(tx: Transaction, actor: Actor, images: Iterable[dict[str, Any]]) -> None:
    """Put the rows back to before the step: column by column, so that what somebody else wrote since then stays.

    A row that the step had made goes, unless others have added to it. History keeps how the rows are now.
    """
    kept = {(image["register"], image["row_key"]): image for image in images}
    if not kept:
        return
    now: list[dict[str, Any]] = []
    case_no = None
    for row in tx.rows(_rows, {"keys": list(kept)}):
        case_no = row.case_no
        image = kept[row.register, row.row_key]
        before = image["before"]
        data = dict(row.data)
        for column, value in image["wrote"].items():
            if data.get(column) == value:
                del data[column]
                if before is not None and column in before["data"]:
                    data[column] = before["data"][column]
        if before is None and not data:
            tx.execute(_delete, {"its_id": row.id})
            now.append(remembering.as_it_is(row, None))
            continue
        marks = {} if before is None else {**before["marks"], **_times(before)}
        tx.execute(update(register_row).where(register_row.c.id == row.id).values(data=data, **marks))
        now.append(remembering.as_it_is(row, {**row._mapping, "data": data, **marks}))
    if now:
        record(tx, actor=actor, kind=remembering.TAKEN_BACK, case_no=case_no, data={"rows": now})


def _image(row: Any) -> dict[str, Any] | None:
    if row is None:
        return None
    at = {name: value.isoformat() if (value := getattr(row, name)) is not None else None for name in _MARKS}
    return {"data": row.data, "marks": {"voided_by": row.voided_by, "void_reason": row.void_reason}, "at": at}


def _times(before: dict[str, Any]) -> dict[str, datetime | None]:
    return {name: datetime.fromisoformat(text) if text else None for name, text in before["at"].items()}
