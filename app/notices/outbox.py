"""What leaves the house: claimed by one worker, sent between two transactions, again after growing pauses."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select, update

from app import clock
from app.db import Database, Transaction
from app.history import record
from app.identity import SYSTEM, Actor
from app.identity.tables import user_account
from app.notices.channels import Channel, Letter, RefusedForGood
from app.notices.choices import choice_of
from app.notices.kinds import sentence_of
from app.notices.tables import notice, notice_delivery

log = logging.getLogger("aftercare.notices")

PAUSES = (60, 300, 1800, 7200)  # seconds before attempt 2, 3, …; after the last one it is an incident
LEASE = timedelta(minutes=10)  # a worker that died in between: another one sends it again
MOST = 20  # messages in one letter

_delivery = notice_delivery.c
_due = (
    select(notice_delivery)
    .where(_delivery.state == "waiting")
    .order_by(_delivery.send_at, _delivery.id)
    .with_for_update(skip_locked=True)
)


@dataclass(frozen=True, slots=True)
class _Claimed:
    ids: list[int]
    attempts: int
    person: str
    channel: str
    letter: Letter


def send_due(db: Database, channels: Mapping[str, Channel], public_url: str) -> int:
    """Send what is due now, one letter per person and channel; returns how many letters went out."""
    sent = 0
    while True:
        with db.transaction() as tx:
            claimed = _claim(tx, channels, public_url)
        if claimed is None:
            return sent
        try:
            channels[claimed.channel].send(claimed.letter)
        except Exception as failure:
            with db.transaction() as tx:
                _failed(tx, claimed, failure)
        else:
            sent += 1
            with db.transaction() as tx:
                tx.execute(update(notice_delivery).where(_delivery.id.in_(claimed.ids)).values(state="sent"))


def _claim(tx: Transaction, channels: Mapping[str, Channel], public_url: str) -> _Claimed | None:
    """Take the messages of one person for one channel; nobody else has them until the lease is over."""
    if not channels:
        return None
    tx.begin_writing()
    now = clock.now()
    due = _due.where(_delivery.send_at <= now, _delivery.channel.in_(sorted(channels)))
    first = tx.row(due.limit(1))
    if first is None:
        return None
    rows = tx.rows(
        due.where(
            _delivery.user_id == first.user_id,
            _delivery.channel == first.channel,
            _delivery.attempts == first.attempts,
        ).limit(MOST)
    )
    ids = [row.id for row in rows]
    tx.execute(
        update(notice_delivery)
        .where(_delivery.id.in_(ids))
        .values(attempts=_delivery.attempts + 1, send_at=now + LEASE)
    )
    notices = tx.rows(select(notice).where(notice.c.id.in_([row.notice_id for row in rows])).order_by(notice.c.id))
    person = tx.row(select(user_account).where(user_account.c.id == first.user_id))
    assert person is not None
    address = person.email if first.channel == "mail" else choice_of(tx, person.id).addresses.get(first.channel)
    letter = _letter(f"notice-{ids[0]}", address or "", notices, person.language, public_url)
    return _Claimed(ids, first.attempts + 1, person.name, first.channel, letter)


def _letter(key: str, to: str, notices: Any, lang: str, public_url: str) -> Letter:
    lines = tuple((sentence_of(row, lang), f"{public_url}/notices/{row.id}" if public_url else "") for row in notices)
    many = f"{len(lines)} 条提醒" if lang == "zh" else f"{len(lines)} messages"
    return Letter(key, to, lines[0][0] if len(lines) == 1 else many, lines, lang)


def _failed(tx: Transaction, claimed: _Claimed, failure: Exception) -> None:
    """Again later, or an incident for the administrator when it will not pass or has failed too often."""
    reason = str(failure)[:400] or type(failure).__name__
    about = (claimed.person, claimed.channel, claimed.attempts, reason)
    log.warning("a message to %s by %s failed, attempt %s: %s", *about)
    values: dict[str, Any] = {"last_error": reason}
    if isinstance(failure, RefusedForGood) or claimed.attempts > len(PAUSES):
        values["state"] = "failed"
        data = {"person": claimed.person, "channel": claimed.channel, "reason": reason, "number": len(claimed.ids)}
        record(tx, actor=SYSTEM, kind="notice_failed", data=data)
    else:
        values["send_at"] = clock.now() + timedelta(seconds=PAUSES[claimed.attempts - 1])
    tx.execute(update(notice_delivery).where(_delivery.id.in_(claimed.ids)).values(values))


def failed_letters(tx: Transaction) -> list[Row[Any]]:
    """What could not be delivered, the newest first."""
    return list(
        tx.rows(
            select(notice_delivery, notice.c.kind, notice.c.case_no, notice.c.task_name, user_account.c.name)
            .join(notice, notice.c.id == _delivery.notice_id)
            .join(user_account, user_account.c.id == _delivery.user_id)
            .where(_delivery.state == "failed")
            .order_by(_delivery.id.desc())
            .limit(200)
        )
    )


def retry_failed(tx: Transaction, actor: Actor) -> int:
    """Send everything that failed once more; how many messages."""
    again = tx.execute(
        update(notice_delivery)
        .where(_delivery.state == "failed")
        .values(state="waiting", attempts=0, send_at=clock.now())
    ).rowcount
    if again:
        record(tx, actor=actor, kind="notices_retried", data={"number": again})
    return again
