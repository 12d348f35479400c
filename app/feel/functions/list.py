"""Functions on lists; positions count from 1, negative ones from the end."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.feel import kinds, numbers
from app.feel.calling import call_value
from app.feel.compare import equal
from app.feel.errors import NoResult
from app.feel.evaluation import Run
from app.feel.functions.signature import Declared
from app.feel.kinds import kind
from app.feel.values import DaysTimeDuration, YearsMonthsDuration

declared = Declared()


def numeric(items: list[Any]) -> list[Decimal]:
    """The items when all are numbers, NoResult otherwise."""
    if not all(isinstance(item, Decimal) for item in items):
        raise NoResult("列表里只能是数字。", "the list may hold only numbers.")
    return items


def one_or_all(values: tuple[Any, ...]) -> list[Any]:
    """The items of a function that takes a list or the items themselves."""
    return values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)


def position(items: list[Any], place: Decimal, *, beyond: int = 0) -> int:
    """The index of a position, NoResult when the list has none such."""
    # A fraction is cut off: position 1.5 is position 1.
    whole = int(place) if place.adjusted() < 20 else 0
    if whole == 0 or abs(whole) > len(items) + beyond:
        raise NoResult(
            f"列表没有第 {place} 项（共 {len(items)} 项）。", f"the list has no item {place} (it has {len(items)})."
        )
    return whole - 1 if whole > 0 else len(items) + whole


@declared("list contains(list: list, element: any)", with_run=True)
def list_contains(run: Run, items: list[Any], element: Any) -> bool:
    return any(equal(item, element) is True for item in items)


@declared("count(list: list)")
def count(items: list[Any]) -> Decimal:
    return Decimal(len(items))


@declared("all(list: list)")
@declared("and(list: list)")
def all_(items: list[Any]) -> bool | None:
    return _junction(items, False)


@declared("any(list: list)")
@declared("or(list: list)")
def any_(items: list[Any]) -> bool | None:
    return _junction(items, True)


def _junction(items: list[Any], decisive: bool) -> bool | None:
    if any(item is decisive for item in items):
        return decisive
    return (not decisive) if all(isinstance(item, bool) for item in items) else None


@declared("all(b…: any)")
def all_of(*values: Any) -> bool | None:
    if not values:
        raise NoResult("至少要一个值。", "at least one value is needed.")
    return _junction(list(values), False)


@declared("any(b…: any)")
def any_of(*values: Any) -> bool | None:
    if not values:
        raise NoResult("至少要一个值。", "at least one value is needed.")
    return _junction(list(values), True)


@declared("sublist(list: list, start position: number, length?: number)")
def sublist(items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any]:
    first = position(items, start)
    if length is None:
        return items[first:]
    if length < 1 or first + int(length) > len(items):
        raise NoResult("长度超出列表。", "the length reaches beyond the list.")
    return items[first : first + int(length)]


@declared("append(list: list, item…: any)")
def append(items: list[Any], *more: Any) -> list[Any]:
    return [*items, *more]


@declared("concatenate(list…: list)")
def concatenate(*lists: list[Any]) -> list[Any]:
    return [item for items in lists for item in items]


@declared("insert before(list: list, position: number, newItem: any)")
def insert_before(items: list[Any], place: Decimal, item: Any) -> list[Any]:
    index = position(items, place)
    return [*items[:index], item, *items[index:]]


@declared("remove(list: list, position: number)")
def remove(items: list[Any], place: Decimal) -> list[Any]:
    index = position(items, place)
    return items[:index] + items[index + 1 :]


@declared("list replace(list: list, position: number, newItem: any)")
def list_replace(items: list[Any], place: Decimal, item: Any) -> list[Any]:
    index = position(items, place)
    return [*items[:index], item, *items[index + 1 :]]


@declared("list replace(list: list, match: function, newItem: any)", with_run=True)
def list_replace_where(run: Run, items: list[Any], match: Any, new: Any) -> list[Any]:
    found = []
    for item in items:
        verdict = call_value(run, match, [item, new])
        if not isinstance(verdict, bool):
            raise NoResult("match 函数要回答真或假。", "the match function must answer true or false.")
        found.append(new if verdict else item)
    return found


@declared("reverse(list: list)")
def reverse(items: list[Any]) -> list[Any]:
    return items[::-1]


@declared("index of(list: list, match: any)")
def index_of(items: list[Any], match: Any) -> list[Any]:
    return [Decimal(index) for index, item in enumerate(items, 1) if equal(item, match) is True]


class _Seen:
    """Which values have occurred; plain ones by hash, others by comparing them one by one."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.plain: set[Any] = set()
        self.others: list[Any] = []

    def known(self, value: Any) -> bool:
        """Whether an equal value has occurred."""
        if value is None or isinstance(value, (bool, str, Decimal)):
            return (kind(value), value) in self.plain
        self.run.charge(len(self.others) * 8 + 1)
        return any(equal(other, value) is True for other in self.others)

    def add(self, value: Any) -> None:
        """Remember a value."""
        if value is None or isinstance(value, (bool, str, Decimal)):
            self.plain.add((kind(value), value))
        else:
            self.others.append(value)


def _distinct(run: Run, items: list[Any]) -> list[Any]:
    seen, found = _Seen(run), []
    for item in items:
        if not seen.known(item):
            seen.add(item)
            found.append(item)
    return found


@declared("union(list…: list)", with_run=True)
def union(run: Run, *lists: list[Any]) -> list[Any]:
    return _distinct(run, [item for items in lists for item in items])


@declared("distinct values(list: list)", with_run=True)
def distinct_values(run: Run, items: list[Any]) -> list[Any]:
    return _distinct(run, items)


@declared("duplicate values(list: list)", with_run=True)
def duplicate_values(run: Run, items: list[Any]) -> list[Any]:
    seen, twice, found = _Seen(run), _Seen(run), []
    for item in items:
        if not seen.known(item):
            seen.add(item)
        elif not twice.known(item):
            twice.add(item)
            found.append(item)
    return found


@declared("flatten(list: list)", with_run=True)
def flatten(run: Run, items: list[Any]) -> list[Any]:
    found: list[Any] = []
    waiting = items[::-1]
    while waiting:
        item = waiting.pop()
        run.charge(1)
        if isinstance(item, list):
            waiting.extend(item[::-1])
        else:
            found.append(item)
    return found


@declared("partition(list: list, size: number)")
def partition(items: list[Any], size: Decimal) -> list[Any]:
    step = numbers.whole(size)
    if not step or step < 1:
        raise NoResult("每份大小至少是 1。", "the size must be at least 1.")
    return [items[index : index + step] for index in range(0, len(items), step)]


def total(items: list[Any]) -> Any:
    """The sum of numbers or of durations of one kind."""
    kinds_found = {kind(item) for item in items}
    if kinds_found == {kinds.DAYS}:
        return DaysTimeDuration(sum(item.nanoseconds for item in items))
    if kinds_found == {kinds.MONTHS}:
        return YearsMonthsDuration(sum(item.months for item in items))
    result: Decimal | None = numbers.ZERO
    for item in numeric(items):
        result = numbers.add(result, item)  # type: ignore[arg-type]
    assert result is not None
    return numbers.finite(result)
