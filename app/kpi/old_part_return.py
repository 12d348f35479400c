"""K14 old-part return rate 旧件回收率: old parts handed in over parts replaced under warranty."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float, Select, case, cast, func, null, select

from app.kpi.figure import Figure, Scope
from app.kpi.sql import month_of, number_at, register_row, standing
from app.messages import Message
from app.runtime.tables import service_case


def counted(scope: Scope) -> Select[Any]:
    """One row per case with parts replaced under warranty, in the month of its first service report (K14).

    Whole is the quantity that the report archive R06 says has to come back (F10 and D26, P07.10, S000 §3.4.2-E-d);
    part is the quantity that the old-part ledger R14 has from the same case (P09.9), at most the whole.
    """
    sqlite = scope.on_sqlite
    report, line = register_row.alias("report"), register_row.alias("line")
    due = (
        select(
            report.c.case_no,
            func.min(report.c.created_at, type_=report.c.created_at.type).label("at"),
            func.sum(number_at(report.c.data, "old_parts_due", on_sqlite=sqlite)).label("qty"),
        )
        .where(standing("R06", report))
        .group_by(report.c.case_no)
        .subquery("due")
    )
    returned = (
        select(line.c.case_no, func.sum(number_at(line.c.data, "qty", on_sqlite=sqlite)).label("qty"))
        .where(standing("R14", line))
        .group_by(line.c.case_no)
        .subquery("returned")
    )
    back = func.coalesce(returned.c.qty, 0)
    return (
        select(
            due.c.case_no,
            month_of(due.c.at, scope).label("month"),
            due.c.at,
            service_case.c.unit_path,
            null().label("person"),
            cast(case((back > due.c.qty, due.c.qty), else_=back), Float).label("part"),
            cast(due.c.qty, Float).label("whole"),
        )
        .join(service_case, service_case.c.case_no == due.c.case_no)
        .outerjoin(returned, returned.c.case_no == due.c.case_no)
        .where(due.c.qty > 0)
    )


OLD_PART_RETURN = Figure(
    code="K14",
    name=Message("旧件回收率", "Old-part return rate"),
    meaning=Message(
        "已交回的旧件数量，占三包期内换下、应当带回的配件数量的比例；按服务报告的月份计。",
        "Old parts handed in among the parts replaced under warranty that have to come back, by month of the service "
        "report.",
    ),
    kind="share",
    unit="%",
    counted=counted,
    target=lambda parameters: parameters.typed("kpi.k14"),
    part_words=(Message("已交回", "handed in"), Message("未交齐", "not all handed in")),
)
