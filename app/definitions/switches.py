"""Which procedures the company uses: one switch each, and who would miss a procedure that is switched off."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from app import clock, engine
from app.db import Transaction
from app.definitions.store import DefinitionStore, Version, unknown_process
from app.definitions.tables import process_definition
from app.history import record
from app.history.record import Doer
from app.messages import Message, Refusal


@dataclass(frozen=True, slots=True)
class Caller:
    """A procedure in use that leads to another one: by a call that waits for it, or by handing over."""

    key: str
    name: str
    element: str  # the title of the shape
    waits: bool


def callers(tx: Transaction, store: DefinitionStore) -> dict[str, list[Caller]]:
    """Who calls whom, of the live versions in use: key of the called → its callers. Parses each version once."""
    in_use = [
        store.version(tx, row.live_version_id)
        for row in tx.rows(select(process_definition).order_by(process_definition.c.name))
        if row.switched_off_at is None
    ]
    rows = tx.rows(select(process_definition.c.live_version_id))
    starts = {
        name: version.key
        for version in (store.version(tx, row.live_version_id) for row in rows)
        for name in version.process.message_starts
    }
    found: dict[str, list[Caller]] = {}
    for version in in_use:
        for element in version.process.elements.values():
            called = element.called_process
            if called is not None and called != version.key:
                found.setdefault(called, []).append(_caller(version, element, waits=True))
            receiver = starts.get(element.message_name or "")
            if receiver is not None and receiver != version.key and element.job_type == "publish_message":
                found.setdefault(receiver, []).append(_caller(version, element, waits=False))
    return found


def _caller(version: Version, element: engine.Element, *, waits: bool) -> Caller:
    return Caller(version.key, version.name, element.title, waits)


def switch_off(
    tx: Transaction, store: DefinitionStore, *, actor: Doer, key: str, reason: str, knowing: bool = False
) -> None:
    """Stop using a procedure: nothing starts it any more, what runs goes on to its end.

    Refuses with `procedure_called` when another procedure in use calls it and waits for its result: that one could
    not go on. Refuses with `procedure_receives` when others hand over to it, until the caller says that he knows it.
    """
    name = _name(tx, key)
    reason = _checked(reason)
    tx.begin_writing()
    its = callers(tx, store).get(key, [])
    waiting = [each for each in its if each.waits]
    if waiting:
        raise Refusal(
            "procedure_called",
            Message(
                f"“{name}”不能停用：{_listed(waiting)}要等它的结果。请先停用这些流程。",
                f"“{name}” cannot be switched off: {_listed(waiting)} waits for its result. Switch that off first.",
            ),
            status=422,
        )
    if its and not knowing:
        raise Refusal(
            "procedure_receives",
            Message(
                f"{_listed(its)}会移交给“{name}”。停用后这些移交会被拒绝，经办人须改选其他处理方式。",
                f"{_listed(its)} hands over to “{name}”. Once it is off, these hand-overs are refused, and whoever "
                "hands over must choose another way.",
            ),
            status=422,
        )
    where = (process_definition.c.key == key, process_definition.c.switched_off_at.is_(None))
    if tx.execute(update(process_definition).where(*where).values(switched_off_at=clock.now())).rowcount:
        record(tx, actor=actor, kind="procedure_switched_off", data={"key": key, "name": name, "reason": reason})


def switch_on(tx: Transaction, store: DefinitionStore, *, actor: Doer, key: str, reason: str) -> None:
    """Use a procedure again. Refuses with `procedure_needs` while one is off that it calls and waits for."""
    name = _name(tx, key)
    reason = _checked(reason)
    tx.begin_writing()
    called = {element.called_process for element in store.live(tx, key).process.elements.values()}
    off = select(process_definition.c.name).where(
        process_definition.c.key.in_(called - {None, key}), process_definition.c.switched_off_at.is_not(None)
    )
    missing = [row.name for row in tx.rows(off.order_by(process_definition.c.name))]
    if missing:
        listed = "、".join(f"“{each}”" for each in missing)
        raise Refusal(
            "procedure_needs",
            Message(
                f"“{name}”要等{listed}的结果，请先启用。",
                f"“{name}” waits for the result of {listed}; switch that on first.",
            ),
            status=422,
        )
    where = (process_definition.c.key == key, process_definition.c.switched_off_at.is_not(None))
    if tx.execute(update(process_definition).where(*where).values(switched_off_at=None)).rowcount:
        record(tx, actor=actor, kind="procedure_switched_on", data={"key": key, "name": name, "reason": reason})


def _name(tx: Transaction, key: str) -> str:
    name = tx.value(select(process_definition.c.name).where(process_definition.c.key == key))
    if name is None:
        raise unknown_process(key)
    return str(name)


def _checked(reason: str) -> str:
    if not reason.strip():
        raise Refusal("reason_missing", Message("请填写原因。", "Give the reason."), field="reason", status=422)
    return reason.strip()[:200]


def _listed(its: list[Caller]) -> str:
    names = list(dict.fromkeys(each.name for each in its))
    return "、".join(f"“{name}”" for name in names)
