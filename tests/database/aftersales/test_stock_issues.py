"""Issued = used + unused, old = used (P13–P18): what was issued is explained, then written off once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from stock_room import StockRoom, line

from app.aftersales import stock
from app.identity import SYSTEM
from app.messages import Refusal


@pytest.fixture
def issued(room: StockRoom) -> StockRoom:
    """Three seals and two bolts are in the technician's van on R1."""
    room.receive("SEAL", 5, "8.00")
    room.receive("BOLT", 5, "0.10")
    room.issue("R1", "SEAL", 3)
    room.issue("R1", "BOLT", 2)
    return room


def explained(room: StockRoom, part_no: str = "SEAL") -> stock.Explained:
    with room.work() as tx:
        return next(each for each in stock.explain(tx, "R1") if each.part_no == part_no)


class TestExplaining:
    def test_what_is_used_goes_to_the_customer_and_what_is_not_comes_back(self, issued: StockRoom) -> None:
        issued.use("R1", "SEAL", 2)
        issued.unused("R1", "SEAL", 1)
        assert (issued.there("CUSTOMERS", "SEAL"), issued.there("WH1", "SEAL"), issued.there("VAN1", "SEAL")) == (
            2,
            3,
            0,
        )
        line = explained(issued)
        assert (line.issued, line.used, line.unused, line.difference) == (3, 2, 1, 0)

    @pytest.mark.parametrize("way", ["use", "unused"])
    def test_no_more_is_explained_than_was_issued(self, issued: StockRoom, way: str) -> None:
        issued.use("R1", "SEAL", 2)
        with pytest.raises(Refusal) as refused:
            getattr(issued, way)("R1", "SEAL", 2)
        assert refused.value.code == "more_than_issued"
        assert "1" in refused.value.message.zh

    def test_another_requisitions_parts_are_not_taken_for_it(self, issued: StockRoom) -> None:
        issued.issue("R2", "SEAL", 1)
        with pytest.raises(Refusal) as refused:
            issued.use("R2", "SEAL", 2)
        assert refused.value.code == "more_than_issued"

    def test_nor_are_parts_on_another_account(self, issued: StockRoom) -> None:
        with pytest.raises(Refusal) as refused:
            issued.use("R1", "SEAL", 1, at="VAN2")
        assert refused.value.code == "other_holder"

    def test_a_requisition_is_issued_to_one_holder(self, issued: StockRoom) -> None:
        with pytest.raises(Refusal) as refused:
            issued.issue("R1", "SEAL", 1, to="VAN2")
        assert refused.value.code == "several_holders"

    def test_an_unknown_requisition_explains_nothing(self, issued: StockRoom) -> None:
        with pytest.raises(Refusal) as refused:
            issued.use("R9", "SEAL", 1)
        assert refused.value.code == "unknown_issue"


class TestOldParts:
    def test_every_used_piece_with_the_duty_makes_one_old_part_due(self, issued: StockRoom) -> None:
        issued.use("R1", "SEAL", 2)
        issued.use("R1", "BOLT", 2)
        assert [(each.part_no, each.state) for each in issued.rows(stock.old_part)] == [("SEAL", "due")] * 2

    def test_the_customer_may_keep_it_when_he_pays(self, issued: StockRoom) -> None:
        issued.use("R1", "SEAL", 2, old_due=False)
        assert issued.rows(stock.old_part) == []
        assert issued.wrong() == {}

    def test_it_comes_into_the_old_part_store_under_its_tag(self, issued: StockRoom) -> None:
        issued.use("R1", "SEAL", 2)
        assert issued.old("R1", "SEAL", 1, "T-1") == 1
        assert issued.there("OLD", "SEAL", "old") == 1
        first, second = issued.rows(stock.old_part)
        assert (first.state, first.tag_no, first.condition, second.state) == ("received", "T-1", "damaged", "due")
        assert issued.wrong() == {}

    def test_no_more_come_back_than_are_due(self, issued: StockRoom) -> None:
        issued.use("R1", "SEAL", 1)
        with pytest.raises(Refusal) as refused:
            issued.old("R1", "SEAL", 2, "T-1")
        assert refused.value.code == "old_part_not_due"
        assert issued.there("OLD", "SEAL", "old") == 0

    def test_a_tag_hangs_on_one_old_part(self, issued: StockRoom) -> None:
        issued.use("R1", "SEAL", 2)
        issued.old("R1", "SEAL", 1, "T-1")
        with pytest.raises(Refusal) as refused:
            issued.old("R1", "SEAL", 1, "T-1")
        assert refused.value.code == "tag_twice"

    def test_letting_one_off_needs_a_reason_and_an_approval(self, issued: StockRoom) -> None:
        issued.use("R1", "SEAL", 1)
        for reason, approved_by in (("", "领导甲"), ("邮寄丢失", " ")):
            with pytest.raises(Refusal) as refused, issued.work() as tx:
                stock.waive(tx, document_no="R1", part_no="SEAL", pieces=1, reason=reason, approved_by=approved_by)
            assert refused.value.code == "reason_needed"
        with issued.work() as tx:
            stock.waive(tx, document_no="R1", part_no="SEAL", pieces=1, reason="邮寄丢失", approved_by="领导甲")
        line = explained(issued)
        assert (line.old, line.waived, line.old_missing) == (1, 1, 0)
        assert issued.wrong() == {}


class TestWritingOff:
    def test_a_balanced_issue_is_written_off_once(self, issued: StockRoom) -> None:
        issued.use("R1", "SEAL", 2)
        issued.unused("R1", "SEAL", 1)
        issued.use("R1", "BOLT", 2)
        issued.old("R1", "SEAL", 2, "T-1")
        assert [(each.part_no, each.is_balanced) for each in issued.write_off("R1")] == [("BOLT", True), ("SEAL", True)]
        (record,) = issued.rows(stock.part_issue)
        assert (record.writeoff_no, record.report_no) == ("XZ1", "BG1")
        with pytest.raises(Refusal) as refused:
            issued.write_off("R1", "XZ2")
        assert refused.value.code == "written_off"
        assert issued.wrong() == {}

    @pytest.mark.parametrize("missing", ["unused", "old"])
    def test_a_difference_is_refused_part_by_part(self, issued: StockRoom, missing: str) -> None:
        issued.use("R1", "BOLT", 2)
        issued.use("R1", "SEAL", 2)
        if missing != "unused":
            issued.unused("R1", "SEAL", 1)
        if missing != "old":
            issued.old("R1", "SEAL", 2, "T-1")
        with pytest.raises(Refusal) as refused:
            issued.write_off("R1")
        assert refused.value.code == "not_balanced"
        assert "SEAL" in refused.value.message.zh
        assert "BOLT" not in refused.value.message.zh

    def test_nothing_moves_on_it_any_more(self, issued: StockRoom) -> None:
        for part, number in (("SEAL", 3), ("BOLT", 2)):
            issued.unused("R1", part, number)
        issued.write_off("R1")
        for act in (issued.issue, issued.use, issued.unused):
            with pytest.raises(Refusal) as refused:
                act("R1", "SEAL", 1)
            assert refused.value.code == "written_off"

    def test_what_is_missing_is_charged_with_a_reason_and_then_balanced(self, issued: StockRoom) -> None:
        issued.unused("R1", "BOLT", 2)
        issued.unused("R1", "SEAL", 2)
        missing = [line("SEAL", 1, "VAN1", "")]
        with pytest.raises(Refusal) as refused, issued.work() as tx:
            stock.charge_missing(tx, document_no="R1", lines=missing, reason=" ", actor=SYSTEM)
        assert refused.value.code == "reason_needed"
        with issued.work() as tx:
            stock.charge_missing(tx, document_no="R1", lines=missing, reason="途中遗失，责任人赔偿", actor=SYSTEM)
        assert explained(issued).lost == 1
        issued.write_off("R1")
        assert issued.wrong() == {}


class TestStations:
    """P18: a station's parts stand on an account of their own."""

    def test_a_station_uses_what_it_was_sent_and_owes_the_old_part(self, room: StockRoom) -> None:
        room.receive("SEAL", 3)
        room.post("transfer", line("SEAL", 3, "WH1", "ROAD"), document="DB1")
        room.post("transfer", line("SEAL", 3, "ROAD", "ST1"), document="DB1")
        room.use("DB2", "SEAL", 1, at="ST1")
        assert (room.there("ST1", "SEAL"), len(room.rows(stock.old_part))) == (2, 1)
        assert room.wrong() == {}

    def test_it_uses_no_more_than_its_balance(self, room: StockRoom) -> None:
        room.receive("SEAL", 3)
        with pytest.raises(Refusal, match="0 of SEAL free"):
            room.use("DB2", "SEAL", 1, at="ST1")


class TestDisposal:
    """P17: every old part gets exactly one disposition."""

    @pytest.fixture
    def stored(self, issued: StockRoom) -> StockRoom:
        issued.use("R1", "SEAL", 2)
        issued.old("R1", "SEAL", 2, "T-1")
        return issued

    def dispose(self, room: StockRoom, disposition: str, **more: Any) -> int:
        with room.work() as tx:
            return stock.dispose(tx, tag_no="T-1", disposition=disposition, document_no="JC1", actor=SYSTEM, **more)

    @pytest.mark.parametrize(
        ("disposition", "more", "place", "state"),
        [
            ("claim", {}, "SUPPLIERS", "old"),
            ("return_customer", {}, "CUSTOMERS", "old"),
            ("scrap", {"target": "SCRAP", "reason": "开裂"}, "SCRAP", "old"),
            ("repair_reuse", {"target": "WH1"}, "WH1", "used"),
        ],
    )
    def test_it_is_carried_out_in_the_ledger_and_only_once(
        self, stored: StockRoom, disposition: str, more: dict[str, Any], place: str, state: str
    ) -> None:
        before = stored.there(place, "SEAL", state)
        assert self.dispose(stored, disposition, **more) == 2
        assert stored.there(place, "SEAL", state) == before + 2
        assert stored.there("OLD", "SEAL", "old") == 0
        assert stored.wrong() == {}
        with pytest.raises(Refusal) as refused:
            self.dispose(stored, "claim")
        assert refused.value.code == "disposed_already"

    def test_what_is_kept_stays_with_a_reason_and_a_date_and_is_decided_later(self, stored: StockRoom) -> None:
        for more, code in (({}, "reason_needed"), ({"reason": "待鉴定"}, "review_needed")):
            with pytest.raises(Refusal) as refused:
                self.dispose(stored, "keep", **more)
            assert refused.value.code == code
        self.dispose(stored, "keep", reason="待鉴定", review_on=date(2026, 4, 30))
        assert stored.there("OLD", "SEAL", "old") == 2
        self.dispose(stored, "claim")
        assert stored.wrong() == {}

    def test_an_unknown_tag_or_disposition_is_refused(self, stored: StockRoom) -> None:
        with pytest.raises(Refusal) as refused:
            self.dispose(stored, "sell")
        assert refused.value.code == "wrong_disposition"
        with pytest.raises(Refusal) as refused, stored.work() as tx:
            stock.dispose(tx, tag_no="T-9", disposition="claim", document_no="JC1", actor=SYSTEM)
        assert refused.value.code == "unknown_tag"


class TestCounting:
    def count(self, room: StockRoom, *lines: stock.Counted) -> Any:
        with room.work() as tx:
            return stock.count(tx, document_no="PD1", location="WH1", lines=lines, actor=SYSTEM)

    def test_books_that_agree_are_left_alone(self, issued: StockRoom) -> None:
        moves = len(issued.rows(stock.stock_move))
        posted, differences = self.count(issued, stock.Counted("SEAL", issued.there("WH1", "SEAL")))
        assert posted is None
        assert list(differences.values()) == [0]
        assert len(issued.rows(stock.stock_move)) == moves

    @pytest.mark.parametrize("counted", [0, 1, 4])
    def test_books_that_differ_follow_the_shelf_with_a_reason(self, issued: StockRoom, counted: int) -> None:
        line = stock.Counted("SEAL", Decimal(counted))
        with pytest.raises(Refusal) as refused:
            self.count(issued, line)
        assert refused.value.code == "reason_needed"
        self.count(issued, stock.Counted("SEAL", line.quantity, reason="盘点"))
        assert issued.there("WH1", "SEAL") == counted
        assert issued.wrong() == {}

    def test_what_is_reserved_is_not_counted_away(self, issued: StockRoom) -> None:
        issued.reserve("R2", "SEAL", 2)
        with pytest.raises(Refusal) as refused:
            self.count(issued, stock.Counted("SEAL", Decimal(1), reason="盘点"))
        assert refused.value.code == "stock_short"

    def test_nothing_is_counted_twice_or_below_zero(self, issued: StockRoom) -> None:
        one = stock.Counted("SEAL", Decimal(1), reason="盘点")
        with pytest.raises(Refusal) as refused:
            self.count(issued, one, one)
        assert refused.value.code == "counted_twice"
        with pytest.raises(Refusal) as refused:
            self.count(issued, stock.Counted("SEAL", Decimal(-1), reason="盘点"))
        assert refused.value.code == "wrong_quantity"
