"""Two at once: the second has read before the first commits, and finds out when it writes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from desks import ROOT, Desk, found
from sqlalchemy import event, func, select

from app import clock
from app.aftersales import customers, product_unit
from app.db import Database, Transaction
from app.house import House
from app.identity import SYSTEM, add_user, assign_role, nearest_queue
from app.identity.tables import queue, role_assignment
from app.messages import Refusal
from app.runtime import (
    claim_task,
    complete_task,
    fire_timer,
    reassign_task,
    release_task,
    save_draft,
    start_case,
    started_with,
    withdraw_task,
)
from app.runtime.commands.upload_file import Piece, path_of, upload_piece
from app.runtime.numbers import next_value
from app.runtime.tables import (
    attachment,
    number_sequence,
    process_instance,
    service_case,
    submission,
    task_draft,
    timer,
    user_task,
)

WRITES = ("INSERT", "UPDATE", "DELETE")
LEADS = {"/C1/R1/O1/": frozenset({"hotline_agent"})}


def _fill(database: Database) -> None:
    found(database)


@pytest.fixture
def desk(maker: Any) -> Iterator[Desk]:
    """A desk on a file and on PostgreSQL: threads need connections of their own."""
    database = maker.filled("small", _fill)
    yield Desk(House(database, ROOT / "processes", ROOT / "forms", profile="bus_maker"))
    maker.drop(database)


Command = Callable[[Transaction], Any]


def overlapped(desk: Desk, first: Command, second: Command) -> Any:
    """Run `first`; before it commits let `second` read and come to its first write. What `second` answers or raises."""
    at_its_write, outcome = threading.Event(), []

    def arrived(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if threading.current_thread().name == "second" and statement.lstrip().upper().startswith(WRITES):
            at_its_write.set()

    def run() -> None:
        try:
            with clock.use(desk.clock.now), desk.transaction() as tx:
                outcome.append(second(tx))
        except Exception as failure:
            outcome.append(failure)
        at_its_write.set()

    event.listen(desk.house.db.engine, "before_cursor_execute", arrived, insert=True)
    thread = threading.Thread(target=run, name="second")
    try:
        with clock.use(desk.clock.now), desk.transaction() as tx:
            first(tx)
            thread.start()
            # A command that takes the lock before it reads waits here without a word.
            at_its_write.wait(0.5)
        thread.join(20)
    finally:
        event.remove(desk.house.db.engine, "before_cursor_execute", arrived)
    assert not thread.is_alive()
    (result,) = outcome
    if isinstance(result, Exception) and not isinstance(result, Refusal):
        raise result
    return result


def of(desk: Desk, command: Any, login: str | None, **arguments: Any) -> Command:
    """A command of somebody, ready for a transaction."""
    if login is not None:
        arguments["actor"] = desk.actor(login)
    return lambda tx: command(tx, desk.world, **arguments)


def kinds(desk: Desk, case_no: str) -> list[str]:
    return [each.kind for each in desk.history(case_no)]


def test_only_one_of_two_claims_counts(desk: Desk) -> None:
    begun = desk.start("one")
    task_id = desk.open(begun.case_no)["a"]
    second = overlapped(
        desk,
        of(desk, claim_task, "hotline_agent_1", task_id=task_id),
        of(desk, claim_task, "hotline_agent_2", task_id=task_id),
    )
    assert isinstance(second, Refusal)
    assert second.code == "held_by_other"
    assert desk.row(user_task).assignee_id == desk.actor("hotline_agent_1").id
    assert kinds(desk, begun.case_no).count("task_claimed") == 1


def test_a_claim_of_a_task_that_is_being_submitted_is_refused(desk: Desk) -> None:
    begun = desk.start("one")
    task_id = desk.open(begun.case_no)["a"]
    second = overlapped(
        desk,
        of(desk, complete_task, "hotline_agent_1", task_id=task_id, values={}),
        of(desk, claim_task, "hotline_agent_2", task_id=task_id),
    )
    assert isinstance(second, Refusal)
    assert second.code == "already_done"
    assert "task_claimed" not in kinds(desk, begun.case_no)


def test_only_one_of_two_submissions_counts(desk: Desk) -> None:
    begun = desk.start("in_a_row")
    task_id = desk.open(begun.case_no)["a"]
    submit = {"task_id": task_id, "values": {}}
    second = overlapped(
        desk,
        of(desk, complete_task, "hotline_agent_1", **submit),
        of(desk, complete_task, "hotline_agent_2", **submit),
    )
    assert isinstance(second, Refusal)
    assert second.code == "moved_on"
    with pytest.raises(Refusal) as again:
        desk.run(complete_task, "hotline_agent_2", **submit)
    assert again.value.code == "already_done"
    assert "客服甲" in again.value.message.zh
    assert kinds(desk, begun.case_no).count("task_completed") == 1
    assert set(desk.open(begun.case_no)) == {"b"}


def test_the_same_request_twice_at_once_acts_once_and_answers_twice_the_same(desk: Desk) -> None:
    begun = desk.start("in_a_row")
    submit = {"task_id": desk.open(begun.case_no)["a"], "values": {}, "key": "press-1"}
    second = overlapped(
        desk,
        of(desk, complete_task, "hotline_agent_1", **submit),
        of(desk, complete_task, "hotline_agent_1", **submit),
    )
    assert isinstance(second, Refusal)
    assert second.code in {"moved_on", "key_used"}
    again = desk.run(complete_task, "hotline_agent_1", **submit)
    assert again.repeated
    assert again.case_no == begun.case_no
    assert kinds(desk, begun.case_no).count("task_completed") == 1
    assert len(desk.rows(submission)) == 1


def test_one_key_serves_one_task(desk: Desk) -> None:
    one, other = (desk.start("one") for _ in range(2))
    tasks = [desk.open(begun.case_no)["a"] for begun in (one, other)]
    second = overlapped(
        desk,
        *(of(desk, complete_task, "hotline_agent_1", task_id=task_id, values={}, key="same") for task_id in tasks),
    )
    assert isinstance(second, Refusal)
    assert second.code == "key_used"
    assert set(desk.open(other.case_no)) == {"a"}


def test_two_parallel_tasks_of_one_case_both_get_through(desk: Desk) -> None:
    begun = desk.start("side_by_side")
    tasks = desk.open(begun.case_no)
    second = overlapped(
        desk,
        of(desk, complete_task, "hotline_agent_1", task_id=tasks["a"], values={}),
        of(desk, complete_task, "hotline_agent_2", task_id=tasks["b"], values={}),
    )
    assert isinstance(second, Refusal)
    assert second.code == "moved_on"
    desk.complete(tasks["b"], "hotline_agent_2")
    assert set(desk.open(begun.case_no)) == {"c"}


def test_a_submission_against_the_withdrawal_of_what_led_to_it(desk: Desk) -> None:
    begun = desk.start("in_a_row")
    first_task = desk.open(begun.case_no)["a"]
    desk.complete(first_task)
    next_task = desk.open(begun.case_no)["b"]
    second = overlapped(
        desk,
        of(desk, withdraw_task, "hotline_agent_1", task_id=first_task),
        of(desk, complete_task, "cs_supervisor_1", task_id=next_task, values={}),
    )
    assert isinstance(second, Refusal)
    assert set(desk.open(begun.case_no)) == {"a"}
    with pytest.raises(Refusal) as again:
        desk.complete(next_task, "cs_supervisor_1")
    assert again.value.code == "withdrawn"


def test_a_withdrawal_against_the_submission_that_followed(desk: Desk) -> None:
    begun = desk.start("in_a_row")
    first_task = desk.open(begun.case_no)["a"]
    desk.complete(first_task)
    second = overlapped(
        desk,
        of(desk, complete_task, "cs_supervisor_1", task_id=desk.open(begun.case_no)["b"], values={}),
        of(desk, withdraw_task, "hotline_agent_1", task_id=first_task),
    )
    assert isinstance(second, Refusal)
    assert desk.row(process_instance).state == "completed"
    assert desk.open(begun.case_no) == {}
    assert "task_withdrawn" not in kinds(desk, begun.case_no)


def _due_timer(desk: Desk) -> tuple[Any, int, dict[str, Any]]:
    begun = desk.start("timer_ends_it")
    task_id = desk.open(begun.case_no)["a"]
    armed = desk.row(timer)
    desk.clock.advance("PT1H")
    return begun, task_id, {"instance_id": armed.instance_id, "engine_task_id": armed.engine_task_id}


def test_a_submission_against_the_timer_that_ends_its_task(desk: Desk) -> None:
    begun, task_id, due = _due_timer(desk)
    second = overlapped(
        desk,
        of(desk, fire_timer, None, **due),
        of(desk, complete_task, "hotline_agent_1", task_id=task_id, values={}),
    )
    assert isinstance(second, Refusal)
    assert second.code == "moved_on"
    with pytest.raises(Refusal) as again:
        desk.complete(task_id)
    assert again.value.code == "withdrawn"
    assert set(desk.open(begun.case_no)) == {"late"}


def test_a_timer_against_the_submission_that_disarms_it(desk: Desk) -> None:
    begun, task_id, due = _due_timer(desk)
    second = overlapped(
        desk,
        of(desk, complete_task, "hotline_agent_1", task_id=task_id, values={}),
        of(desk, fire_timer, None, **due),
    )
    assert isinstance(second, Refusal)
    assert second.code in {"moved_on", "instance_over"}
    assert desk.run(fire_timer, **due) is None
    assert desk.open(begun.case_no) == {}
    assert "timer_fired" not in kinds(desk, begun.case_no)


def test_one_timer_claimed_by_two_workers_fires_once(desk: Desk) -> None:
    begun, _, due = _due_timer(desk)
    second = overlapped(desk, of(desk, fire_timer, None, **due), of(desk, fire_timer, None, **due))
    assert isinstance(second, Refusal)
    assert kinds(desk, begun.case_no).count("timer_fired") == 1


def test_a_release_does_not_take_the_task_from_whom_it_was_given_to(desk: Desk) -> None:
    begun = desk.start("one")
    task_id = desk.open(begun.case_no)["a"]
    desk.run(claim_task, "hotline_agent_1", task_id=task_id)
    given = {"to_login": "hotline_agent_2", "reason": "忙", "leads": LEADS}
    overlapped(
        desk,
        of(desk, reassign_task, "cs_supervisor_1", task_id=task_id, **given),
        of(desk, release_task, "hotline_agent_1", task_id=task_id),
    )
    assert desk.row(user_task).assignee_id == desk.actor("hotline_agent_2").id
    assert "task_released" not in kinds(desk, begun.case_no)


def test_what_is_done_meanwhile_is_not_reassigned(desk: Desk) -> None:
    begun = desk.start("one")
    task_id = desk.open(begun.case_no)["a"]
    second = overlapped(
        desk,
        of(desk, complete_task, "hotline_agent_1", task_id=task_id, values={}),
        of(
            desk,
            reassign_task,
            "cs_supervisor_1",
            task_id=task_id,
            to_login="hotline_agent_2",
            reason="忙",
            leads=LEADS,
        ),
    )
    assert isinstance(second, Refusal)
    assert second.code == "already_done"
    assert "task_reassigned" not in kinds(desk, begun.case_no)


def test_two_tabs_save_one_draft(desk: Desk) -> None:
    task_id = desk.open(desk.start("one").case_no)["a"]
    overlapped(
        desk,
        of(desk, save_draft, "hotline_agent_1", task_id=task_id, values={"tab": 1}),
        of(desk, save_draft, "hotline_agent_1", task_id=task_id, values={"tab": 2}),
    )
    assert desk.row(task_draft).form_values == {"tab": 2}


def test_the_same_piece_of_an_upload_twice_at_once_is_one_file(desk: Desk, tmp_path: Any) -> None:
    begun = desk.start("one")
    content = b"\x89PNG\r\n\x1a\n" + b"0" * 40
    piece = Piece("upload-0001", "a.png", "image/png", 0, len(content), content)

    def send(tx: Transaction) -> Any:
        return upload_piece(
            tx, tmp_path, piece, actor=desk.actor("hotline_agent_1"), case_no=begun.case_no, task_id=None, most=1000
        )

    second = overlapped(desk, send, send)
    assert second.whole
    assert desk.row(attachment).received == len(content)
    assert path_of(tmp_path, "upload-0001").read_bytes() == content


def test_a_role_given_twice_at_once_is_held_once(desk: Desk) -> None:
    give = {"actor": SYSTEM, "login": "hotline_agent_1", "role": "cs_supervisor", "unit": "O1"}
    overlapped(desk, lambda tx: assign_role(tx, **give), lambda tx: assign_role(tx, **give))
    held = desk.rows(
        role_assignment,
        role_assignment.c.user_id == desk.actor("hotline_agent_1").id,
        role_assignment.c.role == "cs_supervisor",
    )
    assert len(held) == 1


def test_a_queue_that_two_tasks_need_first_is_made_once(desk: Desk) -> None:
    def need(tx: Transaction) -> int:
        return nearest_queue(tx, "nobody_holds_this", "/C1/R1/O1/").id

    second = overlapped(desk, need, need)
    assert desk.row(queue, queue.c.role == "nobody_holds_this").id == second


def test_a_unit_that_two_cases_learn_of_keeps_what_both_know(desk: Desk) -> None:
    def learn(**facts: str) -> Command:
        told = {
            "customer_name": "示例一队",
            "contact_phone": "000-0000-0001",
            "serial_no": "SN-1",
            "product_model": "甲",
        }
        return lambda tx: customers.remember(tx, {**told, **facts}, unit_path="/C1/R1/O1/")

    overlapped(desk, learn(), learn(purchase_date="2025-09-01"))
    row = desk.row(product_unit)
    assert row.purchase_date is not None
    assert row.purchase_date.isoformat() == "2025-09-01"


def test_a_login_is_given_once(desk: Desk) -> None:
    def add(tx: Transaction) -> Any:
        return add_user(tx, actor=SYSTEM, login="new_one", name="新人", home_unit="O1")

    second = overlapped(desk, add, add)
    assert isinstance(second, Refusal)
    assert second.code == "login_exists"


def test_eight_threads_take_numbers_without_gap_or_double(desk: Desk) -> None:
    def take(number: int) -> int | None:
        try:
            with desk.transaction() as tx:
                value = next_value(tx, "case", "2026")
                if number % 5 == 0:
                    # Given back: the next one gets it.
                    raise LookupError
                return value
        except LookupError:
            return None

    with ThreadPoolExecutor(8) as threads:
        taken = [value for value in threads.map(take, range(80)) if value is not None]
    assert sorted(taken) == list(range(1, 65))
    assert desk.row(number_sequence, number_sequence.c.name == "case").value == 64


def test_eight_threads_start_cases_with_numbers_of_their_own(desk: Desk) -> None:
    actor = desk.actor("hotline_agent_1")

    def begin(_: int) -> str:
        with clock.use(desk.clock.now), desk.transaction() as tx:
            return str(start_case(tx, desk.world, actor=actor, process_key="one", unit_code="O1").case_no)

    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(begin, range(24)))
    assert sorted(numbers) == [f"FW2026{number:06d}" for number in range(1, 25)]
    with desk.house.db.reading() as tx:
        assert tx.value(select(func.count()).select_from(service_case)) == 24
        assert tx.value(select(func.count()).select_from(user_task)) == 24


def test_one_press_sent_twice_at_once_opens_one_case(desk: Desk) -> None:
    press = {"process_key": "one", "unit_code": "O1", "key": "press-1"}
    second = overlapped(
        desk, of(desk, start_case, "hotline_agent_1", **press), of(desk, start_case, "hotline_agent_1", **press)
    )
    assert isinstance(second, Refusal)
    assert second.code == "key_used"
    case_no = desk.row(service_case).case_no
    with desk.house.db.reading() as tx:
        kept = started_with(tx, desk.actor("hotline_agent_1"), "press-1")
    assert kept == {"case_no": case_no, "task_id": desk.open(case_no)["a"]}
    # The number of the press that was refused is the next one's.
    assert desk.start("one").case_no == "FW2026000002"
