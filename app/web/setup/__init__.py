"""The first set-up of a company: six pages, each usable again at any time, and a test case at the end."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from app.db import Transaction
from app.identity.founding import FINISHED, STEPS, note_step, steps_done
from app.messages import Message, Refusal
from app.web.access import actor, house, t
from app.web.admin import only_admin, sections

pages = Blueprint("setup", __name__, url_prefix="/admin/setup")
pages.context_processor(sections)

TITLES: dict[str, tuple[Message, Message]] = {
    "company": (
        Message("公司概况", "The company"),
        Message("名称和对客户的服务承诺。", "Its name and what it promises its customers."),
    ),
    "people": (
        Message("网点和人员", "Outlets and staff"),
        Message("从 Excel 导入，先试导入。", "From Excel, with a dry run first."),
    ),
    "calendar": (
        Message("日历", "Calendar"),
        Message("法定节假日和工作时间；时限按它计算。", "Official holidays and working hours; deadlines follow them."),
    ),
    "numbers": (
        Message("编号格式", "Number formats"),
        Message("登记号、维修单号等怎样编。", "How record numbers are written."),
    ),
    "opening": (
        Message("期初库存和客户", "Opening stock and customers"),
        Message("从 Excel 导入，先试导入。", "From Excel, with a dry run first."),
    ),
    "procedures": (
        Message("启用的流程", "Procedures in use"),
        Message("本公司不用的流程可以停用。", "What the company does not use can be switched off."),
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the list of steps. `done` is the row of who ended it when, or None."""

    key: str
    number: int
    title: Message
    about: Message
    done: Any


def steps(tx: Transaction) -> list[Step]:
    """The six steps in their order."""
    done = steps_done(tx)
    return [Step(key, number, *TITLES[key], done.get(key)) for number, key in enumerate(STEPS, 1)]


def step_page(tx: Transaction, key: str, **values: Any) -> dict[str, Any]:
    """What the template of a step shows besides its own: which step it is and what comes after it."""
    place = STEPS.index(key)
    return {
        "steps": steps(tx),
        "step": key,
        "next_step": STEPS[place + 1] if place + 1 < len(STEPS) else None,
        **values,
    }


@pages.get("")
@only_admin
def overview() -> Any:
    """All steps with who ended them when; where it goes on."""
    with house().db.reading() as tx:
        mine = steps(tx)
        finished = steps_done(tx).get(FINISHED)
    following = next((step.key for step in mine if step.done is None), None)
    return render_template("setup/overview.html", steps=mine, following=following, finished=finished)


@pages.post("/steps/<step>/done")
@only_admin
def end_step(step: str) -> Any:
    """Write down that a step is done and go on to the next one."""
    if step not in STEPS:
        raise Refusal("unknown_step", Message("没有这一步。", "There is no such step."), status=404)
    with house().db.transaction() as tx:
        note_step(tx, actor=actor(), step=step)
    place = STEPS.index(step) + 1
    return redirect(url_for(f"setup.{STEPS[place]}") if place < len(STEPS) else url_for("setup.overview") + "#trial")


@pages.post("/finish")
@only_admin
def finish() -> Any:
    """The administrator is led here no more after the login; every page stays where it is."""
    with house().db.transaction() as tx:
        note_step(tx, actor=actor(), step=FINISHED)
    flash(t("首次设置已结束；以后可在“管理”中随时再改。", "The set-up is ended; everything can be changed here later."))
    return redirect("/")


for _module in ("company", "people", "days", "numbers", "opening", "procedures", "lists", "trial"):
    # Each registers its routes; they need `pages`, so they come last.
    importlib.import_module(f"app.web.setup.{_module}")
