"""What a person looks at: his units, the chosen month and unit; and values, judgements and months in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask import request
from sqlalchemy import Row, or_, select

from app import clock
from app.clock import ZONE
from app.db import Transaction
from app.identity.tables import org_unit
from app.kpi import Figure, Judgement, Scope, months_back
from app.messages import Message, Refusal
from app.web.access import FIGURE_ROLES, actor, house, t

MONTHS = 12

JUDGEMENTS: dict[Judgement, tuple[Message, str]] = {
    "met": (Message("达标", "on target"), "good"),
    "near": (Message("接近目标", "near the target"), "warn"),
    "missed": (Message("未达标", "missed"), "bad"),
    "open": (Message("暂无数据", "no data"), ""),
    "": (Message("", ""), ""),
}


@dataclass(frozen=True, slots=True)
class Looking:
    """The choice on the page: a month, and a unit of one's own."""

    reach: tuple[str, ...]
    month: str
    now_month: str
    unit: str
    units: list[Row[Any]]

    @property
    def months(self) -> list[str]:
        """The year that ends with the chosen month."""
        return months_back(self.month, MONTHS)


def looking(tx: Transaction) -> Looking:
    """Read the address; a unit outside one's own is refused as unknown."""
    someone = actor()
    reach = sorted({holding.unit_path for holding in someone.holdings if holding.role in FIGURE_ROLES})
    below = or_(*(org_unit.c.path.startswith(path, autoescape=True) for path in reach))
    query = select(org_unit.c.path, org_unit.c.name, org_unit.c.depth).where(below, org_unit.c.active)
    units = list(tx.rows(query.order_by(org_unit.c.path)))
    unit = request.args.get("unit", "")
    if unit and unit not in {each.path for each in units}:
        raise Refusal("unknown_unit", Message("没有这个单位。", "There is no such unit."), status=404)
    now_month = f"{clock.now().astimezone(ZONE):%Y-%m}"
    month = request.args.get("month", now_month)
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
        raise Refusal("bad_month", Message("月份要写成 2026-03。", "Write the month like 2026-03."), status=422)
    return Looking(tuple(reach), min(month, now_month), now_month, unit, units)


def scope_of(tx: Transaction, choice: Looking, since: str, until: str) -> Scope:
    """What the figures look at."""
    return Scope(
        reach=choice.reach,
        since=since,
        until=until,
        now=clock.now(),
        parameters=house().parameters(tx),
        on_sqlite=tx.on_sqlite,
        unit=choice.unit,
        zone=ZONE,
    )


def value_words(figure: Figure, value: Decimal | None) -> str:
    """92.5 %, 3.4 小时, 25 分钟; — when nothing was counted."""
    if value is None:
        return "—"
    text = plain(value)
    if figure.unit == "%":
        return f"{text} %"
    if 0 <= value < 1:
        return f"{plain(value * 60)} {t('分钟', 'min')}"
    return f"{text} {t('小时', 'h')}"


def plain(value: Decimal) -> str:
    """One decimal, half up, none when it is zero."""
    rounded = value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return (
        f"{rounded.normalize():,f}" if rounded != rounded.to_integral_value() else f"{rounded.to_integral_value():,f}"
    )


def target_words(figure: Figure, target: Decimal | None) -> str:
    """≥ 90 %, ≤ 2 小时."""
    if target is None:
        return ""
    return f"{'≥' if figure.higher_is_better else '≤'} {value_words(figure, target)}"


def month_words(month: str) -> str:
    """2026年3月, Mar 2026."""
    year, number = month.split("-")
    names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return t(f"{year}年{int(number)}月", f"{names[int(number) - 1]} {year}")
