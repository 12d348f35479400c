"""`tell_customer`: the customer is told of a change in his case, and the case log says so (GR07)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.aftersales import telling
from app.connectors.headers import header, wrong_diagram
from app.engine import JobCall
from app.history import record
from app.identity.tables import user_account
from app.messages import Message
from app.runtime import Calling


@dataclass(frozen=True, slots=True)
class Topic:
    """What a message says; `{…}` are variables of the case, a sentence in `[…]` is left out while one is missing."""

    title: Message
    text: Message


TOPICS: dict[str, Topic] = {
    "repair_registered": Topic(
        Message("报修已登记：{case_no}", "Your repair is registered: {case_no}"),
        Message(
            "您好，您的报修已登记，服务单号 {case_no}。[约定上门时间 {planned_visit_at}。]",
            "Your repair is registered under the number {case_no}.[ The visit is agreed for {planned_visit_at}.]",
        ),
    ),
    "visit_delayed": Topic(
        Message("上门延期：{case_no}", "Your visit is delayed: {case_no}"),
        Message(
            "您好，服务单 {case_no} 因故不能按原定时间上门，[改约 {new_visit_date}，]给您带来不便，敬请谅解。",
            "The visit for {case_no} cannot be made as agreed.[ The new date is {new_visit_date}.] "
            "We apologise for the inconvenience.",
        ),
    ),
    "visit_moved": Topic(
        Message("上门改期：{case_no}", "Your visit is moved: {case_no}"),
        Message(
            "您好，服务单 {case_no} 的上门日期改为 {planned_date}。",
            "The visit for {case_no} is moved to {planned_date}.",
        ),
    ),
    "engineer_assigned": Topic(
        Message("已安排维修人员：{case_no}", "An engineer is assigned: {case_no}"),
        Message(
            "您好，服务单 {case_no} 已安排维修人员{engineer}。[计划上门日期 {planned_date}。]",
            "{engineer} will come for {case_no}.[ The visit is planned for {planned_date}.]",
        ),
    ),
    "engineer_changed": Topic(
        Message("维修人员变更：{case_no}", "Another engineer will come: {case_no}"),
        Message(
            "您好，服务单 {case_no} 原安排的维修人员不能前往，我们正在另行安排，安排好后再通知您。",
            "The engineer planned for {case_no} cannot come. We are assigning another one and will let you know.",
        ),
    ),
    "next_visit": Topic(
        Message("已约定下次上门：{case_no}", "The next visit is agreed: {case_no}"),
        Message(
            "您好，服务单 {case_no} 本次未能完工，约定下次上门时间 {next_visit_at}。",
            "The work for {case_no} is not finished yet; the next visit is agreed for {next_visit_at}.",
        ),
    ),
}
_OPTIONAL = re.compile(r"\[([^\]]*)\]")
_VARIABLE = re.compile(r"\{(\w+)\}")


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Header `tell` is the topic. Written down with the step; sent after it when he has an address and wants it."""
    topic = TOPICS.get(header(call, "tell"))
    if topic is None:
        zh, en = f"的 tell“{header(call, 'tell')}”不存在", f"tells of “{header(call, 'tell')}”, which is nothing"
        raise wrong_diagram(call, zh, en)
    variables = {**call.variables, "case_no": calling.case_no}
    if isinstance(login := variables.get("engineer"), str):
        variables["engineer"] = calling.tx.value(select(user_account.c.name).where(user_account.c.login == login))
    who = telling.customer_of_case(calling.tx, variables.get("customer_name"), variables.get("contact_phone"))
    title, words = filled(topic.title, variables), filled(topic.text, variables)
    message_id, state = telling.tell(
        calling.tx, case_no=calling.case_no, who=who, topic=header(call, "tell"), title=title, words=words
    )
    data = {
        "topic": header(call, "tell"),
        "message": message_id,
        "state": state,
        "zh": f"{title.zh}（{telling.STATES[state].zh}）",
        "en": f"{title.en} ({telling.STATES[state].en})",
    }
    record(calling.tx, actor=calling.actor, kind="customer_told", case_no=calling.case_no, data=data)
    return {}


def filled(text: Message, variables: dict[str, Any]) -> Message:
    """The text with what the case knows."""
    return Message(_filled(text.zh, variables), _filled(text.en, variables))


def _filled(text: str, variables: dict[str, Any]) -> str:
    def optional(match: re.Match[str]) -> str:
        known = all(variables.get(name) not in (None, "") for name in _VARIABLE.findall(match[1]))
        return match[1] if known else ""

    return _VARIABLE.sub(lambda match: _shown(variables.get(match[1])), _OPTIONAL.sub(optional, text))


def _shown(value: Any) -> str:
    """Moments as on the clock on the wall."""
    text = "" if value is None else str(value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return (moment if moment.tzinfo is None else moment.astimezone(clock.ZONE)).strftime("%Y-%m-%d %H:%M")
