"""Bars of a year as SVG: one per month, a line for the target; the table beside them says the same in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.kpi import Figure, Judgement, Value, judge

WIDTH, HEIGHT, FOOT = 640, 180, 24
SMALL_WIDTH, SMALL_HEIGHT = 132, 36


@dataclass(frozen=True, slots=True)
class Bar:
    """One month."""

    month: str
    x: float
    y: float
    width: float
    height: float
    judgement: Judgement
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """All of them, and where the target lies."""

    bars: list[Bar]
    width: int
    height: int
    target_y: float | None


def chart_of(
    figure: Figure,
    months: list[str],
    values: dict[str, Value],
    target: Decimal | None,
    chosen: str,
    *,
    small: bool = False,
) -> Chart:
    """Bars from zero, so that heights are true."""
    width, height = (SMALL_WIDTH, SMALL_HEIGHT) if small else (WIDTH, HEIGHT)
    known = [value.value for value in values.values() if value.value is not None]
    top = max(
        [*known, target or Decimal(0), Decimal(100) if figure.kind == "share" else Decimal(0)], default=Decimal(1)
    )
    top = top or Decimal(1)
    step = width / len(months)
    bars = []
    for index, month in enumerate(months):
        value = values[month].value if month in values else None
        tall = float(value / top) * (height - 2) if value is not None else 0.0
        # A zero is a value, too: it shows as a line.
        tall = max(tall, 2.0) if value is not None else 0.0
        bars.append(
            Bar(
                month,
                round(index * step + step * 0.18, 1),
                round(height - tall, 1),
                round(step * 0.64, 1),
                round(tall, 1),
                judge(figure, value, target),
                month == chosen,
            )
        )
    target_y = round(height - float(target / top) * (height - 2), 1) if target is not None else None
    return Chart(bars, width, height, target_y)
