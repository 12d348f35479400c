"""Figures: one per file, its meaning and the SQL that counts it; and the deadlines that run now."""

from __future__ import annotations

from app.kpi.deadlines import STATES, Deadline, count_deadlines, find_deadlines
from app.kpi.figure import Counted, Figure, Judgement, Scope, Value, judge
from app.kpi.first_time_fix import FIRST_TIME_FIX
from app.kpi.old_part_return import OLD_PART_RETURN
from app.kpi.one_day_closure import ONE_DAY_CLOSURE
from app.kpi.reading import by_month, by_person, by_unit, counted, months_back
from app.kpi.response_speed import RESPONSE_SPEED
from app.kpi.timeliness import TIMELINESS
from app.kpi.user_satisfaction import USER_SATISFACTION
from app.kpi.work_hours import WORK_HOURS

FIGURES: dict[str, Figure] = {
    figure.code: figure
    for figure in (
        TIMELINESS,
        USER_SATISFACTION,
        FIRST_TIME_FIX,
        RESPONSE_SPEED,
        OLD_PART_RETURN,
        WORK_HOURS,
        ONE_DAY_CLOSURE,
    )
}

__all__ = [
    "FIGURES",
    "STATES",
    "Counted",
    "Deadline",
    "Figure",
    "Judgement",
    "Scope",
    "Value",
    "by_month",
    "by_person",
    "by_unit",
    "count_deadlines",
    "counted",
    "find_deadlines",
    "judge",
    "months_back",
]
