"""What a procedure says each user task fills in is what its forms ask there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from app import forms
from app.definitions import Bundle, parse, read_folders

ROOT = Path(__file__).parents[2]
TABLES = sorted((ROOT / "processes").rglob("steps.yaml"))
DRAWN = {
    "contact_intake",
    "repair_request",
    "dispatch",
    "task_acceptance",
    "onsite_service",
    "return_reporting",
    "part_requisition",
    "part_writeoff",
    "quoted_repair",
    "factory_repair",
    "part_receiving",
    "return_refund",
    "product_exchange_form",
    "exchange",
    "part_order",
    "invoicing_documents",
    "pickup_logistics",
    "commissioning",
    "secondary_claim",
    "old_part_monthly",
}


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return parse(read_folders(ROOT / "processes", ROOT / "forms"))


def user_tasks(bundle: Bundle, folder: str) -> dict[str, str]:
    """Element id → form id of every user task with a form that a folder's diagrams hold."""
    return {
        element.id: element.form_id
        for file, process in bundle.processes.values()
        if Path(file.name).parent.name == folder
        for element in process.elements.values()
        if element.type == "userTask" and element.form_id
    }


def asked(bundle: Bundle, task: str, form_id: str) -> dict[str, Any]:
    return dict(forms.step_table(bundle.forms[form_id][1], [task]).get(task, {}))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.parent.name)
def test_step_table_and_forms_agree(path: Path, bundle: Bundle) -> None:
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    tasks = user_tasks(bundle, path.parent.name)
    assert set(table) == set(tasks)
    differences = {}
    for task, form_id in tasks.items():
        found = asked(bundle, task, form_id)
        wrong = {
            key: (table[task].get(key), found.get(key))
            for key in {*table[task], *found}
            if table[task].get(key) != found.get(key)
        }
        if wrong:
            differences[task] = dict(sorted(wrong.items()))
    assert differences == {}, "element: {field: (steps.yaml, form)}"


def test_each_procedure_of_the_main_job_has_its_table() -> None:
    assert {path.parent.name for path in TABLES} >= DRAWN
