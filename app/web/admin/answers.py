"""Small things that all forms of the administration share: errors at fields, undo in a notice, people by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, render_template, request
from markupsafe import Markup
from sqlalchemy import or_, select

from app.db import Transaction
from app.identity.tables import org_unit, user_account
from app.messages import Message, Refusal
from app.web.access import house, language

LAST_PAGE = 100_000


def error_of(refusal: Refusal) -> dict[str, str]:
    """Field → sentence, as the templates show it; "" stands above the form. What is unknown or forbidden is raised."""
    if refusal.status in {401, 403}:
        raise refusal
    return {refusal.field or "": refusal.message.text(language())}


def say_with_undo(sentence: str, url: str, **values: Any) -> None:
    """Flash a sentence with a button that takes the change back."""
    flash(Markup(render_template("admin/undo.html", sentence=sentence, url=url, values=values)))  # noqa: S704 - escaped inside


def check_lengths(form: Mapping[str, str], **limits: int) -> None:
    """Refuse what does not fit its column, at its field."""
    for field, most in limits.items():
        if len(form.get(field, "").strip()) > most:
            raise Refusal(
                "too_long",
                Message(f"最多 {most} 个字符。", f"At most {most} characters."),
                field=field,
                status=422,
            )


def page_number() -> int:
    """Which page of a list is asked for."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


def arguments_of(*names: str) -> dict[str, Any]:
    """The named parameters of the address that are filled in: what a link to another page of the list keeps."""
    return {name: request.args[name] for name in names if request.args.get(name)}


def role_name(role: str) -> str:
    """What a role is called in the person's language; a role that is no longer known keeps its key."""
    entry = house().roles.get(role)
    return str(entry[language()]) if entry else role


def assignable_roles() -> dict[str, list[tuple[str, str]]]:
    """Roles that a user can hold, by level: those outside the company and those a case decides are left out."""
    found: dict[str, list[tuple[str, str]]] = {}
    for role, entry in house().roles.items():
        if entry.get("level") != "external" and not entry.get("dynamic"):
            found.setdefault(str(entry["level"]), []).append((role, str(entry[language()])))
    return found


def units_in_order(tx: Transaction) -> list[Any]:
    """All units, closed ones too, each below the one it belongs to."""
    return list(tx.rows(select(org_unit).order_by(org_unit.c.path)))


def open_units(tx: Transaction) -> list[Any]:
    """The units that somebody or something may be put into, each below the one it belongs to."""
    return [unit for unit in units_in_order(tx) if unit.active]


def people_to_choose(tx: Transaction) -> list[str]:
    """ "Name（login）" of every active user, for a field that completes while one types."""
    rows = tx.rows(
        select(user_account.c.name, user_account.c.login)
        .where(user_account.c.active)
        .order_by(user_account.c.name, user_account.c.login)
    )
    return [shown_person(row) for row in rows]


def shown_person(row: Any) -> str:
    """A person as the completing field writes him."""
    return f"{row.name}（{row.login}）"


def chosen_person(tx: Transaction, text: str, field: str) -> Any:
    """The active user that somebody typed: by login, by the full proposal, or by a name only one person has."""
    text = text.strip()
    if not text:
        raise Refusal("person_missing", Message("请选择人员。", "Choose a person."), field=field, status=422)
    login = text[text.rindex("（") + 1 : -1] if text.endswith("）") and "（" in text else text
    rows = tx.rows(
        select(user_account).where(
            user_account.c.active, or_(user_account.c.login == login, user_account.c.name == text)
        )
    )
    by_login = [row for row in rows if row.login == login]
    if by_login:
        return by_login[0]
    if len(rows) == 1:
        return rows[0]
    if rows:
        raise Refusal(
            "person_ambiguous",
            Message(
                f"有 {len(rows)} 位在职人员叫“{text}”，请从列表中选择带登录名的一项。",
                f"{len(rows)} people are called “{text}”; choose the one with the right login.",
            ),
            field=field,
            status=422,
        )
    raise Refusal(
        "person_unknown",
        Message(f"没有在职人员“{text}”。", f"There is no active user “{text}”."),
        field=field,
        status=422,
    )
