"""All figures of a month on one page, with the deadlines that run now."""

from __future__ import annotations

from typing import Any

from flask import render_template

from app import calendar, clock, kpi
from app.web.access import FIGURE_ROLES, house, require_role
from app.web.figures import pages
from app.web.figures.chart import chart_of
from app.web.figures.kept import year_of
from app.web.figures.looking import (
    JUDGEMENTS,
    looking,
    month_words,
    scope_of,
    target_words,
    value_words,
)


@pages.get("")
@require_role(*FIGURE_ROLES)
def overview() -> Any:
    """Is it all right, and if not, where."""
    with house().db.reading() as tx:
        choice = looking(tx)
        months = choice.months
        scope = scope_of(tx, choice, months[0], months[-1])
        shown, oldest = [], scope.now
        for figure in kpi.FIGURES.values():
            applies = figure.applies(scope.parameters)
            counted_at, values = year_of(tx, house().db, figure, scope) if applies else (scope.now, {})
            oldest = min(oldest, counted_at)
            target = figure.target(scope.parameters) if applies else None
            value = values.get(choice.month)
            before = values.get(months[-2])
            shown.append(
                {
                    "figure": figure,
                    "value": value,
                    "words": value_words(figure, value.value if value else None),
                    "target": target_words(figure, target),
                    "judgement": JUDGEMENTS[kpi.judge(figure, value.value if value else None, target)],
                    "before": value_words(figure, before.value if before else None),
                    "chart": chart_of(figure, months, values, target, choice.month),
                    "applies": applies,
                }
            )
        running = kpi.count_deadlines(tx, reach=choice.reach, now=clock.now(), unit=choice.unit)
    kinds = [kind for kind in calendar.KINDS if any(found == kind for found, _ in running)]
    return render_template(
        "figures/overview.html",
        choice=choice,
        shown=shown,
        running=running,
        kinds={kind: calendar.KINDS[kind] for kind in kinds},
        states=kpi.STATES,
        month_words=month_words,
        counted_at=oldest,
        recent=kpi.months_back(choice.now_month, 24)[::-1],
    )
