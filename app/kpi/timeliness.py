"""K01 service timeliness 服务及时率: services whose deadlines were all kept over services with a deadline."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, func, literal, null, or_, select

from app.calendar.tables import service_clock
from app.kpi.figure import Figure, Scope
from app.kpi.sql import moment, month_of
from app.messages import Message
from app.runtime.tables import service_case

# The deadlines that D04 gives a service; the clocks of single tasks are no promise to the customer.
PROMISES = ("reply", "onsite", "liaison", "resolve")


def counted(scope: Scope) -> Select[Any]:
    """One row per case with a decided deadline, in the month its first clock began (K01, S000 §3.2.1).

    A deadline is missed when its breach was noticed (CA20: late is late), when it was met after it was due, or when it
    is still open after that and not paused. A case counts as soon as one of its deadlines is missed, or when all of
    them are met; what is still open within its time is not counted yet. A clock that was cancelled (D04 gave another
    due time, or the case was given up) only counts if its breach was noticed before.
    """
    c = service_clock.c
    running = and_(c.met_at.is_(None), c.cancelled_at.is_(None))
    # Nothing is announced while a clock is paused: that is how a pause is told from the columns.
    paused = and_(running, c.next_at.is_(None), c.level < 3)
    missed = or_(
        c.breached,
        and_(c.met_at.is_not(None), c.met_at > c.due_at),
        and_(running, c.due_at <= moment(scope.now), ~paused),
    )
    per_case = (
        select(
            c.case_no,
            func.min(c.started_at, type_=c.started_at.type).label("at"),
            func.max(case((missed, 1), else_=0)).label("missed"),
            func.max(case((and_(running, ~missed), 1), else_=0)).label("open"),
        )
        .where(c.kind.in_(PROMISES), or_(c.cancelled_at.is_(None), c.breached))
        .group_by(c.case_no)
        .subquery("per_case")
    )
    return (
        select(
            per_case.c.case_no,
            month_of(per_case.c.at, scope).label("month"),
            per_case.c.at,
            service_case.c.unit_path,
            null().label("person"),
            (1 - per_case.c.missed).label("part"),
            literal(1).label("whole"),
        )
        .join(service_case, service_case.c.case_no == per_case.c.case_no)
        .where(or_(per_case.c.missed == 1, per_case.c.open == 0))
    )


TIMELINESS = Figure(
    code="K01",
    name=Message("服务及时率", "Service timeliness"),
    meaning=Message(
        "全部时限（答复、到场、书面联系、解决）都按时做到的服务，占有时限并已见分晓的服务的比例；按受理月份计。",
        "Services that kept all their deadlines (reply, arrival, written liaison, resolution) among those with decided "
        "deadlines, by month of receipt.",
    ),
    kind="share",
    unit="%",
    counted=counted,
    target=lambda parameters: parameters.typed("kpi.k01"),
    part_words=(Message("都按时", "all kept"), Message("有超时", "one missed")),
)
