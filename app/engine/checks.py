"""What a process needs beyond its single elements: starts, ends of flows, conditions, elements that are reached."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.elements import ELEMENTS, SCOPES, spec_class
from app.engine.elements.activity import Activity
from app.engine.elements.flow_node import problem
from app.engine.elements.multi_instance import check_multi_instance
from app.engine.elements.standard_loop import check_standard_loop
from app.engine.model import Element, Flow, Process, is_expression
from app.messages import Message, Problem

_EVENT_NAMES = {
    "": ("空", "none"), "timer": ("定时", "timer"), "message": ("消息", "message"), "error": ("错误", "error"),
    "terminate": ("终止", "terminate"), "signal": ("信号", "signal"), "escalation": ("升级", "escalation"),
    "conditional": ("条件", "conditional"), "link": ("链接", "link"), "cancel": ("取消", "cancel"),
    "compensate": ("补偿", "compensation"), "multiple": ("多重", "multiple"),
}  # fmt: skip


def problems_of(process: Process) -> Iterator[Problem]:
    """Every problem of a process, scope by scope."""
    scopes = [None, *(element.id for element in process.elements.values() if element.type in SCOPES)]
    for scope in scopes:
        yield from _check_starts(process, scope)
    for element in process.elements.values():
        yield from _check_event(element)
        yield from check_multi_instance(element, process)
        yield from check_standard_loop(element, process)
        yield from _check_flows(element, process)
        yield from _check_conditions(element, process)
        if element.event in spec_class(element).kinds:
            yield from spec_class(element).check(element, process)
    yield from _unreachable(process)


def _check_starts(process: Process, scope: str | None) -> Iterator[Problem]:
    starts = [element for element in process.children(scope) if element.type == "startEvent"]
    plain = [element for element in starts if not element.event]
    owner = process.elements[scope] if scope else None
    name = owner.title if owner else process.name or process.id
    if owner is not None and owner.triggered_by_event and (len(starts) > 1 or owner.incoming or owner.outgoing):
        yield problem(
            owner,
            "event_subprocess_shape",
            f"事件子流程「{name}」只能有一个开始事件,且没有流入流出的顺序流。",
            f"Event subprocess {name} can have one start event only, and no sequence flows in or out.",
        )
    if owner is not None and owner.type == "adHocSubProcess":
        for start in starts:
            yield problem(
                start,
                "ad_hoc_start",
                f"即席子流程「{name}」里不能有开始事件。",
                f"Ad-hoc subprocess {name} cannot hold a start event.",
            )
        return
    if not starts and not any(element.instantiate for element in process.children(scope)):
        yield Problem(
            rule="no_start",
            severity="error",
            message=Message(f"「{name}」没有开始事件。", f"{name} has no start event."),
            line=owner.line if owner else process.line,
            element_id=scope or process.id,
            element_name=name,
        )
    for extra in plain[1:]:
        yield problem(
            extra,
            "several_starts",
            f"「{name}」有多个普通开始事件:只能有一个。",
            f"{name} has more than one plain start event; it can have one.",
        )
    seen: set[str] = set()
    for element in starts:
        if element.event == "message" and element.message_name:
            if element.message_name in seen:
                yield problem(
                    element,
                    "several_starts",
                    f"两个开始事件等待同一条消息「{element.message_name}」。",
                    f"Two start events await the same message {element.message_name}.",
                )
            seen.add(element.message_name)


def _check_event(element: Element) -> Iterator[Problem]:
    spec = spec_class(element)
    if element.event not in spec.kinds:
        zh, en = _EVENT_NAMES.get(element.event, (element.event, element.event))
        yield problem(
            element,
            "unsupported_event",
            f"「{element.title}」:不支持{zh}事件用作 {element.type}。",
            f"{element.title}: a {en} event is not supported as {element.type}.",
        )
    repeated = element.multi_instance is not None or element.standard_loop is not None
    if repeated and (not issubclass(spec, Activity) or element.type.endswith("Event") or element.triggered_by_event):
        yield problem(
            element,
            "unsupported_element",
            f"「{element.title}」不能是多实例或循环。",
            f"{element.title} cannot be multi-instance or a loop.",
        )
    if any(listener.event == "start" for listener in element.listeners) and element.type in (
        "startEvent",
        "boundaryEvent",
    ):
        yield problem(
            element,
            "listener_not_here",
            f"「{element.title}」只能有 end 监听器。",
            f"{element.title} can only have end listeners.",
        )


def _check_flows(element: Element, process: Process) -> Iterator[Problem]:
    if element.for_compensation and (element.incoming or element.outgoing):
        yield problem(
            element,
            "flow_not_here",
            f"补偿活动「{element.title}」不能有顺序流。",
            f"Compensation activity {element.title} cannot have sequence flows.",
        )
    if (element.type in ("startEvent", "boundaryEvent") or element.instantiate) and element.incoming:
        yield problem(
            element,
            "flow_not_here",
            f"「{element.title}」不能有流入的顺序流。",
            f"{element.title} cannot have an incoming sequence flow.",
        )
    if element.type == "endEvent" and element.outgoing:
        yield problem(
            element,
            "flow_not_here",
            f"结束事件「{element.title}」不能有流出的顺序流。",
            f"End event {element.title} cannot have an outgoing sequence flow.",
        )
    for flow_id in element.outgoing:
        flow = process.flows[flow_id]
        target = process.elements[flow.target]
        if target.parent != element.parent:
            yield _flow_problem(
                flow,
                "flow_across_scopes",
                f"顺序流 {flow.id} 穿过了子流程的边界(「{element.title}」→「{target.title}」)。",
                f"Sequence flow {flow.id} crosses the border of a subprocess ({element.title} to {target.title}).",
            )
    if element.type == "boundaryEvent":
        host = process.elements.get(element.attached_to or "")
        if host is None:
            yield problem(
                element,
                "dangling_reference",
                f"边界事件「{element.title}」所附着的活动「{element.attached_to or ''}」不存在。",
                f"Boundary event {element.title} is attached to {element.attached_to or 'nothing'}, "
                "which does not exist.",
            )
        elif (
            not issubclass(ELEMENTS[host.type], Activity)
            or host.type.endswith("Event")
            or host.parent != element.parent
        ):
            yield problem(
                element,
                "boundary_not_here",
                f"边界事件「{element.title}」只能附着在同一层的任务或子流程上,不能在「{host.title}」上。",
                f"Boundary event {element.title} can only be attached to a task or subprocess of its "
                f"scope, not {host.title}.",
            )


def _check_conditions(element: Element, process: Process) -> Iterator[Problem]:
    flows = [process.flows[flow_id] for flow_id in element.outgoing]
    if element.default_flow is not None and element.default_flow not in element.outgoing:
        yield problem(
            element,
            "dangling_reference",
            f"「{element.title}」的默认流 {element.default_flow} 不从它流出。",
            f"The default flow {element.default_flow} of {element.title} does not leave it.",
        )
    choosing = element.type in ("exclusiveGateway", "inclusiveGateway")
    for flow in flows:
        if flow.condition is not None and not is_expression(flow.condition):
            yield _flow_problem(
                flow,
                "condition_without_feel",
                f"顺序流「{flow.name or flow.id}」的条件「{flow.condition}」不是 FEEL:条件要以 = 开头。",
                f"The condition {flow.condition!r} of flow {flow.name or flow.id} is not FEEL: it must begin with =.",
            )
        elif flow.condition is not None and not flow.condition[1:].strip():
            yield _flow_problem(
                flow,
                "condition_empty",
                f"顺序流「{flow.name or flow.id}」的条件是空的。",
                f"The condition of flow {flow.name or flow.id} is empty.",
            )
        elif flow.condition is not None and element.type in ("parallelGateway", "eventBasedGateway"):
            yield _flow_problem(
                flow,
                "condition_ignored",
                f"顺序流「{flow.name or flow.id}」从「{element.title}」流出,条件不起作用。",
                f"The condition of flow {flow.name or flow.id} has no effect: it leaves {element.title}.",
                severity="warning",
            )
        elif flow.condition is not None and flow.id == element.default_flow:
            yield _flow_problem(
                flow,
                "condition_ignored",
                f"默认流「{flow.name or flow.id}」的条件不起作用。",
                f"The condition of default flow {flow.name or flow.id} has no effect.",
                severity="warning",
            )
        elif flow.condition is None and choosing and len(flows) > 1 and flow.id != element.default_flow:
            yield _flow_problem(
                flow,
                "flow_without_condition",
                f"「{element.title}」流出的「{flow.name or flow.id}」既没有条件也不是默认流。",
                f"Flow {flow.name or flow.id} out of {element.title} has neither a condition nor is "
                "it the default flow.",
            )
    if choosing and len(flows) > 1 and element.default_flow is None:
        yield problem(
            element,
            "gateway_without_default",
            f"网关「{element.title}」没有默认流:没有条件成立时流程会停住。",
            f"Gateway {element.title} has no default flow: when no condition holds the process stops with an incident.",
            severity="warning",
        )


def _unreachable(process: Process) -> Iterator[Problem]:
    attached: dict[str, list[str]] = {}
    for element in process.elements.values():
        if element.attached_to is not None:
            attached.setdefault(element.attached_to, []).append(element.id)
    reached: set[str] = set()
    todo = [
        element.id
        for element in process.elements.values()
        if element.type == "startEvent"
        or element.triggered_by_event
        or element.instantiate
        or _first_of_ad_hoc(element, process)
    ]
    while todo:
        identifier = todo.pop()
        if identifier in reached:
            continue
        reached.add(identifier)
        element = process.elements[identifier]
        todo.extend(process.flows[flow_id].target for flow_id in element.outgoing)
        todo.extend(attached.get(identifier, ()))
        todo.extend([element.handler] if element.handler in process.elements else [])
    for element in process.elements.values():
        if element.id not in reached and (element.parent is None or element.parent in reached):
            if element.type == "boundaryEvent" and element.attached_to not in process.elements:
                continue
            yield problem(
                element,
                "unreachable",
                f"「{element.title}」永远不会到达。",
                f"{element.title} is never reached.",
                severity="warning",
            )


def _flow_problem(flow: Flow, rule: str, zh: str, en: str, severity: str = "error") -> Problem:
    return Problem(
        rule=rule,
        severity=severity,  # type: ignore[arg-type]
        message=Message(zh, en),
        line=flow.line,
        element_id=flow.id,
        element_name=flow.name or None,
    )


def _first_of_ad_hoc(element: Element, process: Process) -> bool:
    outer = process.elements.get(element.parent or "")
    return outer is not None and outer.type == "adHocSubProcess" and not element.incoming
