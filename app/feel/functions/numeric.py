"""Functions on numbers and on lists of numbers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from typing import Any

from app.feel import numbers
from app.feel.compare import order, sort_key_kind
from app.feel.errors import NoResult
from app.feel.evaluation import Run
from app.feel.functions.list import numeric, one_or_all, total
from app.feel.functions.signature import Declared
from app.feel.values import DaysTimeDuration, YearsMonthsDuration

declared = Declared()

_EXACT = numbers.CONTEXT.copy()
_EXACT.prec = 12_400


def _rounded(value: Decimal, scale: Decimal | None, mode: str) -> Decimal:
    places = numbers.whole(scale if scale is not None else numbers.ZERO)
    if places is None or not -6111 <= places <= 6176:
        raise NoResult("小数位数超出范围。", "the scale is out of range.")
    result = value.quantize(Decimal(1).scaleb(-places, _EXACT), rounding=mode, context=_EXACT)
    return numbers.CONTEXT.create_decimal(result)


@declared("decimal(n: number, scale: number)")
def decimal(value: Decimal, scale: Decimal) -> Decimal:
    return _rounded(value, scale, ROUND_HALF_EVEN)


@declared("floor(n: number, scale?: number)")
def floor(value: Decimal, scale: Decimal | None = None) -> Decimal:
    return _rounded(value, scale, ROUND_FLOOR)


@declared("ceiling(n: number, scale?: number)")
def ceiling(value: Decimal, scale: Decimal | None = None) -> Decimal:
    return _rounded(value, scale, ROUND_CEILING)


@declared("round up(n: number, scale?: number)")
def round_up(value: Decimal, scale: Decimal | None = None) -> Decimal:
    return _rounded(value, scale, ROUND_UP)


@declared("round down(n: number, scale?: number)")
def round_down(value: Decimal, scale: Decimal | None = None) -> Decimal:
    return _rounded(value, scale, ROUND_DOWN)


@declared("round half up(n: number, scale?: number)")
def round_half_up(value: Decimal, scale: Decimal | None = None) -> Decimal:
    return _rounded(value, scale, ROUND_HALF_UP)


@declared("round half down(n: number, scale?: number)")
def round_half_down(value: Decimal, scale: Decimal | None = None) -> Decimal:
    return _rounded(value, scale, ROUND_HALF_DOWN)


@declared("abs(n: number)")
def abs_(value: Decimal) -> Decimal:
    return value.copy_abs()


@declared("abs(n: days and time duration)")
def abs_days(value: DaysTimeDuration) -> DaysTimeDuration:
    return DaysTimeDuration(abs(value.nanoseconds))


@declared("abs(n: years and months duration)")
def abs_months(value: YearsMonthsDuration) -> YearsMonthsDuration:
    return YearsMonthsDuration(abs(value.months))


@declared("modulo(dividend: number, divisor: number)")
def modulo(dividend: Decimal, divisor: Decimal) -> Any:
    if not divisor:
        raise NoResult("除数是零。", "the divisor is zero.")
    # The result has the sign of the divisor: dividend - divisor * floor(dividend / divisor).
    rest = _EXACT.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _EXACT.add(rest, divisor)
    return numbers.finite(numbers.CONTEXT.create_decimal(rest))


@declared("sqrt(number: number)")
def sqrt(value: Decimal) -> Any:
    if value < 0:
        raise NoResult("负数没有平方根。", "a negative number has no square root.")
    return numbers.CONTEXT.sqrt(value)


@declared("log(number: number)", with_run=True)
def log(run: Run, value: Decimal) -> Any:
    run.charge(numbers.SLOW)
    if value <= 0:
        raise NoResult("对数只对正数。", "only positive numbers have a logarithm.")
    return numbers.CONTEXT.ln(value)


@declared("exp(number: number)", with_run=True)
def exp(run: Run, value: Decimal) -> Any:
    run.charge(numbers.SLOW)
    return numbers.finite(numbers.CONTEXT.exp(value))


def _rest_of_two(value: Decimal) -> Decimal:
    if value != value.to_integral_value():
        raise NoResult("只有整数分单双。", "only whole numbers are odd or even.")
    return _EXACT.remainder(value.copy_abs(), Decimal(2))


@declared("odd(number: number)")
def odd(value: Decimal) -> bool:
    return _rest_of_two(value) == 1


@declared("even(number: number)")
def even(value: Decimal) -> bool:
    return _rest_of_two(value) == 0


def _extreme(items: list[Any], better: Callable[[int], bool]) -> Any:
    if not items:
        return None
    best = items[0]
    if not sort_key_kind(best):
        raise NoResult("这些值不能比较大小。", "these values have no order.")
    for item in items[1:]:
        rank = order(item, best)
        if rank is None:
            raise NoResult("这些值不能比较大小。", "these values have no order.")
        if better(rank):
            best = item
    return best


@declared("min(list: list)")
@declared("min(c…: any)")
def min_(*values: Any) -> Any:
    return _extreme(one_or_all(values), lambda rank: rank < 0)


@declared("max(list: list)")
@declared("max(c…: any)")
def max_(*values: Any) -> Any:
    return _extreme(one_or_all(values), lambda rank: rank > 0)


@declared("sum(list: list)")
@declared("sum(n…: any)")
def sum_(*values: Any) -> Any:
    items = one_or_all(values)
    return total(items) if items else None


@declared("mean(list: list)")
@declared("mean(n…: any)")
def mean(*values: Any) -> Any:
    items = one_or_all(values)
    if not items:
        return None
    amount = total(items)
    if isinstance(amount, Decimal):
        return numbers.divide(amount, Decimal(len(items)))
    if isinstance(amount, DaysTimeDuration):
        return DaysTimeDuration(amount.nanoseconds // len(items))
    return YearsMonthsDuration(amount.months // len(items))


@declared("median(list: list)")
@declared("median(n…: any)")
def median(*values: Any) -> Any:
    items = sorted(numeric(one_or_all(values)))
    if not items:
        return None
    middle = len(items) // 2
    if len(items) % 2:
        return items[middle]
    return numbers.divide(numbers.add(items[middle - 1], items[middle]), Decimal(2))


@declared("stddev(list: list)")
@declared("stddev(n…: any)")
def stddev(*values: Any) -> Any:
    items = numeric(one_or_all(values))
    if len(items) < 2:
        return None
    average = numbers.divide(total(items), Decimal(len(items)))
    squares = total([numbers.power(numbers.subtract(item, average), Decimal(2)) for item in items])
    return numbers.CONTEXT.sqrt(numbers.divide(squares, Decimal(len(items) - 1)))


@declared("mode(list: list)")
@declared("mode(n…: any)")
def mode(*values: Any) -> list[Any]:
    counts: dict[Decimal, int] = {}
    for item in numeric(one_or_all(values)):
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(item for item, times in counts.items() if times == most)


@declared("product(list: list)", with_run=True)
@declared("product(n…: any)", with_run=True)
def product(run: Run, *values: Any) -> Any:
    items = numeric(one_or_all(values))
    if not items:
        return None
    result = numbers.ONE
    for item in items:
        result = numbers.multiply(result, item)
    return numbers.finite(result)
