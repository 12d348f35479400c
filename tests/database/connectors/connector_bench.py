"""A bench in the example company: one connector is called at a time, as the engine calls it in a step."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select

from app.connectors import INLINE
from app.db import Transaction
from app.engine import JobCall
from app.history import history_event
from app.identity.tables import org_unit
from app.rehearsal.company import OUTLET
from app.runtime import Calling, start_case
from app.runtime.tables import attachment
from tests.factories.companies import Company

CASE = "FW2026900001"

SIGNATURE = {"kind": "drawn", "strokes": [[{"x": 10, "y": 12}, {"x": 18, "y": 25}]], "width": 320, "height": 120}
REPORT: dict[str, Any] = {
    "report_no": "BG2026000001",
    "resolution_path": "fix_now",
    "work_finished_at": "2026-03-02T08:50:00+08:00",
    "work_done": "更换胶条，调整门机",
    "customer_comment": "满意",
    "customer_signature": SIGNATURE,
    "signer_name": "调度员甲",
}


class Bench:
    """Calls connectors, each in a transaction of its own, and reads what they left."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.clock = company.clock

    def calling(self, tx: Transaction, *, case_no: str = CASE, unit: str = OUTLET, by: str | None = None) -> Calling:
        """The surroundings of a step in a case."""
        row = tx.row(select(org_unit.c.id, org_unit.c.path).where(org_unit.c.code == unit))
        assert row is not None, unit
        return Calling(
            tx=tx,
            world=self.company.world,
            actor=self.company.person(by),
            case_no=case_no,
            process_key="onsite_service",
            unit_id=row.id,
            unit_path=row.path,
            version_of=lambda process_id: self.company.world.definitions.live(tx, process_id),
            param=self.company.house.parameters(tx).value,
        )

    def run(
        self,
        job_type: str,
        variables: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        *,
        case_no: str = CASE,
        unit: str = OUTLET,
        by: str | None = None,
        element_name: str = "",
    ) -> dict[str, Any]:
        """The result variables of one call."""
        call = JobCall(
            job_type,
            headers=headers or {},
            variables=variables or {},
            element_name=element_name,
            process_id="onsite_service",
        )
        with self.company.step() as tx:
            return INLINE[job_type](self.calling(tx, case_no=case_no, unit=unit, by=by), call) or {}

    def start(self, process: str, *, by: str | None = None, unit: str = OUTLET, **variables: Any) -> Any:
        """Start a process in a case of its own; its first step."""
        actor = self.company.person(by)
        with self.company.step() as tx:
            return start_case(
                tx, self.company.world, actor=actor, process_key=process, unit_code=unit, variables=variables
            )

    def hand_over(self, process: str, **variables: Any) -> Any:
        """Start a process by its message in a case of its own; its first step."""
        with self.company.step() as tx:
            return start_case(
                tx,
                self.company.world,
                actor=self.company.person(None),
                process_key=process,
                unit_code=OUTLET,
                variables=variables,
                message=f"start_{process}",
            )

    def rows(self, query: Any) -> list[Any]:
        """Rows of the database."""
        with self.company.db.reading() as tx:
            return list(tx.rows(query))

    def history(self, kind: str, case_no: str = CASE) -> list[Any]:
        """What is on record of a kind."""
        chosen = (history_event.c.case_no == case_no) & (history_event.c.kind == kind)
        return self.rows(select(history_event).where(chosen).order_by(history_event.c.id))

    def upload(self, file_id: str, digest: str, case_no: str = CASE) -> None:
        """A whole file in a case."""
        with self.company.step() as tx:
            tx.execute(
                insert(attachment).values(
                    id=file_id,
                    case_no=case_no,
                    name=f"{file_id}.jpg",
                    content_type="image/jpeg",
                    size=1,
                    received=1,
                    digest=digest,
                    uploaded_by=1,
                    uploaded_at=self.clock.now(),
                )
            )
