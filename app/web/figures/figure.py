"""One figure: its meaning, its year, its units and people, and the cases counted."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import render_template, request
from sqlalchemy import select

from app import clock, kpi
from app.clock import ZONE
from app.db import Transaction
from app.identity.tables import org_unit, user_account
from app.kpi import Counted, Figure
from app.messages import Message, Refusal
from app.runtime.tables import service_case
from app.web.access import FIGURE_ROLES, actor, house, language, require_role
from app.web.figures import pages
from app.web.figures.chart import chart_of
from app.web.figures.looking import (
    JUDGEMENTS,
    Looking,
    looking,
    month_words,
    plain,
    scope_of,
    target_words,
    value_words,
)
from app.web.words import moment

PAGE = 50


@pages.get("/<code>")
@require_role(*FIGURE_ROLES)
def figure(code: str) -> Any:
    """One figure over a year, and what was counted in the chosen month."""
    found = kpi.FIGURES.get(code)
    if found is None:
        raise Refusal("unknown_figure", Message("没有这个指标。", "There is no such figure."), status=404)
    only = request.args.get("only", "") if request.args.get("only") in {"in", "out"} else ""
    text = request.args.get("page", "1")
    number = max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1
    with house().db.reading() as tx:
        choice = looking(tx)
        year = scope_of(tx, choice, choice.months[0], choice.month)
        month = scope_of(tx, choice, choice.month, choice.month)
        applies = found.applies(year.parameters)
        target = found.target(year.parameters) if applies else None
        values = kpi.by_month(tx, found, year)
        units = kpi.by_unit(tx, found, month)
        people = kpi.by_person(tx, found, month) if found.has_people else {}
        rows = list(kpi.counted(tx, found, month, only=only, offset=(number - 1) * PAGE, limit=PAGE))
        more, rows = len(rows) > PAGE, rows[:PAGE]
        cases = _cases(tx, rows)
        names = _names(tx, [*people, *(row.person for row in rows if row.person)])
        unit_names = {row.path: row.name for row in tx.rows(select(org_unit.c.path, org_unit.c.name))}
    value = values.get(choice.month)
    someone = actor()
    return render_template(
        "figures/figure.html",
        figure=found,
        choice=choice,
        applies=applies,
        value=value,
        words=value_words(found, value.value if value else None),
        target=target_words(found, target),
        judgement=JUDGEMENTS[kpi.judge(found, value.value if value else None, target)],
        chart=chart_of(found, choice.months, values, target, choice.month),
        values=values,
        judgements={name: JUDGEMENTS[kpi.judge(found, one.value, target)] for name, one in {**values, **units}.items()},
        provisional=_provisional(found, choice),
        units=units,
        unit_names=unit_names,
        people=dict(sorted(people.items(), key=lambda each: -(each[1].value or 0))),
        names=names,
        rows=rows,
        cases=cases,
        reaches=lambda path: someone.reaches(path),
        only=only,
        number=number,
        more=more,
        value_words=value_words,
        month_words=month_words,
        plain=plain,
        when=_when,
        recent=kpi.months_back(choice.now_month, 24)[::-1],
    )


def _provisional(found: Figure, choice: Looking) -> set[str]:
    """The months whose value may still change: the running one, and those that have not settled."""
    open_months = {choice.now_month}
    for month in choice.months:
        year, number = map(int, month.split("-"))
        ends = date(year + number // 12, number % 12 + 1, 1)
        if clock.now().astimezone(ZONE).date() < ends + timedelta(days=found.settles_after_days):
            open_months.add(month)
    return open_months


def _cases(tx: Transaction, rows: list[Counted]) -> dict[str, Any]:
    numbers = sorted({row.case_no for row in rows if row.case_no})
    query = select(service_case.c.case_no, service_case.c.customer_name, service_case.c.subject)
    return {row.case_no: row for row in tx.rows(query.where(service_case.c.case_no.in_(numbers)))}


def _names(tx: Transaction, logins: list[str]) -> dict[str, str]:
    query = select(user_account.c.login, user_account.c.name).where(user_account.c.login.in_(sorted(set(logins))))
    return {row.login: row.name for row in tx.rows(query)}


def _when(row: Counted) -> str:
    """When it was: a day, or a moment."""
    if len(row.at) == 10:
        return row.at
    try:
        return moment(datetime.fromisoformat(row.at), language())
    except ValueError:
        return row.at
