"""The list of registers, and one register as a table."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from app import registers
from app.clock import ZONE
from app.messages import Refusal
from app.registers import Column, Page, Register, Totals, Wanted
from app.registers.rows import PAGE
from app.web.access import actor, house, language, t
from app.web.registers import pages
from app.web.registers.address import (
    PREFIX,
    Chip,
    address,
    chosen_columns,
    page_number,
    sort_address,
    state,
    view_address,
    view_asked,
    wanted,
    without_filter,
)


@pages.get("")
def listing() -> Any:
    """The registers this person's roles may see."""
    with house().db.reading() as tx:
        found = registers.summaries(tx, house().registers, actor())
    text = request.args.get("text", "").strip()
    if text:
        found = [each for each in found if text.lower() in each.register.name.text(language()).lower()]
    return render_template("registers/listing.html", found=found, text=text)


@pages.get("/<code>")
def table(code: str) -> Any:
    """One register: the rows that fit, sorted, a page at a time."""
    register = registers.find_register(house().registers, actor(), code)
    number, error = page_number(), None
    asked, page, sums = Wanted(), Page([], False), Totals(0, 0, {})
    with house().db.reading() as tx:
        units = registers.units_of(tx, register, actor())
        columns, views = chosen_columns(tx, register, actor())
        years = registers.years_kept(register, house().library(tx, "/"))
        try:
            asked = wanted(register)
            page = registers.find_rows(tx, register, actor(), asked, zone=ZONE, offset=(number - 1) * PAGE)
            exact = "sums" in request.args
            sums = registers.totals(tx, register, actor(), asked, zone=ZONE, exact=exact)
        except Refusal as refusal:
            error = refusal
        reader = registers.reader_of(tx, register, page.rows, lang=language(), zone=ZONE)
    return (
        render_template(
            "registers/register.html",
            register=register,
            page=page,
            sums=sums,
            reader=reader,
            units=units,
            wanted=asked,
            error=error,
            columns=columns,
            heads=_heads(register, columns, asked, several_units=len(units) > 1),
            chips=_chips(register, asked, {unit.path: unit.name for unit in units}),
            first=(number - 1) * PAGE + 1,
            number=number,
            views=[(view, view_address(register, view)) for view in views],
            view=next((view for view in views if view.id == view_asked()), None),
            state=state(),
            years=years,
            address=address,
            prefix=PREFIX,
            void_words=registers.void_words,
        ),
        422 if error is not None else 200,
    )


def _heads(register: Register, columns: list[Column], asked: Wanted, *, several_units: bool) -> list[dict[str, Any]]:
    heads: list[dict[str, Any]] = [
        {
            "label": column.title.text(language()),
            "number": column.is_number,
            "sort_url": sort_address(register, column.id, first_descending=column.is_number or column.is_time),
            "sorted": ("descending" if asked.descending else "ascending") if asked.sort == column.id else None,
        }
        for column in columns
    ]
    heads.append({"label": t("服务单号", "Case")})
    if several_units:
        heads.append({"label": t("单位", "Unit")})
    heads.append(
        {
            "label": t("登记", "Entered"),
            "sort_url": address(register, sort=None if asked.sort or not asked.descending else "created"),
            "sorted": None if register.column(asked.sort) else "descending" if asked.descending else "ascending",
        }
    )
    return heads


def _chips(register: Register, asked: Wanted, units: dict[str, str]) -> list[Chip]:
    """The filters in words."""
    chips = []
    for column_id, typed in asked.filters.items():
        column = register.column(column_id)
        if column is not None:
            words = _filter_words(column, typed)
            chips.append(Chip(column.title.text(language()), words, without_filter(register, column_id)))
    if asked.text:
        chips.append(Chip(t("含有", "contains"), asked.text, address(register, text=None)))
    if asked.since or asked.until:
        column = register.column(asked.time_column)
        label = column.title.text(language()) if column is not None else t("登记时间", "Entered")
        words = f"{asked.since or ''} – {asked.until or ''}".strip()
        chips.append(Chip(label, words, address(register, since=None, until=None, time=None)))
    if asked.unit:
        chips.append(Chip(t("单位", "Unit"), units.get(asked.unit, ""), address(register, unit=None)))
    if asked.void:
        words = t("只看作废", "void only") if asked.void == "only" else t("不含作废", "without void")
        chips.append(Chip(t("作废", "Void"), words, address(register, void=None)))
    return chips


def _filter_words(column: Column, typed: str) -> str:
    if typed.strip() in registers.EMPTY:
        return t("（空）", "(empty)")
    if column.type == "enum" and typed in column.options:
        return column.options[typed].text(language())
    if column.type == "bool":
        return t("是", "Yes") if typed == "true" else t("否", "No")
    return typed
