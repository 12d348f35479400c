"""Who holds a role: asked by rules that treat one role differently (GR04)."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.db import Transaction
from app.identity.tables import org_unit, role_assignment, user_account

_units = (
    select(org_unit.c.path)
    .join(role_assignment, role_assignment.c.org_unit_id == org_unit.c.id)
    .join(user_account, user_account.c.id == role_assignment.c.user_id)
    .where(
        user_account.c.login == bindparam("login"), user_account.c.active, role_assignment.c.role == bindparam("role")
    )
)


def holds_role(tx: Transaction, login: str | None, role: str, unit_path: str) -> bool:
    """Whether an active person has the role at the unit or at one above it; nobody has none."""
    if not login:
        return False
    return any(unit_path.startswith(row.path) for row in tx.rows(_units, {"login": login, "role": role}))
