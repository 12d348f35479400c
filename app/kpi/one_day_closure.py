"""K31 24-hour closure 24 小时闭环: repairs that the customer signed within 24 hours over all that had the time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, case, exists, func, literal, null, or_, select

from app.kpi.figure import Figure, Scope
from app.kpi.sql import hours_between, moment, month_of, register_row, standing, text_at
from app.messages import Message
from app.runtime.tables import service_case

WITHIN = timedelta(hours=24)
PROFILE = "system_12m"


def counted(scope: Scope) -> Select[Any]:
    """One row per registered repair that was signed or has had its 24 hours, in the month it was opened (K31).

    Registration is when the case was opened; the sign-off is the first signature in the report archive R06.
    """
    sqlite = scope.on_sqlite
    repair, report = register_row.alias("repair"), register_row.alias("report")
    # A report that was opened again has lost its signature, its cell is empty.
    signature = func.nullif(text_at(report.c.data, "signed_at", on_sqlite=sqlite), "")
    signed = (
        select(report.c.case_no, func.min(signature).label("signed_at"))
        .where(standing("R06", report))
        .group_by(report.c.case_no)
        .subquery("signed")
    )
    opened = service_case.c.opened_at
    took = hours_between(opened, signed.c.signed_at, on_sqlite=sqlite)
    kept = took <= WITHIN.total_seconds() / 3600
    return (
        select(
            service_case.c.case_no,
            month_of(opened, scope).label("month"),
            opened.label("at"),
            service_case.c.unit_path,
            null().label("person"),
            case((kept, 1), else_=0).label("part"),
            literal(1).label("whole"),
        )
        .outerjoin(signed, signed.c.case_no == service_case.c.case_no)
        .where(
            exists().where(repair.c.case_no == service_case.c.case_no, standing("R03", repair)),
            or_(signed.c.signed_at.is_not(None), opened <= moment(scope.now - WITHIN)),
        )
    )


ONE_DAY_CLOSURE = Figure(
    code="K31",
    name=Message("24 小时闭环率", "24-hour closure"),
    meaning=Message(
        "从登记到用户签字不超过 24 小时的服务，占已签字或已满 24 小时的报修的比例；按登记月份计。",
        "Repairs signed by the customer within 24 hours of registration among those signed or older than that, by "
        "month of registration.",
    ),
    kind="share",
    unit="%",
    counted=counted,
    target=lambda _: None,
    applies=lambda parameters: parameters.value("sla.profile") == PROFILE,
    does_not_apply=Message(
        "公司现在的服务承诺不包含 24 小时闭环，这里只作参考，不设目标。",
        "The company's service promise has no 24-hour closure; shown for information, without a target.",
    ),
    part_words=(Message("24 小时内签字", "signed within 24 h"), Message("超过 24 小时", "later")),
)
