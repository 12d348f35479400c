"""sort: by the natural order, or by a function that says whether one item comes before another."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any

from app.feel.calling import call_value
from app.feel.compare import order
from app.feel.errors import NoResult
from app.feel.evaluation import Run
from app.feel.functions.signature import Declared

declared = Declared()


def _natural(first: Any, second: Any) -> int:
    rank = order(first, second)
    if rank is None:
        raise NoResult("这些值不能比较大小。", "these values have no order.")
    return rank


@declared("sort(list: list)", with_run=True)
def sort(run: Run, items: list[Any]) -> list[Any]:
    run.charge(len(items) * 4)
    return sorted(items, key=cmp_to_key(_natural))


@declared("sort(list: list, precedes: function)", with_run=True)
def sort_by(run: Run, items: list[Any], precedes: Any) -> list[Any]:
    def before(first: Any, second: Any) -> int:
        if _precedes(first, second):
            return -1
        return 1 if _precedes(second, first) else 0

    def _precedes(first: Any, second: Any) -> bool:
        run.charge(6)
        verdict = call_value(run, precedes, [first, second])
        if not isinstance(verdict, bool):
            raise NoResult("precedes 函数要回答真或假。", "the precedes function must answer true or false.")
        return verdict

    return sorted(items, key=cmp_to_key(before))
