"""History in words: one sentence per event that a person cares about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Row, select

from app import calendar
from app.clock import ZONE
from app.db import Transaction
from app.definitions.tables import process_definition
from app.runtime.attempts import RULES
from app.web.access import t
from app.web.case.changes import changes_of
from app.web.words import moment, outsider

_Teller = Callable[[Any, dict[str, str]], tuple[str, str, str]]  # (event, names) → (zh, en, note)

_OUTCOMES = {"approved": ("同意", "approved"), "returned": ("退回修改", "returned"), "rejected": ("不同意", "rejected")}


def _completed(event: Any, _: dict[str, str]) -> tuple[str, str, str]:
    decision = (event.data.get("values") or {}).get("decision")
    zh, en = _OUTCOMES.get(str(decision), ("", ""))
    note = str((event.data.get("values") or {}).get("decision_comment") or "")
    whom = event.data.get("behalf_of")
    behalf = (f"（代{outsider(whom)}填写）", f" (for the {outsider(whom, 'en')})") if whom else ("", "")
    if event.data.get("guest"):
        behalf = ("（经链接填写）", " (by a guest link)")
    away = event.data.get("for")
    stood_in = (f"（代{away}）", f" (standing in for {away})") if away else ("", "")
    return (
        f"{event.element_name}{'：' + zh if zh else ''}{behalf[0]}{stood_in[0]}",
        f"{event.element_name}{': ' + en if en else ''}{behalf[1]}{stood_in[1]}",
        note,
    )


def _plain(zh: str, en: str) -> _Teller:
    return lambda event, _: (
        zh.format(element=event.element_name or "", **(event.data or {})),
        en.format(element=event.element_name or "", **(event.data or {})),
        "",
    )


def _handed(event: Any, names: dict[str, str]) -> tuple[str, str, str]:
    receivers = "、".join(names.get(key, key) for key in event.data["receivers"])
    return f"移交：{receivers}", f"handed over: {receivers}", ""


def _reassigned(event: Any, _: dict[str, str]) -> tuple[str, str, str]:
    giver, taker = event.data.get("from") or "—", event.data.get("to")
    pool = ("任务池", "the queue")
    return (
        f"{event.element_name}：由 {giver} 改派给 {taker or pool[0]}",
        f"{event.element_name}: from {giver} to {taker or pool[1]}",
        str(event.data.get("reason") or ""),
    )


def _asked(zh: str, en: str, note: str = "note") -> _Teller:
    plain = _plain(zh, en)
    return lambda event, names: (*plain(event, names)[:2], str((event.data or {}).get(note) or ""))


def _answered(event: Any, _: dict[str, str]) -> tuple[str, str, str]:
    outcomes = {
        "agreed": ("同意", "agrees"),
        "disagreed": ("不同意", "does not agree"),
        "answered": ("答复", "answers"),
    }
    zh, en = outcomes[event.data["outcome"]]
    return f"{event.element_name}：{zh}", f"{event.element_name}: {en}", str(event.data.get("answer") or "")


def _signed(event: Any, _: dict[str, str]) -> tuple[str, str, str]:
    zh, en = _OUTCOMES.get(event.data["decision"], ("", ""))
    following = event.data.get("next")
    comment = str((event.data.get("values") or {}).get("decision_comment") or "")
    return (
        f"{event.element_name}：签批{zh}" + (f"，转{following}" if following else ""),
        f"{event.element_name}: signed, {en}" + (f", then {following}" if following else ""),
        comment,
    )


def _clock(zh: str, en: str) -> _Teller:
    return lambda event, _: (zh, en, str(event.data.get("zh") or ""))


_TELLERS: dict[str, _Teller] = {
    "instance_started": _plain("开始：{name}（第 {version} 版）", "started: {name} (version {version})"),
    "task_completed": _completed,
    "attempt_refused": lambda event, _: (
        f"被拒绝：{RULES[event.data['rule']].zh}（{'、'.join(event.data['zh'])}）",
        f"refused: {RULES[event.data['rule']].en} ({', '.join(event.data['en'])})",
        str(event.element_name or ""),
    ),
    "attempt_acknowledged": _plain("领导已知悉被拒绝的操作", "the leader took note of what was refused"),
    "task_claimed": _plain("领取：{element}", "claimed: {element}"),
    "task_released": _plain("退回任务池：{element}", "released: {element}"),
    "task_reassigned": _reassigned,
    "task_withdrawn": _plain("撤回：{element}", "taken back: {element}"),
    "task_transferred": _asked("转办给{to}：{element}", "transferred to {to}: {element}", "reason"),
    "task_delegated": _asked("委派给{to}：{element}", "delegated to {to}: {element}"),
    "task_returned_to_owner": _asked("交回委派：{element}", "given back: {element}"),
    "task_recalled": _asked("收回委派：{element}", "taken back from the delegate: {element}"),
    "signers_added": _asked("加签{people}：{element}", "signers {people} added: {element}"),
    "signer_removed": _asked("减签{person}：{element}", "signer {person} taken out: {element}"),
    "people_consulted": _asked("沟通{people}：{element}", "{people} consulted: {element}"),
    "part_answered": _answered,
    "task_signed": _signed,
    "task_copied": _asked("抄送{people}：{element}", "copied to {people}: {element}"),
    "guest_link_made": _asked(
        "给{guest}的来宾链接，{hours} 小时有效：{element}", "guest link for {guest}, valid {hours} hours: {element}"
    ),
    "guest_link_revoked": _asked("收回给{guest}的来宾链接：{element}", "guest link of {guest} revoked: {element}"),
    "task_urged": _asked("催办：{element}", "urged: {element}"),
    "task_sent_back": _asked("退回到“{to}”：{element}", "sent back to “{to}”: {element}", "reason"),
    "handed_over": _handed,
    "message_received": _plain("收到消息", "message received"),
    "started_by_timer": _plain("定时发起：{element}", "started by its timer: {element}"),
    "timer_fired": _plain("到时：{element}", "timer: {element}"),
    "clock_warned": _clock("时限已用 80 %", "80 % of the time is used"),
    "clock_breached": _clock("超过时限", "deadline missed"),
    "clock_escalated": _clock("超过时限一倍，已上报", "twice the time: escalated"),
    "clock_paused": lambda event, _: (
        f"暂停{calendar.KINDS[event.data['clock']].zh}：{event.data['reason_zh']}",
        f"{calendar.KINDS[event.data['clock']].en} paused {event.data['reason_en']}",
        str(event.data.get("note") or ""),
    ),
    "clock_resumed": lambda event, _: (
        f"恢复{calendar.KINDS[event.data['clock']].zh}",
        f"{calendar.KINDS[event.data['clock']].en} runs again",
        str(event.data.get("note") or ""),
    ),
    "incident_raised": lambda event, _: (
        f"异常：{event.element_name or ''}",
        f"incident: {event.element_name or ''}",
        str(event.data.get("reason_zh") or event.data.get("reason") or ""),
    ),
    "incident_resolved": _plain("异常已处理：{element}", "incident resolved: {element}"),
    "incident_retried": lambda event, _: ("重试", "retried", str(event.data.get("reason") or "")),
    "instance_cancelled": lambda event, _: ("终止", "cancelled", str(event.data.get("reason") or "")),
    "contact_linked": lambda event, _: (
        f"又一次来电 {event.data.get('contact_no') or ''}",
        f"another contact {event.data.get('contact_no') or ''}",
        str(event.data.get("content") or ""),
    ),
    "answer_archived": _plain("答复已存档：{archive_no}", "answer archived: {archive_no}"),
    "report_archived": _plain("服务报告已存档：{archive_no}", "report archived: {archive_no}"),
    "signature_voided": _plain("已签版本作废，需重新签字", "signed version voided; to be signed again"),
    "customer_told": _plain("告知客户：{zh}", "told the customer: {en}"),
    "customer_message_sent": _plain("已发邮件告知客户", "the customer was sent a mail"),
    "customer_message_failed": _asked(
        "告知客户的邮件没有送达，请用电话通知", "the mail to the customer failed", "reason"
    ),
    "notice": _plain("通知：{topic}", "notice: {topic}"),
    "clock_not_started": lambda event, _: (
        f"未设{calendar.KINDS[event.data['clock']].zh}",
        f"no deadline: {calendar.KINDS[event.data['clock']].en}",
        "",
    ),
    "paper_printed": _plain("打印：{paper}", "printed: {paper}"),
}
_BAD = {"clock_breached", "clock_escalated", "incident_raised"}


def told(tx: Transaction, events: list[Any], tasks: Mapping[int, Row[Any]], lang: str) -> list[dict[str, Any]]:
    """The timeline, newest first; movements of tokens are left to the diagram. `tasks` by id."""
    names = {row.key: row.name for row in tx.rows(select(process_definition.c.key, process_definition.c.name))}
    lines = []
    for event in events:
        teller = _TELLERS.get(event.kind)
        if teller is None:
            continue
        try:
            zh, en, note = teller(event, names)
        except (KeyError, TypeError):
            zh, en, note = event.kind, event.kind, ""
        note = t("；", "; ").join(filter(None, [note, *changes_of(tx, event, tasks, lang)]))
        lines.append(
            {
                "at": event.at.astimezone(ZONE).isoformat(timespec="seconds"),
                "at_text": moment(event.at, lang),
                "who": event.actor_name,
                "what": zh if lang.startswith("zh") else en,
                "note": note,
                "state": "bad" if event.kind in _BAD else "",
            }
        )
    return lines[::-1]


__all__ = ["told"]
