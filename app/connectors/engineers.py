"""The engineers of a unit: who is in the pool, and why somebody must be skipped (D18 rules 3 and 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import and_, func, or_, select

from app import clock
from app.aftersales.rotation import Candidate
from app.identity.tables import deputy, org_unit, role_assignment, user_account, user_skill
from app.runtime import Calling
from app.runtime.tables import user_task

ROLE = "service_engineer"
# A trip lasts from acceptance until the engineer has reported back at the base (P09.1).
_TRIP = ("task_acceptance", "onsite_service")
_REPORT_BACK = ("return_reporting", "return_to_work")
_on_trip = or_(
    user_task.c.process_key.in_(_TRIP),
    and_(user_task.c.process_key == _REPORT_BACK[0], user_task.c.element_id == _REPORT_BACK[1]),
)


@dataclass(frozen=True, slots=True)
class Pool:
    """The engineers who take turns, and the code of the unit whose list they stand in."""

    unit_code: str
    candidates: list[Candidate]


def pool(calling: Calling) -> Pool:
    """Active engineers of the nearest unit from the case upward that has any, in the basic order."""
    rows = calling.tx.rows(
        select(user_account.c.id, user_account.c.login, org_unit.c.code)
        .join(role_assignment, role_assignment.c.user_id == user_account.c.id)
        .join(org_unit, org_unit.c.id == role_assignment.c.org_unit_id)
        .where(
            role_assignment.c.role == ROLE,
            user_account.c.active,
            func.substr(calling.unit_path, 1, func.length(org_unit.c.path)) == org_unit.c.path,
        )
        .order_by(org_unit.c.depth.desc(), user_account.c.id)
    )
    nearest = rows[0].code if rows else calling.unit_path.rstrip("/").rsplit("/", 1)[-1]
    return Pool(nearest, [Candidate(row.id, row.login) for row in rows if row.code == nearest])


class Availability:
    """What hinders the engineers of one unit on one day; asked once, then answered from memory."""

    def __init__(self, calling: Calling, candidates: list[Candidate], skill: str | None, day: date) -> None:
        ids = [candidate.user_id for candidate in candidates]
        tx, zone = calling.tx, clock.ZONE
        noon = datetime.combine(day, time(12), zone)
        self._skill = skill
        self._day = day
        self._skills: dict[int, dict[str, Any]] = {}
        for row in tx.rows(select(user_skill).where(user_skill.c.user_id.in_(ids))):
            self._skills.setdefault(row.user_id, {})[row.skill] = row.certificate_valid_to
        away = select(deputy.c.user_id).where(
            deputy.c.user_id.in_(ids), deputy.c.from_at <= noon, deputy.c.until_at > noon
        )
        self._away = {row.user_id for row in tx.rows(away)}
        busy = select(user_task.c.assignee_id).where(
            user_task.c.assignee_id.in_(ids), user_task.c.state == "open", _on_trip
        )
        self._busy = {row.assignee_id for row in tx.rows(busy)}

    def skip_reason(self, candidate: Candidate) -> str | None:
        """skill, not_back, leave or certificate; None when the candidate can go."""
        skills = self._skills.get(candidate.user_id, {})
        if self._skill and self._skill not in skills:
            return "skill"
        if candidate.user_id in self._busy:
            return "not_back"
        if candidate.user_id in self._away:
            return "leave"
        until = skills.get(self._skill) if self._skill else None
        if until is not None and until < self._day:
            return "certificate"
        return None
