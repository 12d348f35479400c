"""The test case: P01 through the real commands on the real database, in one transaction that is taken back at its end.

Nothing is removed afterwards because nothing was ever written for good: the numbers it took are free again, no history
speaks of it, and nobody else has seen it. What it showed is kept as one line of history.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import render_template
from sqlalchemy import func, select

from app.db import Transaction
from app.history import record
from app.house import House
from app.identity import Actor, People, load_actor_by_login
from app.messages import Message, Refusal
from app.registers.tables import register_row
from app.runtime import complete_task, start_case
from app.runtime.queries.inbox import Filters, inbox
from app.runtime.tables import service_case, user_task
from app.web.access import actor, house
from app.web.admin import only_admin
from app.web.admin.answers import role_name
from app.web.setup import pages, steps

PROCESS = "contact_intake"
# Written into the case in the language of the company, whoever looks at it.
MARK = Message("【测试】", "[test]").zh
CONTACT = {
    "channel": "phone",
    "content": MARK + Message("首次设置的测试服务单", "the test case of the set-up").zh,
    "facts_clear": False,
    "contact_phone": "000-0000-0000",
    "customer_name": MARK + Message("客户", "customer").zh,
}


@dataclass(slots=True)
class Trial:
    """What was seen, in its order: whether it went well, and a sentence."""

    lines: list[tuple[bool, Message]] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether everything went well."""
        return all(well for well, _ in self.lines)

    def saw(self, well: object, zh: str, en: str) -> None:
        """Note what was seen."""
        self.lines.append((bool(well), Message(zh, en)))


class _TakenBack(Exception):
    """Ends the transaction of the test case."""


@pages.post("/trial")
@only_admin
def trial() -> Any:
    """Walk it, take it back, show what happened."""
    found = walk(house())
    with house().db.transaction() as tx:
        data = {"passed": found.passed, "seen": len(found.lines)}
        record(tx, actor=actor(), kind="trial_walked", data=data)
    with house().db.reading() as tx:
        return render_template("setup/trial.html", trial=found, steps=steps(tx)), 200 if found.passed else 422


def walk(home: House) -> Trial:
    """The test case and its end. Refusals of the commands become lines; marked rows are counted before and after."""
    found = Trial()
    before = _left(home)
    try:
        with home.db.transaction() as tx:
            tx.begin_writing()
            try:
                _play(tx, home, found)
            except Refusal as refusal:
                said = [refusal.message, *(error.message for error in refusal.errors or ())]
                found.saw(
                    False,
                    "被拒绝：" + "；".join(each.zh for each in said),
                    "refused: " + "; ".join(each.en for each in said),
                )
            raise _TakenBack
    except _TakenBack:
        pass
    found.saw(
        _left(home) == before,
        "已全部撤回：测试的服务单、任务和台账行都不在了，用过的编号留给下一张服务单。",
        "All of it is taken back: no case, task or row is left, and its numbers go to the next case.",
    )
    return found


def _play(tx: Transaction, home: House, found: Trial) -> None:
    version = home.world.definitions.startable(tx, PROCESS)
    start = version.process.elements[version.process.none_start or ""]
    role = start.lane or ""
    holders = People.holders(tx, role)
    someone = load_actor_by_login(tx, holders[0].login) if holders else None
    if someone is None:
        found.saw(
            False,
            f"没有人担任“{role_name(role)}”，来电无人登记；请在“网点和人员”中安排。",
            f"Nobody is “{role_name(role)}” to take a call; see “Outlets and staff”.",
        )
        return
    found.saw(
        True,
        f"{someone.name}（{role_name(role)}）可以发起“{version.name}”。",
        f"{someone.name} ({role_name(role)}) may start “{version.name}”.",
    )
    began = start_case(tx, home.world, actor=someone, process_key=PROCESS, unit_code=holders[0].code, claim=True)
    found.saw(True, f"服务单号：{began.case_no}。", f"The case number: {began.case_no}.")
    mine = _inbox(tx, someone, began.case_no)
    found.saw(mine, f"待办里出现任务：{_names(mine)}。", f"The task list shows: {_names(mine)}.")
    if not began.opened:
        return
    complete_task(tx, home.world, actor=someone, task_id=began.opened[0].id, values=CONTACT)
    rows = tx.rows(select(register_row).where(register_row.c.case_no == began.case_no))
    for row in rows:
        register = home.registers.registers.get(row.register)
        name = register.name if register is not None else Message(row.register, row.register)
        found.saw(
            True,
            f"“{name.zh}”有了一行，编号 {row.row_key}。",
            f"“{name.en}” has a row with the number {row.row_key}.",
        )
    found.saw(rows, f"台账共写入 {len(rows)} 行。", f"{len(rows)} rows in registers.")
    waiting = select(user_task.c.name, user_task.c.role).where(
        user_task.c.case_no == began.case_no, user_task.c.state == "open"
    )
    following = tx.rows(waiting)
    told = "、".join(f"{row.name}（{role_name(row.role)}）" for row in following)
    found.saw(following, f"提交后下一步是：{told}。", f"Next after the submission: {told}.")


def _inbox(tx: Transaction, someone: Actor, case_no: str) -> list[Any]:
    return list(inbox(tx, someone, "mine", Filters(text=case_no)).rows)


def _names(rows: list[Any]) -> str:
    return "、".join(str(row.name) for row in rows) or "—"


def _left(home: House) -> int:
    """How many cases and tasks carry the mark: other people work meanwhile, so theirs are not counted."""
    marked = CONTACT["customer_name"]
    with home.db.reading() as tx:
        return sum(
            int(tx.value(select(func.count()).select_from(table).where(table.c.customer_name == marked)) or 0)
            for table in (service_case, user_task)
        )
