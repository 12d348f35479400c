"""The table of clauses names what exists, leaves out no step and no rule, and shows every row by something."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from app import registers
from app.definitions import Bundle, parse, read_folders
from app.rehearsal import load_scenarios
from tests.house.clauses import Clause, clauses, rules_of
from tests.house.tree import ROOT

PROCEDURES = {
    "P01": ("contact_intake",),
    "P03": ("repair_request", "dispute_appraisal"),
    "P04": ("dispatch",),
    "P05": ("task_acceptance",),
    "P06": ("advance_loan",),
    "P07": ("onsite_service",),
    "P09": ("return_reporting",),
    "P26": ("commissioning",),
    "P27": ("pickup_logistics",),
    "P29": ("invoicing_documents",),
    "P25": ("return_refund",),
    "P23": ("exchange",),
    "P24": ("product_exchange_form",),
    "P32": ("complaint",),
    "P33": ("quality_dispute",),
    "P34": ("quality_feedback", "quality_feedback_day", "quality_feedback_week"),
    "P39": ("callback", "callback_anomaly", "callback_day"),
    "P10": ("expense_reimbursement", "expense_accounts"),
    "P11": ("paid_service_remittance", "paid_service_review"),
    "P13": ("part_requisition",),
    "P15": ("part_receiving",),
    "P16": ("part_issue", "part_writeoff"),
    "P21": ("quoted_repair", "quote_and_consent"),
    "P22": ("factory_repair",),
    "P08": ("major_problem_escalation",),
    "P12": ("supplier_liaison",),
    "P02": ("consultation",),
    "P17": ("old_part_monthly",),
    "P19": ("secondary_claim",),
    "P20": ("part_order", "stocktake", "asset_list"),
    "P14": ("mailed_warranty_part",),
}
RULES = {*(f"GR{number:02}" for number in (*range(1, 15), 17, 18))}
_STEP = re.compile(r"P\d\d\.\d+")


@cache
def bundle() -> Bundle:
    return parse(read_folders(ROOT / "processes", ROOT / "forms"))


def documented(element_id: str, process: str) -> str:
    text = bundle().processes[process][0].content.decode()
    found = re.search(rf'id="{element_id}"[^>]*>\s*<bpmn:documentation>([^<]*)', text)
    return found[1] if found else ""


def clause_numbers(clause: Clause) -> set[str]:
    """The steps of `P01.6, P01.7` and `P09.9–P09.11`, or the number itself."""
    first, *last = clause.number.split("–")
    if last:
        (procedure, begin), end = first.split("."), last[0].split(".")[1]
        return {f"{procedure}.{number}" for number in range(int(begin), int(end) + 1)}
    return set(re.split(r", | ", clause.number))


def test_every_element_exists() -> None:
    known = {f"{key}.{element}" for key, (_, process) in bundle().processes.items() for element in process.elements}
    assert {str(each): sorted(each.elements - known) for each in clauses() if each.elements - known} == {}


def test_every_form_field_exists() -> None:
    missing = [
        f"{each}: {named}"
        for each in clauses()
        for named in each.fields
        if named.split("#")[1] not in bundle().forms[named.split("#")[0]][1].fields
    ]
    assert missing == []


def test_every_register_and_every_table_exists() -> None:
    declared = set(registers.load(ROOT / "processes").registers)
    assert {str(each): each.registers for each in clauses() if each.registers - declared} == {}
    assert {str(each): each.tables for each in clauses() if each.tables - set(bundle().decisions)} == {}


def test_every_scenario_and_every_test_exists() -> None:
    written = {f"{each.path.parent.parent.name}/{each.path.stem}" for each in load_scenarios(ROOT / "processes")}
    assert {str(each): sorted(each.scenarios - written) for each in clauses() if each.scenarios - written} == {}
    files = {name for each in clauses() for name in each.tests if name != "cases"}
    files |= {f"tests/unit/decisions_tables/test_{name}.py" for each in clauses() for name in each.tables}
    assert [name for name in sorted(files) if not Path(ROOT / name).is_file()] == []


def test_every_row_is_shown_by_something() -> None:
    assert [str(each) for each in clauses() if not each.scenarios and not each.tests] == []


def test_every_task_of_a_person_stands_at_its_step() -> None:
    """Its documentation begins with its step, or with the procedure for an exception or a timer."""
    missing = []
    for section, processes in PROCEDURES.items():
        for process in processes:
            for element in bundle().processes[process][1].elements.values():
                if element.type == "userTask":
                    step = _STEP.match(documented(element.id, process))
                    rows = [each for each in clauses() if f"{process}.{element.id}" in each.elements]
                    fitting = [
                        each
                        for each in rows
                        if (step is None and each.section == section)
                        or (step is not None and ({step[0], section} & clause_numbers(each)))
                    ]
                    if not fitting:
                        missing.append(f"{process}.{element.id}: {step and step[0]}")
    assert missing == []


def test_no_step_is_left_out() -> None:
    named = set().union(*(clause_numbers(each) for each in clauses()))
    for processes in PROCEDURES.values():
        for process in processes:
            elements = bundle().processes[process][1].elements
            steps = {step[0] for key in elements if (step := _STEP.match(documented(key, process)))}
            assert steps - named == set(), process


def test_no_rule_of_the_house_is_left_out() -> None:
    assert {each.number for each in clauses() if each.section == "GR"} == RULES


def test_every_row_of_the_decision_tables_stands_there_once() -> None:
    listed = defaultdict(list)
    for each in clauses():
        for name in each.tables:
            listed[name].append(int(each.number.split(".")[1]))
    for name, numbers in listed.items():
        assert sorted(numbers) == sorted(rules_of(name)), name
    assert set(listed) == {path.stem for path in (ROOT / "processes" / "shared").glob("*.dmn")}
