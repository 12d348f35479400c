"""Changes of staff that touch several rooms at once: leaving, coming back, moving, keeping an administrator."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from app import clock
from app.db import Transaction
from app.history import record
from app.identity import (
    Actor,
    People,
    assign_role,
    deactivate_user,
    end_deputy,
    queue_of,
    remove_role,
    set_password,
)
from app.identity.tables import deputy, member, org_unit, role_assignment, user_account
from app.messages import Message, Refusal
from app.runtime import World, hand_over_tasks, reroute_tasks

ADMIN = "system_admin"
# Without letters and digits that look alike on paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Left:
    """What leaving did."""

    tasks: int
    rerouted: int
    deputies: int


def leave(tx: Transaction, world: World, *, actor: Actor, login: str, to_login: str | None) -> Left:
    """Somebody leaves: his open tasks, his access and the deputyships on either side end in one step."""
    user = People.user(tx, login)
    if not user.active:
        raise Refusal("already_left", Message(f"{user.name}已经停用。", f"{user.name} is not active any more."))
    keep_an_administrator(tx, user.id)
    tasks = hand_over_tasks(tx, world, actor=actor, login=login, to_login=to_login)
    deactivate_user(tx, actor=actor, login=login)
    # Whoever stood in for him would otherwise go on holding his roles.
    running = tx.rows(
        select(deputy.c.id).where(
            or_(deputy.c.user_id == user.id, deputy.c.deputy_id == user.id), deputy.c.until_at > clock.now()
        )
    )
    for row in running:
        end_deputy(tx, actor=actor, deputy_id=row.id)
    return Left(tasks, reroute_tasks(tx, world, actor=actor), len(running))


def come_back(tx: Transaction, world: World, *, actor: Actor, login: str) -> None:
    """A deactivated user works again with the roles he had; the password has to be changed at the first login."""
    user = People.user(tx, login)
    if user.active:
        raise Refusal("already_active", Message(f"{user.name}在职。", f"{user.name} is active."))
    _where_he_worked_is_open(tx, user)
    tx.execute(
        update(user_account)
        .where(user_account.c.id == user.id)
        .values(active=True, left_at=None, must_change_password=True)
    )
    held = tx.rows(select(role_assignment).where(role_assignment.c.user_id == user.id))
    if held:
        tx.execute(
            insert(member),
            [{"user_id": user.id, "queue_id": queue_of(tx, row.role, row.org_unit_id)} for row in held],
        )
    record(tx, actor=actor, kind="user_reactivated", data={"login": login, "name": user.name})
    reroute_tasks(tx, world, actor=actor)


def _where_he_worked_is_open(tx: Transaction, user: Any) -> None:
    held = select(role_assignment.c.org_unit_id).where(role_assignment.c.user_id == user.id)
    his = or_(org_unit.c.id == user.home_unit_id, org_unit.c.id.in_(held))
    closed = tx.row(select(org_unit.c.name).where(his, ~org_unit.c.active).limit(1))
    if closed is not None:
        raise Refusal(
            "unit_closed",
            Message(
                f"{user.name}原来在“{closed.name}”，它已停用；请先恢复单位。",
                f"{user.name} worked at “{closed.name}”, which is closed; reopen the unit first.",
            ),
        )


def move_user(tx: Transaction, *, actor: Actor, login: str, unit: str) -> None:
    """Change the unit a user belongs to; roles stay where they are held."""
    user, at = People.user(tx, login), People.unit(tx, unit)
    if user.home_unit_id == at.id:
        return
    People.open_unit(tx, unit, field="unit")
    tx.execute(update(user_account).where(user_account.c.id == user.id).values(home_unit_id=at.id))
    record(tx, actor=actor, kind="user_moved", data={"login": login, "name": user.name, "unit": at.name})


def give_role(tx: Transaction, world: World, *, actor: Actor, login: str, role: str, unit: str) -> None:
    """Let a user hold a role; tasks that waited for somebody to hold it come to him."""
    assign_role(tx, actor=actor, login=login, role=role, unit=unit)
    reroute_tasks(tx, world, actor=actor)


def take_role(tx: Transaction, world: World, *, actor: Actor, login: str, role: str, unit: str) -> None:
    """Take a role from a user; unclaimed tasks that now have nobody go to the next unit that has somebody."""
    user = People.user(tx, login)
    if role == ADMIN:
        if user.id == actor.id:
            raise Refusal(
                "own_role",
                Message("不能取消自己的系统管理员角色。", "You cannot take the administrator's role from yourself."),
            )
        keep_an_administrator(tx, user.id)
    remove_role(tx, actor=actor, login=login, role=role, unit=unit)
    reroute_tasks(tx, world, actor=actor)


def keep_an_administrator(tx: Transaction, leaver_id: int) -> None:
    """Refuse to lock everybody out: somebody else must still be an active administrator."""
    is_one = tx.value(
        select(func.count())
        .select_from(role_assignment)
        .where(role_assignment.c.user_id == leaver_id, role_assignment.c.role == ADMIN)
    )
    others = tx.value(
        select(func.count())
        .select_from(role_assignment.join(user_account, user_account.c.id == role_assignment.c.user_id))
        .where(role_assignment.c.role == ADMIN, user_account.c.active, user_account.c.id != leaver_id)
    )
    if is_one and not others:
        raise Refusal(
            "last_administrator",
            Message(
                "这是最后一名系统管理员，请先指定另一人。", "This is the last administrator; name another one first."
            ),
        )


def new_password() -> str:
    """A password to be read out once: three groups of four."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def give_password(tx: Transaction, *, actor: Actor, login: str, password: str) -> None:
    """Set a password that has to be changed at the next login."""
    set_password(tx, actor=actor, login=login, password=password, must_change=True)


def checked_role(roles: dict[str, Any], role: str) -> str:
    """A role that a person can hold; refuses anything else."""
    entry = roles.get(role)
    if entry is None or entry.get("level") == "external" or entry.get("dynamic"):
        raise Refusal("unknown_role", Message("请选择角色。", "Choose a role."), field="role", status=422)
    return role
