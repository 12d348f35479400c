"""Queries on users: lists with filters, one user with everything that hangs on him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, and_, exists, func, not_, or_, select, true, type_coerce

from app import clock
from app.aftersales import skill
from app.db import Transaction
from app.history import history_event
from app.identity.tables import deputy, org_unit, role_assignment, user_account, user_skill
from app.messages import Message, Refusal
from app.runtime.tables import user_task

PAGE = 50


@dataclass(frozen=True, slots=True)
class UserFilters:
    """What a list of users shows."""

    text: str = ""
    unit: str = ""
    role: str = ""
    state: str = "active"  # active, left, all, no_role, no_password


def found_users(tx: Transaction, filters: UserFilters, *, page: int | None = 1) -> tuple[Sequence[Row[Any]], int]:
    """One page of users by name (all of them without a page), and how many there are."""
    where = and_(true(), *_conditions(tx, filters))
    total = int(tx.value(select(func.count()).select_from(user_account).where(where)) or 0)
    query = (
        select(user_account, org_unit.c.code.label("unit_code"), org_unit.c.name.label("unit_name"))
        .outerjoin(org_unit, org_unit.c.id == user_account.c.home_unit_id)
        .where(where)
        .order_by(user_account.c.name, user_account.c.id)
    )
    if page is not None:
        query = query.limit(PAGE).offset((page - 1) * PAGE)
    return tx.rows(query), total


def _conditions(tx: Transaction, filters: UserFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.text:
        found.append(
            or_(
                user_account.c.name.contains(filters.text, autoescape=True),
                func.lower(user_account.c.login).contains(filters.text.lower(), autoescape=True),
                user_account.c.phone.contains(filters.text, autoescape=True),
            )
        )
    held = role_assignment.c.user_id == user_account.c.id
    if filters.unit:
        path = tx.value(select(org_unit.c.path).where(org_unit.c.code == filters.unit)) or "//"
        below = select(org_unit.c.id).where(org_unit.c.path.startswith(path, autoescape=True))
        found.append(
            or_(user_account.c.home_unit_id.in_(below), exists().where(held, role_assignment.c.org_unit_id.in_(below)))
        )
    if filters.role:
        found.append(exists().where(held, role_assignment.c.role == filters.role))
    if filters.state == "left":
        found.append(not_(user_account.c.active))
    elif filters.state != "all":
        found.append(user_account.c.active)
    if filters.state == "no_role":
        found.append(~exists().where(held))
    elif filters.state == "no_password":
        found.append(user_account.c.password_hash.is_(None))
    return found


def roles_of(tx: Transaction, user_ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """User id → the roles held, with the unit of each."""
    rows = tx.rows(
        select(
            role_assignment.c.user_id,
            role_assignment.c.role,
            role_assignment.c.org_unit_id,
            org_unit.c.code,
            org_unit.c.name,
            org_unit.c.path,
        )
        .join(org_unit, org_unit.c.id == role_assignment.c.org_unit_id)
        .where(role_assignment.c.user_id.in_(user_ids))
        .order_by(org_unit.c.path, role_assignment.c.role)
    )
    found: dict[int, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.user_id, []).append(row)
    return found


def skills_of(tx: Transaction, user_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """User id → skill → last day of the certificate or None."""
    rows = tx.rows(select(user_skill).where(user_skill.c.user_id.in_(user_ids)).order_by(user_skill.c.skill))
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(row.user_id, {})[row.skill] = row.certificate_valid_to
    return found


def skill_names(tx: Transaction) -> dict[str, str]:
    """Skill code → name."""
    return {row.code: row.name for row in tx.rows(select(skill).order_by(skill.c.code))}


def user_by_id(tx: Transaction, user_id: int) -> Row[Any]:
    """One user with the home unit; refuses an unknown id."""
    row = tx.row(
        select(user_account, org_unit.c.code.label("unit_code"), org_unit.c.name.label("unit_name"))
        .outerjoin(org_unit, org_unit.c.id == user_account.c.home_unit_id)
        .where(user_account.c.id == user_id)
    )
    if row is None:
        raise Refusal("unknown_user", Message("没有这个用户。", "There is no such user."), status=404)
    return row


def open_tasks_of(tx: Transaction, user_id: int) -> Sequence[Row[Any]]:
    """The tasks a user has in hand, most urgent first."""
    return tx.rows(
        select(user_task)
        .where(user_task.c.assignee_id == user_id, user_task.c.state == "open")
        .order_by(user_task.c.sort_at, user_task.c.id)
    )


def changes_of(tx: Transaction, login: str, *, limit: int = 20) -> Sequence[Row[Any]]:
    """What was changed about a user, newest first."""
    return tx.rows(
        select(history_event)
        .where(
            history_event.c.case_no.is_(None),
            type_coerce(history_event.c.data, Text).contains(f'"login":"{login}"', autoescape=True),
        )
        .order_by(history_event.c.id.desc())
        .limit(limit)
    )


def deputies_page(
    tx: Transaction, *, when: str = "now", user_id: int | None = None, page: int = 1
) -> tuple[Sequence[Row[Any]], int]:
    """Deputyships that run, are to come or are over; of one person (as either side) when given."""
    away, stand_in = user_account.alias("away"), user_account.alias("stand_in")
    now = clock.now()
    conditions: list[ColumnElement[bool]] = []
    if when == "now":
        conditions.append(deputy.c.until_at > now)
    elif when == "over":
        conditions.append(deputy.c.until_at <= now)
    if user_id is not None:
        conditions.append(or_(deputy.c.user_id == user_id, deputy.c.deputy_id == user_id))
    total = int(tx.value(select(func.count()).select_from(deputy).where(and_(true(), *conditions))) or 0)
    rows = tx.rows(
        select(
            deputy,
            away.c.name.label("away_name"),
            away.c.login.label("away_login"),
            stand_in.c.name.label("deputy_name"),
            stand_in.c.login.label("deputy_login"),
        )
        .join(away, away.c.id == deputy.c.user_id)
        .join(stand_in, stand_in.c.id == deputy.c.deputy_id)
        .where(and_(true(), *conditions))
        .order_by(deputy.c.from_at.desc() if when == "over" else deputy.c.from_at, deputy.c.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return rows, total


def other_holders(tx: Transaction, role: str, unit_id: int, user_id: int) -> int:
    """How many other active users hold a role at a unit."""
    return int(
        tx.value(
            select(func.count())
            .select_from(role_assignment.join(user_account, user_account.c.id == role_assignment.c.user_id))
            .where(
                role_assignment.c.role == role,
                role_assignment.c.org_unit_id == unit_id,
                role_assignment.c.user_id != user_id,
                user_account.c.active,
            )
        )
        or 0
    )
