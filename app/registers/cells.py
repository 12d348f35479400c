"""Cells in words: moments, dates, money, options and people as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Row, select

from app.db import Transaction
from app.identity.tables import org_unit, user_account
from app.registers.declaration import Column, Register


@dataclass(frozen=True, slots=True)
class Reader:
    """How this person reads a register: language, time zone, the names of people and units."""

    lang: str
    zone: tzinfo
    people: dict[str, str] = field(default_factory=dict)  # login → name
    units: dict[str, str] = field(default_factory=dict)  # path → name

    @property
    def chinese(self) -> bool:
        """Whether to speak Chinese."""
        return self.lang.startswith("zh")

    def cell(self, column: Column, value: Any) -> str:
        """One cell as text; "" when there is nothing."""
        if value is None or value == "" or value == []:
            return ""
        if column.type == "enum":
            words = column.options.get(str(value))
            return words.text(self.lang) if words is not None else str(value)
        if column.type == "bool":
            return ("是" if self.chinese else "Yes") if value else ("否" if self.chinese else "No")
        if column.type == "datetime":
            at = moment(value, self.zone)
            return f"{at:%Y-%m-%d %H:%M}" if at is not None else str(value)
        if column.type == "date":
            day = day_of(value, self.zone)
            return day.isoformat() if day is not None else str(value)
        if column.type in {"person", "persons"}:
            return self._comma.join(self.people.get(login, login) for login in _logins(value))
        if column.type == "money":
            number = decimal(value)
            return f"¥{number:,.2f}" if number is not None else str(value)
        if column.type == "number":
            number = decimal(value)
            return f"{number.normalize():,f}" if number is not None else str(value)
        return self._comma.join(map(str, value)) if isinstance(value, list) else str(value)

    def unit(self, path: str) -> str:
        """The name of a unit."""
        return self.units.get(path, path.rstrip("/").rsplit("/", 1)[-1])

    def stamp(self, at: datetime | None) -> str:
        """A moment of the row itself."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}" if at is not None else ""

    @property
    def _comma(self) -> str:
        return "、" if self.chinese else ", "


def reader_of(
    tx: Transaction, register: Register, rows: Iterable[Row[Any]] | None, *, lang: str, zone: tzinfo
) -> Reader:
    """A reader that knows the people in these rows, or everybody when `rows` is None (exports)."""
    people = select(user_account.c.login, user_account.c.name)
    units = select(org_unit.c.path, org_unit.c.name)
    if rows is not None:
        columns = [column.id for column in register.columns if column.type in {"person", "persons"}]
        rows = list(rows)
        logins = {login for row in rows for column in columns for login in _logins(row.data.get(column))}
        people = people.where(user_account.c.login.in_(sorted(logins)))
        units = units.where(org_unit.c.path.in_(sorted({row.unit_path for row in rows})))
    return Reader(
        lang, zone, {row.login: row.name for row in tx.rows(people)}, {row.path: row.name for row in tx.rows(units)}
    )


def moment(value: Any, zone: tzinfo) -> datetime | None:
    """A stored date-time on the clock on the wall, or None."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)


def day_of(value: Any, zone: tzinfo) -> date | None:
    """A stored date (or the date of a stored moment), or None."""
    text = str(value)
    if len(text) != 10:
        at = moment(text, zone)
        return at.date() if at is not None else None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def decimal(value: Any) -> Decimal | None:
    """A stored number exactly, or None."""
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _logins(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    return [str(login) for login in value] if isinstance(value, list) else [str(value)]
