"""One's own settings: who stands in for me, and the language."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from app import clock
from app.identity import add_deputy, end_deputy, update_user
from app.messages import Message, Refusal
from app.web.access import actor, house, t
from app.web.admin.answers import (
    check_lengths,
    chosen_person,
    error_of,
    people_to_choose,
    role_name,
)
from app.web.admin.deputies import proposed_times, read_moment
from app.web.admin.people_queries import deputies_page, roles_of, skill_names, skills_of, user_by_id

pages = Blueprint("me", __name__, url_prefix="/me")
YEAR = 365 * 24 * 3600


@pages.get("")
def settings() -> Any:
    """What the house knows of me, my deputies, my language."""
    return _page({})


@pages.post("/deputies")
def name_deputy() -> Any:
    """Let somebody stand in for me."""
    form = request.form
    try:
        check_lengths(form, reason=200)
        with house().db.transaction() as tx:
            stand_in = chosen_person(tx, form.get("deputy", ""), "deputy")
            until_at = read_moment(form.get("until_at", ""), "until_at")
            if until_at <= clock.now():
                raise Refusal(
                    "deputy_over",
                    Message("结束时间已经过去。", "The end lies in the past."),
                    field="until_at",
                    status=422,
                )
            add_deputy(
                tx,
                actor=actor(),
                login=actor().login,
                deputy_login=stand_in.login,
                from_at=read_moment(form.get("from_at", ""), "from_at"),
                until_at=until_at,
                reason=form.get("reason", ""),
            )
    except Refusal as refusal:
        return _page(error_of(refusal)), 422
    flash(t(f"{stand_in.name}将代理您。", f"{stand_in.name} will stand in for you."))
    return redirect(url_for("me.settings"))


@pages.post("/deputies/<int(max=2147483647):deputy_id>/end")
def finish_deputy(deputy_id: int) -> Any:
    """End a deputyship of mine now; other people's are nothing I know of."""
    with house().db.transaction() as tx:
        mine, _ = deputies_page(tx, user_id=actor().id)
        if not any(row.id == deputy_id and row.user_id == actor().id for row in mine):
            raise Refusal("unknown_deputy", Message("没有这项代理。", "There is no such deputyship."), status=404)
        end_deputy(tx, actor=actor(), deputy_id=deputy_id)
    flash(t("代理已结束。", "The deputyship has ended."))
    return redirect(url_for("me.settings"))


@pages.post("/language")
def choose_language() -> Any:
    """Keep the language with the person, so that every device and every message uses it."""
    chosen = request.form.get("language", "")
    if chosen not in {"zh", "en"}:
        raise Refusal(
            "unknown_language",
            Message("请选择语言。", "Choose a language."),
            field="language",
            status=422,
        )
    with house().db.transaction() as tx:
        update_user(tx, actor=actor(), login=actor().login, language=chosen)
    flash("界面语言已保存。" if chosen == "zh" else "The language is saved.")
    response = redirect(url_for("me.settings"))
    # The cookie of this browser would otherwise win over what was just chosen.
    response.set_cookie("lang", chosen, max_age=YEAR, samesite="Lax", path="/")
    return response


def _page(errors: dict[str, str]) -> str:
    someone = actor()
    assert someone.id is not None
    with house().db.reading() as tx:
        user = user_by_id(tx, someone.id)
        deputies, _ = deputies_page(tx, user_id=someone.id)
        own = roles_of(tx, [someone.id]).get(someone.id, [])
        skills = skills_of(tx, [someone.id]).get(someone.id, {})
        names = skill_names(tx)
        people = [person for person in people_to_choose(tx) if not person.endswith(f"（{someone.login}）")]
    return render_template(
        "me/settings.html",
        user=user,
        own=own,
        deputies=[row for row in deputies if row.user_id == someone.id],
        stands_in=[row for row in deputies if row.deputy_id == someone.id],
        skills={names.get(code, code): until for code, until in skills.items()},
        people=people,
        form=request.form or proposed_times(),
        errors=errors,
        role_name=role_name,
        now=clock.now(),
    )
