"""The address of a register page holds its whole state: filters, sorting, page, view. The choice of columns is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request, url_for

from app import registers
from app.db import Transaction
from app.identity import Actor
from app.messages import Message, Refusal
from app.registers import Column, Register, View, Wanted

PREFIX = "f."  # of a column's filter in the address
ARGUMENTS = ("text", "time", "since", "until", "unit", "void", "sort")  # the rest of what a view keeps


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in words, and the address without it."""

    label: str
    words: str
    without: str


def wanted(register: Register) -> Wanted:
    """What the address asks for; refuses a date that is none."""
    arguments = request.args
    sort = arguments.get("sort", "")
    return Wanted(
        filters={
            name.removeprefix(PREFIX): typed
            for name, typed in arguments.items()
            if name.startswith(PREFIX) and typed.strip() and register.column(name.removeprefix(PREFIX)) is not None
        },
        text=arguments.get("text", "").strip(),
        time_column=arguments.get("time", ""),
        since=_day("since"),
        until=_day("until"),
        unit=arguments.get("unit", ""),
        void=arguments.get("void", "") if arguments.get("void") in {"only", "without"} else "",
        sort=sort.removeprefix("-"),
        descending=sort.startswith("-") or not sort,
    )


def _day(name: str) -> date | None:
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(
            "bad_date",
            Message(f"“{text}”不是日期，请写成 2026-03-02。", f"“{text}” is no date; write it like 2026-03-02."),
            field=name,
            status=422,
        ) from None


def page_number() -> int:
    """The page asked for, from 1."""
    text = request.args.get("page", "1")
    return max(1, min(int(text), 100_000)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def address(register: Register, endpoint: str = "registers.table", **changes: Any) -> str:
    """This page with some arguments changed; None takes one out. A change of rows leads back to the first page."""
    arguments: dict[str, Any] = {name: typed for name, typed in request.args.items() if typed.strip()}
    if "page" not in changes:
        arguments.pop("page", None)
    arguments.update(changes)
    return url_for(endpoint, code=register.code, **{k: v for k, v in arguments.items() if v is not None})


def without_filter(register: Register, column_id: str) -> str:
    """The address without the filter of a column."""
    nothing: dict[str, Any] = {PREFIX + column_id: None}
    return address(register, **nothing)


def sort_address(register: Register, column_id: str, *, first_descending: bool) -> str:
    """The address that sorts by a column; the other way round when it does already."""
    ascending, descending = column_id, f"-{column_id}"
    now = request.args.get("sort", "")
    if now == descending:
        return address(register, sort=ascending)
    if now == ascending:
        return address(register, sort=descending)
    return address(register, sort=descending if first_descending else ascending)


def view_asked() -> int | None:
    """The saved view that the address names."""
    text = request.args.get("view", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def view_address(register: Register, view: View) -> str:
    """Where a saved view leads."""
    return url_for("registers.table", code=register.code, view=view.id, **dict[str, Any](view.query))


def state() -> dict[str, str]:
    """What a form on this page sends along to come back to it."""
    kept = {name: typed for name, typed in request.args.items() if name in ARGUMENTS or name.startswith(PREFIX)}
    return {name: typed for name, typed in kept.items() if typed.strip()}


def chosen_columns(tx: Transaction, register: Register, actor: Actor) -> tuple[list[Column], list[View]]:
    """The columns shown: those of the view, else as chosen last, else all; and the person's views."""
    views, last = registers.views_of(tx, register, actor)
    view = next((view for view in views if view.id == view_asked()), None)
    chosen = view.columns if view is not None else last
    return [column for column in register.columns if column.id in chosen] or list(register.columns), views
