"""What stays in the database of a case: little, and enough to read it again."""

from __future__ import annotations

from sqlalchemy import select, update

from app.history import history_event
from app.identity import SYSTEM
from app.runtime import withdraw_task
from app.runtime.elements.path import flows_taken
from app.runtime.step import load_instance, restore
from app.runtime.tables import process_instance, task_draft, undo, user_task
from tests.factories.companies import QUESTION, UNCLEAR, Company
from tests.factories.counting import counting

LONG = {f"value_{number}": f"as it was said, number {number}" for number in range(100)}


def _variables(desk, instance_id: int) -> dict:
    with desk.house.db.reading() as tx:
        return restore(tx, desk.world, SYSTEM, load_instance(tx, instance_id))[0].root_variables


def _two_in_a_row(desk) -> tuple:
    """An instance, and another that it handed over to, which knows almost the same."""
    first, second = desk.start("one", **LONG), desk.start("one", **LONG, more="and more")
    with desk.transaction() as tx:
        handed_over = update(process_instance).where(process_instance.c.id == second.instance_id)
        tx.execute(handed_over.values(handed_over_from=first.instance_id))
    return first, second


def _end(desk, begun) -> bytes:
    desk.complete(desk.open(begun.case_no)["a"])
    row = desk.row(process_instance, process_instance.c.id == begun.instance_id)
    assert row.engine_state is None
    return row.final_state


def test_a_finished_instance_is_stored_as_what_it_says_beyond_the_one_before(desk) -> None:
    first, second = _two_in_a_row(desk)
    before, after = _end(desk, first), _end(desk, second)
    assert len(after) < len(before) / 2
    assert _variables(desk, first.instance_id).items() >= LONG.items()
    assert _variables(desk, second.instance_id).items() >= {**LONG, "more": "and more"}.items()


def test_it_is_read_again_also_when_the_one_before_ended_later(desk) -> None:
    first, second = _two_in_a_row(desk)
    _end(desk, second)
    assert _variables(desk, second.instance_id)["more"] == "and more"
    _end(desk, first)
    assert _variables(desk, second.instance_id)["more"] == "and more"
    assert "more" not in _variables(desk, first.instance_id)


def test_a_closed_task_leaves_what_the_inbox_shows_to_the_case_and_gets_it_back(desk) -> None:
    case_no = desk.start("in_a_row", content="前门关不严").case_no
    task_id = desk.open(case_no)["a"]
    assert desk.row(user_task, user_task.c.id == task_id).subject == "前门关不严"
    desk.complete(task_id)
    assert desk.row(user_task, user_task.c.id == task_id).subject is None
    desk.run(withdraw_task, "hotline_agent_1", task_id=task_id)
    assert desk.row(user_task, user_task.c.id == task_id).subject == "前门关不严"


def test_what_the_definition_says_of_a_task_is_kept_while_it_is_open_and_comes_back_with_it(desk) -> None:
    case_no = desk.start("in_a_row").case_no
    task_id = desk.open(case_no)["a"]
    (before,) = desk.rows(user_task, user_task.c.id == task_id)
    assert before.properties
    desk.complete(task_id)
    (closed,) = desk.rows(user_task, user_task.c.id == task_id)
    assert (closed.properties, closed.process_name, closed.sort_at) == ({}, None, None)
    desk.run(withdraw_task, "hotline_agent_1", task_id=task_id)
    (again,) = desk.rows(user_task, user_task.c.id == task_id)
    for name in ("state", "properties", "process_name", "sort_at"):
        assert getattr(again, name) == getattr(before, name), name


def test_completing_clears_the_drafts_of_the_task_and_what_others_could_take_back(desk) -> None:
    case_no = desk.start("in_a_row").case_no
    desk.complete(desk.open(case_no)["a"])
    (theirs,) = desk.rows(undo)
    with desk.transaction() as tx:
        draft = {"task_id": desk.open(case_no)["b"], "user_id": theirs.user_id, "form_values": {}}
        tx.execute(task_draft.insert().values(**draft, saved_at=desk.clock.now()))
    desk.complete(desk.open(case_no)["b"], "cs_supervisor_1")
    assert desk.rows(task_draft) == []
    assert desk.rows(undo) == []


def test_history_keeps_the_flows_of_a_choice_and_reads_the_others_from_the_diagram(company: Company) -> None:
    task = company.start()
    company.submit(task.id, "hotline_agent_1", UNCLEAR)
    with company.db.reading() as tx:
        moved = tx.rows(
            select(history_event.c.data)
            .where(history_event.c.case_no == task.case_no, history_event.c.kind == "moved")
            .order_by(history_event.c.id)
        )
        process = company.world.definitions.version(tx, task.version_id).process
    begun, submitted = moved[0].data, moved[1].data
    assert "flows" not in begun
    assert flows_taken(process, begun) == list(process.elements["contact_opened"].outgoing)
    gateways = [element for element in submitted["elements"] if len(process.elements[element].outgoing) > 1]
    assert {submitted["elements"][int(place)] for place in submitted["flows"]} == set(gateways)
    taken = flows_taken(process, submitted)
    assert len(taken) == len(submitted["elements"])
    assert "flow_facts_clear_question_attempts_used_up" in taken
    assert "flow_facts_clear_question_find_open_case" not in taken


def test_decisions_are_kept_with_rule_and_inputs_and_without_what_the_table_says(company: Company) -> None:
    task = company.start()
    company.submit(task.id, "hotline_agent_1", QUESTION)
    with company.db.reading() as tx:
        rows = tx.rows(select(history_event.c.data).where(history_event.c.kind == "moved"))
        tables = company.world.definitions.version(tx, task.version_id).decisions
    asked = [one for row in rows for one in row.data.get("decisions", ())]
    assert "route_contact" in {one["decision"] for one in asked}
    for one in asked:
        assert one["decision"] in tables
        for fired in one["fired"]:
            assert set(fired) <= {"rule", "inputs", "decision", "outputs"}
            assert fired["rule"] > 0
            assert isinstance(fired["inputs"], list)


def test_a_finished_chain_is_read_in_one_statement_on_both_databases(company: Company) -> None:
    ended = []
    for _ in range(2):
        task = company.start()
        company.submit(task.id, "hotline_agent_1", QUESTION)
        if ended:
            with company.step() as tx:
                handed_over = update(process_instance).where(process_instance.c.id == task.instance_id)
                tx.execute(handed_over.values(handed_over_from=ended[0].instance_id))
        answer = company.open_tasks(task.case_no)["answer_contact"]
        company.submit(answer.id, "hotline_agent_1", {"reply_text": "每五千公里"})
        ended.append(task)
    with company.db.reading() as tx:
        row = load_instance(tx, ended[1].instance_id)
        assert row.state == "completed"
        with counting(company.db) as counted:
            variables = restore(tx, company.world, SYSTEM, row)[0].root_variables
    assert [text.split()[0] for text in counted.statements] == ["WITH"]
    assert (variables["case_no"], variables["reply_text"]) == (ended[1].case_no, "每五千公里")
