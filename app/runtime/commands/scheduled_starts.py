"""Timer start events: each next start is written down with a job that comes back for it and writes the one after."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from app import clock, feel
from app.calendar import WorkCalendar
from app.db import Transaction
from app.definitions.tables import process_definition
from app.definitions.timer_starts import place_of, timer_starts
from app.engine import Timer
from app.history import Event, record_all
from app.identity import SYSTEM, Actor
from app.identity.tables import org_unit
from app.messages import Message, Refusal
from app.runtime.commands.start_case import start_case
from app.runtime.start_times import Evaluate, NextStart, first_start, following_start
from app.runtime.step import StepRecord
from app.runtime.tables import incident, scheduled_start
from app.runtime.world import World

KIND = "timer_start"  # of the job and of the incident
_STOPPED, _UNREADABLE = "", "?"  # instead of the timer, while nothing is due

_kept = select(scheduled_start).order_by(scheduled_start.c.id)
_row = (
    select(scheduled_start, org_unit.c.code.label("unit_code"), org_unit.c.path.label("unit_path"))
    .join(org_unit, org_unit.c.id == scheduled_start.c.org_unit_id)
    .where(scheduled_start.c.id == bindparam("its_id"))
)
_units = select(org_unit.c.id, org_unit.c.kind, org_unit.c.code, org_unit.c.path).where(org_unit.c.active)
_lock = (
    select(process_definition.c.key)
    .where(process_definition.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(process_definition.c.key)
    .with_for_update()
)
_move = (
    update(scheduled_start)
    .where(scheduled_start.c.id == bindparam("its_id"), scheduled_start.c.due_at == bindparam("was_due"))
    .values(due_at=bindparam("new_due"), repeats=bindparam("new_repeats"), timer=bindparam("new_timer"))
    .values(planned_at=bindparam("new_planned"))
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One timer start at one unit, as the live versions say."""

    process_key: str
    element_id: str
    version_id: int
    unit: Row[Any]

    @property
    def key(self) -> tuple[str, str, int]:
        return self.process_key, self.element_id, self.unit.id


def arrange_starts(tx: Transaction, world: World, *, actor: Actor = SYSTEM, only: Collection[str] | None = None) -> int:
    """Bring what is scheduled in line with the live versions, switches and units; how many starts changed.

    Asked after each deployment, switch and change of calendar, and once a minute. An equal cycle goes on where it is; a
    start that is overdue stays so and is caught up once. What is not wanted any more stands still: its job finds
    nothing, and should it be wanted again, it remembers when it started last.
    """
    if not _differences(tx, world, only):
        return 0
    tx.begin_writing()
    tx.rows(_lock, {"keys": sorted({row.process_key for row in timer_starts(tx)})})
    found = _differences(tx, world, only)
    for kept, wanted, planned in found:
        if wanted is None:
            assert kept is not None
            _stop(tx, kept, actor)
        else:
            _arrange(tx, world, kept, wanted, planned, actor)
    return len(found)


def fire_timer_start(tx: Transaction, world: World, *, start_id: int, due_at: str) -> StepRecord | None:
    """Start the case that is due and write down the next start, together; None when that start is not due any more.

    The case belongs to the unit of the start and is opened by the system. The process finds `scheduled_at`, when it was
    due, and `last_started_at`, when this start event started before, or null.
    """
    row = tx.row(_row, {"its_id": start_id})
    if row is None or not _is_due(row, due_at):
        return None
    if row.due_at > clock.now():
        # The clocks of two machines differ a little.
        world.jobs.defer(tx, KIND, {"start_id": start_id, "due_at": due_at}, run_at=row.due_at)
        return None
    if not _is_in_use(tx, row):
        _stop(tx, row)
        return None
    if not _go_on(tx, world, row):
        return None
    return _start(tx, world, row, row.due_at)


def start_failed(tx: Transaction, world: World, *, start_id: int, due_at: str, reason: str) -> None:
    """After the last attempt: an incident for this start, and the next one is scheduled all the same."""
    row = tx.row(_row, {"its_id": start_id})
    if row is None or not _is_due(row, due_at) or not _go_on(tx, world, row):
        return
    when = f"{row.due_at.astimezone(clock.ZONE):%Y-%m-%d %H:%M}"
    message = Message(
        f"{when} 的定时发起多次失败：{reason}", f"The start that was due {when} failed again and again: {reason}"
    )
    _raise_incident(tx, row.id, row.element_id, message, row.process_key, row.due_at.isoformat())


def start_again(tx: Transaction, world: World, actor: Actor, start_id: int, due_at: str) -> StepRecord | None:
    """What resolving the incident of a start does: the start that was due at `due_at`, or read its time again."""
    row = tx.row(_row, {"its_id": start_id})
    if row is None or not _is_in_use(tx, row):
        return None
    if not due_at:
        _stop(tx, row, actor)
        arrange_starts(tx, world, actor=actor, only={row.process_key})
        return None
    return _start(tx, world, row, datetime.fromisoformat(due_at))


def _start(tx: Transaction, world: World, row: Row[Any], due_at: datetime) -> StepRecord:
    last = row.started_at.astimezone(clock.ZONE).isoformat() if row.started_at is not None else None
    record = start_case(
        tx,
        world,
        actor=SYSTEM,
        process_key=row.process_key,
        unit_code=row.unit_code,
        variables={"scheduled_at": due_at.astimezone(clock.ZONE).isoformat(), "last_started_at": last},
        timer=row.element_id,
    )
    tx.execute(update(scheduled_start).where(scheduled_start.c.id == row.id).values(started_at=clock.now()))
    element = record.version.process.elements[row.element_id]
    note = Event(
        "started_by_timer",
        case_no=record.case_no,
        instance_id=record.instance_id,
        element_id=element.id,
        element_name=element.name,
        data={"due_at": due_at.isoformat(), "unit": row.unit_code, "last_started_at": last},
    )
    record_all(tx, SYSTEM, [note])
    return record


def _go_on(tx: Transaction, world: World, row: Row[Any]) -> bool:
    """Write down the start after this one; False when somebody else did."""
    planned = _planned(tx, world, row, row.version_id, row.unit_path, row, clock.now())
    moved = NextStart(_UNREADABLE, None) if isinstance(planned, Message) else planned
    values = {
        "its_id": row.id,
        "was_due": row.due_at,
        "new_due": moved.due_at,
        "new_repeats": moved.repeats,
        "new_timer": moved.text,
        "new_planned": clock.now(),
    }
    if tx.execute(_move, values).rowcount != 1:
        return False
    if isinstance(planned, Message):
        _raise_incident(tx, row.id, row.element_id, planned, row.process_key)
    else:
        _defer(tx, world, row.id, planned.due_at)
    return True


def _defer(tx: Transaction, world: World, start_id: int, due_at: datetime | None) -> None:
    if due_at is not None:
        world.jobs.defer(tx, KIND, {"start_id": start_id, "due_at": due_at.isoformat()}, run_at=due_at)


Difference = tuple[Row[Any] | None, _Wanted | None, NextStart | Message | None]


def _differences(tx: Transaction, world: World, only: Collection[str] | None) -> list[Difference]:
    kept = {(row.process_key, row.element_id, row.org_unit_id): row for row in tx.rows(_kept)}
    found: list[Difference] = []
    for wanted in _wanted(tx, world, only):
        row = kept.pop(wanted.key, None)
        planned = _replanned(tx, world, row, wanted)
        if row is None or row.version_id != wanted.version_id or planned is not None:
            found.append((row, wanted, planned))
    running = (row for row in kept.values() if row.timer != _STOPPED)
    found.extend((row, None, None) for row in running if only is None or row.process_key in only)
    return found


def _wanted(tx: Transaction, world: World, only: Collection[str] | None) -> Iterator[_Wanted]:
    starts = [row for row in timer_starts(tx) if only is None or row.process_key in only]
    units = tx.rows(_units) if starts else ()
    for row in starts:
        process = world.definitions.version(tx, row.live_version_id).process
        place = place_of(process.elements[row.element_id])
        # A company without regions or outlets starts by itself.
        there = [unit for unit in units if unit.kind == place] or [unit for unit in units if unit.kind == "company"]
        for unit in there:
            yield _Wanted(row.process_key, row.element_id, row.live_version_id, unit)


def _replanned(tx: Transaction, world: World, row: Row[Any] | None, wanted: _Wanted) -> NextStart | Message | None:
    """The start as it is to be written down; None when the one that stands is right."""
    now = clock.now()
    if row is not None and row.due_at is not None and row.due_at <= now:
        return None
    # What days mean may have changed since it was planned; what "tomorrow" was then has not.
    standing = row is not None and row.due_at is not None and row.version_id == wanted.version_id
    base = row.planned_at if row is not None and standing else now
    planned = _planned(tx, world, row or wanted, wanted.version_id, wanted.unit.path, None, base)
    if row is None:
        return planned
    if isinstance(planned, Message):
        # Said once: it stands until somebody resolves it or another version comes.
        return None if row.timer == _UNREADABLE and row.version_id == wanted.version_id else planned
    if planned.text == row.timer and (not planned.of_calendar or planned.due_at == row.due_at):
        return None  # a cycle that goes on, a date that was read once
    if standing and planned.due_at is not None and planned.due_at <= now:
        return None
    return planned


def _planned(
    tx: Transaction,
    world: World,
    start: Any,
    version_id: int,
    unit_path: str,
    fired: Row[Any] | None,
    now: datetime,
) -> NextStart | Message:
    timer = world.definitions.version(tx, version_id).process.timer_starts[start.element_id]
    library = world.library(tx, unit_path)

    def evaluate(text: str) -> Any:
        with clock.use(lambda: now):
            return feel.to_json(feel.evaluate(text, {}, library))

    try:
        return _next(timer, evaluate, world.calendar(tx, unit_path), fired, now)
    except Refusal as refusal:
        return refusal.message
    except (feel.FeelError, ValueError, TypeError) as error:
        return Message(
            f"定时开始的值“{timer.text}”无法识别：{error}", f"The timer “{timer.text}” cannot be read: {error}"
        )


def _next(timer: Timer, evaluate: Evaluate, calendar: WorkCalendar, fired: Row[Any] | None, now: datetime) -> NextStart:
    if fired is None:
        return first_start(timer, evaluate, calendar, now)
    return following_start(timer, evaluate, calendar, now, due_at=fired.due_at, repeats=fired.repeats, text=fired.timer)


def _arrange(
    tx: Transaction,
    world: World,
    kept: Row[Any] | None,
    wanted: _Wanted,
    planned: NextStart | Message | None,
    actor: Actor,
) -> None:
    values: dict[str, Any] = {"version_id": wanted.version_id}
    if planned is not None:
        moved = NextStart(_UNREADABLE, None) if isinstance(planned, Message) else planned
        values |= {"timer": moved.text[:400], "due_at": moved.due_at, "repeats": moved.repeats}
        values["planned_at"] = clock.now()
    if kept is None:
        keys = {"process_key": wanted.process_key, "element_id": wanted.element_id, "org_unit_id": wanted.unit.id}
        statement = insert(scheduled_start).values(**keys, **values).returning(scheduled_start.c.id)
        start_id = int(tx.execute(statement).scalar_one())
    else:
        start_id = kept.id
        tx.execute(update(scheduled_start).where(scheduled_start.c.id == start_id).values(**values))
    if isinstance(planned, Message):
        _raise_incident(tx, start_id, wanted.element_id, planned, wanted.process_key)
    elif planned is not None:
        _defer(tx, world, start_id, planned.due_at)
        _note(tx, world, wanted, planned, actor)


def _note(tx: Transaction, world: World, wanted: _Wanted, planned: NextStart, actor: Actor) -> None:
    due = planned.due_at.astimezone(clock.ZONE).isoformat(timespec="minutes") if planned.due_at else None
    data = {
        "name": world.definitions.version(tx, wanted.version_id).name,
        "key": wanted.process_key,
        "element": wanted.element_id,
        "unit": wanted.unit.code,
        "due": due,
    }
    record_all(tx, actor, [Event("start_scheduled", data=data)])


def _raise_incident(
    tx: Transaction, start_id: int, element_id: str, message: Message, process_key: str, due_at: str = ""
) -> None:
    tx.execute(
        insert(incident).values(
            scheduled_start_id=start_id,
            engine_task_id=due_at,
            element_id=element_id,
            kind=KIND,
            message_zh=message.zh,
            message_en=message.en,
            raised_at=clock.now(),
        )
    )
    name = tx.value(select(process_definition.c.name).where(process_definition.c.key == process_key))
    data = {"name": name, "key": process_key, "element": element_id, "reason_zh": message.zh, "reason_en": message.en}
    record_all(tx, SYSTEM, [Event("start_failed", data=data)])


def _stop(tx: Transaction, row: Row[Any], actor: Actor = SYSTEM) -> None:
    tx.execute(update(scheduled_start).where(scheduled_start.c.id == row.id).values(due_at=None, timer=_STOPPED))
    name = tx.value(select(process_definition.c.name).where(process_definition.c.key == row.process_key))
    data = {"name": name, "key": row.process_key, "element": row.element_id}
    record_all(tx, actor, [Event("start_stopped", data=data)])


def _is_due(row: Row[Any], due_at: str) -> bool:
    """Whether the job that says `due_at` still speaks of this start."""
    return row.due_at is not None and row.due_at == datetime.fromisoformat(due_at)


def _is_in_use(tx: Transaction, row: Row[Any]) -> bool:
    starts = timer_starts(tx)
    return any((each.process_key, each.element_id) == (row.process_key, row.element_id) for each in starts)
