"""What is different between two versions of a process, in words: elements, flows, lanes, pinned forms and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from app.definitions.store import Version
from app.engine import Element, Flow, Process
from app.messages import Message

Kind = Literal["added", "removed", "changed"]
Pins = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Detail:
    """One property: what it was and what it is; an empty text says that there was, or is, none."""

    what: Message
    before: Message
    after: Message


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is new, gone or different; `id` is the element's or flow's where the diagram shows it."""

    kind: Kind
    id: str
    title: Message
    type: Message
    details: tuple[Detail, ...] = ()


def changes_between(old: Version, new: Version, old_pins: Pins, new_pins: Pins) -> list[Change]:
    """Every difference that matters to how the process runs or reads; a shape that only moved is none.

    `*_pins`: {"forms": {id: resource}, "decisions": {id: resource}} of each version.
    """
    return [
        *_process(old.process, new.process),
        *_compared(_lanes(old.process), _lanes(new.process), LANE),
        *_compared(_elements(old.process), _elements(new.process)),
        *_compared(_flows(old.process), _flows(new.process), FLOW),
        *_pinned(old, new, old_pins, new_pins),
    ]


def _said(text: str) -> Message:
    return Message(text, text)


NOTHING = _said("")
LANE = Message("泳道", "lane")
FLOW = Message("连线", "flow")
PROCESS = Message("流程", "process")
FORM = Message("表单", "form")
TABLE = Message("决策表", "decision table")

TYPES = {
    "startEvent": Message("开始事件", "start event"),
    "endEvent": Message("结束事件", "end event"),
    "intermediateCatchEvent": Message("中间捕获事件", "intermediate catch event"),
    "intermediateThrowEvent": Message("中间抛出事件", "intermediate throw event"),
    "boundaryEvent": Message("边界事件", "boundary event"),
    "userTask": Message("用户任务", "user task"),
    "serviceTask": Message("服务任务", "service task"),
    "scriptTask": Message("脚本任务", "script task"),
    "businessRuleTask": Message("业务规则任务", "business rule task"),
    "sendTask": Message("发送任务", "send task"),
    "receiveTask": Message("接收任务", "receive task"),
    "manualTask": Message("人工任务", "manual task"),
    "task": Message("任务", "task"),
    "callActivity": Message("调用活动", "call activity"),
    "subProcess": Message("子流程", "subprocess"),
    "adHocSubProcess": Message("特设子流程", "ad-hoc subprocess"),
    "transaction": Message("事务", "transaction"),
    "exclusiveGateway": Message("排他网关", "exclusive gateway"),
    "inclusiveGateway": Message("包容网关", "inclusive gateway"),
    "parallelGateway": Message("并行网关", "parallel gateway"),
    "eventBasedGateway": Message("事件网关", "event-based gateway"),
    "complexGateway": Message("复杂网关", "complex gateway"),
}

# Attributes of an element, of its timer and of its loop, as they are called on the screen.
LABELS = {
    "type": Message("类型", "type"),
    "name": Message("名称", "name"),
    "documentation": Message("说明", "documentation"),
    "lane": Message("泳道", "lane"),
    "parent": Message("所在子流程", "inside the subprocess"),
    "default_flow": Message("默认连线", "default flow"),
    "attached_to": Message("附着于", "attached to"),
    "cancel_activity": Message("中断所附活动", "interrupts its activity"),
    "event": Message("事件类型", "kind of event"),
    "assignee": Message("办理人", "assignee"),
    "candidate_groups": Message("候选角色", "candidate groups"),
    "candidate_users": Message("候选人", "candidate users"),
    "form_id": Message("表单", "form"),
    "due_date": Message("期限", "due date"),
    "follow_up_date": Message("跟进时间", "follow-up date"),
    "priority": Message("优先级", "priority"),
    "job_type": Message("作业类型", "job type"),
    "retries": Message("重试次数", "retries"),
    "headers": Message("作业参数", "header"),
    "inputs": Message("输入", "input"),
    "outputs": Message("输出", "output"),
    "properties": Message("扩展属性", "property"),
    "listeners": Message("监听器", "listeners"),
    "called_process": Message("调用的流程", "called process"),
    "propagate_all_parent": Message("传入全部变量", "passes all variables in"),
    "propagate_all_child": Message("传回全部变量", "passes all variables back"),
    "called_decision": Message("调用的决策表", "called decision"),
    "result_variable": Message("结果变量", "result variable"),
    "script": Message("脚本", "script"),
    "message_name": Message("消息", "message"),
    "correlation_key": Message("关联键", "correlation key"),
    "timer": Message("定时器", "timer"),
    "error_code": Message("错误代码", "error code"),
    "escalation_code": Message("升级代码", "escalation code"),
    "link_name": Message("链接", "link"),
    "condition": Message("条件", "condition"),
    "multi_instance": Message("多实例", "multi-instance"),
    "standard_loop": Message("循环", "loop"),
    "source": Message("从", "from"),
    "target": Message("到", "to"),
    "version_tag": Message("版本标签", "version tag"),
}
OTHER = Message("其他设置", "another setting")
_YES_NO = {True: Message("是", "yes"), False: Message("否", "no")}
# Where a line stands in the file, and what is compared as a thing of its own: flows and lanes.
_LEFT_OUT = {"id", "line", "incoming", "outgoing", "lane_name"}
_BY_NAME = {"headers", "properties"}


@dataclass(frozen=True, slots=True)
class _Fact:
    """A value to compare, and how it is shown: another element's new title is no change of what leads to it."""

    value: str
    shown: Message


Facts = dict[tuple[str, str], _Fact]
ABSENT = _Fact("", NOTHING)


@dataclass(frozen=True, slots=True)
class _Thing:
    """Something to compare: its title, its kind and what is known of it, by attribute and name."""

    title: str
    type: Message
    facts: Facts


def _compared(before: dict[str, _Thing], after: dict[str, _Thing], kind: Message | None = None) -> Iterator[Change]:
    for key, thing in after.items():
        if key not in before:
            yield Change("added", key, _said(thing.title), kind or thing.type)
        elif details := tuple(_differences(before[key].facts, thing.facts)):
            yield Change("changed", key, _said(thing.title), kind or thing.type, details)
    for key, thing in before.items():
        if key not in after:
            yield Change("removed", key, _said(thing.title), kind or thing.type)


def _differences(before: Facts, after: Facts) -> Iterator[Detail]:
    for attribute, name in dict.fromkeys([*before, *after]):
        was, is_now = before.get((attribute, name), ABSENT), after.get((attribute, name), ABSENT)
        if was.value != is_now.value:
            label = LABELS.get(attribute, OTHER)
            yield Detail(
                Message(f"{label.zh} {name}", f"{label.en} {name}") if name else label, was.shown, is_now.shown
            )


def _elements(process: Process) -> dict[str, _Thing]:
    titles = {key: element.title for key, element in process.elements.items()}
    titles |= {key: _flow_title(process, flow) for key, flow in process.flows.items()}
    return {
        key: _Thing(element.title, TYPES.get(element.type, _said(element.type)), dict(_facts(element, titles)))
        for key, element in process.elements.items()
    }


def _facts(element: Element, titles: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], _Fact]]:
    for each in fields(element):
        value = getattr(element, each.name)
        if each.name in _LEFT_OUT or value in (None, "", (), {}):
            continue
        if each.name in _BY_NAME:
            yield from (((each.name, key), _fact(str(text))) for key, text in value.items())
        elif each.name in {"inputs", "outputs"}:
            yield from (((each.name, target), _fact(source)) for source, target in value)
        elif each.name == "lane":
            yield (each.name, ""), _fact(value, element.lane_name)
        elif each.name in {"parent", "attached_to", "default_flow"}:
            yield (each.name, ""), _fact(value, titles.get(value))
        elif each.name == "type":
            yield (each.name, ""), _Fact(value, TYPES.get(value, _said(value)))
        elif isinstance(value, bool):
            yield (each.name, ""), _Fact(str(value), _YES_NO[value])
        else:
            yield (each.name, ""), _fact(_text(value))


def _fact(value: str, shown: str | None = None) -> _Fact:
    return _Fact(value, _said(shown or value))


def _text(value: Any) -> str:
    """A nested setting on one line: the values that say something."""
    if is_dataclass(value):
        return " ".join(
            _text(part) for each in fields(value) if (part := getattr(value, each.name)) not in (None, False)
        )
    if isinstance(value, tuple):
        return "; ".join(_text(part) for part in value)
    return str(value)


def _flows(process: Process) -> dict[str, _Thing]:
    return {
        key: _Thing(_flow_title(process, flow), FLOW, _flow_facts(process, flow)) for key, flow in process.flows.items()
    }


def _flow_facts(process: Process, flow: Flow) -> Facts:
    texts = {"name": flow.name, "condition": flow.condition}
    ends = {"source": flow.source, "target": flow.target}
    return {
        **{(name, ""): _fact(text) for name, text in texts.items() if text},
        **{(name, ""): _fact(end, _title(process, end)) for name, end in ends.items()},
    }


def _flow_title(process: Process, flow: Flow) -> str:
    ends = f"{_title(process, flow.source)} → {_title(process, flow.target)}"
    return f"{flow.name}：{ends}" if flow.name else ends


def _title(process: Process, element_id: str) -> str:
    element = process.elements.get(element_id)
    return element.title if element is not None else element_id


def _lanes(process: Process) -> dict[str, _Thing]:
    return {lane.id: _Thing(lane.name or lane.id, LANE, {("name", ""): _fact(lane.name)}) for lane in process.lanes}


def _process(old: Process, new: Process) -> Iterator[Change]:
    known = ("name", "documentation", "version_tag")
    before, after = (
        {(name, ""): _fact(text) for name in known if (text := getattr(process, name))} for process in (old, new)
    )
    if details := tuple(_differences(before, after)):
        yield Change("changed", new.id, _said(new.name or new.id), PROCESS, details)


def _pinned(old: Version, new: Version, old_pins: Pins, new_pins: Pins) -> Iterator[Change]:
    for room, kind in (("forms", FORM), ("decisions", TABLE)):
        before, after = old_pins.get(room, {}), new_pins.get(room, {})
        for key in dict.fromkeys([*after, *before]):
            if before.get(key) == after.get(key):
                continue
            change: Kind = "added" if key not in before else "removed" if key not in after else "changed"
            yield Change(change, key, _pinned_title(new if key in after else old, room, key), kind)


def _pinned_title(version: Version, room: str, key: str) -> Message:
    if room == "forms":
        form = version.forms.get(key)
        return form.title if form is not None and form.title.zh else _said(key)
    table = version.decisions[key].decisions.get(key) if key in version.decisions else None
    return _said(table.name if table is not None and table.name else key)
