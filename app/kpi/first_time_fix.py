"""K08 first-time fix rate 一次性修复率: services without the fault again within 30 days over completed services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, case, func, literal, null, select

from app.kpi.figure import Figure, Scope
from app.kpi.sql import later_by, month_of, register_row, standing, text_at
from app.messages import Message
from app.runtime.tables import case_term, service_case

WITHIN = timedelta(days=30)


def counted(scope: Scope) -> Select[Any]:
    """One row per completed repair of a unit with a serial number, in the month its report was completed (K08).

    Completed is what entered the maintenance archive (R41, P07.14). The fault came again when another case of the same
    serial number was opened within 30 days and became a repair (R03). Until the 30 days are over the row counts as
    fixed and the month is provisional.
    """
    sqlite = scope.on_sqlite
    done, repair = register_row.alias("done"), register_row.alias("repair")
    completed = select(
        func.lower(text_at(done.c.data, "serial_no", on_sqlite=sqlite)).label("serial"),
        done.c.created_at.label("at"),
        literal(1).label("done"),
        done.c.case_no,
        done.c.unit_path,
    ).where(standing("R41", done))
    reported = (
        select(case_term.c.term, service_case.c.opened_at, literal(0), service_case.c.case_no, service_case.c.unit_path)
        .select_from(repair)
        .join(service_case, service_case.c.case_no == repair.c.case_no)
        .join(case_term, case_term.c.case_no == repair.c.case_no)
        .where(standing("R03", repair), case_term.c.kind == "serial_no")
    )
    # The life of each unit, read backwards once: which report comes next after a repair. A pair of cases is never
    # compared, however many one unit has; a case's own report lies before its repair.
    life = completed.union_all(reported).subquery("life")
    seen = select(
        life,
        func.min(case((life.c.done == 0, life.c.at)), type_=life.c.at.type)
        .over(partition_by=life.c.serial, order_by=(life.c.at.desc(), life.c.done.desc()), rows=(None, 0))
        .label("again"),
    ).subquery("seen")
    return select(
        seen.c.case_no,
        month_of(seen.c.at, scope).label("month"),
        seen.c.at,
        seen.c.unit_path,
        null().label("person"),
        case((seen.c.again <= later_by(seen.c.at, WITHIN, on_sqlite=sqlite), 0), else_=1).label("part"),
        literal(1).label("whole"),
    ).where(seen.c.done == 1)


FIRST_TIME_FIX = Figure(
    code="K08",
    name=Message("一次性修复率", "First-time fix rate"),
    meaning=Message(
        "修好后 30 天内同一台产品没有再次报修的服务，占已完成服务的比例；按完成月份计，30 天未满的暂按修好计。",
        "Completed services whose unit was not reported again within 30 days, by month of completion; until the 30 "
        "days are over a service counts as fixed.",
    ),
    kind="share",
    unit="%",
    counted=counted,
    target=lambda parameters: parameters.typed("kpi.k08"),
    settles_after_days=WITHIN.days,
    part_words=(Message("未再报修", "not reported again"), Message("再次报修", "reported again")),
)
