"""The first administrator of a house that is not a demo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app import calendar, clock
from app.db import Transaction
from app.identity import SYSTEM, add_unit, add_user, assign_role, set_password
from app.identity.tables import org_unit, role_assignment, user_account

ROLE = "system_admin"
LOGIN = "admin"


def administrator_with_password(tx: Transaction) -> str | None:
    """The login of somebody who can administer this house, or None."""
    return tx.value(
        select(user_account.c.login)
        .join(role_assignment, role_assignment.c.user_id == user_account.c.id)
        .where(role_assignment.c.role == ROLE, user_account.c.active, user_account.c.password_hash.is_not(None))
        .order_by(user_account.c.id)
        .limit(1)
    )


def make_administrator(tx: Transaction, roles: Mapping[str, Mapping[str, Any]], *, company: str, password: str) -> None:
    """Found the company if there is none, and let `admin` log in with this password."""
    root = tx.value(select(org_unit.c.code).where(org_unit.c.depth == 0).order_by(org_unit.c.id).limit(1))
    if root is None:
        root = "C1"
        add_unit(tx, actor=SYSTEM, code=root, kind="company", name=company)
        for year in (clock.now().year, clock.now().year + 1):
            calendar.import_year(tx, year, actor="system")
    if tx.row(select(user_account.c.id).where(user_account.c.login == LOGIN)) is None:
        name = str(roles[ROLE]["zh"])
        add_user(tx, actor=SYSTEM, login=LOGIN, name=name, home_unit=root, password=password)
    else:
        set_password(tx, actor=SYSTEM, login=LOGIN, password=password)
    assign_role(tx, actor=SYSTEM, login=LOGIN, role=ROLE, unit=root)
