"""What a person wants to hear, by which way and when; whoever has not chosen gets the defaults."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from app.calendar import WorkCalendar
from app.clock import ZONE
from app.db import Transaction
from app.messages import Message, Refusal
from app.notices.kinds import KINDS
from app.notices.tables import notice_choice

BUNDLES = (0, 15, 60, 240)  # minutes
_QUIET = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Choice:
    """One person's choices; times are the company's."""

    kinds: Mapping[str, bool] = field(default_factory=dict)
    channels: Mapping[str, bool] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    quiet: str | None = "22:00-07:00"
    working_hours: bool = False
    bundle_minutes: int = 0

    def wants(self, kind: str) -> bool:
        """Whether he is told of this kind at all."""
        return self.kinds.get(kind, KINDS[kind].default)

    def uses(self, channel: str) -> bool:
        """Whether this way may be used."""
        return self.channels.get(channel, True)

    def send_at(self, now: datetime, kind: str, calendar: WorkCalendar) -> datetime:
        """When a message found now leaves the house: bundled, then not in the quiet hours, then in working time."""
        at = now.astimezone(ZONE)
        if self.bundle_minutes and not KINDS[kind].urgent:
            midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
            length = timedelta(minutes=self.bundle_minutes)
            at = midnight + -((midnight - at) // length) * length
        if self.quiet:
            at = _after_quiet(at, self.quiet)
        return calendar.next_working_time(at) if self.working_hours else at


def _after_quiet(at: datetime, quiet: str) -> datetime:
    start, end = quiet.split("-")
    time = at.strftime("%H:%M")
    within = start <= time < end if start < end else time >= start or time < end
    if not within:
        return at
    over = at.replace(hour=int(end[:2]), minute=int(end[3:]), second=0, microsecond=0)
    return over if over > at else over + timedelta(days=1)


def choice_of(tx: Transaction, user_id: int) -> Choice:
    """The choices of one person."""
    return choices_of(tx, [user_id]).get(user_id, Choice())


def choices_of(tx: Transaction, user_ids: Iterable[int] | None = None) -> dict[int, Choice]:
    """The choices of those who have chosen, by user; without ids of everybody."""
    query = select(notice_choice)
    if user_ids is not None:
        query = query.where(notice_choice.c.user_id.in_(sorted(set(user_ids))))
    return {
        row.user_id: Choice(row.kinds, row.channels, row.addresses, row.quiet, row.working_hours, row.bundle_minutes)
        for row in tx.rows(query)
    }


def save_choice(tx: Transaction, user_id: int, choice: Choice) -> None:
    """Keep the choices; refuses hours that are no hours and bundles that nobody offers."""
    if choice.quiet and not _QUIET.fullmatch(choice.quiet):
        raise Refusal(
            "bad_quiet",
            Message("免打扰时间请写成 22:00-07:00。", "Write quiet hours like 22:00-07:00."),
            field="quiet",
            status=422,
        )
    if choice.bundle_minutes not in BUNDLES:
        sentence = Message("请选择合并发送的间隔。", "Choose how messages are bundled.")
        raise Refusal("bad_bundle", sentence, field="bundle_minutes", status=422)
    if any(len(address) > 64 for address in choice.addresses.values()):
        sentence = Message("账号最多 64 个字。", "An account name has at most 64 characters.")
        raise Refusal("bad_address", sentence, field="addresses", status=422)
    tx.execute(delete(notice_choice).where(notice_choice.c.user_id == user_id))
    tx.execute(
        insert(notice_choice).values(
            user_id=user_id,
            kinds=dict(choice.kinds),
            channels=dict(choice.channels),
            addresses=dict(choice.addresses),
            quiet=choice.quiet or None,
            working_hours=choice.working_hours,
            bundle_minutes=choice.bundle_minutes,
        )
    )
