"""Bars of a year: one per month, a line for the target; the table beside them says the same in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.kpi import Figure, Judgement, Value, judge


@dataclass(frozen=True, slots=True)
class Bar:
    """One month; `height` in per cent of the chart, None when nothing was counted."""

    month: str
    height: float | None
    value: Decimal | None
    judgement: Judgement
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """All of them, and how high the target lies."""

    bars: list[Bar]
    target: float | None


def chart_of(figure: Figure, months: list[str], values: dict[str, Value], target: Decimal | None, chosen: str) -> Chart:
    """Bars from zero, so that heights are true; a share goes up to 100 %."""
    known = [value.value for value in values.values() if value.value is not None]
    top = max([*known, target or Decimal(0), Decimal(100 if figure.kind == "share" else 0)]) or Decimal(1)

    def height(value: Decimal) -> float:
        return round(float(value / top) * 100, 1)

    bars = []
    for month in months:
        value = values[month].value if month in values else None
        # A zero is a value, too: it shows as a line.
        tall = max(height(value), 1.5) if value is not None else None
        bars.append(Bar(month, tall, value, judge(figure, value, target), month == chosen))
    return Chart(bars, height(target) if target is not None else None)
