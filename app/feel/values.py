"""FEEL values that Python has no class for: the two durations, ranges and functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import total_ordering
from typing import Any

NANO = 10**9
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60


def _fraction(nanos: int) -> str:
    return f".{nanos:09d}".rstrip("0") if nanos else ""


@total_ordering
class DaysTimeDuration:
    """A length of time in days, hours, minutes and seconds, exact to the nanosecond."""

    __slots__ = ("nanoseconds",)

    def __init__(self, nanoseconds: int) -> None:
        self.nanoseconds = nanoseconds

    @classmethod
    def of(cls, *, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0) -> DaysTimeDuration:
        """The duration of so many days, hours, minutes and seconds."""
        return cls((days * _DAY + hours * _HOUR + minutes * _MINUTE + seconds) * NANO)

    @classmethod
    def from_timedelta(cls, delta: timedelta) -> DaysTimeDuration:
        """The same length as a Python timedelta."""
        return cls((delta.days * _DAY + delta.seconds) * NANO + delta.microseconds * 1000)

    def to_timedelta(self) -> timedelta:
        """The same length as a Python timedelta, cut to microseconds; OverflowError beyond its range."""
        sign = -1 if self.nanoseconds < 0 else 1
        return timedelta(microseconds=sign * (abs(self.nanoseconds) // 1000))

    @property
    def seconds(self) -> Decimal:
        """The whole length in seconds."""
        return Decimal(self.nanoseconds) / NANO

    def parts(self) -> tuple[int, int, int, int, int]:
        """Days, hours, minutes, seconds, nanoseconds; all carry the sign."""
        sign = -1 if self.nanoseconds < 0 else 1
        seconds, nanos = divmod(abs(self.nanoseconds), NANO)
        days, seconds = divmod(seconds, _DAY)
        hours, seconds = divmod(seconds, _HOUR)
        minutes, seconds = divmod(seconds, _MINUTE)
        return sign * days, sign * hours, sign * minutes, sign * seconds, sign * nanos

    def __str__(self) -> str:
        if not self.nanoseconds:
            return "PT0S"
        days, hours, minutes, seconds, nanos = (abs(part) for part in self.parts())
        clock = "".join(
            (
                f"{hours}H" if hours else "",
                f"{minutes}M" if minutes else "",
                f"{seconds}{_fraction(nanos)}S" if seconds or nanos else "",
            )
        )
        return f"{'-' if self.nanoseconds < 0 else ''}P{f'{days}D' if days else ''}{'T' + clock if clock else ''}"

    def __repr__(self) -> str:
        return f"DaysTimeDuration({self})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DaysTimeDuration) and self.nanoseconds == other.nanoseconds

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, DaysTimeDuration):
            return NotImplemented
        return self.nanoseconds < other.nanoseconds

    def __hash__(self) -> int:
        return hash(("days", self.nanoseconds))


@total_ordering
class YearsMonthsDuration:
    """A length of time in years and months."""

    __slots__ = ("months",)

    def __init__(self, months: int) -> None:
        self.months = months

    def parts(self) -> tuple[int, int]:
        """Years and months, both carry the sign."""
        sign = -1 if self.months < 0 else 1
        years, months = divmod(abs(self.months), 12)
        return sign * years, sign * months

    def __str__(self) -> str:
        years, months = (abs(part) for part in self.parts())
        body = f"{f'{years}Y' if years else ''}{f'{months}M' if months else ''}"
        return f"{'-' if self.months < 0 else ''}P{body or '0M'}"

    def __repr__(self) -> str:
        return f"YearsMonthsDuration({self})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, YearsMonthsDuration) and self.months == other.months

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, YearsMonthsDuration):
            return NotImplemented
        return self.months < other.months

    def __hash__(self) -> int:
        return hash(("months", self.months))


class Range:
    """An interval between two comparable values; an end that is null and not included is open for ever.

    `operator` is set when it was written with one operator, as in `(< 5)`: `(= 5)` and `(!= 5)` are such ranges too.
    """

    __slots__ = ("high", "high_included", "low", "low_included", "operator")

    def __init__(
        self, low: Any, high: Any, low_included: bool = True, high_included: bool = True, operator: str = ""
    ) -> None:
        self.low = low
        self.high = high
        self.low_included = low_included
        self.high_included = high_included
        self.operator = operator

    def _key(self) -> tuple[Any, ...]:
        return (self.low, self.high, self.low_included, self.high_included, self.operator == "!=")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Range) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        ends = ("[" if self.low_included else "(", "]" if self.high_included else ")")
        return f"Range{ends[0]}{self.low!r}..{self.high!r}{ends[1]}"


@dataclass(frozen=True, slots=True)
class Function:
    """A function that expressions can call: Python code with named parameters.

    `call` gets the arguments by position, null for optional ones that were left out; with `variadic` the last parameter
    takes any number. `required` counts the parameters that must be given (default: all). `types` names the kind each
    parameter needs ("" is any); `alternatives` are further signatures of the same name. A function `with_run` gets the
    evaluation's `Run` first, to charge its budget or to warn. A `native` one answers FEEL values, any other's answer is
    converted from JSON or Python dates.
    """

    name: str
    params: tuple[str, ...]
    call: Callable[..., Any]
    variadic: bool = False
    required: int | None = None
    types: tuple[str, ...] = ()
    alternatives: tuple[Function, ...] = ()
    with_run: bool = False
    native: bool = False

    @property
    def least(self) -> int:
        """How many arguments must be given."""
        if self.required is not None:
            return self.required
        return len(self.params) - (1 if self.variadic else 0)

    @property
    def signature(self) -> str:
        """How it is called, for messages and completion."""
        shown = [name + ("?" if index >= self.least else "") for index, name in enumerate(self.params)]
        return f"{self.name}({', '.join(shown)}{'…' if self.variadic else ''})"
