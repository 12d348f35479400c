"""Small diagrams, each for one question about a command."""

from __future__ import annotations

from app.definitions import File

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'id="d" targetNamespace="t">'
)


def task(identifier: str, role: str = "hotline_agent", extra: str = "") -> str:
    """A user task of a role, without a form."""
    return (
        f'<bpmn:userTask id="{identifier}" name="{identifier}"><bpmn:extensionElements><zeebe:userTask/>'
        f'<zeebe:assignmentDefinition candidateGroups="{role}"/>{extra}</bpmn:extensionElements></bpmn:userTask>'
    )


def event(tag: str, identifier: str, definition: str = "", more: str = "") -> str:
    """An event with its definition."""
    return f'<bpmn:{tag} id="{identifier}" name="{identifier}" {more}>{definition}</bpmn:{tag}>'


def flows(*pairs: str) -> str:
    """`flows("a b", "b c")`: sequence flows."""
    return "".join(
        f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
        for a, b in (pair.split() for pair in pairs)
    )


def message(name: str) -> str:
    """The definition inside an event."""
    return f'<bpmn:messageEventDefinition messageRef="m_{name}"/>'


def timer(text: str) -> str:
    """A timer that fires after a duration."""
    return (
        "<bpmn:timerEventDefinition>"
        f'<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">{text}</bpmn:timeDuration></bpmn:timerEventDefinition>'
    )


def model(key: str, body: str, messages: str = "", keyless: str = "") -> File:
    """One executable process in a file; `messages` are correlated by the variable `key`, `keyless` ones by nothing."""
    roots = "".join(
        f'<bpmn:message id="m_{name}" name="{name}"><bpmn:extensionElements>'
        f'<zeebe:subscription correlationKey="=key"/></bpmn:extensionElements></bpmn:message>'
        for name in messages.split()
    ) + "".join(f'<bpmn:message id="m_{name}" name="{name}"/>' for name in keyless.split())
    process = f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{body}</bpmn:process>'
    return File(f"processes/{key}.bpmn", f"{_HEAD}{roots}{process}</bpmn:definitions>".encode())


START, END = event("startEvent", "begin"), event("endEvent", "end")
FORK, JOIN = '<bpmn:parallelGateway id="fork"/>', '<bpmn:parallelGateway id="join"/>'
SPOKEN = '<zeebe:properties><zeebe:property name="verb" value="登记"/></zeebe:properties>'

SMALL = [
    model("one", START + task("a") + END + flows("begin a", "a end")),
    model(
        "in_a_row",
        START + task("a", extra=SPOKEN) + task("b", "cs_supervisor") + END + flows("begin a", "a b", "b end"),
    ),
    model(
        "side_by_side",
        START + FORK + task("a") + task("b") + JOIN + task("c") + END
        + flows("begin fork", "fork a", "fork b", "a join", "b join", "join c", "c end"),
    ),
    model(
        "timer_beside",
        START + FORK + task("a") + task("b") + event("intermediateCatchEvent", "hour", timer("PT1H"))
        + task("c", "cs_supervisor") + task("a2", "cs_supervisor") + task("b2", "cs_supervisor") + JOIN + END
        + flows("begin fork", "fork a", "fork b", "fork hour", "hour c", "a a2", "b b2", "a2 join", "b2 join", "c join",
                "join end"),
    ),
    model(
        "timer_ends_it",
        START + task("a")
        + event("boundaryEvent", "hour", timer("PT1H"), 'attachedToRef="a"') + task("late") + END
        + flows("begin a", "a end", "hour late", "late end"),
    ),
    model(
        "waits",
        START + event("intermediateCatchEvent", "wait", message("go")) + task("a") + END
        + flows("begin wait", "wait a", "a end"),
        "go",
    ),
    model(
        "waits_without_key",
        START + event("intermediateCatchEvent", "wait", message("hint")) + task("a") + END
        + flows("begin wait", "wait a", "a end"),
        keyless="hint",
    ),
    model(
        "hints",
        START + task("b") + event("endEvent", "shout", message("hint")) + flows("begin b", "b shout"),
        keyless="hint",
    ),
    model(
        "waits_twice",
        START + FORK + event("intermediateCatchEvent", "first", message("stop"))
        + event("intermediateCatchEvent", "second", message("stop"))
        + event("endEvent", "over", "<bpmn:terminateEventDefinition/>") + END
        + flows("begin fork", "fork first", "fork second", "first over", "second end"),
        "stop",
    ),
    model(
        "echo",
        event("startEvent", "begin", message("echo")) + event("endEvent", "again", message("echo"))
        + flows("begin again"),
        "echo",
    ),
    model(
        "shouts",
        START + task("a") + event("endEvent", "shout", message("echo")) + flows("begin a", "a shout"),
        "echo",
    ),
    model(
        "sends",
        START + '<bpmn:serviceTask id="mail" name="mail"><bpmn:extensionElements>'
        '<zeebe:taskDefinition type="send_mail"/><zeebe:ioMapping><zeebe:input source="a@example.com" target="to"/>'
        '<zeebe:input source="报修" target="subject"/><zeebe:input source="已登记" target="text"/></zeebe:ioMapping>'
        '</bpmn:extensionElements></bpmn:serviceTask>' + END
        + flows("begin mail", "mail end"),
    ),
]  # fmt: skip
