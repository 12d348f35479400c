"""A request that is written, checked and agreed to, drawn with whatever the one who agrees may do besides."""

from __future__ import annotations

import json

from app.definitions import File

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">'
)
REQUEST = {
    "type": "default", "schemaVersion": 19, "id": "test.request",
    "components": [{"type": "textfield", "id": "f1", "key": "wish", "label": "申请", "validate": {"required": True}}],
    "properties": {"title": "申请"},
}  # fmt: skip
OPINION = {
    "type": "default", "schemaVersion": 19, "id": "test.opinion",
    "components": [
        {"type": "textfield", "id": "f2", "key": "remark", "label": "备注"},
        {"type": "radio", "id": "f3", "key": "decision", "label": "结论", "validate": {"required": True},
         "values": [{"label": "同意", "value": "approved"}, {"label": "退回", "value": "returned"},
                    {"label": "不同意", "value": "rejected"}]},
        {"type": "textarea", "id": "f4", "key": "decision_comment", "label": "意见"},
    ],
    "properties": {"title": "审批"},
}  # fmt: skip


def user(identifier: str, name: str, role: str, form: str, users: str = "", **properties: str) -> str:
    """A user task with properties."""
    drawn = "".join(f'<zeebe:property name="{key}" value="{value}"/>' for key, value in properties.items())
    people = f' candidateUsers="{users}"' if users else ""
    return (
        f'<bpmn:userTask id="{identifier}" name="{name}"><bpmn:extensionElements><zeebe:userTask/>'
        f'<zeebe:formDefinition formId="{form}"/>'
        f'<zeebe:assignmentDefinition candidateGroups="{role}"{people}/>'
        f"<zeebe:properties>{drawn}</zeebe:properties></bpmn:extensionElements></bpmn:userTask>"
    )


def model(key: str, agree: str) -> File:
    """write → check → agree → end."""
    tasks = user("write", "填写申请", "hotline_agent", "test.request", verbs="urge", behalf_of="customer") + user(
        "check", "核对申请", "cs_supervisor", "test.opinion", verbs="send_back"
    )
    pairs = [pair.split() for pair in ("begin write", "write check", "check agree", "agree end")]
    flows = "".join(f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairs)
    body = f'<bpmn:startEvent id="begin" name="开始"/><bpmn:endEvent id="end" name="完成"/>{tasks}{agree}{flows}'
    drawn = f'{HEAD}<bpmn:process id="{key}" name="{key}" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'
    return File(f"processes/{key}.bpmn", drawn.encode())


def agree(**properties: str) -> str:
    """The last task: a leader's, unless `users` names several."""
    return user("agree", "审批申请", "department_leader", "test.opinion", approval="true", **properties)


FORMS = [File(f"forms/{form['id']}.form", json.dumps(form).encode()) for form in (REQUEST, OPINION)]
