"""The list of skills by which engineers are chosen at dispatch (D18): added, renamed, removed while nobody has them."""

from __future__ import annotations

import re

from sqlalchemy import delete, func, insert, select, update

from app.aftersales.tables import skill
from app.db import Transaction
from app.history import record
from app.identity import Actor
from app.identity.tables import user_account, user_skill
from app.messages import Message, Refusal

LONGEST = 60
_CODE = re.compile(r"[a-z][a-z0-9_]*")


def add_skill(tx: Transaction, *, actor: Actor, code: str, name: str) -> None:
    """Add a skill: `code` is what decision tables and forms hold, `name` what people read."""
    code, name = code.strip(), _name(name)
    if not _CODE.fullmatch(code) or len(code) > LONGEST:
        raise Refusal(
            "skill_code",
            Message(
                f"编码以小写字母开头，只含小写字母、数字和下划线，最多 {LONGEST} 位。",
                f"A code begins with a small letter and has small letters, digits and underscores, at most {LONGEST}.",
            ),
            field="code",
            status=422,
        )
    if tx.value(select(skill.c.code).where(skill.c.code == code)) is not None:
        raise Refusal(
            "skill_exists",
            Message(f"编码“{code}”已被使用。", f"The code “{code}” is in use."),
            field="code",
            status=422,
        )
    tx.execute(insert(skill).values(code=code, name=name))
    record(tx, actor=actor, kind="skill_added", data={"code": code, "name": name})


def rename_skill(tx: Transaction, *, actor: Actor, code: str, name: str) -> str:
    """Give a skill another name and return the old one; the code stays."""
    before, name = _known(tx, code), _name(name)
    tx.execute(update(skill).where(skill.c.code == code).values(name=name))
    record(tx, actor=actor, kind="skill_renamed", data={"code": code, "name": name, "before": before})
    return before


def remove_skill(tx: Transaction, *, actor: Actor, code: str) -> str:
    """Take a skill off the list and return its name; refused while active people have it."""
    name = _known(tx, code)
    holders = tx.value(
        select(func.count())
        .select_from(user_skill.join(user_account, user_account.c.id == user_skill.c.user_id))
        .where(user_skill.c.skill == code, user_account.c.active)
    )
    if holders:
        raise Refusal(
            "skill_in_use",
            Message(
                f"还有 {holders} 人会“{name}”，先在他们的页面上取消。",
                f"{holders} people have “{name}”; take it from them on their pages first.",
            ),
            status=422,
        )
    tx.execute(delete(user_skill).where(user_skill.c.skill == code))
    tx.execute(delete(skill).where(skill.c.code == code))
    record(tx, actor=actor, kind="skill_removed", data={"code": code, "name": name})
    return name


def _known(tx: Transaction, code: str) -> str:
    name = tx.value(select(skill.c.name).where(skill.c.code == code))
    if name is None:
        raise Refusal("unknown_skill", Message("没有这项技能。", "There is no such skill."), status=404)
    return str(name)


def _name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST:
        raise Refusal(
            "skill_name",
            Message(f"请填写名称，最多 {LONGEST} 个字。", f"Give a name of at most {LONGEST} characters."),
            field="name",
            status=422,
        )
    return name
