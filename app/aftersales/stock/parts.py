"""The list of parts: their numbers, how they are kept, and whether a used one must be brought back."""

from __future__ import annotations

from sqlalchemy import insert, select

from app.aftersales.stock.tables import part
from app.db import Transaction
from app.history import record
from app.history.record import Doer
from app.messages import Message, Refusal

TRACKING: dict[str, Message] = {
    "none": Message("只管数量", "by quantity only"),
    "batch": Message("按批次", "by batch"),
    "serial": Message("按序列号", "by serial number"),
}
_LONGEST = {"part_no": 40, "name": 60, "spec": 60}


def add_part(
    tx: Transaction, *, part_no: str, name: str, spec: str, tracking: str, old_part_duty: bool, actor: Doer
) -> None:
    """Write a part down; how it is kept stays for good, because its entries say so."""
    values = {"part_no": part_no, "name": name, "spec": spec}
    if not part_no or not name:
        raise _wrong("name" if part_no else "part_no", "请填写编号和名称。", "Give a number and a name.")
    for field, longest in _LONGEST.items():
        if len(values[field]) > longest:
            raise _wrong(field, f"最多 {longest} 个字。", f"At most {longest} characters.")
    if tracking not in TRACKING:
        raise _wrong("tracking", "请选择管理方式。", "Choose how it is kept.")
    if tx.row(select(part.c.part_no).where(part.c.part_no == part_no)) is not None:
        raise _wrong("part_no", f"编号“{part_no}”已经用过。", f"The number “{part_no}” is taken.")
    tx.execute(insert(part).values(**values, tracking=tracking, old_part_duty=old_part_duty))
    record(tx, actor=actor, kind="part_added", data=values)


def _wrong(field: str, zh: str, en: str) -> Refusal:
    return Refusal(f"wrong_{field}", Message(zh, en), field=field, status=422)
