"""Changes that belong to no case, in words: one sentence per kind of event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.clock import ZONE
from app.db import Transaction
from app.definitions.tables import process_definition
from app.identity.tables import org_unit, user_account
from app.messages import Message
from app.web.access import house
from app.web.words import moment


@dataclass(slots=True)
class Names:
    """What ids are called; looked up once per page."""

    people: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    processes: dict[str, str] = field(default_factory=dict)

    def person(self, login: Any) -> str:
        """The name with the login behind it, because names repeat."""
        name = self.people.get(str(login))
        return f"{name}（{login}）" if name else str(login)

    def unit(self, code: Any) -> str:
        """The name of a unit."""
        return self.units.get(str(code), str(code or "—"))

    def role(self, key: Any, lang: str) -> str:
        """The name of a role."""
        entry = house().roles.get(str(key))
        return str(entry[lang]) if entry else str(key)


Teller = Callable[[dict[str, Any], Names], Message]


def _deployed(data: dict[str, Any], names: Names) -> Message:
    new = data.get("new") or {}
    if not new:
        return Message("部署：没有变化", "deployed: nothing changed")
    shown = [f"{names.processes.get(key, key)} 第 {version} 版" for key, version in list(new.items())[:4]]
    english = [f"{names.processes.get(key, key)} version {version}" for key, version in list(new.items())[:4]]
    if len(new) > 4:
        shown.append(f"等 {len(new)} 个流程")
        english.append(f"{len(new)} processes in all")
    return Message("部署：" + "、".join(shown), "deployed: " + ", ".join(english))


def _user_changed(data: dict[str, Any], names: Names) -> Message:
    labels = {
        "name": Message("姓名", "name"),
        "phone": Message("电话", "phone"),
        "email": Message("邮箱", "mail"),
        "language": Message("语言", "language"),
    }
    changed = [label for key, label in labels.items() if key in data]
    who = names.person(data["login"])
    return Message(
        f"修改用户 {who}：" + "、".join(label.zh for label in changed),
        f"changed user {who}: " + ", ".join(label.en for label in changed),
    )


def _deputy_added(data: dict[str, Any], names: Names) -> Message:
    away, stand_in = names.person(data["login"]), names.person(data["deputy"])
    start, end = str(data["from"])[:16].replace("T", " "), str(data["until"])[:16].replace("T", " ")
    return Message(
        f"设置代理：{stand_in} 代理 {away}，{start} 至 {end}（UTC）",
        f"deputy: {stand_in} stands in for {away}, {start} to {end} (UTC)",
    )


def _skills(data: dict[str, Any], names: Names) -> Message:
    who = names.person(data["login"])
    return Message(f"设置技能：{who}", f"skills of {who}")


def _parameter(data: dict[str, Any], _: Names) -> Message:
    day = str(data.get("valid_from") or "")[:10]
    return Message(
        (f"服务承诺“{data['of_zh']}”的" if data.get("of_zh") else "")
        + f"参数“{data['label_zh']}”：{data['before_zh']} → {data['after_zh']}"
        + (f"（{day} 起）" if day else ""),
        (f"promise “{data['of_en']}”, " if data.get("of_en") else "")
        + f"parameter “{data['label_en']}”: {data['before_en']} → {data['after_en']}"
        + (f" (from {day})" if day else ""),
    )


def _day(data: dict[str, Any], names: Names) -> Message:
    kinds = {
        "holiday": Message("休息", "day off"),
        "workday": Message("上班", "workday"),
        "regular": Message("按星期", "as its weekday"),
        "inherited": Message("恢复默认", "as before"),
    }
    kind = kinds[data["kind"]]
    unit = "全公司" if data["unit"] == "*" else names.unit(data["unit"])
    unit_en = "everywhere" if data["unit"] == "*" else names.unit(data["unit"])
    return Message(f"日历：{unit} {data['day']} {kind.zh}", f"calendar: {unit_en} {data['day']} {kind.en}")


def _hours(data: dict[str, Any], names: Names) -> Message:
    unit = names.unit(data["unit"])
    return Message(f"日历：{unit} 的工作时间", f"calendar: working hours of {unit}")


def _units(zh: str, en: str) -> Teller:
    return lambda data, names: Message(zh.format(**data), en.format(**data))


def _user(zh: str, en: str) -> Teller:
    return lambda data, names: Message(f"{zh} {names.person(data['login'])}", f"{en} {names.person(data['login'])}")


def _role(zh: str, en: str) -> Teller:
    return lambda data, names: Message(
        f"{zh}：{names.person(data['login'])}，{names.role(data['role'], 'zh')}（{names.unit(data['unit'])}）",
        f"{en}: {names.person(data['login'])}, {names.role(data['role'], 'en')} ({names.unit(data['unit'])})",
    )


def _plain(zh: str, en: str) -> Teller:
    return lambda data, names: Message(zh, en)


def _when(moment_text: Any, never: str) -> str:
    return str(moment_text)[:16].replace("T", " ") if moment_text else never


SETUP_STEPS = {
    "company": Message("公司概况已完成", "the company is done"),
    "people": Message("网点和人员已完成", "outlets and staff are done"),
    "calendar": Message("日历已完成", "the calendar is done"),
    "numbers": Message("编号格式已完成", "number formats are done"),
    "opening": Message("期初库存和客户已完成", "opening stock and customers are done"),
    "procedures": Message("启用的流程已完成", "procedures in use are done"),
    "finished": Message("已结束", "ended"),
}
TELLERS: dict[str, tuple[str, Teller]] = {
    "logged_in": ("session", _plain("登录", "logged in")),
    "unit_added": ("people", _units("添加单位：{name}（{code}）", "added unit {name} ({code})")),
    "unit_changed": ("people", _units("单位改名：{before} → {name}", "renamed unit {before} to {name}")),
    "unit_closed": ("people", _units("停用单位：{name}（{code}）", "closed unit {name} ({code})")),
    "unit_reopened": ("people", _units("恢复单位：{name}（{code}）", "reopened unit {name} ({code})")),
    "user_added": ("people", _user("添加用户", "added user")),
    "user_changed": ("people", _user_changed),
    "user_moved": (
        "people",
        lambda data, names: Message(
            f"{names.person(data['login'])} 调到 {data['unit']}",
            f"{names.person(data['login'])} moved to {data['unit']}",
        ),
    ),
    "user_deactivated": ("people", _user("停用用户", "deactivated user")),
    "user_reactivated": ("people", _user("恢复用户", "reactivated user")),
    "password_set": ("people", _user("设置密码", "set the password of")),
    "role_assigned": ("people", _role("授予角色", "gave role")),
    "role_removed": ("people", _role("取消角色", "took role")),
    "skills_set": ("people", _skills),
    "skill_added": ("people", _units("添加技能：{name}（{code}）", "added skill {name} ({code})")),
    "skill_renamed": ("people", _units("技能改名：{before} → {name}", "renamed skill {before} to {name}")),
    "skill_removed": ("people", _units("删去技能：{name}（{code}）", "removed skill {name} ({code})")),
    "deputy_added": ("people", _deputy_added),
    "deputy_ended": ("people", _plain("结束代理", "ended a deputyship")),
    "staff_imported": (
        "people",
        _units(
            "导入人员名单：新增 {added} 人，更改 {changed} 人",
            "imported the staff list: {added} new, {changed} changed",
        ),
    ),
    "customers_imported": (
        "people",
        _units(
            "导入客户档案：新增 {customers_new} 户、{units_new} 台，更改 {customers_changed} 户、{units_changed} 台",
            "imported customers: {customers_new} new with {units_new} new units, "
            "{customers_changed} and {units_changed} changed",
        ),
    ),
    "customer_changed": ("people", _units("修改客户 {number}：{zh}", "corrected the customer {number}: {en}")),
    "product_changed": ("people", _units("修改产品 {number}：{zh}", "corrected the product {number}: {en}")),
    "archive_change_undone": ("people", _units("撤销修改 {number}：{zh}", "undid a correction of {number}: {en}")),
    "part_added": ("people", _units("添加备件：{name}（{part_no}）", "added the part {name} ({part_no})")),
    "customers_merged": ("people", _units("合并客户：{merged} 并入 {kept}", "merged {merged} into {kept}")),
    "merge_undone": ("people", _units("撤销合并：{merged}", "undid the merge of {merged}")),
    "personal_data_exported": (
        "people",
        _units("导出个人信息：{customer_no}", "handed out the personal data of {customer_no}"),
    ),
    "personal_data_erased": (
        "people",
        _units(
            "删除个人信息：{customer_no}，{cases} 张服务单；{reason}",
            "erased the personal data of {customer_no} in {cases} cases; {reason}",
        ),
    ),
    "stock_place_added": ("parts", _units("添加库位：{name}（{code}）", "added the place {name} ({code})")),
    "notice_failed": (
        "people",
        _units("发给{person}的 {number} 条提醒没有送达", "{number} messages to {person} did not arrive"),
    ),
    "notices_retried": ("people", _units("重新发送 {number} 条提醒", "sent {number} messages once more")),
    "parameter_set": ("parameters", _parameter),
    "calendar_day_set": ("calendar", _day),
    "calendar_set": ("calendar", _hours),
    "calendar_year_imported": (
        "calendar",
        _units("日历：导入 {year} 年法定节假日", "calendar: imported the official days of {year}"),
    ),
    "deployed": ("procedures", _deployed),
    "version_put_live": (
        "procedures",
        _units(
            "流程“{name}”：第 {before} 版 → 第 {version} 版",
            "procedure “{name}”: version {before} → {version} live again",
        ),
    ),
    "start_scheduled": (
        "procedures",
        lambda data, names: Message(
            f"定时发起：{data['name']}（{names.unit(data['unit'])}）下次 {_when(data['due'], '不再发起')}",
            f"starts by itself: {data['name']} ({names.unit(data['unit'])}), next {_when(data['due'], 'never')}",
        ),
    ),
    "start_stopped": ("procedures", _units("定时发起已停：{name}", "starts by itself no more: {name}")),
    "start_failed": (
        "procedures",
        lambda data, names: Message(f"{data['name']}：{data['reason_zh']}", f"{data['name']}: {data['reason_en']}"),
    ),
    "start_retried": ("procedures", _plain("重新定时发起", "tried a timed start again")),
    "draft_discarded": ("procedures", _units("放弃草稿：{name}", "threw away the draft of {name}")),
    "draft_restored": ("procedures", _units("恢复草稿：{name}", "fetched back the draft of {name}")),
    "procedure_switched_off": ("procedures", _units("停用流程：{name}", "switched off the procedure {name}")),
    "procedure_switched_on": ("procedures", _units("启用流程：{name}", "switched on the procedure {name}")),
    "number_format_set": (
        "parameters",
        _units("编号格式 {variable}：{before} → {after}", "number format {variable}: {before} → {after}"),
    ),
    "setup_step_done": (
        "other",
        lambda data, names: Message(
            f"首次设置：{SETUP_STEPS[data['step']].zh}", f"set-up: {SETUP_STEPS[data['step']].en}"
        ),
    ),
    "trial_walked": (
        "other",
        lambda data, names: Message(
            "测试服务单：通过" if data["passed"] else "测试服务单：没有通过",
            "test case: went well" if data["passed"] else "test case: did not go well",
        ),
    ),
    "register_exported": ("registers", _units("导出台账：{name}（{format}）", "exported {register} ({format})")),
    "register_retired": (
        "registers",
        _units(
            "台账“{name}”：{rows} 条已满 {years} 年，到期销毁（{before} 以前）",
            "register {register}: {rows} rows were kept {years} years and are destroyed (before {before})",
        ),
    ),
    "register_rebuilt": (
        "registers",
        _units("台账“{name}”按流程记录重建：{rows} 条", "register {register} made again from history: {rows} rows"),
    ),
    "draft_rebased": (
        "procedures",
        _units("草稿改为替换第 {version} 版：{name}", "the draft of {name} now replaces version {version}"),
    ),
}

GROUPS = {
    "people": Message("人员与单位", "People and units"),
    "parts": Message("备件", "Parts"),
    "parameters": Message("参数", "Parameters"),
    "calendar": Message("日历", "Calendar"),
    "procedures": Message("流程", "Procedures"),
    "registers": Message("台账", "Registers"),
    "session": Message("登录", "Logins"),
    "other": Message("其他", "Other"),
}


def kinds_of(group: str) -> list[str]:
    """The kinds of events of a group."""
    return [kind for kind, (own, _) in TELLERS.items() if own == group]


def told(tx: Transaction, events: Sequence[Any], lang: str) -> list[dict[str, Any]]:
    """Events as lines: when, who, what, why, and about whom."""
    names = _names(tx)
    lines = []
    for event in events:
        data = event.data or {}
        group, teller = TELLERS.get(event.kind, ("other", None))
        try:
            sentence = teller(data, names) if teller is not None else _other()
        except (KeyError, TypeError, ValueError):
            # An old event without what today's sentence needs.
            sentence = _other()
        lines.append(
            {
                "id": event.id,
                "at": event.at.astimezone(ZONE).isoformat(timespec="seconds"),
                "at_text": moment(event.at, lang),
                "who": event.actor_name,
                "what": sentence.text(lang),
                "note": str(data.get("reason") or ""),
                "group": GROUPS[group].text(lang),
            }
        )
    return lines


def _other() -> Message:
    return Message("其他变更", "another change")


def _names(tx: Transaction) -> Names:
    return Names(
        people={row.login: row.name for row in tx.rows(select(user_account.c.login, user_account.c.name))},
        units={row.code: row.name for row in tx.rows(select(org_unit.c.code, org_unit.c.name))},
        processes={row.key: row.name for row in tx.rows(select(process_definition.c.key, process_definition.c.name))},
    )
