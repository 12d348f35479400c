"""The person (or the system) that acts: loaded once per request with every queue and unit it may reach."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select, union_all

from app import clock
from app.db import Transaction
from app.identity.tables import deputy, org_unit, queue, role_assignment, user_account


@dataclass(frozen=True, slots=True)
class Holding:
    """One role at one unit; `deputy_for` is the user it is held for while he is away."""

    role: str
    unit_id: int
    unit_code: str
    unit_path: str
    queue_id: int | None
    deputy_for: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it. The system itself has no id, nor has a guest, who answers one task by a link."""

    id: int | None
    login: str
    name: str
    language: str = "zh"
    session_version: int = 0
    must_change_password: bool = False
    home_unit_code: str | None = None
    holdings: tuple[Holding, ...] = ()
    stands_in_for: frozenset[int] = field(default_factory=frozenset)
    guest_of: int | None = None  # the one task that a guest may answer

    @property
    def is_system(self) -> bool:
        """Timers, jobs and imports act as the system."""
        return self.id is None and self.guest_of is None

    @property
    def roles(self) -> frozenset[str]:
        """Every role held anywhere."""
        return frozenset(holding.role for holding in self.holdings)

    @property
    def queue_ids(self) -> tuple[int, ...]:
        """The queues whose tasks this person may claim."""
        return tuple(sorted({holding.queue_id for holding in self.holdings if holding.queue_id is not None}))

    @property
    def own_ids(self) -> tuple[int, ...]:
        """This person's id and those he stands in for."""
        return (self.id, *sorted(self.stands_in_for)) if self.id is not None else ()

    def holds(self, role: str, unit_path: str | None = None) -> bool:
        """Whether the role is held, for `unit_path` at that unit or above it."""
        return any(
            holding.role == role and (unit_path is None or unit_path.startswith(holding.unit_path))
            for holding in self.holdings
        )

    def reaches(self, unit_path: str) -> bool:
        """Whether any business role is held at that unit or above it."""
        return self.is_system or any(
            holding.role not in {"system_admin", "process_owner"} and unit_path.startswith(holding.unit_path)
            for holding in self.holdings
        )


# Whoever stands in for an administrator does his work, but gets no keys: with them he could keep them.
NOT_STOOD_IN_FOR = frozenset({"system_admin"})
SYSTEM = Actor(id=None, login="system", name="系统")


def guest(name: str, task_id: int) -> Actor:
    """Somebody outside, by the name he gave, for one task."""
    return Actor(id=None, login="", name=f"来宾 {name}"[:80], guest_of=task_id)


_columns = (
    user_account.c.id,
    user_account.c.login,
    user_account.c.name,
    user_account.c.language,
    user_account.c.session_version,
    user_account.c.must_change_password,
    user_account.c.home_unit_id,
    role_assignment.c.role,
    role_assignment.c.org_unit_id,
    org_unit.c.code,
    org_unit.c.path,
    queue.c.id.label("queue_id"),
)


def _held(person: Any) -> Any:
    return (
        person.outerjoin(role_assignment, role_assignment.c.user_id == user_account.c.id)
        .outerjoin(org_unit, org_unit.c.id == role_assignment.c.org_unit_id)
        .outerjoin(
            queue, (queue.c.role == role_assignment.c.role) & (queue.c.org_unit_id == role_assignment.c.org_unit_id)
        )
    )


_own = select(*_columns).select_from(_held(user_account)).where(user_account.c.active)
_stood_in_for = (
    select(*_columns)
    .select_from(_held(user_account.join(deputy, deputy.c.user_id == user_account.c.id)))
    .where(
        deputy.c.deputy_id == bindparam("id"),
        deputy.c.from_at <= bindparam("now"),
        deputy.c.until_at > bindparam("now"),
        user_account.c.active,  # who has left is stood in for by nobody
    )
)
_by_id = union_all(_own.where(user_account.c.id == bindparam("id")), _stood_in_for)
_id_of_login = select(user_account.c.id).where(user_account.c.login == bindparam("login"), user_account.c.active)


def load_actor(tx: Transaction, user_id: int) -> Actor | None:
    """The active user with roles, queues and those he stands in for today; None when there is none. One statement."""
    rows = tx.rows(_by_id, {"id": user_id, "now": clock.now()})
    own = [row for row in rows if row.id == user_id]
    if not own:
        return None
    holdings = []
    codes: dict[int, str] = {}
    for row in rows:
        if row.role is not None and (row.id == user_id or row.role not in NOT_STOOD_IN_FOR):
            codes[row.org_unit_id] = row.code
            holdings.append(
                Holding(
                    role=row.role,
                    unit_id=row.org_unit_id,
                    unit_code=row.code,
                    unit_path=row.path,
                    queue_id=row.queue_id,
                    deputy_for=None if row.id == user_id else row.id,
                )
            )
    first = own[0]
    return Actor(
        id=first.id,
        login=first.login,
        name=first.name,
        language=first.language,
        session_version=first.session_version,
        must_change_password=first.must_change_password,
        home_unit_code=codes.get(first.home_unit_id),
        holdings=tuple(holdings),
        stands_in_for=frozenset(row.id for row in rows if row.id != user_id),
    )


def load_actor_by_login(tx: Transaction, login: str) -> Actor | None:
    """The same by login."""
    user_id = tx.value(_id_of_login, {"login": login})
    return None if user_id is None else load_actor(tx, user_id)
