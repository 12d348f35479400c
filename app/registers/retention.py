"""How long rows are kept: the rule a register declares, and taking out what is older, with a line in the audit."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, exists, select

from app import clock, feel
from app.db import Transaction
from app.history import record
from app.identity import SYSTEM
from app.registers.declaration import Register
from app.registers.remembering import RETIRED
from app.registers.tables import register_row
from app.runtime.tables import service_case

AT_ONCE = 500  # rows of one line in the audit


def years_kept(register: Register, library: feel.Library) -> int | None:
    """The years a row is kept after its last change (catalogue §4); None is for ever."""
    years = feel.to_json(feel.evaluate(register.retention, {}, library)) if register.retention else None
    return int(years) if isinstance(years, int | float | Decimal) and years > 0 else None


def kept_since(years: int) -> datetime:
    """Rows last changed before this moment are past their time: the same day so many calendar years ago."""
    now = clock.now().astimezone(clock.ZONE)
    day = 28 if (now.month, now.day) == (2, 29) else now.day
    return now.replace(year=now.year - years, day=day)


def retire(tx: Transaction, register: Register, years: int) -> int:
    """Take out at most AT_ONCE rows that are past their time, the oldest first; how many went.

    A row of a case that is still running stays, however old. Numbers are not given again. The audit says which
    register by which rule, and the record numbers: `rebuild` leaves them out too.
    """
    tx.begin_writing()
    since = kept_since(years)
    running = exists().where(service_case.c.case_no == register_row.c.case_no, service_case.c.running > 0)
    due = (
        select(register_row.c.id)
        .where(register_row.c.register == register.code, register_row.c.updated_at < since, ~running)
        .order_by(register_row.c.updated_at, register_row.c.id)
        .limit(AT_ONCE)
    )
    gone = tx.execute(delete(register_row).where(register_row.c.id.in_(due)).returning(register_row.c.row_key))
    keys = sorted(gone.scalars())
    if keys:
        data = {
            "register": register.code,
            "name": register.name.zh,
            "years": years,
            "before": since.date().isoformat(),
            "rows": len(keys),
            "keys": keys,
        }
        record(tx, actor=SYSTEM, kind=RETIRED, data=data)
    return len(keys)
