"""The first page of the administration: what needs attention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import render_template, url_for
from sqlalchemy import exists, func, select

from app import calendar, clock
from app.clock import ZONE
from app.db import Transaction
from app.history import history_event
from app.identity.tables import member, org_unit, queue, role_assignment, user_account, user_skill
from app.notices import failed_letters
from app.runtime.tables import user_task
from app.web.access import house, language, t
from app.web.admin import only_admin, pages
from app.web.admin.answers import role_name
from app.web.admin.audit_words import told

CERTIFICATE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Matter:
    """Something to see to: how bad, what, and where to go."""

    level: str  # bad, warn
    sentence: str
    url: str
    action: str


@pages.get("")
@only_admin
def overview() -> Any:
    """What needs attention, and how much there is of everything."""
    with house().db.reading() as tx:
        matters = [*_unstaffed(tx), *_undelivered(tx), *_people(tx), *_certificates(tx), *_years(tx)]
        numbers = {
            "users": tx.value(select(func.count()).select_from(user_account).where(user_account.c.active)),
            "units": tx.value(select(func.count()).select_from(org_unit)),
            "roles": tx.value(
                select(func.count(role_assignment.c.role.distinct()))
                .select_from(role_assignment.join(user_account, user_account.c.id == role_assignment.c.user_id))
                .where(user_account.c.active)
            ),
        }
        profile = house().parameters(tx).words("company.profile", language())
        events = tx.rows(
            select(history_event)
            .where(history_event.c.case_no.is_(None), history_event.c.kind != "logged_in")
            .order_by(history_event.c.id.desc())
            .limit(8)
        )
        changes = told(tx, events, language())
    return render_template("admin/overview.html", matters=matters, numbers=numbers, profile=profile, changes=changes)


def _unstaffed(tx: Transaction) -> list[Matter]:
    """Roles whose tasks wait although nobody holds them."""
    rows = tx.rows(
        select(queue.c.role, func.count().label("number"))
        .select_from(user_task.join(queue, queue.c.id == user_task.c.queue_id))
        .where(
            user_task.c.state == "open",
            user_task.c.assignee_id.is_(None),
            ~exists().where(member.c.queue_id == queue.c.id),
        )
        .group_by(queue.c.role)
        .order_by(func.count().desc())
    )
    return [
        Matter(
            "bad",
            t(
                f"“{role_name(row.role)}”无人担任，有 {row.number} 个任务在等。",
                f"Nobody is “{role_name(row.role)}”; {row.number} tasks wait.",
            ),
            url_for("admin.users", state="no_role"),
            t("安排人员", "Assign somebody"),
        )
        for row in rows
    ]


def _people(tx: Transaction) -> list[Matter]:
    found = []
    held = role_assignment.c.user_id == user_account.c.id
    active = select(func.count()).select_from(user_account).where(user_account.c.active)
    idle = int(tx.value(active.where(~exists().where(held))) or 0)
    if idle:
        found.append(
            Matter(
                "warn",
                t(f"{idle} 名用户没有任何角色，看不到任务。", f"{idle} users hold no role and see no task."),
                url_for("admin.users", state="no_role"),
                t("查看", "See them"),
            )
        )
    silent = int(tx.value(active.where(user_account.c.password_hash.is_(None))) or 0)
    if silent:
        found.append(
            Matter(
                "warn",
                t(f"{silent} 名用户还没有密码，不能登录。", f"{silent} users have no password and cannot log in."),
                url_for("admin.users", state="no_password"),
                t("查看", "See them"),
            )
        )
    return found


def _undelivered(tx: Transaction) -> list[Matter]:
    """Personal messages that were given up."""
    number = len(failed_letters(tx))
    if not number:
        return []
    sentence = t(f"{number} 条提醒没有送达。", f"{number} messages to people did not arrive.")
    return [Matter("bad", sentence, url_for("notices.undelivered"), t("查看", "See them"))]


def _certificates(tx: Transaction) -> list[Matter]:
    limit = clock.now().astimezone(ZONE).date() + timedelta(days=CERTIFICATE_DAYS)
    rows = tx.rows(
        select(user_account.c.id, user_account.c.name, func.min(user_skill.c.certificate_valid_to).label("until"))
        .join(user_skill, user_skill.c.user_id == user_account.c.id)
        .where(user_account.c.active, user_skill.c.certificate_valid_to <= limit)
        .group_by(user_account.c.id, user_account.c.name)
        .order_by(func.min(user_skill.c.certificate_valid_to))
        .limit(10)
    )
    return [
        Matter(
            "warn",
            t(f"{row.name}的证书到 {row.until} 为止。", f"A certificate of {row.name} ends on {row.until}."),
            url_for("admin.user", user_id=row.id) + "#skills",
            t("更新", "Renew"),
        )
        for row in rows
    ]


def _years(tx: Transaction) -> list[Matter]:
    """This year's and, from November on, next year's official holidays must be known."""
    today = clock.now().astimezone(ZONE).date()
    known = calendar.imported_years(tx)
    wanted = [today.year] + ([today.year + 1] if today.month >= 11 else [])
    return [
        Matter(
            "warn",
            t(f"{year} 年的法定节假日还没有导入。", f"The official holidays of {year} are not imported.")
            if year not in known
            else t(
                f"{year} 年的节假日是预测，尚未公布。", f"The holidays of {year} are a forecast, not yet announced."
            ),
            url_for("admin.year", year=year),
            t("打开日历", "Open the calendar"),
        )
        for year in wanted
        if not known.get(year)
    ]
