"""K14 old-part return rate 旧件回收率: old parts handed in over parts replaced under warranty."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float, Select, case, cast, exists, func, null, select, true

from app.history import history_event
from app.kpi.figure import Figure, Scope
from app.kpi.sql import item_number, item_text, items_of, month_of, number_at, register_row, standing
from app.messages import Message
from app.runtime.tables import service_case

ELEMENT = "record_parts"  # P07.10
# What D26 makes of a part under warranty: it comes back, or the reason is written down why it could not.
UNDER_WARRANTY = ("bring_back", "not_recoverable")


def counted(scope: Scope) -> Select[Any]:
    """One row per case with parts replaced under warranty, in the month they were entered (K14).

    Whole is the quantity of the parts in F10 that D26 calls back (P07.10, S000 §3.4.2-E-d); part is the quantity the
    old-part ledger R14 has from the same case (P09.9), at most the whole.
    """
    sqlite = scope.on_sqlite
    event, later = history_event, history_event.alias("later")
    item = items_of(event.c.data, "values", "parts_replaced", on_sqlite=sqlite)
    superseded = exists().where(
        later.c.kind == "task_completed",
        later.c.case_no == event.c.case_no,
        later.c.instance_id == event.c.instance_id,
        later.c.element_id == event.c.element_id,
        later.c.id > event.c.id,
    )
    replaced = (
        select(
            event.c.case_no,
            func.min(event.c.at, type_=event.c.at.type).label("at"),
            func.sum(item_number(item, "qty", on_sqlite=sqlite)).label("qty"),
        )
        .select_from(event)
        .join(item, true())
        .where(
            event.c.kind == "task_completed",
            event.c.element_id == ELEMENT,
            item_text(item, "old_part_disposition", on_sqlite=sqlite).in_(UNDER_WARRANTY),
            ~superseded,
        )
        .group_by(event.c.case_no)
        .subquery("replaced")
    )
    returned = (
        select(
            register_row.c.case_no,
            func.sum(number_at(register_row.c.data, "qty", on_sqlite=sqlite)).label("qty"),
        )
        .where(standing("R14"))
        .group_by(register_row.c.case_no)
        .subquery("returned")
    )
    back = func.coalesce(returned.c.qty, 0)
    return (
        select(
            replaced.c.case_no,
            month_of(replaced.c.at, scope).label("month"),
            replaced.c.at,
            service_case.c.unit_path,
            null().label("person"),
            cast(case((back > replaced.c.qty, replaced.c.qty), else_=back), Float).label("part"),
            cast(replaced.c.qty, Float).label("whole"),
        )
        .join(service_case, service_case.c.case_no == replaced.c.case_no)
        .outerjoin(returned, returned.c.case_no == replaced.c.case_no)
    )


OLD_PART_RETURN = Figure(
    code="K14",
    name=Message("旧件回收率", "Old-part return rate"),
    meaning=Message(
        "已交回的旧件数量，占三包期内换下、应当带回的配件数量的比例；按换件月份计。",
        "Old parts handed in among the parts replaced under warranty that have to come back, by month of replacement.",
    ),
    kind="share",
    unit="%",
    counted=counted,
    target=lambda parameters: parameters.typed("kpi.k14"),
    part_words=(Message("已交回", "handed in"), Message("未交齐", "not all handed in")),
)
