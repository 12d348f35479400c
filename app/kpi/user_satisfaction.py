"""K02 user satisfaction 用户满意度: satisfied answers over all valid answers, or the mean as an index (AM31)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Float, Select, case, cast, func, literal, literal_column, null, select

from app.history import history_event
from app.kpi.figure import Figure, Scope
from app.kpi.sql import month_of, number_at, text_at
from app.messages import Message
from app.runtime.tables import service_case

ELEMENT = "fill_satisfaction"  # P07.17, the customer's F11
SATISFIED = ("very_satisfied", "satisfied")
SCORES = ("timeliness_score", "attitude_score", "skill_score", "result_score")  # 1 to 5 each


def counted(scope: Scope) -> Select[Any]:
    """One row per valid answer on F11, in the month it was given (K02, S000 §3.2.1).

    Valid is an answer with an overall mark; an offer that was declined is none. Whoever answers the same step again
    (the report was reopened, the submission taken back) has changed the answer: the last one counts. With
    `kpi.k02_mode` = index the part is the mean of the four scores over 5. Answers by callback and survey (P39, P40)
    join in when those procedures exist.
    """
    sqlite = scope.on_sqlite
    event, answer = history_event, history_event.alias("answer")
    overall = text_at(event.c.data, "values", "overall", on_sqlite=sqlite)
    last = (
        select(func.max(answer.c.id))
        .where(_submitted("answer"), answer.c.element_id == ELEMENT)
        .group_by(answer.c.case_no, answer.c.instance_id)
    )
    if scope.parameters.value("kpi.k02_mode") == "index":
        scores = [number_at(event.c.data, "values", name, on_sqlite=sqlite) for name in SCORES]
        part: ColumnElement[Any] = sum(scores[1:], scores[0]) / 20.0
    else:
        part = case((overall.in_(SATISFIED), 1), else_=0)
    return (
        select(
            event.c.case_no,
            month_of(event.c.at, scope).label("month"),
            event.c.at,
            service_case.c.unit_path,
            null().label("person"),
            cast(part, Float).label("part"),
            literal(1).label("whole"),
        )
        .join(service_case, service_case.c.case_no == event.c.case_no)
        .where(event.c.id.in_(last), overall.is_not(None))
    )


def _submitted(rows: str) -> ColumnElement[bool]:
    """Written out, not bound: only so the index of submissions by element is used."""
    return literal_column(f"{rows}.kind = 'task_completed'")


USER_SATISFACTION = Figure(
    code="K02",
    name=Message("用户满意度", "User satisfaction"),
    meaning=Message(
        "顾客满意度调查表总体评价为“满意”或“很满意”的，占全部有效答复的比例（顾客不填的不算）；按填写月份计。",
        "Answers with “satisfied” or better among all valid answers (declined forms do not count), by month of answer.",
    ),
    kind="share",
    unit="%",
    counted=counted,
    target=lambda parameters: parameters.typed("kpi.k02"),
    part_words=(Message("满意", "satisfied"), Message("不满意", "not satisfied")),
)
