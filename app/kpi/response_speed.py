"""K13 response speed 响应速度: the median time from receipt to the first reply."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, literal, null, select

from app.calendar.tables import service_clock
from app.kpi.figure import Figure, Scope
from app.kpi.sql import hours_between, month_of
from app.messages import Message
from app.runtime.tables import service_case


def counted(scope: Scope) -> Select[Any]:
    """One row per case that was answered, in the month it was received; part is the hours to the first reply (K13).

    Receipt is where the reply clock of P01 or P03 begins (CA19), the first reply where the first of them was met.
    Natural hours, nights and pauses included: the customer waits through them.
    """
    c = service_clock.c
    answered = (
        select(
            c.case_no,
            func.min(c.started_at, type_=c.started_at.type).label("at"),
            func.min(c.met_at, type_=c.met_at.type).label("met_at"),
        )
        .where(c.kind == "reply", c.met_at.is_not(None))
        .group_by(c.case_no)
        .subquery("answered")
    )
    return select(
        answered.c.case_no,
        month_of(answered.c.at, scope).label("month"),
        answered.c.at,
        service_case.c.unit_path,
        null().label("person"),
        hours_between(answered.c.at, answered.c.met_at, on_sqlite=scope.on_sqlite).label("part"),
        literal(1).label("whole"),
    ).join(service_case, service_case.c.case_no == answered.c.case_no)


RESPONSE_SPEED = Figure(
    code="K13",
    name=Message("响应速度", "Response speed"),
    meaning=Message(
        "从收到来电、来函到第一次答复所用时间的中位数（自然小时）；按受理月份计，未答复的不计。",
        "The median of the natural hours from receipt to the first reply, by month of receipt; what is unanswered does "
        "not count.",
    ),
    kind="median",
    unit="h",
    counted=counted,
    target=lambda parameters: Decimal(str(parameters.value("kpi.k13"))),
    higher_is_better=False,
)
