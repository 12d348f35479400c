"""Start a process: in a new case of a unit, or as a further process of a case that is open."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.db import Transaction
from app.definitions import Version
from app.identity import Actor, People
from app.messages import Message, Refusal
from app.runtime.elements import EVERY_ROLE
from app.runtime.elements.case import shown
from app.runtime.numbers import next_case_no
from app.runtime.step import StepRecord, begin_instance
from app.runtime.tables import service_case, submission
from app.runtime.world import World

_seen_key = select(submission.c.answer).where(
    submission.c.key == bindparam("key"), submission.c.user_id == bindparam("user"), submission.c.task_id.is_(None)
)
_keep_key = insert(submission)


def start_case(
    tx: Transaction,
    world: World,
    *,
    actor: Actor,
    process_key: str,
    unit_code: str,
    variables: dict[str, Any] | None = None,
    message: str | None = None,
    timer: str | None = None,
    case_no: str | None = None,
    claim: bool = False,
    key: str | None = None,
) -> StepRecord:
    """Open a case at a unit and start a process in it; `message` starts at the event that awaits it,
    `timer` at the timer start event of that id.

    `variables` go to the process as they are. With `case_no` the process joins that case instead. Returns the first
    step, whose `opened` are the tasks that wait now; with `claim` those of the actor's queues are his.

    A `key` made for one request starts once: the second time is refused with `key_used`, and `started_with` answers.
    """
    version, start_id = _version(tx, world, process_key, message, timer)
    now = clock.now()
    values = {**(variables or {}), "starter": actor.login}
    if case_no is None:
        unit_id, unit_path = _place(tx, actor, unit_code)
        case_no = next_case_no(tx, now)
        case = shown(values)
        tx.execute(
            insert(service_case).values(
                case_no=case_no,
                org_unit_id=unit_id,
                unit_path=unit_path,
                opened_at=now,
                opened_by=actor.id,
                running=1,
                **case,
            )
        )
    else:
        found = tx.row(select(service_case).where(service_case.c.case_no == case_no))
        if found is None:
            raise Refusal(
                "unknown_case", Message(f"没有服务单“{case_no}”。", f"There is no case “{case_no}”."), status=404
            )
        unit_id, unit_path = found.org_unit_id, found.unit_path
        unit_code = unit_path.rstrip("/").rsplit("/", 1)[-1]
        case = {key: getattr(found, key) for key in shown({})}
        tx.execute(
            update(service_case)
            .where(service_case.c.case_no == case_no)
            .values(running=service_case.c.running + 1, closed_at=None)
        )
    record = begin_instance(
        tx,
        world,
        actor,
        version,
        case_no=case_no,
        unit_id=unit_id,
        unit_path=unit_path,
        variables={**values, "case_no": case_no, "outlet": unit_code},
        start_id=start_id,
        case=case,
        claim=EVERY_ROLE if claim else None,
    )
    if key is not None:
        _keep(tx, actor, key, record)
    return record


def started_with(tx: Transaction, actor: Actor, key: str) -> dict[str, Any] | None:
    """What the actor started with this key: `case_no` and `task_id`, the first task or None."""
    kept = tx.row(_seen_key, {"key": key, "user": actor.id})
    return kept.answer if kept is not None else None


def _keep(tx: Transaction, actor: Actor, key: str, record: StepRecord) -> None:
    answer = {"case_no": record.case_no, "task_id": record.opened[0].id if record.opened else None}
    try:
        tx.execute(_keep_key, {"key": key, "user_id": actor.id, "task_id": None, "answer": answer, "at": record.now})
    except IntegrityError as twice:
        raise Refusal(
            "key_used",
            Message("已经发起，请到待办中查看。", "It was started already; look among your tasks."),
        ) from twice


def _place(tx: Transaction, actor: Actor, unit_code: str) -> tuple[int, str]:
    """Number and path of a unit; whoever holds a role there knows them already."""
    for holding in actor.holdings:
        if holding.unit_code == unit_code:
            return holding.unit_id, holding.unit_path
    unit = People.unit(tx, unit_code)
    return unit.id, unit.path


def _version(
    tx: Transaction, world: World, process_key: str, message: str | None, timer: str | None
) -> tuple[Version, str | None]:
    version = world.definitions.startable(tx, process_key)
    if timer is not None and timer in version.process.timer_starts:
        return version, timer
    if message is not None:
        if message not in version.process.message_starts:
            raise Refusal(
                "no_such_start",
                Message(
                    f"流程“{version.name}”不由消息“{message}”开始。",
                    f"The process “{version.name}” does not start with the message “{message}”.",
                ),
                status=422,
            )
        return version, version.process.message_starts[message]
    if version.process.none_start is None:
        raise Refusal(
            "not_startable",
            Message(f"流程“{version.name}”不能直接发起。", f"The process “{version.name}” cannot be started directly."),
            status=422,
        )
    return version, version.process.none_start
