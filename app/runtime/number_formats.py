"""How record numbers are written: checked when the company changes it, and filled in when a number is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Formatter

from sqlalchemy import delete, insert, select

from app import clock
from app.db import Transaction
from app.history import record
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.tables import number_format, number_sequence

LONGEST = 60
_PIECES = ("outlet", "year", "month", "day", "seq")
# When counting begins anew → what the number must say, else two numbers of two years or outlets are the same.
SCOPES: dict[str, tuple[Message, frozenset[str]]] = {
    "year": (Message("每年", "every year"), frozenset({"year"})),
    "day": (Message("每天", "every day"), frozenset({"year", "month", "day"})),
    "outlet_year": (Message("每个网点每年", "every year at each outlet"), frozenset({"outlet", "year"})),
    "outlet_day": (Message("每个网点每天", "every day at each outlet"), frozenset({"outlet", "year", "month", "day"})),
}


@dataclass(frozen=True, slots=True)
class NumberRule:
    """A format with outlet, year, month, day, seq; `scope` says when counting begins anew."""

    variable: str
    format: str
    scope: str


def scopes_at(local: datetime, outlet: str) -> dict[str, str]:
    """The name of each counter that runs at an outlet at a local time."""
    return {
        "year": f"{local:%Y}",
        "day": f"{local:%Y%m%d}",
        "outlet_year": f"{outlet}/{local:%Y}",
        "outlet_day": f"{outlet}/{local:%Y%m%d}",
    }


def written(pattern: str, local: datetime, outlet: str, sequence: int) -> str:
    """A number as it is shown."""
    return pattern.format(outlet=outlet, year=f"{local:%Y}", month=f"{local:%m}", day=f"{local:%d}", seq=sequence)


def own_formats(tx: Transaction) -> dict[str, NumberRule]:
    """What the company chose itself, by variable. One statement."""
    return {row.variable: NumberRule(row.variable, row.format, row.scope) for row in tx.rows(select(number_format))}


def next_shown(tx: Transaction, rule: NumberRule, outlet: str) -> str:
    """The number that would be given next, without taking it."""
    local = clock.now().astimezone(clock.ZONE)
    scope = scopes_at(local, outlet)[rule.scope]
    counted = select(number_sequence.c.value).where(
        number_sequence.c.name == rule.variable, number_sequence.c.scope == scope
    )
    return written(rule.format, local, outlet, (tx.value(counted) or 0) + 1)


def checked(pattern: str, scope: str) -> str:
    """The format without blanks around it; refuses one that could give the same number twice."""
    pattern = pattern.strip()
    if scope not in SCOPES:
        raise _wrong("unknown_scope", "请选择何时重新计数。", "Choose when counting begins anew.")
    if not pattern or len(pattern) > LONGEST:
        raise _wrong(
            "format_length",
            f"编号格式要有 1 到 {LONGEST} 个字符。",
            f"A number format has 1 to {LONGEST} characters.",
        )
    try:
        pieces = [(name, spec, turned) for _, name, spec, turned in Formatter().parse(pattern) if name is not None]
    except ValueError:
        pieces = [("", "", None)]
    for name, spec, turned in pieces:
        # Only `{seq:06}` may carry more than a name: nothing else of Python's formatting reaches people.
        plain = not turned and (not spec or (name == "seq" and spec.isascii() and spec.isdigit() and len(spec) == 2))
        if name not in _PIECES or not plain or (spec and not "01" <= spec <= "09"):
            raise _wrong(
                "format_piece",
                "花括号里只能写 {outlet} {year} {month} {day} {seq:06}；06 是流水号的位数（01–09）。",
                "Between braces only {outlet} {year} {month} {day} {seq:06}; 06 is the number of digits (01–09).",
            )
    names = {name for name, _, _ in pieces}
    missing = sorted({*SCOPES[scope][1], "seq"} - names)
    if missing:
        shown = " ".join(f"{{{name}}}" for name in missing)
        raise _wrong(
            "format_repeats",
            f"这样会出现相同的编号：{SCOPES[scope][0].zh}重新计数时，格式里要有 {shown}。",
            f"Numbers would repeat: when counting begins anew {SCOPES[scope][0].en}, the format needs {shown}.",
        )
    return pattern


def set_format(
    tx: Transaction, declared: Mapping[str, NumberRule], *, actor: Actor, variable: str, pattern: str, scope: str
) -> NumberRule:
    """Write a number otherwise from now on; numbers that were given stay. Equal to the declaration: as declared again.

    `declared` is what the shipped declarations say of every number. Refuses a format that another number has.
    """
    if variable not in declared:
        sentence = Message(f"没有编号“{variable}”。", f"There is no number “{variable}”.")
        raise Refusal("unknown_number", sentence, status=404)
    rule = NumberRule(variable, checked(pattern, scope), scope)
    tx.begin_writing()
    in_force = {**{name: each.format for name, each in declared.items()}}
    own = own_formats(tx)
    in_force |= {name: each.format for name, each in own.items()}
    before = in_force[variable]
    if any(name != variable and other == rule.format for name, other in in_force.items()):
        raise _wrong("format_taken", "另一种编号已用这个格式。", "Another number is written this way already.")
    tx.execute(delete(number_format).where(number_format.c.variable == variable))
    if (declared[variable].format, declared[variable].scope) != (rule.format, rule.scope):
        tx.execute(insert(number_format).values(variable=variable, format=rule.format, scope=rule.scope))
    data = {"variable": variable, "before": before, "after": rule.format, "scope": scope}
    record(tx, actor=actor, kind="number_format_set", data=data)
    return rule


def _wrong(code: str, zh: str, en: str) -> Refusal:
    return Refusal(code, Message(zh, en), field="format", status=422)
