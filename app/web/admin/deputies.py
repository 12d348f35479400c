"""Who stands in for whom, from when until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app import clock
from app.clock import ZONE
from app.identity import add_deputy, end_deputy
from app.messages import Message, Refusal
from app.web.access import actor, house, t
from app.web.admin import only_admin, pages
from app.web.admin.answers import check_lengths, chosen_person, error_of, page_number, people_to_choose
from app.web.admin.people_queries import PAGE, deputies_page


@pages.route("/deputies", methods=["GET", "POST"])
@only_admin
def deputies() -> Any:
    """Deputyships that run or are to come, past ones on request; add one."""
    errors: dict[str, str] = {}
    form, when, page = request.form, request.args.get("when", "now"), page_number()
    if request.method == "POST":
        try:
            check_lengths(form, reason=200)
            with house().db.transaction() as tx:
                away = chosen_person(tx, form.get("who", ""), "who")
                stand_in = chosen_person(tx, form.get("deputy", ""), "deputy")
                add_deputy(
                    tx,
                    actor=actor(),
                    login=away.login,
                    deputy_login=stand_in.login,
                    from_at=read_moment(form.get("from_at", ""), "from_at"),
                    until_at=read_moment(form.get("until_at", ""), "until_at"),
                    reason=form.get("reason", ""),
                )
        except Refusal as refusal:
            errors = error_of(refusal)
        else:
            flash(t(f"{stand_in.name}将代理{away.name}。", f"{stand_in.name} will stand in for {away.name}."))
            return redirect(url_for("admin.deputies"))
    with house().db.reading() as tx:
        rows, total = deputies_page(tx, when=when, page=page)
        people = people_to_choose(tx)
    return render_template(
        "admin/deputies.html",
        rows=rows,
        total=total,
        people=people,
        when=when,
        errors=errors,
        form=form or proposed_times(),
        now=clock.now(),
        previous_url=url_for("admin.deputies", when=when, page=page - 1) if page > 1 else None,
        next_url=url_for("admin.deputies", when=when, page=page + 1) if page * PAGE < total else None,
    ), 422 if errors else 200


@pages.post("/deputies/<int(max=2147483647):deputy_id>/end")
@only_admin
def finish_deputy(deputy_id: int) -> Any:
    """End a deputyship now."""
    with house().db.transaction() as tx:
        end_deputy(tx, actor=actor(), deputy_id=deputy_id)
    flash(t("代理已结束。", "The deputyship has ended."))
    return redirect(url_for("admin.deputies"))


def read_moment(text: str, field: str) -> datetime:
    """What a date-time field sends, as a moment in the company's zone."""
    try:
        found = datetime.fromisoformat(text.strip()).replace(tzinfo=ZONE)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year < 2200:
        raise Refusal(
            "not_a_moment",
            Message("请填写日期和时间。", "Give the date and the time."),
            field=field,
            status=422,
        )
    return found


def proposed_times() -> dict[str, str]:
    """From the next full hour for a week: a beginning that is easily changed."""
    start = (clock.now().astimezone(ZONE) + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return {"from_at": start.strftime("%Y-%m-%dT%H:%M"), "until_at": _week_later(start)}


def _week_later(start: datetime) -> str:
    return (start + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
