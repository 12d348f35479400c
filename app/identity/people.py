"""Administration of people: every change is one function, with the actor as a parameter, recorded in history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from app import clock
from app.db import Transaction
from app.history import record
from app.identity.actor import Actor
from app.identity.passwords import hash_password
from app.identity.queues import queue_of
from app.identity.tables import deputy, member, org_unit, role_assignment, user_account, user_skill
from app.messages import Message, Refusal

MINIMUM_PASSWORD = 10


class People:
    """Queries on people and units."""

    @staticmethod
    def user(tx: Transaction, login: str) -> Any:
        """The row of a user, or a refusal that names the login."""
        row = tx.row(select(user_account).where(user_account.c.login == login))
        if row is None:
            raise Refusal(
                "unknown_user", Message(f"没有登录名为“{login}”的用户。", f"There is no user “{login}”."), status=404
            )
        return row

    @staticmethod
    def unit(tx: Transaction, code: str) -> Any:
        """The row of a unit, or a refusal that names the code."""
        row = tx.row(select(org_unit).where(org_unit.c.code == code))
        if row is None:
            raise Refusal(
                "unknown_unit", Message(f"没有编码为“{code}”的单位。", f"There is no unit “{code}”."), status=404
            )
        return row

    @staticmethod
    def open_unit(tx: Transaction, code: str, *, field: str | None = None) -> Any:
        """The row of a unit that people and further units may join; refuses one that is closed."""
        unit = People.unit(tx, code)
        if not unit.active:
            raise Refusal(
                "unit_closed",
                Message(
                    f"“{unit.name}”已停用，请先恢复或选择别的单位。",
                    f"“{unit.name}” is closed: reopen it, or choose another unit.",
                ),
                field=field,
                status=422,
            )
        return unit

    @staticmethod
    def holders(tx: Transaction, role: str) -> list[Any]:
        """Active users who hold a role, with the unit, by name."""
        return list(
            tx.rows(
                select(user_account.c.id, user_account.c.login, user_account.c.name, org_unit.c.code, org_unit.c.path)
                .join(role_assignment, role_assignment.c.user_id == user_account.c.id)
                .join(org_unit, org_unit.c.id == role_assignment.c.org_unit_id)
                .where(role_assignment.c.role == role, user_account.c.active)
                .order_by(user_account.c.name, user_account.c.id)
            )
        )


def add_unit(tx: Transaction, *, actor: Actor, code: str, kind: str, name: str, parent: str | None = None) -> int:
    """Add a company, region or outlet below `parent`; returns its id."""
    code, name = code.strip(), name.strip()
    if not code or "/" in code or not name:
        raise Refusal(
            "unit_incomplete",
            Message("单位需要编码（不含“/”）和名称。", "A unit needs a code (without “/”) and a name."),
            status=422,
        )
    if kind not in {"company", "region", "outlet"}:
        raise Refusal(
            "unit_kind",
            Message("单位类型只能是公司、区域或网点。", "A unit is a company, a region or an outlet."),
            status=422,
        )
    # Paths are compared by their beginning, which SQLite does without regard to case: codes differ by more than that.
    if tx.row(select(org_unit.c.id).where(func.lower(org_unit.c.code) == code.lower())) is not None:
        raise Refusal("unit_exists", Message(f"编码“{code}”已被使用。", f"The code “{code}” is in use."), field="code")
    above = People.open_unit(tx, parent, field="parent") if parent else None
    unit_id = tx.execute(
        insert(org_unit)
        .values(
            code=code,
            kind=kind,
            name=name,
            parent_id=above.id if above else None,
            path=f"{above.path if above else '/'}{code}/",
            depth=above.depth + 1 if above else 0,
            active=True,
        )
        .returning(org_unit.c.id)
    ).scalar_one()
    record(tx, actor=actor, kind="unit_added", data={"code": code, "kind": kind, "name": name, "parent": parent})
    return int(unit_id)


def change_unit(tx: Transaction, *, actor: Actor, code: str, name: str) -> None:
    """Rename a unit; its code and place stay."""
    unit = People.unit(tx, code)
    if not name.strip():
        raise Refusal(
            "unit_incomplete", Message("名称不能为空。", "The name must not be empty."), field="name", status=422
        )
    tx.execute(update(org_unit).where(org_unit.c.id == unit.id).values(name=name.strip()))
    record(tx, actor=actor, kind="unit_changed", data={"code": code, "name": name.strip(), "before": unit.name})


@dataclass(frozen=True, slots=True)
class UnitBurden:
    """What still hangs on a unit: open units below it, people who belong there or hold a role there."""

    below: int
    members: int
    holders: int


def unit_burden(tx: Transaction, unit: Any) -> UnitBurden:
    """Counts for one unit; people of units below count with those units."""
    return UnitBurden(
        below=_number(tx, select(func.count()).where(org_unit.c.parent_id == unit.id, org_unit.c.active)),
        members=_number(tx, select(func.count()).where(user_account.c.home_unit_id == unit.id, user_account.c.active)),
        holders=_number(
            tx,
            select(func.count(role_assignment.c.user_id.distinct()))
            .join(user_account, user_account.c.id == role_assignment.c.user_id)
            .where(role_assignment.c.org_unit_id == unit.id, user_account.c.active),
        ),
    )


def _number(tx: Transaction, query: Select[Any]) -> int:
    return int(tx.value(query) or 0)


def close_unit(tx: Transaction, *, actor: Actor, code: str) -> None:
    """Deactivate a unit that nothing hangs on: it is offered nowhere any more, what it did stays on record."""
    unit = People.open_unit(tx, code)
    if unit_burden(tx, unit) != UnitBurden(0, 0, 0):
        raise Refusal(
            "unit_in_use",
            Message(f"“{unit.name}”还有下级单位或人员。", f"“{unit.name}” still has units or people."),
        )
    tx.execute(update(org_unit).where(org_unit.c.id == unit.id).values(active=False))
    record(tx, actor=actor, kind="unit_closed", data={"code": code, "name": unit.name})


def reopen_unit(tx: Transaction, *, actor: Actor, code: str) -> None:
    """Let a closed unit work again; the one above it must be open."""
    unit = People.unit(tx, code)
    if unit.active:
        raise Refusal("unit_open", Message(f"“{unit.name}”没有停用。", f"“{unit.name}” is not closed."))
    above = tx.row(select(org_unit).where(org_unit.c.id == unit.parent_id))
    if above is not None and not above.active:
        raise Refusal(
            "unit_above_closed",
            Message(f"请先恢复上级单位“{above.name}”。", f"Reopen “{above.name}”, the unit above it, first."),
        )
    tx.execute(update(org_unit).where(org_unit.c.id == unit.id).values(active=True))
    record(tx, actor=actor, kind="unit_reopened", data={"code": code, "name": unit.name})


def _checked_password(password: str) -> str:
    if len(password) < MINIMUM_PASSWORD:
        raise Refusal(
            "password_short",
            Message(f"密码至少 {MINIMUM_PASSWORD} 个字符。", f"A password has at least {MINIMUM_PASSWORD} characters."),
            field="password",
            status=422,
        )
    return password


def add_user(
    tx: Transaction,
    *,
    actor: Actor,
    login: str,
    name: str,
    home_unit: str,
    phone: str | None = None,
    language: str = "zh",
    password: str | None = None,
    password_hash: str | None = None,
    must_change_password: bool = False,
) -> int:
    """Add a user; without a password nobody can log in as them until one is set. Returns the id."""
    login, name = login.strip(), name.strip()
    if not login or not name or any(c.isspace() for c in login):
        raise Refusal(
            "user_incomplete",
            Message("用户需要姓名和不含空格的登录名。", "A user needs a name and a login without spaces."),
            field="login",
            status=422,
        )
    taken = Refusal(
        "login_exists", Message(f"登录名“{login}”已被使用。", f"The login “{login}” is in use."), field="login"
    )
    if tx.row(select(user_account.c.id).where(user_account.c.login == login)) is not None:
        raise taken
    unit = People.open_unit(tx, home_unit, field="unit")
    if password is not None:
        password_hash = hash_password(_checked_password(password))
    adding = (
        insert(user_account)
        .values(
            login=login,
            name=name,
            phone=phone,
            language=language,
            password_hash=password_hash,
            active=True,
            session_version=1,
            must_change_password=must_change_password,
            home_unit_id=unit.id,
            created_at=clock.now(),
        )
        .returning(user_account.c.id)
    )
    try:
        user_id = tx.execute(adding).scalar_one()
    except IntegrityError:
        raise taken from None
    record(tx, actor=actor, kind="user_added", data={"login": login, "name": name, "unit": home_unit})
    return int(user_id)


def update_user(tx: Transaction, *, actor: Actor, login: str, **changes: Any) -> None:
    """Change name, phone, e-mail or language."""
    user = People.user(tx, login)
    allowed = {key: value for key, value in changes.items() if key in {"name", "phone", "email", "language"}}
    if "name" in allowed and not str(allowed["name"]).strip():
        raise Refusal(
            "user_incomplete", Message("姓名不能为空。", "The name must not be empty."), field="name", status=422
        )
    if not allowed:
        return
    tx.execute(update(user_account).where(user_account.c.id == user.id).values(**allowed))
    record(tx, actor=actor, kind="user_changed", data={"login": login, **allowed})


def set_password(tx: Transaction, *, actor: Actor, login: str, password: str, must_change: bool = False) -> None:
    """Set a password and end every open session of the user."""
    user = People.user(tx, login)
    tx.execute(
        update(user_account)
        .where(user_account.c.id == user.id)
        .values(
            password_hash=hash_password(_checked_password(password)),
            session_version=user_account.c.session_version + 1,
            must_change_password=must_change,
        )
    )
    record(tx, actor=actor, kind="password_set", data={"login": login})


def assign_role(tx: Transaction, *, actor: Actor, login: str, role: str, unit: str) -> None:
    """Let a user hold a role at a unit; a second time does nothing."""
    user, at = People.user(tx, login), People.open_unit(tx, unit, field="role_unit")
    held = select(role_assignment.c.role).where(
        role_assignment.c.user_id == user.id, role_assignment.c.role == role, role_assignment.c.org_unit_id == at.id
    )
    if tx.row(held) is not None:
        return
    queue_id = queue_of(tx, role, at.id)
    given = {"user_id": user.id, "role": role, "org_unit_id": at.id}
    if tx.row(_once(tx, role_assignment).returning(role_assignment.c.role), given) is None:
        return
    if user.active:
        tx.execute(_once(tx, member), {"user_id": user.id, "queue_id": queue_id})
    record(tx, actor=actor, kind="role_assigned", data={"login": login, "role": role, "unit": unit})


def _once(tx: Transaction, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insertion that does nothing when the row is there already, also when somebody else made it just now."""
    into = sqlite.insert(table) if tx.on_sqlite else postgresql.insert(table)
    return into.on_conflict_do_nothing()


def remove_role(tx: Transaction, *, actor: Actor, login: str, role: str, unit: str) -> None:
    """Take a role from a user; tasks he has claimed stay his until they are handed over."""
    user, at = People.user(tx, login), People.unit(tx, unit)
    tx.execute(
        delete(role_assignment).where(
            role_assignment.c.user_id == user.id, role_assignment.c.role == role, role_assignment.c.org_unit_id == at.id
        )
    )
    tx.execute(delete(member).where(member.c.user_id == user.id, member.c.queue_id == queue_of(tx, role, at.id)))
    record(tx, actor=actor, kind="role_removed", data={"login": login, "role": role, "unit": unit})


def deactivate_user(tx: Transaction, *, actor: Actor, login: str) -> None:
    """End a user's access at once. His open tasks are handed over by `runtime.hand_over_tasks` in the same step."""
    user = People.user(tx, login)
    if actor.id == user.id:
        raise Refusal("own_account", Message("不能停用自己的账号。", "You cannot deactivate your own account."))
    tx.execute(
        update(user_account)
        .where(user_account.c.id == user.id)
        .values(active=False, left_at=clock.now(), session_version=user_account.c.session_version + 1)
    )
    tx.execute(delete(member).where(member.c.user_id == user.id))
    record(tx, actor=actor, kind="user_deactivated", data={"login": login})


def add_deputy(
    tx: Transaction,
    *,
    actor: Actor,
    login: str,
    deputy_login: str,
    from_at: datetime,
    until_at: datetime,
    reason: str = "",
) -> int:
    """Let somebody stand in for a user between two moments (§0.4, approval.deputy)."""
    user, other = People.user(tx, login), People.user(tx, deputy_login)
    if user.id == other.id:
        raise Refusal(
            "own_deputy",
            Message("代理人不能是本人。", "Nobody can stand in for themselves."),
            field="deputy",
            status=422,
        )
    if not other.active:
        raise Refusal(
            "deputy_left", Message("代理人已停用。", "The deputy's account is not active."), field="deputy", status=422
        )
    if from_at >= until_at:
        raise Refusal(
            "deputy_dates",
            Message("结束时间必须晚于开始时间。", "The end must be after the start."),
            field="until_at",
            status=422,
        )
    deputy_id = tx.execute(
        insert(deputy)
        .values(user_id=user.id, deputy_id=other.id, from_at=from_at, until_at=until_at, reason=reason.strip())
        .returning(deputy.c.id)
    ).scalar_one()
    record(
        tx,
        actor=actor,
        kind="deputy_added",
        data={"login": login, "deputy": deputy_login, "from": from_at.isoformat(), "until": until_at.isoformat()},
    )
    return int(deputy_id)


def end_deputy(tx: Transaction, *, actor: Actor, deputy_id: int) -> None:
    """End a deputyship now."""
    now = clock.now()
    tx.execute(update(deputy).where(deputy.c.id == deputy_id, deputy.c.until_at > now).values(until_at=now))
    record(tx, actor=actor, kind="deputy_ended", data={"deputy_id": deputy_id})


def set_skills(tx: Transaction, *, actor: Actor, login: str, skills: dict[str, date | None]) -> None:
    """Replace a user's skills: skill → last day of its certificate, None when it needs none (D18)."""
    user = People.user(tx, login)
    tx.execute(delete(user_skill).where(user_skill.c.user_id == user.id))
    if skills:
        rows = [{"user_id": user.id, "skill": skill, "certificate_valid_to": until} for skill, until in skills.items()]
        tx.execute(insert(user_skill), rows)
    record(tx, actor=actor, kind="skills_set", data={"login": login, "skills": sorted(skills)})
