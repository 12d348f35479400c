"""Reading registers: filter, sort, count, add up and page, only what the person may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, String, and_, case, cast, false, func, literal, or_, select, union_all

from app.clock import ZONE
from app.db import Transaction
from app.identity import Actor
from app.identity.tables import org_unit, user_account
from app.messages import Message, Refusal
from app.registers.declaration import Column, Declarations, Register
from app.registers.filters import MOST_WORDS, condition, number_of, order_of, value_of, within_days
from app.registers.tables import register_row

PAGE = 50
# Beyond these a page asks before it counts on or adds up: every row costs, every time somebody looks.
MOST_COUNTED, MOST_ADDED = 10_000, 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person narrowed a register to and how it is sorted; empty values do not narrow."""

    filters: Mapping[str, str] = field(default_factory=dict)  # column id → as typed
    text: str = ""
    time_column: str = ""  # the column that since and until speak of; "" is when the row was made
    since: date | None = None
    until: date | None = None  # that day included
    unit: str = ""  # path of a unit
    void: str = ""  # only, without
    sort: str = ""
    descending: bool = True

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(
            any(typed.strip() for typed in self.filters.values())
            or self.text.strip()
            or self.since
            or self.until
            or self.unit
            or self.void
        )


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows; `more` says whether another follows."""

    rows: list[Row[Any]]
    more: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows there are, and the sums of the number columns over those that are not void.

    Of many rows nobody asked to be told: `more` says that there are more than were counted, and `sums` is None.
    """

    count: int
    voided: int
    sums: dict[str, Decimal] | None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """A register in the list: how many rows one may see and when the last was written."""

    register: Register
    count: int
    updated_at: datetime | None


def visible_registers(declarations: Declarations, actor: Actor) -> list[Register]:
    """The registers one of this person's roles may see."""
    return [register for register in declarations.registers.values() if register.visible_to & actor.roles]


def find_register(declarations: Declarations, actor: Actor, code: str) -> Register:
    """One register for this person; unknown and forbidden get the same answer."""
    for register in visible_registers(declarations, actor):
        if register.code == code:
            return register
    raise Refusal("unknown_register", Message("没有这个台账。", "There is no such register."), status=404)


def reach_of(register: Register, actor: Actor) -> list[str]:
    """The units whose rows this person may see: those where he holds a role that may."""
    return sorted({holding.unit_path for holding in actor.holdings if holding.role in register.visible_to})


def summaries(tx: Transaction, declarations: Declarations, actor: Actor) -> list[Summary]:
    """The visible registers with their numbers. One statement."""
    registers = visible_registers(declarations, actor)
    if not registers:
        return []
    parts = [
        select(
            literal(register.code, String).label("code"),
            func.count().label("held"),
            func.max(register_row.c.updated_at, type_=register_row.c.updated_at.type).label("updated_at"),
        ).where(*_visible(register, actor))
        for register in registers
    ]
    found = {row.code: row for row in tx.rows(union_all(*parts))}
    return [Summary(register, found[register.code].held, found[register.code].updated_at) for register in registers]


def units_of(tx: Transaction, register: Register, actor: Actor) -> list[Row[Any]]:
    """The units this person may choose between (path, name, depth), the upper ones first."""
    reach = reach_of(register, actor)
    if not reach:
        return []
    below = or_(*(org_unit.c.path.startswith(path, autoescape=True) for path in reach))
    query = select(org_unit.c.path, org_unit.c.name, org_unit.c.depth).where(below, org_unit.c.active)
    return list(tx.rows(query.order_by(org_unit.c.path)))


def find_rows(
    tx: Transaction,
    register: Register,
    actor: Actor,
    wanted: Wanted | None = None,
    *,
    zone: tzinfo = ZONE,
    offset: int = 0,
    limit: int = PAGE,
) -> Page:
    """A page, newest first unless sorted by a column. Raises Refusal for a filter that means nothing."""
    wanted = wanted or Wanted()
    query = (
        select(register_row)
        .where(*_conditions(tx, register, actor, wanted, zone))
        .order_by(*_order(tx, register, wanted))
    )
    rows = list(tx.rows(query.offset(offset).limit(limit + 1)))
    return Page(rows[:limit], len(rows) > limit)


def totals(
    tx: Transaction,
    register: Register,
    actor: Actor,
    wanted: Wanted | None = None,
    *,
    zone: tzinfo = ZONE,
    exact: bool = True,
) -> Totals:
    """Count and sums over everything that fits; unless `exact` only MOST_COUNTED and MOST_ADDED rows are looked at."""
    conditions = _conditions(tx, register, actor, wanted or Wanted(), zone)
    fitting = select(register_row.c.voided_at).where(*conditions)
    if not exact:
        fitting = fitting.limit(MOST_COUNTED + 1)
    each = fitting.subquery()
    counted = tx.row(
        select(func.count().label("all_rows"), func.count(each.c.voided_at).label("voided")).select_from(each)
    )
    assert counted is not None
    if not exact and counted.all_rows > MOST_COUNTED:
        return Totals(MOST_COUNTED, counted.voided, None, more=True)
    numbers = [column for column in register.columns if column.is_number]
    if not numbers:
        return Totals(counted.all_rows, counted.voided, {})
    if not exact and counted.all_rows > MOST_ADDED:
        return Totals(counted.all_rows, counted.voided, None)
    sums = [
        func.sum(number_of(column, on_sqlite=tx.on_sqlite)).label(f"sum_{index}")
        for index, column in enumerate(numbers)
    ]
    row = tx.row(select(*sums).where(*conditions, register_row.c.voided_at.is_(None)))
    assert row is not None
    added = {
        column.id: Decimal(str(value))
        for index, column in enumerate(numbers)
        if (value := getattr(row, f"sum_{index}")) is not None
    }
    return Totals(counted.all_rows, counted.voided, added)


def all_rows(
    tx: Transaction, register: Register, actor: Actor, wanted: Wanted | None = None, *, zone: tzinfo = ZONE
) -> Iterator[Row[Any]]:
    """Every row that fits, a few hundred at a time: for exports. Sorted as wanted, else in the order of writing.

    PostgreSQL hands rows out piece by piece only within a transaction: `Database.one_moment` is one.
    """
    wanted = wanted or Wanted()
    order = _order(tx, register, wanted) if wanted.sort else [register_row.c.created_at, register_row.c.id]
    query = select(register_row).where(*_conditions(tx, register, actor, wanted, zone)).order_by(*order)
    yield from tx.execute(query.execution_options(yield_per=500))


def _visible(register: Register, actor: Actor) -> list[ColumnElement[bool]]:
    reach = reach_of(register, actor)
    within = (register_row.c.unit_path.startswith(path, autoescape=True) for path in reach)
    return [register_row.c.register == register.code, or_(false(), *within)]


def _conditions(
    tx: Transaction, register: Register, actor: Actor, wanted: Wanted, zone: tzinfo
) -> list[ColumnElement[bool]]:
    conditions = _visible(register, actor)
    for column_id, typed in wanted.filters.items():
        column = register.column(column_id)
        if column is not None and typed.strip():
            logins = _logins(tx, typed) if column.type in {"person", "persons"} else frozenset()
            conditions.append(condition(column, typed, on_sqlite=tx.on_sqlite, zone=zone, logins=logins))
    if wanted.text.strip():
        conditions.append(_anywhere(tx, register, wanted.text.strip()))
    if wanted.since is not None or wanted.until is not None:
        conditions.append(_between(tx, register, wanted, zone))
    if wanted.unit:
        conditions.append(register_row.c.unit_path.startswith(wanted.unit, autoescape=True))
    if wanted.void:
        is_void = register_row.c.voided_at.is_not(None)
        conditions.append(is_void if wanted.void == "only" else ~is_void)
    return conditions


def _between(tx: Transaction, register: Register, wanted: Wanted, zone: tzinfo) -> ColumnElement[bool]:
    after = wanted.until + timedelta(days=1) if wanted.until is not None else None
    column = register.column(wanted.time_column)
    if column is not None and column.is_time:
        return within_days(column, wanted.since, after, on_sqlite=tx.on_sqlite, zone=zone)
    made = register_row.c.created_at
    ends = []
    if wanted.since is not None:
        ends.append(made >= datetime.combine(wanted.since, time(), zone))
    if after is not None:
        ends.append(made < datetime.combine(after, time(), zone))
    return and_(*ends)


def _anywhere(tx: Transaction, register: Register, text: str) -> ColumnElement[bool]:
    """Every word stands in some cell, as it is shown: words of options and names of people count, column ids do not."""
    return and_(*(_word_somewhere(tx, register, word) for word in text.split()[:MOST_WORDS]))


def _word_somewhere(tx: Transaction, register: Register, word: str) -> ColumnElement[bool]:
    plain: list[ColumnElement[bool]] = []
    others: list[ColumnElement[bool]] = [register_row.c.case_no.icontains(word, autoescape=True)]
    logins: frozenset[str] | None = None
    for column in register.columns:
        value = value_of(column, on_sqlite=tx.on_sqlite)
        if column.type == "enum":
            fitting = [key for key, words in column.options.items() if _fits(word, words)]
            if fitting:
                others.append(value.in_(fitting))
        elif column.type in {"person", "persons"}:
            logins = _logins(tx, word) if logins is None else logins
            if logins:
                others.append(condition(column, word, on_sqlite=tx.on_sqlite, zone=ZONE, logins=logins))
        elif column.type != "bool":
            plain.append(value.icontains(word, autoescape=True))
    if plain and '"' not in word and "\\" not in word:
        # One look at the whole document first: most rows need no look at their cells.
        others.append(and_(cast(register_row.c.data, String).icontains(word, autoescape=True), or_(*plain)))
    elif plain:
        others.extend(plain)
    return or_(*others)


def _fits(word: str, words: Message) -> bool:
    return word.lower() in words.zh.lower() or word.lower() in words.en.lower()


def _logins(tx: Transaction, typed: str) -> frozenset[str]:
    """The people whose name or login fits."""
    typed = typed.strip()
    query = select(user_account.c.login).where(
        or_(user_account.c.name.icontains(typed, autoescape=True), user_account.c.login == typed)
    )
    return frozenset(row.login for row in tx.rows(query.limit(200)))


def _order(tx: Transaction, register: Register, wanted: Wanted) -> list[ColumnElement[Any]]:
    column: Column | None = register.column(wanted.sort)
    if column is not None:
        value = order_of(column, on_sqlite=tx.on_sqlite)
        empty = case((value.is_(None), 1), else_=0)
        return [empty, value.desc() if wanted.descending else value.asc(), register_row.c.id.desc()]
    newest = register_row.c.created_at
    if wanted.descending:
        return [newest.desc(), register_row.c.id.desc()]
    return [newest.asc(), register_row.c.id.asc()]
