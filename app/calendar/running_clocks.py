"""Service clocks in the database: start, pause, resume, stop, correct, and what must be announced now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, insert, select, update

from app import clock
from app.calendar.service_clock import Pause, ServiceClock
from app.calendar.tables import service_clock
from app.calendar.values import Target
from app.calendar.work_calendar import WorkCalendar
from app.db import Transaction
from app.messages import Message, Refusal

KINDS: dict[str, Message] = {
    "reply": Message("答复时限", "reply"),
    "onsite": Message("到场时限", "arrival on site"),
    "liaison": Message("书面联系时限", "written liaison"),
    "resolve": Message("解决时限", "resolution"),
    "task": Message("办理时限", "task"),
}

Announcement = Literal["warn", "breach", "escalate"]
_LEVELS: tuple[Announcement, ...] = ("warn", "breach", "escalate")

CalendarOf = Callable[[str], WorkCalendar]
"""Gives the working calendar of an org unit; the caller knows the chain of units."""


@dataclass(frozen=True, slots=True)
class RunningClock:
    """One row with its pure clock."""

    id: int
    case_no: str
    kind: str
    task_id: str | None
    org_unit: str
    owner: str
    clock: ServiceClock
    level: int
    breached: bool
    cancelled_at: datetime | None
    corrections: tuple[dict[str, Any], ...]
    reason: str
    revision: int

    def sentence(self, lang: str, now: datetime | None = None) -> str:
        """The promise in words, with its kind in front."""
        colon = "：" if lang.lower().startswith("zh") else ": "
        return KINDS[self.kind].text(lang) + colon + self.clock.sentence(lang, now)


@dataclass(frozen=True, slots=True)
class DueClock:
    """Something to announce (CA18): `warn` to the owner, `breach` to the superior, `escalate` to the next level."""

    announcement: Announcement
    running: RunningClock


def start_clock(
    tx: Transaction,
    *,
    case_no: str,
    kind: str,
    target: Any,
    calendar: WorkCalendar,
    org_unit: str,
    mode: str = "natural",
    started_at: datetime | None = None,
    owner: str = "",
    task_id: str | None = None,
    reason: str = "",
    none_runs: bool = False,
) -> RunningClock | None:
    """Start a clock; None when `target` is None (no promise, nothing armed).

    A clock of the same kind that still runs for the case (and task) is returned unchanged: a repeated step does not
    begin a promise anew (CA20). A caller that has looked already says `none_runs`.
    """
    if kind not in KINDS:
        raise Refusal(
            "unknown_clock_kind",
            Message(f"没有“{kind}”这种时限。", f'There is no clock of kind "{kind}".'),
            field="clock",
            status=422,
        )
    if target is None:
        return None
    if not none_runs and (running := find_running(tx, case_no, kind, calendar, task_id=task_id)) is not None:
        return running
    now = clock.now()
    at = started_at or now
    if at > now:
        raise Refusal(
            "starts_in_future",
            Message("计时不能从将来的时间开始。", "A clock cannot start in the future."),
            field="started_at",
            status=422,
        )
    pure = ServiceClock(at, Target.parse(target), mode, calendar)
    values = {
        "case_no": case_no,
        "kind": kind,
        "task_id": task_id,
        "org_unit": org_unit,
        "owner": owner,
        "reason": reason,
        "level": 0,
        "breached": False,
        "corrections": [],
        "revision": 1,
        **_columns(pure, 0),
    }
    made = tx.execute(insert(service_clock).values(**values))
    number = made.inserted_primary_key
    assert number is not None
    return RunningClock(number[0], case_no, kind, task_id, org_unit, owner, pure, 0, False, None, (), reason, 1)


def stop_clock(tx: Transaction, running: RunningClock, met_at: datetime | None = None) -> RunningClock:
    """The promise was kept at `met_at` (default: now). A breach that was noticed stays one (CA20)."""
    _refuse_stopped(running)
    at = _not_in_future(met_at)
    pure = running.clock.met(at)
    return _store(tx, running, pure, breached=running.breached or pure.is_late(clock.now()))


def pause_clock(tx: Transaction, running: RunningClock, reason: str, at: datetime | None = None) -> RunningClock:
    """Pause for a reason of CA17. A pause entered after the due time cannot undo the breach."""
    _refuse_stopped(running)
    now = clock.now()
    breached = running.breached or running.clock.is_late(now)
    return _store(tx, running, running.clock.paused(reason, _not_in_future(at)), breached=breached)


def resume_clock(tx: Transaction, running: RunningClock, at: datetime | None = None) -> RunningClock:
    """Let a paused clock run again."""
    _refuse_stopped(running)
    return _store(tx, running, running.clock.resumed(_not_in_future(at)), breached=running.breached)


def cancel_clock(tx: Transaction, running: RunningClock, reason: str) -> RunningClock:
    """End a clock whose promise no longer matters (case cancelled, task gone); a breach stays."""
    _refuse_stopped(running)
    now = clock.now()
    late = running.breached or running.clock.is_late(now)
    return _store(tx, replace(running, cancelled_at=now, reason=reason), running.clock, breached=late)


def correct_clock(
    tx: Transaction,
    running: RunningClock,
    *,
    actor: str,
    approved_by: str,
    reason: str,
    started_at: datetime | None = None,
    met_at: datetime | None = None,
) -> RunningClock:
    """Put a wrong time stamp right with somebody else's approval: the only way a breach disappears (CA20)."""
    if not reason.strip() or not approved_by or approved_by == actor:
        raise Refusal(
            "correction_needs_approval",
            Message(
                "更正时间必须写明原因，并由他人批准。", "A correction needs a reason and somebody else's approval."
            ),
        )
    old = running.clock
    pure = replace(old, started_at=started_at or old.started_at)
    if met_at is not None:
        pure = replace(pure, met_at=None).met(_not_in_future(met_at))
    entry = {
        "at": clock.now().isoformat(),
        "actor": actor,
        "approved_by": approved_by,
        "reason": reason,
        "started_at": old.started_at.isoformat(),
        "met_at": old.met_at.isoformat() if old.met_at else None,
        "breached": running.breached,
    }
    corrected = replace(running, corrections=(*running.corrections, entry))
    return _store(tx, corrected, pure, breached=pure.is_late(clock.now()))


def recalculate_clocks(tx: Transaction, calendar_of: CalendarOf, org_unit: str | None = None) -> int:
    """Compute running clocks again after a calendar changed; returns how many moved. Noticed breaches stay."""
    running = service_clock.c.met_at.is_(None) & service_clock.c.cancelled_at.is_(None)
    query = select(service_clock).where(running, service_clock.c.mode != "natural")
    if org_unit is not None:
        query = query.where(service_clock.c.org_unit == org_unit)
    moved = 0
    for row in tx.execute(query).all():
        item = _running(row, calendar_of(row.org_unit))
        if item.clock.due_at != row.due_at or item.clock.warn_at != row.warn_at:
            _store(tx, item, item.clock, breached=item.breached)
            moved += 1
    return moved


def due_clocks(
    tx: Transaction, calendar_of: CalendarOf, now: datetime | None = None, *, limit: int = 200
) -> list[DueClock]:
    """What must be announced now, each level of each clock once, oldest first; marks it as announced.

    A warning is left out when the breach is already there: nobody can act on it any more.
    """
    now = now or clock.now()
    query = (
        select(service_clock)
        .where(service_clock.c.next_at.is_not(None), service_clock.c.next_at <= now)
        .order_by(service_clock.c.next_at, service_clock.c.id)
        .limit(limit)
    )
    found: list[DueClock] = []
    for row in tx.execute(query).all():
        item = _running(row, calendar_of(row.org_unit))
        moments = (row.warn_at, row.due_at, row.escalate_at)
        level = sum(moment <= now for moment in moments)
        try:
            stored = _store(tx, replace(item, level=level), item.clock, breached=item.breached or level >= 2)
        except Refusal:
            # Another worker announced it, or somebody stopped the clock in this very moment.
            continue
        new = [name for number, name in enumerate(_LEVELS, 1) if item.level < number <= level]
        found += [DueClock(name, stored) for name in new if name != "warn" or level == 1]
    return found


def find_running(
    tx: Transaction, case_no: str, kind: str, calendar: WorkCalendar, *, task_id: str | None = None
) -> RunningClock | None:
    """The clock of that kind that still runs for the case (and task), or None."""
    query = select(service_clock).where(
        service_clock.c.case_no == case_no,
        service_clock.c.kind == kind,
        service_clock.c.task_id.is_(None) if task_id is None else service_clock.c.task_id == task_id,
        service_clock.c.met_at.is_(None),
        service_clock.c.cancelled_at.is_(None),
    )
    row = tx.execute(query).first()
    return _running(row, calendar) if row else None


def clocks_of_case(tx: Transaction, case_no: str, calendar_of: CalendarOf) -> Sequence[RunningClock]:
    """All clocks of a case, stopped ones too, in the order they started."""
    query = select(service_clock).where(service_clock.c.case_no == case_no)
    rows = tx.execute(query.order_by(service_clock.c.started_at, service_clock.c.id)).all()
    return [_running(row, calendar_of(row.org_unit)) for row in rows]


def load_clocks(tx: Transaction, numbers: Collection[int], calendar_of: CalendarOf) -> dict[int, RunningClock]:
    """Several clocks by id, in one statement."""
    rows = tx.execute(select(service_clock).where(service_clock.c.id.in_(numbers))).all()
    return {row.id: _running(row, calendar_of(row.org_unit)) for row in rows}


def load_clock(tx: Transaction, number: int, calendar_of: CalendarOf) -> RunningClock:
    """One clock by its id."""
    row = tx.execute(select(service_clock).where(service_clock.c.id == number)).first()
    if row is None:
        raise no_such_clock()
    return _running(row, calendar_of(row.org_unit))


def no_such_clock() -> Refusal:
    """The same answer for a clock that does not exist and one of another case."""
    return Refusal("no_such_clock", Message("没有这个时限。", "There is no such clock."), status=404)


def _running(row: Row[Any], calendar: WorkCalendar) -> RunningClock:
    pauses = tuple(
        Pause(
            item["reason"],
            datetime.fromisoformat(item["start"]),
            datetime.fromisoformat(item["end"]) if item["end"] else None,
        )
        for item in row.paused
    )
    pure = ServiceClock(row.started_at, Target.parse(row.target), row.mode, calendar, pauses, row.met_at)
    return RunningClock(
        row.id,
        row.case_no,
        row.kind,
        row.task_id,
        row.org_unit,
        row.owner,
        pure,
        row.level,
        row.breached,
        row.cancelled_at,
        tuple(row.corrections),
        row.reason,
        row.revision,
    )


def _columns(pure: ServiceClock, level: int, *, ended: bool = False) -> dict[str, Any]:
    moments = (pure.warn_at, pure.due_at, pure.escalate_at)
    silent = ended or pure.met_at is not None or pure.is_paused or level >= len(moments)
    return {
        "started_at": pure.started_at,
        "target": str(pure.target),
        "mode": pure.mode,
        "warn_at": moments[0],
        "due_at": moments[1],
        "escalate_at": moments[2],
        "next_at": None if silent else moments[level],
        "paused": [
            {"reason": item.reason, "start": item.start.isoformat(), "end": item.end.isoformat() if item.end else None}
            for item in pure.pauses
        ],
        "met_at": pure.met_at,
    }


def _store(tx: Transaction, running: RunningClock, pure: ServiceClock, *, breached: bool) -> RunningClock:
    changed = tx.execute(
        update(service_clock)
        .where(service_clock.c.id == running.id, service_clock.c.revision == running.revision)
        .values(
            level=running.level,
            breached=breached,
            cancelled_at=running.cancelled_at,
            corrections=list(running.corrections),
            reason=running.reason,
            revision=running.revision + 1,
            **_columns(pure, running.level, ended=running.cancelled_at is not None),
        )
    )
    if changed.rowcount != 1:
        raise Refusal(
            "changed_meanwhile",
            Message("该时限刚被更新，请刷新后重试。", "This clock was changed meanwhile; reload and try again."),
        )
    return replace(running, clock=pure, breached=breached, revision=running.revision + 1)


def _refuse_stopped(running: RunningClock) -> None:
    if running.clock.met_at is not None or running.cancelled_at is not None:
        raise Refusal("clock_stopped", Message("计时已经结束。", "The clock has stopped."))


def _not_in_future(moment: datetime | None) -> datetime:
    now = clock.now()
    if moment is not None and moment > now:
        raise Refusal(
            "in_future", Message("时间不能晚于现在。", "The time must not be in the future."), field="at", status=422
        )
    return moment or now
