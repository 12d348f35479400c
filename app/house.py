"""The house: one database and everything an entry point needs around it, assembled once per process."""

from __future__ import annotations

import copy
import threading
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import calendar, clock, definitions, feel, parameters, registers
from app.aftersales import customers, part, skill, stock
from app.calendar import WorkCalendar
from app.connectors import BUILT_IN, CONTRACTS, INLINE, OUTGOING, remember_customer
from app.db import Database, Transaction
from app.definitions import DefinitionStore, Deployed, Knowledge
from app.history import record
from app.identity import SYSTEM, Actor, holds_role
from app.identity.tables import org_unit
from app.notices import Channel
from app.parameters import Parameters, StoredValues
from app.runtime import JobQueue, TableJobs, World, arrange_starts
from app.runtime.number_formats import NumberRule, own_formats
from app.runtime.numbers import next_value
from app.runtime.tables import number_sequence
from app.yaml_file import read_yaml

_STAMP = "changes of parameters and calendars"
_company = select(org_unit.c.name).where(org_unit.c.depth == 0).order_by(org_unit.c.id).limit(1)
_stamp = select(number_sequence.c.value).where(number_sequence.c.name == _STAMP, number_sequence.c.scope == "")


class House:
    """Database, definitions, parameters, calendars, registers, connectors: what all entry points share."""

    def __init__(
        self,
        database: Database,
        processes: Path,
        forms: Path,
        *,
        profile: str | None = None,
        jobs: JobQueue | None = None,
    ) -> None:
        self.db = database
        self.processes = processes
        self.forms = forms
        self.profile = profile
        self.channels: Mapping[str, Channel] = {}  # by which personal messages leave the house
        self.public_url = ""
        self.book = parameters.load(processes)
        self.roles: dict[str, dict[str, Any]] = read_roles(processes)
        self.registers = registers.load(processes)
        self._lock = threading.Lock()
        self._stamp = 0
        self._calendars: dict[tuple[str, int], WorkCalendar] = {}
        self._libraries: dict[tuple[str, int], feel.Library] = {}
        self._stored: StoredValues | None = None
        self._parameters: dict[int, Parameters] = {}
        self._formats: dict[str, NumberRule] | None = None
        self._company: str | None = None
        self.world = World(
            definitions=DefinitionStore(),
            jobs=jobs or TableJobs(),
            library=self.library,
            calendar=self.calendar,
            connectors=INLINE,
            outgoing=OUTGOING,
            listeners=(registers.RegisterListener(self.registers), remember_customer),
            taking_back={registers.UNDO: registers.take_back},
            lookup=_exists,
            numbers=self.registers.numbers,
            own_formats=self.own_formats,
        )

    def on(self, database: Database) -> House:
        """The same house around another database that holds the same definitions: a rehearsal's copy."""
        other = copy.copy(self)
        other.db = database
        return other

    def refresh(self) -> None:
        """Forget what is cached of the company after somebody changed it, and let other processes know."""
        with self.db.transaction() as tx:
            self._stamp = next_value(tx, _STAMP, "")
        self._forget()

    def notice_changes(self) -> bool:
        """Forget what was cached when another process changed it; the worker beside each process asks."""
        with self.db.reading() as tx:
            stamp = tx.value(_stamp) or 0
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        self._forget()
        return True

    def _forget(self) -> None:
        with self._lock:
            self._calendars = {}
            self._libraries = {}
            self._stored = None
            self._parameters = {}
            self._formats = None
            self._company = None

    def company(self, tx: Transaction | None = None) -> str:
        """What the company is called: the unit above all others; nothing before it is founded."""
        found = self._company
        if found is None:
            with nullcontext(tx) if tx is not None else self.db.reading() as reading:
                found = self._company = reading.value(_company) or ""
        return found

    def own_formats(self, tx: Transaction) -> dict[str, NumberRule]:
        """The number formats that the company chose itself, by variable."""
        found = self._formats
        if found is None:
            found = self._formats = own_formats(tx)
        return found

    def parameters(self, tx: Transaction, at: datetime | None = None) -> Parameters:
        """The parameters in force now, or at a moment in the past."""
        stored, number = self._reached(tx, at or clock.now())
        found = self._parameters.get(number)
        if found is None:
            found = parameters.in_force(self.book, stored.at(at or clock.now()), self.profile)
            self._parameters[number] = found
        return found

    def _reached(self, tx: Transaction, at: datetime) -> tuple[StoredValues, int]:
        """What people set, and how many of their changes had taken effect by then."""
        stored = self._stored
        if stored is None:
            stored = self._stored = parameters.load_stored(tx)
        return stored, stored.reached(at)

    def calendar(self, tx: Transaction, unit_path: str) -> WorkCalendar:
        """The working calendar of a unit."""
        key = (unit_path, self._reached(tx, clock.now())[1])
        found = self._calendars.get(key)
        if found is None:
            units = [code for code in reversed(unit_path.split("/")) if code]
            found = calendar.load_calendar(tx, units, self.parameters(tx).as_dict())
            self._calendars[key] = found
        return found

    def library(self, tx: Transaction, unit_path: str, since: datetime | None = None) -> feel.Library:
        """The FEEL functions of a unit: the standard's, its calendar's, `param`, and what asks the database.

        `since` is when an instance started: it keeps the parameters of that moment, except those that act at once.
        """
        key = (unit_path, self._reached(tx, clock.now())[1])
        found = self._libraries.get(key)
        if found is None:
            functions = {
                name: feel.Function(name, names, _between_languages(call))
                for name, (names, call) in calendar.library(self.calendar(tx, unit_path)).items()
            }
            found = feel.BUILTINS.in_zone(clock.ZONE).extended(functions)
            self._libraries[key] = found
        now = self.parameters(tx)
        kept = now if since is None else self.parameters(tx, since)

        def param(name: Any) -> Any:
            return (now if self.book.definition(str(name)).at_once else kept).value(str(name))

        def holds(login: Any, role: Any) -> bool:
            return holds_role(tx, login, str(role), unit_path)

        def hours(login: Any, day: Any, order: Any) -> Any:
            return registers.hours_elsewhere(tx, login, day, order)

        def register_rows(code: Any, column: Any, value: Any) -> Any:
            return feel.to_feel(registers.rows_with(tx, self.registers, code, column, value))

        def rows_since(code: Any, since: Any) -> Any:
            return feel.to_feel(registers.rows_since(tx, unit_path, code, since))

        return found.extended(
            {
                "param": feel.Function("param", ("name",), param),
                "person has role": feel.Function("person has role", ("login", "role"), holds),
                "hours elsewhere": feel.Function("hours elsewhere", ("login", "day", "order"), hours),
                "register rows": feel.Function("register rows", ("register", "column", "value"), register_rows),
                "rows entered since": feel.Function("rows entered since", ("register", "since"), rows_since),
            }
        )

    def knowledge(self, tx: Transaction) -> Knowledge:
        """What lint must know of this house."""
        return Knowledge(
            roles=frozenset(self.roles),
            job_types=frozenset(INLINE) | BUILT_IN | self.world.outgoing,
            contracts=CONTRACTS,
            parameters=frozenset(self.book.definitions),
            library=self.library(tx, "/"),
        )

    def move_clocks(self, tx: Transaction, values: Mapping[str, Any] | None = None) -> int:
        """Compute running clocks again after a change of calendars or parameters; how many moved.

        The calendars are read as this transaction sees them; the caches are forgotten when it commits.
        """
        stored = parameters.load_values(tx)
        in_force = values if values is not None else parameters.in_force(self.book, stored, self.profile).as_dict()
        known: dict[str, WorkCalendar] = {}

        def calendar_of(unit_path: str) -> WorkCalendar:
            if unit_path not in known:
                units = [code for code in reversed(unit_path.split("/")) if code]
                known[unit_path] = calendar.load_calendar(tx, units, in_force)
            return known[unit_path]

        tx.after_commit(self.refresh)
        return calendar.recalculate_clocks(tx, calendar_of)

    def learn_holidays(self) -> list[int]:
        """Bring in official years that this release knows and the database does not, or only as a forecast."""
        shipped = calendar.read_years(self.processes / "calendars" / "cn.yaml")
        with self.db.transaction() as tx:
            learned = calendar.import_missing_years(tx, shipped, actor=SYSTEM.login)
            for year in shipped:
                if year.year in learned:
                    data = {"year": year.year, "announced": year.announced, "source": year.source}
                    record(tx, actor=SYSTEM, kind="calendar_year_imported", data=data)
            if learned:
                self.move_clocks(tx)
        return learned

    def arrange_starts(self, tx: Transaction, actor: Actor = SYSTEM) -> int:
        """Schedule what starts by itself as the live versions and switches say; how many starts changed."""
        return arrange_starts(tx, self.world, actor=actor)

    def deploy_folders(self, *, actor: Actor = SYSTEM, reason: str = "", schedule: bool = True) -> Deployed | None:
        """Deploy `processes/` and `forms/` when they changed since the last deployment; None when they did not.

        `schedule`: what starts by a timer is scheduled in the same transaction; a rehearsal chooses what it wants.
        """
        files = definitions.read_folders(self.processes, self.forms)
        with self.db.reading() as tx:
            if definitions.last_digest(tx) == definitions.digest_of(files):
                return None
        bundle = definitions.parse(files)
        with self.db.transaction() as tx:
            deployed = definitions.deploy(tx, bundle, self.knowledge(tx), actor=actor, reason=reason)
            if schedule:
                self.arrange_starts(tx, actor)
            return deployed


def read_roles(processes: Path) -> dict[str, dict[str, Any]]:
    """The roles of `roles.yaml`, by key."""
    content = read_yaml(processes / "roles.yaml")
    return dict(content.get("roles", content))


def _exists(tx: Transaction, source: str, value: str) -> bool:
    if source == "part":
        return tx.row(select(part.c.part_no).where(part.c.part_no == value)) is not None
    if source == "skill":
        return tx.row(select(skill.c.code).where(skill.c.code == value)) is not None
    if source in {"warehouse", "station"}:
        kept = (stock.stock_location.c.code == value, stock.stock_location.c.kind == source)
        return tx.row(select(stock.stock_location.c.id).where(*kept, stock.stock_location.c.active)) is not None
    if source == "unit":
        return customers.find_unit(tx, value) is not None
    return True


def _between_languages(call: Any) -> Any:
    """FEEL durations are timedeltas for the calendar, and back."""

    def run(*args: Any) -> Any:
        plain = [arg.to_timedelta() if isinstance(arg, feel.DaysTimeDuration) else arg for arg in args]
        answer = call(*plain)
        return feel.DaysTimeDuration.from_timedelta(answer) if isinstance(answer, timedelta) else answer

    return run
