"""A stock move and the task that causes it are one transaction; an error goes to its boundary event or refuses."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from test_parts import ENGINEER, SEAL, PartsBench

from app.aftersales import stock
from app.definitions import File, deploy, parse
from app.identity import SYSTEM
from app.messages import Refusal
from app.runtime.tables import incident

CAUGHT = """<bpmn:boundaryEvent id="short" attachedToRef="issue"><bpmn:errorEventDefinition errorRef="e"/>
<bpmn:outgoing>f4</bpmn:outgoing></bpmn:boundaryEvent><bpmn:sequenceFlow id="f4" sourceRef="short" targetRef="order"/>
<bpmn:userTask id="order" name="采购"><bpmn:extensionElements><zeebe:userTask/>
<zeebe:assignmentDefinition candidateGroups="warehouse_keeper"/></bpmn:extensionElements></bpmn:userTask>"""
DIAGRAM = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">
<bpmn:error id="e" errorCode="STOCK_SHORT"/>
<bpmn:process id="{key}" name="{key}" isExecutable="true"><bpmn:startEvent id="begin"/>
<bpmn:userTask id="ask" name="领料"><bpmn:extensionElements><zeebe:userTask/>
<zeebe:assignmentDefinition candidateGroups="warehouse_keeper"/></bpmn:extensionElements></bpmn:userTask>
<bpmn:serviceTask id="issue" name="发料"><bpmn:extensionElements><zeebe:taskDefinition type="issue_parts"/>
<zeebe:ioMapping><zeebe:input source="=requisition_no" target="document_no"/>
<zeebe:input source="=parts" target="lines"/><zeebe:input source="=&quot;{engineer}&quot;" target="holder"/>
<zeebe:input source="=&quot;T-WH&quot;" target="from_location"/>
<zeebe:output source="=moved_amount" target="part_cost"/></zeebe:ioMapping></bpmn:extensionElements></bpmn:serviceTask>
<bpmn:userTask id="confirm" name="确认"><bpmn:extensionElements><zeebe:userTask/>
<zeebe:assignmentDefinition candidateGroups="service_engineer"/></bpmn:extensionElements></bpmn:userTask>
<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="ask"/>
<bpmn:sequenceFlow id="f2" sourceRef="ask" targetRef="issue"/>
<bpmn:sequenceFlow id="f3" sourceRef="issue" targetRef="confirm"/>{more}
</bpmn:process></bpmn:definitions>"""


@pytest.fixture
def parts(company: Any) -> PartsBench:
    bench = PartsBench(company)
    bench.open_ledger()
    files = [
        File(f"processes/{key}.bpmn", DIAGRAM.format(key=key, more=more, engineer=ENGINEER).encode())
        for key, more in (("plain", ""), ("catching", CAUGHT))
    ]
    with company.step() as tx:
        knowledge = company.house.knowledge(tx)
        deploy(tx, parse(files), knowledge, actor=SYSTEM, reason="parts")
    return bench


def submit(parts: PartsBench, process: str, quantity: int) -> Any:
    lines = [{"part_no": SEAL, "qty": quantity}]
    started = parts.start(process, by="warehouse_keeper_1", requisition_no=f"LL-{process}", parts=lines)
    parts.company.submit(started.opened[0].id, "warehouse_keeper_1", {})
    return started.case_no


def test_the_move_is_committed_with_its_task(parts: PartsBench) -> None:
    case_no = submit(parts, "plain", 2)
    assert list(parts.company.open_tasks(case_no)) == ["confirm"]
    assert (parts.there("T-WH"), parts.moves()[-1].case_no) == (3, case_no)


def test_a_shortage_that_nothing_catches_refuses_the_submit_and_keeps_nothing(parts: PartsBench) -> None:
    with pytest.raises(Refusal, match="5 of P-0001 free, 6 are wanted"):
        submit(parts, "plain", 6)
    assert parts.there("T-WH") == 5
    assert parts.rows(select(stock.part_issue)) == []
    assert parts.rows(select(incident)) == []


def test_a_shortage_goes_to_its_boundary_event_and_leaves_the_ledger_alone(parts: PartsBench) -> None:
    case_no = submit(parts, "catching", 6)
    assert list(parts.company.open_tasks(case_no)) == ["order"]
    assert (parts.there("T-WH"), parts.rows(select(stock.part_issue))) == (5, [])
