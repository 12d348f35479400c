"""Moves: they balance in pieces and in fen, go only where they may, and never leave less than nothing."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from stock_room import StockRoom, line

from app.aftersales import stock
from app.db import Database, Transaction
from app.identity import SYSTEM
from app.messages import Refusal


class TestPosting:
    def test_what_leaves_one_place_arrives_at_the_other(self, room: StockRoom) -> None:
        room.receive("SEAL", 5)
        room.post("transfer", line("SEAL", 2, "WH1", "WH2"))
        assert (room.there("WH1", "SEAL"), room.there("WH2", "SEAL"), room.there("SUPPLIERS", "SEAL")) == (3, 2, -5)
        assert sum(entry.quantity for entry in room.rows(stock.stock_entry)) == 0

    def test_a_move_is_on_the_disk_before_anybody_is_told(
        self, room: StockRoom, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        marked: list[Transaction] = []
        monkeypatch.setattr(Transaction, "must_last", lambda tx: marked.append(tx))
        room.receive("SEAL", 5)
        assert len(marked) == 1

    def test_a_move_says_who_and_for_what(self, room: StockRoom) -> None:
        room.receive("SEAL", 5)
        (move,) = room.rows(stock.stock_move)
        assert (move.kind, move.document_no, move.actor_name) == ("receive", "D1", SYSTEM.name)

    def test_quantities_may_have_three_places_and_stay_exact(self, room: StockRoom) -> None:
        for _ in range(10):
            room.receive("OIL", "0.1", batch="A")
        room.post("transfer", line("OIL", "0.3", "WH1", "WH2", batch="A"))
        assert (room.there("WH1", "OIL"), room.there("WH2", "OIL")) == (Decimal("0.7"), Decimal("0.3"))

    def test_a_refused_line_leaves_the_others_of_its_move_undone(self, room: StockRoom) -> None:
        room.receive("SEAL", 5)
        with pytest.raises(Refusal):
            room.post("transfer", line("SEAL", 5, "WH1", "WH2"), line("BOLT", 1, "WH1", "WH2"))
        assert room.there("WH1", "SEAL") == 5
        assert len(room.rows(stock.stock_move)) == 1

    def test_two_lines_of_one_part_may_not_take_more_than_there_is_together(self, room: StockRoom) -> None:
        room.receive("SEAL", 5)
        with pytest.raises(Refusal, match="2 of SEAL free, 3 are wanted"):
            room.post("transfer", line("SEAL", 3, "WH1", "WH2"), line("SEAL", 3, "WH1", "VAN1"))

    def test_the_database_itself_refuses_a_stock_below_zero(self, room: StockRoom) -> None:
        room.receive("SEAL", 1)
        below = update(stock.stock_balance).where(stock.stock_balance.c.held).values(quantity=Decimal(-1))
        with pytest.raises(IntegrityError), room.work() as tx:
            tx.execute(below)


REFUSED: list[tuple[str, str, dict[str, Any], str]] = [
    ("receive", "unknown_part", {"part_no": "NOTHING"}, "NOTHING"),
    ("receive", "unknown_location", {"target": "NOWHERE"}, "NOWHERE"),
    ("receive", "wrong_way", {"source": "WH1", "target": "WH2"}, "receive"),
    ("receive", "wrong_way", {"target": "CUSTOMERS"}, "CUSTOMERS"),
    ("receive", "wrong_state", {"state": "old"}, "old"),
    ("receive", "wrong_state", {"state": "shiny"}, "shiny"),
    ("receive", "wrong_quantity", {"quantity": 0}, "0"),
    ("receive", "wrong_quantity", {"quantity": -1}, "-1"),
    ("receive", "wrong_quantity", {"quantity": "1.0001"}, "1.0001"),
    ("receive", "wrong_cost", {"unit_cost": Decimal("0.001")}, "0.001"),
    ("receive", "wrong_cost", {"unit_cost": Decimal("-1")}, "-1"),
    ("receive", "batch_needed", {"part_no": "OIL"}, "OIL"),
    ("receive", "serial_needed", {"part_no": "PUMP"}, "PUMP"),
    ("receive", "wrong_quantity", {"part_no": "PUMP", "serial_no": "S1", "quantity": 2}, "PUMP"),
    ("receive", "not_tracked", {"serial_no": "S1"}, "SEAL"),
    ("receive", "not_tracked", {"batch": "A"}, "SEAL"),
    ("transfer", "wrong_way", {"source": "WH1", "target": "WH1"}, "WH1"),
    ("transfer", "wrong_way", {"source": "WH1", "target": "OLD"}, "OLD"),
    ("transfer", "stock_short", {"source": "WH1", "target": "WH2"}, "0 of SEAL"),
    ("conjure", "wrong_way", {}, "conjure"),
]


@pytest.mark.parametrize(("kind", "code", "changes", "named"), REFUSED)
def test_a_line_that_cannot_be_is_refused_by_name(
    room: StockRoom, kind: str, code: str, changes: dict[str, Any], named: str
) -> None:
    values = {"part_no": "SEAL", "quantity": 1, "source": "SUPPLIERS", "target": "WH1", **changes}
    with pytest.raises(Refusal) as refused:
        room.post(kind, line(**values))
    assert refused.value.code == code
    assert named in refused.value.message.en
    assert room.rows(stock.stock_move) == []


def test_a_move_without_lines_is_refused(room: StockRoom) -> None:
    with pytest.raises(Refusal) as refused:
        room.post("receive")
    assert refused.value.code == "nothing_to_move"


class TestCost:
    def test_parts_leave_at_the_average_of_what_stands_there(self, room: StockRoom) -> None:
        room.receive("SEAL", 1, "10.00")
        room.receive("SEAL", 3, "20.00")
        room.issue("R1", "SEAL", 2)
        assert (room.worth("VAN1", "SEAL"), room.worth("WH1", "SEAL")) == (Decimal("35.00"), Decimal("35.00"))

    def test_no_fen_is_lost_when_an_average_does_not_divide(self, room: StockRoom) -> None:
        room.receive("SEAL", 1, "0.01")
        room.receive("SEAL", 2, "0.01")
        room.post("count", line("SEAL", 1, "DIFF", "WH1"))  # 4 pieces
        room.receive("SEAL", 3, "0.02")  # 7 pieces, 10 fen
        for _ in range(7):
            room.post("transfer", line("SEAL", 1, "WH1", "WH2"))
        assert (room.worth("WH1", "SEAL"), room.worth("WH2", "SEAL")) == (Decimal("0.00"), Decimal("0.10"))

    def test_what_is_found_is_worth_what_was_paid_last(self, room: StockRoom) -> None:
        room.receive("SEAL", 1, "12.34")
        room.post("count", line("SEAL", 1, "DIFF", "WH1"))
        assert room.worth("WH1", "SEAL") == Decimal("24.68")


class TestBatches:
    def batch(self, room: StockRoom, name: str, until: date | None, quantity: int = 2) -> None:
        with room.work() as tx:
            tx.execute(insert(stock.part_batch).values(part_no="OIL", batch=name, expires_on=until))
        room.receive("OIL", quantity, batch=name)

    def test_what_expires_first_is_issued_first(self, room: StockRoom) -> None:
        self.batch(room, "A", None)
        self.batch(room, "B", date(2027, 1, 1))
        self.batch(room, "C", date(2026, 6, 1))
        room.issue("R1", "OIL", 3)
        taken = {row.batch: row.quantity for row in room._rows("VAN1", "OIL", "new")}
        assert taken == {"C": 2, "B": 1}

    def test_an_expired_batch_is_passed_over_and_refused_by_name(self, room: StockRoom) -> None:
        self.batch(room, "A", date(2026, 3, 1))
        with pytest.raises(Refusal, match="0 of OIL free"):
            room.issue("R1", "OIL", 1)
        with pytest.raises(Refusal, match="expired on 2026-03-01"):
            room.issue("R1", "OIL", 1, batch="A")

    def test_a_batch_may_be_issued_on_its_last_day(self, room: StockRoom) -> None:
        self.batch(room, "A", date(2026, 3, 2))
        room.issue("R1", "OIL", 1)
        assert room.there("VAN1", "OIL") == 1


class TestPieces:
    def test_a_piece_with_a_serial_number_is_here_once(self, room: StockRoom) -> None:
        room.receive("PUMP", 1, serial_no="S1")
        for at in ("WH1", "WH2"):
            with pytest.raises(Refusal, match="S1 is there already"):
                room.receive("PUMP", 1, serial_no="S1", at=at)

    def test_one_move_does_not_bring_a_piece_twice(self, room: StockRoom) -> None:
        twice = [line("PUMP", 1, "SUPPLIERS", at, serial_no="S1") for at in ("WH1", "WH2")]
        with pytest.raises(Refusal, match="S1 is there already"):
            room.post("receive", *twice)

    def test_it_goes_from_place_to_place_and_may_come_back_from_a_customer(self, room: StockRoom) -> None:
        room.receive("PUMP", 1, serial_no="S1")
        room.issue("R1", "PUMP", 1, to="VAN1", serial_no="S1")
        room.unused("R1", "PUMP", 1, serial_no="S1")
        room.post("send_back", line("PUMP", 1, "WH1", "SUPPLIERS", serial_no="S1"))
        room.receive("PUMP", 1, serial_no="S1", at="WH2")
        assert room.there("WH2", "PUMP") == 1
        assert room.wrong() == {}


class TestReservations:
    def test_what_is_reserved_is_not_free_for_others(self, room: StockRoom) -> None:
        room.receive("SEAL", 3)
        room.reserve("R1", "SEAL", 2)
        with pytest.raises(Refusal, match="1 of SEAL free, 2 are wanted"):
            room.issue("R2", "SEAL", 2)
        with pytest.raises(Refusal, match="1 of SEAL free, 2 are wanted"):
            room.reserve("R2", "SEAL", 2)

    def test_it_is_free_for_the_requisition_and_used_up_by_it(self, room: StockRoom) -> None:
        room.receive("SEAL", 3)
        room.reserve("R1", "SEAL", 2)
        room.issue("R1", "SEAL", 2)
        assert (room.there("WH1", "SEAL"), room.reserved("WH1", "SEAL")) == (1, 0)
        assert room.wrong() == {}

    def test_a_part_of_it_may_be_issued_now_and_the_rest_later(self, room: StockRoom) -> None:
        room.receive("SEAL", 3)
        room.reserve("R1", "SEAL", 3)
        room.issue("R1", "SEAL", 1)
        assert room.reserved("WH1", "SEAL") == 2
        room.issue("R1", "SEAL", 2)
        assert room.reserved("WH1", "SEAL") == 0

    def test_reserving_twice_adds_up_and_never_counts_the_same_piece_twice(self, room: StockRoom) -> None:
        room.receive("OIL", 3, batch="A")
        room.reserve("R1", "OIL", 2)
        with pytest.raises(Refusal, match="1 of OIL free"):
            room.reserve("R1", "OIL", 2)

    def test_what_is_given_up_is_free_again(self, room: StockRoom) -> None:
        room.receive("SEAL", 3)
        room.reserve("R1", "SEAL", 2)
        for expected in (2, 0):
            with room.work() as tx:
                assert stock.release(tx, document_no="R1") == expected
        room.issue("R2", "SEAL", 3)
        assert room.wrong() == {}

    def test_what_stands_at_a_customers_cannot_be_reserved(self, room: StockRoom) -> None:
        with pytest.raises(Refusal) as refused:
            room.reserve("R1", "SEAL", 1, at="CUSTOMERS")
        assert refused.value.code == "wrong_way"


def at_once(number: int, work: Any) -> list[BaseException]:
    """Do `work(n)` in so many threads that begin together; returns what went wrong."""
    failed: list[BaseException] = []
    begin = threading.Barrier(number)

    def run(each: int) -> None:
        try:
            begin.wait(60)
            work(each)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(each,)) for each in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return failed


class TestAtTheSameTime:
    def test_of_fifty_who_want_the_last_piece_one_gets_it(self, room: StockRoom) -> None:
        room.receive("SEAL", 1)
        failed = at_once(50, lambda each: room.issue(f"R{each}", "SEAL", 1))
        assert len(failed) == 49
        assert {type(error) for error in failed} == {Refusal}
        assert {error.code for error in failed if isinstance(error, Refusal)} == {"stock_short"}
        assert (room.there("WH1", "SEAL"), room.there("VAN1", "SEAL")) == (0, 1)
        # Whoever got nothing left nothing behind.
        assert len(room.rows(stock.part_issue)) == 1
        assert room.wrong() == {}

    def test_moves_in_opposite_directions_do_not_wait_for_each_other(self, room: StockRoom) -> None:
        parts = ["SEAL", "BOLT"]
        for part in parts:
            room.receive(part, 50)
            room.receive(part, 50, at="WH2")

        def there_and_back(each: int) -> None:
            way = ("WH1", "WH2") if each % 2 else ("WH2", "WH1")
            order = parts if each % 3 else parts[::-1]
            for _ in range(5):
                room.post("transfer", *(line(part, 1, *way) for part in order), document=f"T{each}")

        assert at_once(8, there_and_back) == []
        assert sum(room.there(at, part) for at in ("WH1", "WH2") for part in parts) == 200
        assert room.wrong() == {}

    def test_reservations_at_once_never_promise_more_than_there_is(self, room: StockRoom) -> None:
        room.receive("SEAL", 5)
        failed = at_once(12, lambda each: room.reserve(f"R{each}", "SEAL", 1))
        assert len(failed) == 7
        assert {type(error) for error in failed} == {Refusal}
        assert room.reserved("WH1", "SEAL") == 5
        assert room.wrong() == {}

    def test_one_requisition_is_explained_once(self, room: StockRoom) -> None:
        """Two tabs, one pressing used, the other unused, for the same last piece."""
        room.receive("SEAL", 1)
        room.issue("R1", "SEAL", 1)
        failed = at_once(2, lambda each: (room.use if each else room.unused)("R1", "SEAL", 1))
        assert [error.code for error in failed if isinstance(error, Refusal)] == ["more_than_issued"]
        assert room.wrong() == {}


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "issue", "unused", "use", "reserve", "release", "transfer", "count"]),
        st.sampled_from(["SEAL", "BOLT"]),
        st.integers(min_value=1, max_value=4),
        st.sampled_from(["R1", "R2"]),
        st.integers(min_value=0, max_value=999).map(lambda fen: f"{fen / 100:.2f}"),
    ),
    max_size=25,
)


class TestWhateverHappens:
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=_STEPS)
    def test_the_books_agree(self, database: Database, room: StockRoom, steps: list[Any]) -> None:
        doing = {
            "receive": lambda part, n, doc, cost: room.receive(part, n, cost),
            "issue": lambda part, n, doc, cost: room.issue(doc, part, n, to="VAN1" if doc == "R1" else "VAN2"),
            "unused": lambda part, n, doc, cost: room.unused(doc, part, n, at="VAN1" if doc == "R1" else "VAN2"),
            "use": lambda part, n, doc, cost: room.use(doc, part, n, at="VAN1" if doc == "R1" else "VAN2"),
            "reserve": lambda part, n, doc, cost: room.reserve(doc, part, n),
            "release": lambda part, n, doc, cost: self._release(room, doc),
            "transfer": lambda part, n, doc, cost: room.post("transfer", line(part, n, "WH1", "WH2")),
            "count": lambda part, n, doc, cost: room.post("count", line(part, n, "WH1", "DIFF")),
        }
        for kind, part, quantity, document, cost in steps:
            try:
                doing[kind](part, quantity, document, cost)
            except Refusal:
                continue
        assert room.wrong() == {}

    def _release(self, room: StockRoom, document: str) -> None:
        with room.work() as tx:
            stock.release(tx, document_no=document)
