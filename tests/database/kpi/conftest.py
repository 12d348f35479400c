"""Cases, clocks, register rows and events written down directly: figures read them and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from app import parameters
from app.calendar.tables import service_clock
from app.db import Database, Transaction
from app.history import history_event
from app.identity.tables import org_unit
from app.kpi import FIGURES, Scope, by_month, by_person, by_unit, counted
from app.parameters import Parameters
from app.registers import register_row
from app.runtime.tables import case_term, service_case

BOOK = parameters.load(Path(__file__).parents[3] / "processes")
O1, O2 = "/C1/R1/O1/", "/C1/R1/O2/"


def at(text: str) -> datetime:
    """A moment on the clock on the wall in Shanghai: "03-02 09:00" in 2026."""
    return datetime.fromisoformat(f"2026-{text.replace(' ', 'T')}:00+08:00").astimezone(UTC)


class Records:
    """Writes what the product would have written."""

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx
        self.now = at("03-20 10:00")
        self._serial = 0

    def case(self, case_no: str, opened: str = "03-02 09:00", *, unit: str = O1, serial_no: str | None = None) -> None:
        """A case, findable by its serial number."""
        self.tx.execute(
            insert(service_case).values(
                case_no=case_no, org_unit_id=1 if unit == O1 else 2, unit_path=unit, opened_at=at(opened), running=1,
                customer_name="示例公交一队", serial_no=serial_no,
            )
        )  # fmt: skip
        if serial_no:
            self.tx.execute(insert(case_term).values(case_no=case_no, term=serial_no.lower(), kind="serial_no"))

    def clock(
        self, case_no: str, kind: str, started: str, due: str, *, met: str | None = None, breached: bool = False,
        cancelled: str | None = None, paused: bool = False,
    ) -> None:  # fmt: skip
        """A service clock as the calendar keeps it."""
        begins, ends = at(started), at(due)
        ended = met is not None or cancelled is not None
        self.tx.execute(
            insert(service_clock).values(
                case_no=case_no, kind=kind, org_unit=O1, owner="hotline_agent_1", started_at=begins, target="PT1H",
                mode="natural", due_at=ends, warn_at=begins + (ends - begins) * 0.8, escalate_at=ends + (ends - begins),
                next_at=None if paused or ended else ends, level=0, paused=[], met_at=at(met) if met else None,
                cancelled_at=at(cancelled) if cancelled else None, breached=breached, corrections=[], reason="",
                revision=1,
            )
        )  # fmt: skip

    def row(self, code: str, case_no: str, made: str = "03-02 12:00", *, void: bool = False, **data: Any) -> None:
        """A register row."""
        self._serial += 1
        self.tx.execute(
            insert(register_row).values(
                register=code, row_key=f"{code}-{self._serial}", case_no=case_no, instance_id=1, unit_path=O1,
                data=data, created_by="x", created_at=at(made), updated_at=at(made),
                voided_at=at(made) if void else None,
            )
        )  # fmt: skip

    def done(self, case_no: str, element: str, when: str, form: str = "", instance: int = 1, **values: Any) -> None:
        """A completed task in history."""
        self.tx.execute(
            insert(history_event).values(
                at=at(when), case_no=case_no, instance_id=instance, actor_name="x", kind="task_completed",
                element_id=element, data={"form": form, "values": values},
            )
        )  # fmt: skip

    def scope(
        self, *, profile: str = "bus_maker", reach: tuple[str, ...] = ("/C1/",), unit: str = "", **span: str
    ) -> Scope:
        """The whole year, unless told otherwise."""
        return Scope(
            reach=reach, unit=unit, since=span.get("since", "2026-01"), until=span.get("until", "2026-12"),
            now=self.now, parameters=Parameters(BOOK, profile, self.stored), on_sqlite=self.tx.on_sqlite,
        )  # fmt: skip

    stored: dict[tuple[str, str], Any] = {}  # noqa: RUF012 - a test puts its own in its place

    def months(self, code: str, **scope: Any) -> dict[str, Decimal | None]:
        """The value of every month, rounded to two decimals."""
        found = by_month(self.tx, FIGURES[code], self.scope(**scope))
        return {month: round(one.value, 2) if one.value is not None else None for month, one in sorted(found.items())}

    def units(self, code: str, **scope: Any) -> dict[str, Decimal | None]:
        """The value of every unit."""
        return {path: one.value for path, one in by_unit(self.tx, FIGURES[code], self.scope(**scope)).items()}

    def people(self, code: str, **scope: Any) -> dict[str, Decimal | None]:
        """The value of every person."""
        return {login: one.value for login, one in by_person(self.tx, FIGURES[code], self.scope(**scope)).items()}

    def listed(self, code: str, only: str = "", **scope: Any) -> list[str | None]:
        """The case numbers counted."""
        return [one.case_no for one in counted(self.tx, FIGURES[code], self.scope(**scope), only=only)]

    def later(self, **length: int) -> None:
        """Move now."""
        self.now += timedelta(**length)


@pytest.fixture
def records(database: Database) -> Iterator[Records]:
    """Two outlets and an empty record."""
    with database.transaction() as tx:
        for number, path in ((1, O1), (2, O2)):
            tx.execute(
                insert(org_unit).values(
                    id=number, code=f"O{number}", kind="outlet", name=f"{number}站", path=path, depth=2, active=True
                )
            )
        yield Records(tx)
