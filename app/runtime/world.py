"""What an entry point hands to the runtime: definitions, connectors, listeners, FEEL libraries, the job port."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from app import feel
from app.calendar import WorkCalendar
from app.db import Transaction
from app.definitions import DefinitionStore, Version
from app.engine import JobCall
from app.identity import Actor

if TYPE_CHECKING:
    from app.runtime.step import StepRecord


@dataclass(frozen=True, slots=True)
class Calling:
    """The surroundings of an inline job: whose step, which case, which unit."""

    tx: Transaction
    world: World
    actor: Actor
    case_no: str
    process_key: str
    unit_id: int
    unit_path: str
    version_of: Callable[[str], Version]  # process id → the version of it that takes part in this instance
    param: Callable[[str], Any]  # name → the parameter as this instance sees it


Connector = Callable[[Calling, JobCall], dict[str, Any] | None]


class Listener(Protocol):
    """Called after the tokens moved, in the step's own transaction: registers write their rows here."""

    def __call__(self, tx: Transaction, world: World, record: StepRecord) -> None: ...


TakeBack = Callable[[Transaction, Actor, Any], None]


class JobQueue(Protocol):
    """The job port: work written in the step's transaction and done after it."""

    def defer(self, tx: Transaction, kind: str, payload: dict[str, Any], *, run_at: datetime | None = None) -> None:
        """Write a job; it starts after the commit, not before `run_at`."""
        ...


class NumberFormat(Protocol):
    """A number rule: `format` with outlet, year, month, day, seq; `scope` says when counting begins anew."""

    @property
    def format(self) -> str: ...
    @property
    def scope(self) -> str: ...


class LibraryOf(Protocol):
    """Gives the FEEL functions of a unit, with its calendar and with the parameters an instance started with."""

    def __call__(self, tx: Transaction, unit_path: str, since: datetime | None = None) -> feel.Library: ...


@dataclass(frozen=True, slots=True)
class World:
    """One per process of the server; shared by all threads, never changed."""

    definitions: DefinitionStore
    jobs: JobQueue
    library: LibraryOf
    calendar: Callable[[Transaction, str], WorkCalendar]  # (transaction, unit path) → that unit's calendar
    connectors: Mapping[str, Connector] = field(default_factory=dict)
    outgoing: frozenset[str] = frozenset()
    listeners: Sequence[Listener] = ()
    taking_back: Mapping[str, TakeBack] = field(default_factory=dict)  # what listeners noted in `undo_rows` → how
    lookup: Callable[[Transaction, str, str], bool] | None = None  # (source, value) → may be chosen
    numbers: Mapping[str, NumberFormat] = field(default_factory=dict)  # variable → how its number is made
    own_formats: Callable[[Transaction], Mapping[str, NumberFormat]] | None = None  # and what the company made of it

    def number_rule(self, tx: Transaction, variable: str) -> NumberFormat | None:
        """How the company makes a record number: as it said itself, else as the declarations say."""
        own = self.own_formats(tx).get(variable) if self.own_formats is not None else None
        return own or self.numbers.get(variable)
