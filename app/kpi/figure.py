"""What a figure is: a name, a meaning in one sentence, a target, and the select of what it counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Select

from app.clock import ZONE
from app.messages import Message
from app.parameters import Parameters

Kind = Literal["share", "median", "sum"]
Judgement = Literal["met", "near", "missed", "open", ""]

# How far from its target a figure is still called near: percentage points of a share, a part of a median.
NEAR_POINTS = Decimal(5)
NEAR_PART = Decimal("0.2")


@dataclass(frozen=True, slots=True)
class Scope:
    """What to look at: units one may see, months "2026-03" from and to (included), now, and the parameters in force."""

    reach: tuple[str, ...]
    since: str
    until: str
    now: datetime
    parameters: Parameters
    on_sqlite: bool = True
    unit: str = ""
    zone: tzinfo = ZONE


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    `counted` gives one row per counted thing with the columns case_no, month, at, unit_path, person, part and whole:
    a share is the sum of part over the sum of whole, a median that of part, a sum that of part. Nothing counted means
    that there is no value: neither 0 nor 100 % (catalogue §5.1).
    """

    code: str
    name: Message
    meaning: Message
    kind: Kind
    unit: str  # %, h
    counted: Callable[[Scope], Select[Any]]
    target: Callable[[Parameters], Decimal | None]
    higher_is_better: bool = True
    has_people: bool = False
    applies: Callable[[Parameters], bool] = lambda _: True
    does_not_apply: Message | None = None
    settles_after_days: int = 0  # a month is final only so many days after its end
    part_words: tuple[Message, Message] | None = None  # of a counted thing that is in the part, and of one that is not


@dataclass(frozen=True, slots=True)
class Value:
    """A figure's value over some counted things; None when nothing was counted."""

    value: Decimal | None
    count: int
    part: Decimal
    whole: Decimal


NOTHING = Value(None, 0, Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class Counted:
    """One counted thing, for the list below a figure."""

    case_no: str | None
    at: str
    unit_path: str
    person: str | None
    part: Decimal
    whole: Decimal


def judge(figure: Figure, value: Decimal | None, target: Decimal | None) -> Judgement:
    """How a value stands to its target; "open" without a value, "" without a target."""
    if target is None:
        return ""
    if value is None:
        return "open"
    distance = target - value if figure.higher_is_better else value - target
    if distance <= 0:
        return "met"
    near = NEAR_POINTS if figure.kind == "share" else abs(target) * NEAR_PART
    return "near" if distance <= near else "missed"
