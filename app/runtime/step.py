"""One step: load an instance, let the engine move its tokens, and write down everything that follows, together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from app import clock, engine
from app.db import Transaction
from app.definitions import Version
from app.engine import facts as f
from app.history import Event, record_all
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime import final_state
from app.runtime.elements import WRITERS, Opened
from app.runtime.surroundings import Surroundings
from app.runtime.tables import process_instance, service_case, subscription
from app.runtime.world import World

_load = (
    select(
        process_instance.c.id,
        process_instance.c.case_no,
        process_instance.c.version_id,
        process_instance.c.process_key,
        process_instance.c.state,
        process_instance.c.revision,
        process_instance.c.org_unit_id,
        process_instance.c.unit_path,
        process_instance.c.started_at,
        process_instance.c.handed_over_from,
        process_instance.c.engine_state,
        service_case.c.customer_name,
        service_case.c.contact_phone,
        service_case.c.product_model,
        service_case.c.serial_no,
        service_case.c.subject,
    )
    .join(service_case, service_case.c.case_no == process_instance.c.case_no)
    .where(process_instance.c.id == bindparam("id"))
)
_begin = insert(process_instance).returning(process_instance.c.id)
_save = (
    update(process_instance)
    .where(process_instance.c.id == bindparam("its_id"), process_instance.c.revision == bindparam("its_revision"))
    .values(
        revision=process_instance.c.revision + 1,
        state=bindparam("new_state"),
        engine_state=bindparam("new_engine_state"),
        final_state=bindparam("new_final_state"),
        ended_at=bindparam("new_ended_at"),
        end_name=bindparam("new_end_name"),
    )
)
_waiting = (
    select(subscription.c.instance_id, subscription.c.engine_task_id, process_instance.c.process_key)
    .join(process_instance, process_instance.c.id == subscription.c.instance_id)
    .where(subscription.c.message_name == bindparam("name"))
    .order_by(subscription.c.instance_id, subscription.c.engine_task_id)
)
# With a key it is for who waits with the same key; without one, for who waits without a key in the same case.
_waiting_with_key = _waiting.where(subscription.c.correlation_key == bindparam("key"))
_waiting_in_case = _waiting.where(
    subscription.c.correlation_key.is_(None), process_instance.c.case_no == bindparam("case_no")
)
_still_waiting = select(subscription.c.instance_id).where(
    subscription.c.instance_id == bindparam("instance_id"),
    subscription.c.engine_task_id == bindparam("engine_task_id"),
)
_one_more = (
    update(service_case)
    .where(service_case.c.case_no == bindparam("its_case_no"))
    .values(running=service_case.c.running + 1, closed_at=None)
)


MAX_DEPTH = 30  # messages that lead from one step to the next in one transaction


@dataclass(slots=True)
class StepRecord:
    """What a step did: handed to the writers of rows, to history and to the listeners (registers)."""

    actor: Actor
    now: datetime
    version: Version
    instance_id: int
    case_no: str
    org_unit_id: int
    unit_path: str
    revision: int
    surroundings: Surroundings
    facts: list[f.Fact]
    before: dict[str, Any]  # root variables before the step
    variables: dict[str, Any]  # and after it
    variables_at: Callable[[str], dict[str, Any]]
    case: dict[str, Any]  # the denormalised columns of the case
    engine_state_before: bytes | None
    opened: list[Opened] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    undo_rows: dict[str, Any] = field(default_factory=dict)
    reversible: bool = True
    completed: bool = False  # or cancelled: the instance is over
    claim: str | None = None  # the role whose new tasks the actor keeps; EVERY_ROLE when he starts a case
    depth: int = 0  # how many messages led from the first step to this one

    @property
    def may_be_taken_back(self) -> bool:
        """Whether 撤回 can turn this step back as far as is known by now: nothing left the instance."""
        return (
            self.reversible
            and not self.completed
            and not self.actor.is_system
            and not self.surroundings.ran_inline
            and not any(isinstance(fact, f.MessagePublished) for fact in self.facts)
        )

    def element(self, fact: f.Fact) -> engine.Element | None:
        """The element a fact speaks of."""
        return self.surroundings.version_of(fact.process_id).process.elements.get(fact.element_id)

    def event(self, kind: str, fact: f.Fact | None = None, **data: Any) -> None:
        """Note a line of history."""
        element = self.element(fact) if fact is not None else None
        self.events.append(
            Event(
                kind,
                case_no=self.case_no,
                instance_id=self.instance_id,
                element_id=element.id if element else None,
                element_name=element.name if element else None,
                data=data or None,
            )
        )


Act = Callable[[engine.Instance], None]


def load_instance(tx: Transaction, instance_id: int) -> Row[Any]:
    """The row of an instance with its case, or a refusal."""
    row = tx.row(_load, {"id": instance_id})
    if row is None:
        raise Refusal(
            "unknown_instance", Message("没有这个流程实例。", "There is no such process instance."), status=404
        )
    return row


def surroundings_of(tx: Transaction, world: World, actor: Actor, row: Any) -> Surroundings:
    """The engine's environment for a loaded instance."""
    return Surroundings(
        tx,
        world,
        actor,
        world.definitions.version(tx, row.version_id),
        case_no=row.case_no,
        unit_id=row.org_unit_id,
        unit_path=row.unit_path,
        since=row.started_at,
    )


def restore(tx: Transaction, world: World, actor: Actor, row: Any) -> tuple[engine.Instance, Surroundings]:
    """The instance as the engine knows it, for reading or for a step."""
    around = surroundings_of(tx, world, actor, row)
    version = world.definitions.version(tx, row.version_id)
    return engine.restore(version.process, final_state.state_of(tx, row), around), around


def run_step(
    tx: Transaction,
    world: World,
    actor: Actor,
    row: Any,
    act: Act,
    *,
    events: list[Event] | None = None,
    restored: tuple[engine.Instance, Surroundings] | None = None,
    depth: int = 0,
    claim: str | None = None,
) -> StepRecord:
    """Move an instance and write the step; `act` gives the engine its command.

    With `claim` the actor keeps the tasks of that role that it opens: whoever does a step goes on with the next.

    Refuses when the instance is finished or was moved by somebody else meanwhile. Exceptions of inline connectors
    pass through: the entry point rolls the whole step back.
    """
    if row.state != "active":
        raise Refusal("instance_over", Message("该流程已经结束。", "This process has already ended."))
    instance, around = restored or restore(tx, world, actor, row)
    before = instance.root_variables
    try:
        act(instance)
    except engine.NotWaiting as gone:
        raise Refusal(
            "not_waiting",
            Message("这一步已被处理，请刷新。", "This step has been dealt with already; reload the page."),
        ) from gone
    record = _record_of(row, actor, world.definitions.version(tx, row.version_id), around, instance, before, depth)
    record.claim = claim
    record.events.extend(events or [])
    ended = record.now if record.completed else None
    state = instance.save()
    saved = tx.execute(
        _save,
        {
            "its_id": row.id,
            "its_revision": row.revision,
            "new_state": _state_of(instance),
            "new_engine_state": None if record.completed else state,
            "new_final_state": final_state.pack(tx, state, row.handed_over_from) if record.completed else None,
            "new_ended_at": ended,
            "new_end_name": _end_name(record.facts),
        },
    )
    if saved.rowcount != 1:
        raise Refusal(
            "moved_on",
            Message(
                "同一服务单刚被别人推进，请再提交一次。", "Somebody else just moved this case; please submit again."
            ),
        )
    write(tx, world, record)
    return record


def begin_instance(
    tx: Transaction,
    world: World,
    actor: Actor,
    version: Version,
    *,
    case_no: str,
    unit_id: int,
    unit_path: str,
    variables: dict[str, Any],
    start_id: str | None,
    case: dict[str, Any],
    handed_over_from: int | None = None,
    claim: str | None = None,
    depth: int = 0,
) -> StepRecord:
    """Start an instance of a version inside a case and write its first step; `claim` as for `run_step`."""
    now = clock.now()
    around = Surroundings(tx, world, actor, version, case_no=case_no, unit_id=unit_id, unit_path=unit_path)
    instance = engine.start(version.process, around, variables, start_id)
    facts = list(instance.facts)
    state = instance.save()
    instance_id = tx.execute(
        _begin,
        {
            "case_no": case_no,
            "version_id": version.id,
            "process_key": version.key,
            "process_name": version.name,
            "state": "completed" if instance.completed else "active",
            "revision": 1,
            "org_unit_id": unit_id,
            "unit_path": unit_path,
            "handed_over_from": handed_over_from,
            "started_by": actor.id,
            "started_at": now,
            "ended_at": now if instance.completed else None,
            "end_name": _end_name(facts),
            "engine_state": None if instance.completed else state,
            "final_state": final_state.pack(tx, state, handed_over_from) if instance.completed else None,
        },
    ).scalar_one()
    record = StepRecord(
        actor=actor,
        now=now,
        version=version,
        instance_id=instance_id,
        case_no=case_no,
        org_unit_id=unit_id,
        unit_path=unit_path,
        revision=1,
        surroundings=around,
        facts=facts,
        before={},
        variables=instance.root_variables,
        variables_at=instance.variables,
        case=dict(case),
        engine_state_before=None,
        reversible=False,
        completed=instance.completed,
        claim=claim,
        depth=depth,
    )
    record.event("instance_started", process=version.key, version=version.version, name=version.name)
    write(tx, world, record)
    return record


def write(tx: Transaction, world: World, record: StepRecord) -> None:
    """Write the rows that follow from the facts, what the listeners add, and history.

    The history of the steps that messages led to stands behind that of the first one, in the order in which things
    were written: whoever reads it again (a register that is rebuilt) comes to the same end. One statement for all.
    """
    for writer in WRITERS:
        writer(tx, world, record)
    for listener in world.listeners:
        listener(tx, world, record)
    for event in record.events:
        event.at = record.now
    for fact in record.facts:
        if isinstance(fact, f.MessagePublished):
            _hand_over(tx, world, record, fact)
    if record.depth == 0:
        record_all(tx, record.actor, record.events)


def deliver(
    tx: Transaction,
    world: World,
    actor: Actor,
    *,
    name: str,
    correlation_key: str | None,
    variables: dict[str, Any],
    case_no: str | None,
    case: StepRecord | None = None,
) -> list[StepRecord]:
    """Give a message to who awaits it, to one instance per process, else start the process that begins with it.

    With a key it reaches who waits with the same key. Without one it reaches who waits without a key in the case
    `case_no`, and never another case. Of several instances of one process the oldest gets it, as in Camunda. Inside a
    step (`case`) a started process belongs to the same case; otherwise `commands.start_case` opens one.
    """
    depth = case.depth + 1 if case is not None else 0
    if depth > MAX_DEPTH:
        raise Refusal(
            "message_loop",
            Message(
                f"消息“{name}”使流程互相触发，没有尽头；请联系流程负责人。",
                f"The message “{name}” makes processes start each other without end; tell the process owner.",
            ),
        )
    if correlation_key:
        waiting = tx.rows(_waiting_with_key, {"name": name, "key": correlation_key})
    else:
        waiting = tx.rows(_waiting_in_case, {"name": name, "case_no": case_no}) if case_no else ()
    received: list[StepRecord] = []
    chosen: dict[str, int] = {}  # process → its instance that gets the message
    for found in waiting:
        # The receiver before may have ended the wait of this one.
        mine = chosen.setdefault(found.process_key, found.instance_id) == found.instance_id
        if mine and (not received or _still_waits(tx, found)):
            received.append(_receive(tx, world, actor, found, name, variables, depth))
    if received:
        return received
    target = world.definitions.started_by(tx, name)
    if target is None or case is None:
        return []
    version, start_id = target
    tx.execute(_one_more, {"its_case_no": case.case_no})
    return [
        begin_instance(
            tx,
            world,
            actor,
            version,
            case_no=case.case_no,
            unit_id=case.org_unit_id,
            unit_path=case.unit_path,
            variables={**variables, "case_no": case.case_no},
            start_id=start_id,
            case=case.case,
            handed_over_from=case.instance_id,
            claim=case.claim,
            depth=depth,
        )
    ]


def _still_waits(tx: Transaction, found: Row[Any]) -> bool:
    asked = {"instance_id": found.instance_id, "engine_task_id": found.engine_task_id}
    return tx.row(_still_waiting, asked) is not None


def _receive(
    tx: Transaction, world: World, actor: Actor, found: Row[Any], name: str, variables: dict[str, Any], depth: int
) -> StepRecord:
    row = load_instance(tx, found.instance_id)
    return run_step(
        tx,
        world,
        actor,
        row,
        lambda instance: instance.correlate(found.engine_task_id, variables),
        events=[Event("message_received", case_no=row.case_no, instance_id=row.id, data={"message": name})],
        depth=depth,
    )


def _hand_over(tx: Transaction, world: World, record: StepRecord, fact: f.MessagePublished) -> None:
    record.reversible = False
    receivers = deliver(
        tx,
        world,
        record.actor,
        name=fact.message_name,
        correlation_key=fact.correlation_key,
        variables=fact.variables,
        case_no=record.case_no,
        case=record,
    )
    for receiver in receivers:
        record.opened.extend(receiver.opened)
        record.events.extend(receiver.events)
    keys = [receiver.version.key for receiver in receivers]
    record.event("handed_over" if keys else "message_unheard", fact, message=fact.message_name, receivers=keys)


def _record_of(
    row: Any,
    actor: Actor,
    version: Version,
    around: Surroundings,
    instance: engine.Instance,
    before: dict[str, Any],
    depth: int,
) -> StepRecord:
    return StepRecord(
        actor=actor,
        now=around.now(),
        version=version,
        instance_id=row.id,
        case_no=row.case_no,
        org_unit_id=row.org_unit_id,
        unit_path=row.unit_path,
        revision=row.revision + 1,
        surroundings=around,
        facts=list(instance.facts),
        before=before,
        variables=instance.root_variables,
        variables_at=instance.variables,
        case={
            "customer_name": row.customer_name,
            "contact_phone": row.contact_phone,
            "product_model": row.product_model,
            "serial_no": row.serial_no,
            "subject": row.subject,
        },
        engine_state_before=row.engine_state,
        completed=instance.completed or instance.cancelled,
        depth=depth,
    )


def _state_of(instance: engine.Instance) -> str:
    if instance.cancelled:
        return "cancelled"
    return "completed" if instance.completed else "active"


def _end_name(facts: list[f.Fact]) -> str | None:
    return next((fact.end_name for fact in reversed(facts) if isinstance(fact, f.InstanceCompleted)), None)
