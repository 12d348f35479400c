"""Messages to customers leave the house: one at a time, again after growing pauses, and not after a day (GR07)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select, update

from app import clock
from app.aftersales import telling
from app.aftersales.tables import customer_message
from app.db import Database, Transaction
from app.history import record
from app.identity import SYSTEM
from app.notices.channels import Channel, Letter, RefusedForGood
from app.notices.outbox import LEASE, PAUSES

log = logging.getLogger("aftercare.notices")

TOO_LATE = timedelta(days=1)  # by then somebody has called, or the message says what is over
_message = customer_message.c
_due = (
    select(customer_message).where(_message.state == telling.WAITING).order_by(_message.send_at, _message.id).limit(1)
)


def send_to_customers(db: Database, channels: Mapping[str, Channel]) -> int:
    """Send what is due now by mail; how many went out. Without a mail server it fails after a day: a person calls."""
    sent = 0
    while True:
        with db.transaction() as tx:
            row = _claim(tx, "mail" in channels)
        if row is None:
            return sent
        try:
            if "mail" not in channels:
                raise RefusedForGood("本系统没有设置邮件")
            lines = ((row.text, ""),)
            channels["mail"].send(Letter(f"customer-{row.id}", row.address or "", row.title, lines, row.language))
        except Exception as failure:
            with db.transaction() as tx:
                _failed(tx, row, failure)
        else:
            sent += 1
            with db.transaction() as tx:
                now = clock.now()
                done = {"state": telling.SENT, "sent_at": now, "last_error": None}
                tx.execute(update(customer_message).where(_message.id == row.id).values(done))
                _log(tx, row, "customer_message_sent", {})


def _claim(tx: Transaction, has_mail: bool) -> Row[Any] | None:
    now = clock.now()
    where = [_message.send_at <= now] if has_mail else [_message.made_at <= now - TOO_LATE]
    if tx.row(_due.where(*where)) is None:
        return None
    tx.begin_writing()
    row = tx.row(_due.where(*where).with_for_update(skip_locked=True))
    if row is not None:
        claimed = {"attempts": row.attempts + 1, "send_at": now + LEASE}
        tx.execute(update(customer_message).where(_message.id == row.id).values(claimed))
    return row


def _failed(tx: Transaction, row: Row[Any], failure: Exception) -> None:
    """Again later; for good it stands on the page of the case and on the administrator's list."""
    reason = str(failure)[:400] or type(failure).__name__
    attempts = row.attempts + 1
    log.warning("a message to the customer of %s failed, attempt %s: %s", row.case_no, attempts, reason)
    over = clock.now() - row.made_at > TOO_LATE
    if isinstance(failure, RefusedForGood) or attempts > len(PAUSES) or over:
        values: dict[str, Any] = {"state": telling.FAILED, "last_error": reason}
        _log(tx, row, "customer_message_failed", {"reason": reason})
    else:
        values = {"last_error": reason, "send_at": clock.now() + timedelta(seconds=PAUSES[attempts - 1])}
    tx.execute(update(customer_message).where(_message.id == row.id).values(values))


def _log(tx: Transaction, row: Row[Any], kind: str, more: dict[str, Any]) -> None:
    data = {"topic": row.topic, "message": row.id, **more}
    record(tx, actor=SYSTEM, kind=kind, case_no=row.case_no, data=data)
