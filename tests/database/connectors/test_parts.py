"""The parts connectors: a requisition from its reservation to its write-off, each in the transaction of its step."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from connector_bench import CASE, Bench
from sqlalchemy import insert, select, update

from app.aftersales import stock
from app.connectors import INLINE
from app.connectors.part_lines import ERRORS
from app.engine import BpmnError, JobCall
from app.identity import SYSTEM
from app.messages import Refusal

KEEPER, ENGINEER = "warehouse_keeper_1", "service_engineer_1"
SEAL = "P-0001"


class PartsBench(Bench):
    """A bench with a warehouse, a van and an old-part store."""

    def open_ledger(self) -> None:
        with self.company.step() as tx:
            path = self.calling(tx).unit_path
            for code, kind, holder in (
                ("T-WH", "warehouse", None),
                ("T-OLD", "old_parts", None),
                ("T-SCRAP", "scrap", None),
                ("T-ROAD", "in_transit", None),
            ):
                stock.add_location(tx, code=code, kind=kind, name=code, unit_path=path, holder=holder, actor=SYSTEM)
        self.do("receive_parts", "JS1", [{"part_no": SEAL, "qty": 5, "unit_price": 8.5}], to_location="T-WH")

    def do(
        self, job_type: str, document: str, lines: list[dict[str, Any]] | None = None, **more: Any
    ) -> dict[str, Any]:
        variables = {"document_no": document, "holder": ENGINEER, "from_location": FROM.get(job_type), **more}
        if lines is not None:
            variables["lines"] = lines
        return self.run(job_type, variables, by=KEEPER)

    def issued(self, quantity: int = 3, document: str = "LL1") -> None:
        self.do("issue_parts", document, [{"part_no": SEAL, "qty": quantity}])

    def moves(self) -> list[Any]:
        return self.rows(select(stock.stock_move).order_by(stock.stock_move.c.id))

    def there(self, code: str) -> Any:
        joined = stock.stock_balance.join(
            stock.stock_location, stock.stock_location.c.id == stock.stock_balance.c.location_id
        )
        query = select(stock.stock_balance.c.quantity).select_from(joined).where(stock.stock_location.c.code == code)
        return sum(row.quantity for row in self.rows(query))


SIGNED = {"writeoff_no": "XZ1", "report_signed": True, "leader_agreed": True}
FROM = {"reserve_parts": "T-WH", "issue_parts": "T-WH", "transfer_parts": "T-WH"}


@pytest.fixture
def parts(company: Any) -> PartsBench:
    bench = PartsBench(company)
    bench.open_ledger()
    return bench


class TestARequisition:
    def test_from_the_reservation_to_the_write_off(self, parts: PartsBench) -> None:
        lines = [{"part_no": SEAL, "qty": 3}]
        assert parts.do("reserve_parts", "LL1", lines) == {"reserved_qty": 3}
        issued = parts.do("issue_parts", "LL1", lines)
        assert issued["moved_amount"] == 25.5
        assert issued["moved_lines"] == [{"part_no": SEAL, "qty": 3, "batch": "", "serial_no": "", "amount": 25.5}]
        used = parts.do("use_parts", "LL1", [{"part_no": SEAL, "qty": 2}], report_no="BG1")
        assert (used["moved_amount"], used["old_parts_due"]) == (17, 2)
        old = [{"part_no": SEAL, "qty": 2, "condition": "damaged", "tag_no": "BG1-1"}]
        unused = [{"part_no": SEAL, "qty": 1}]
        back = parts.do(
            "return_parts", "LL1", unused_lines=unused, old_lines=old, to_location="T-WH", old_location="T-OLD"
        )
        assert back == {"returned_qty": 1, "old_qty": 2}
        (line,) = parts.do("reconcile_parts", "LL1")["reconciled_lines"]
        assert line == {
            "part_no": SEAL, "issued_qty": 3, "used_qty": 2, "unused_qty": 1, "lost_qty": 0, "old_qty": 2,
            "diff_qty": 0, "old_missing_qty": 0, "balanced": True,
        }  # fmt: skip
        written_off = parts.do("write_off_parts", "LL1", writeoff_no="XZ1", report_signed=True, leader_agreed=True)
        assert written_off["parts_balanced"] is True
        assert {move.case_no for move in parts.moves()[-4:]} == {CASE}
        assert parts.moves()[-1].actor_name == parts.company.person(KEEPER).name
        disposed = parts.do(
            "dispose_old_part", "JC1", tag_no="BG1-1", disposition="scrap", reason="开裂", to_location="T-SCRAP"
        )
        assert disposed == {"disposed_qty": 2}
        with parts.company.db.reading() as tx:
            assert list(stock.findings(tx)) == []

    @pytest.mark.parametrize("missing", ["report_signed", "leader_agreed"])
    def test_nothing_is_written_off_without_signature_and_agreement(self, parts: PartsBench, missing: str) -> None:
        parts.issued()
        told = {"report_signed": True, "leader_agreed": True, missing: False}
        with pytest.raises(Refusal) as refused:
            parts.do("write_off_parts", "LL1", writeoff_no="XZ1", **told)
        assert (refused.value.code, refused.value.field) == ("blocked", missing)

    def test_what_is_missing_is_settled_with_a_reason(self, parts: PartsBench) -> None:
        parts.issued(2)
        parts.do("use_parts", "LL1", [{"part_no": SEAL, "qty": 1}])
        settled = parts.do(
            "charge_parts", "LL1", [{"part_no": SEAL, "qty": 1}], missing_old_lines=[{"part_no": SEAL, "qty": 1}],
            reason="途中遗失", approved_by="领导甲",
        )  # fmt: skip
        assert settled == {"charged_amount": 8.5}
        assert parts.do("reconcile_parts", "LL1")["parts_balanced"] is True

    def test_what_was_reserved_and_is_not_needed_is_free_again(self, parts: PartsBench) -> None:
        parts.do("reserve_parts", "LL1", [{"part_no": SEAL, "qty": 5}])
        assert parts.do("release_parts", "LL1") == {"released_qty": 5}
        parts.issued(5, "LL2")


class TestPlaces:
    def test_parts_go_over_the_road(self, parts: PartsBench) -> None:
        parts.do("transfer_parts", "DB1", [{"part_no": SEAL, "qty": 2}], to_location="T-ROAD")
        assert (parts.there("T-WH"), parts.there("T-ROAD")) == (3, 2)

    def test_books_follow_a_count(self, parts: PartsBench) -> None:
        counted = [{"part_no": SEAL, "counted_qty": 4, "reason": "盘亏"}]
        told = parts.do("count_parts", "PD1", counted, location="T-WH")
        assert told == {"count_differences": [{"part_no": SEAL, "batch": "", "difference": -1}], "books_agree": False}
        assert parts.do("count_parts", "PD2", counted, location="T-WH")["books_agree"] is True

    def test_the_outlets_own_warehouse_is_meant_when_none_is_named(self, parts: PartsBench) -> None:
        before = parts.there("O1-warehouse"), parts.there("O2-warehouse")
        parts.do("receive_parts", "JS2", [{"part_no": SEAL, "qty": 1}])
        assert (parts.there("O1-warehouse"), parts.there("O2-warehouse")) == (before[0] + 1, before[1])

    def test_and_that_of_the_unit_above_when_it_has_none(self, parts: PartsBench) -> None:
        with parts.company.step() as tx:
            assert stock.nearest(tx, "warehouse", "/C1/R1/O1/X1/") == "O1-warehouse"
            with pytest.raises(Refusal, match="仓库"):
                stock.nearest(tx, "warehouse", "/C9/")


class TestKeptApart:
    def test_what_is_defective_stands_apart_and_never_leaves(self, parts: PartsBench) -> None:
        told = parts.do("set_apart_parts", "RK1", [{"part_no": SEAL, "qty": 2}], location="T-WH", reason="开裂")
        assert told["moved_amount"] == 17
        held = parts.do("look_up_stock", "", location="T-WH")
        assert held["stock_location"] == "T-WH"
        assert {line["state"]: line["qty"] for line in held["stock_lines"]} == {"new": 3, "bad": 2}
        with pytest.raises(BpmnError, match="只有 3"):
            parts.do("issue_parts", "LL1", [{"part_no": SEAL, "qty": 4}])
        for job in ("issue_parts", "set_apart_parts"):
            with pytest.raises(Refusal, match="kept apart"):
                parts.do(job, "LL1", [{"part_no": SEAL, "qty": 1, "state": "bad"}], location="T-WH")
        with parts.company.db.reading() as tx:
            assert list(stock.findings(tx)) == []

    def test_the_stock_of_one_part_is_told_with_its_name_and_last_day(self, parts: PartsBench) -> None:
        with parts.company.step() as tx:
            tx.execute(insert(stock.part).values(part_no="OIL", name="机油", spec="5W", tracking="batch"))
        parts.do("receive_parts", "JS2", [{"part_no": "OIL", "qty": 2, "batch": "A", "unit_price": 30}])
        with parts.company.step() as tx:
            tx.execute(insert(stock.part_batch).values(part_no="OIL", batch="A", expires_on=date(2026, 3, 9)))
        (line,) = parts.do("look_up_stock", "", [{"part_no": "OIL"}])["stock_lines"]
        assert line == {
            "part_no": "OIL", "part_name": "机油", "spec": "5W", "state": "new", "batch": "A", "serial_no": "",
            "qty": 2, "reserved": 0, "value": 60, "expires_on": "2026-03-09",
        }  # fmt: skip

    def test_a_kind_of_place_finds_the_nearest_one(self, parts: PartsBench) -> None:
        assert parts.run("look_up_stock", {"kind": "in_transit"})["stock_location"] == "O1-in_transit"

    def test_an_unknown_place_is_refused(self, parts: PartsBench) -> None:
        with pytest.raises(Refusal) as refused:
            parts.run("look_up_stock", {"location": "NOWHERE"})
        assert refused.value.code == "unknown_location"


class TestACountSheet:
    def test_lists_the_books_and_keeps_what_was_counted(self, parts: PartsBench) -> None:
        first = parts.do("compare_count", "", location="T-WH")
        (line,) = first["count_lines"]
        assert line == {
            "part_no": SEAL, "batch": "", "serial_no": "", "state": "new", "book_qty": 5, "counted_qty": None,
            "quality": "ok", "expiry": None, "reason": None,
        }  # fmt: skip
        assert (first["count_location"], first["books_moved"]) == ("T-WH", True)
        counted = [{**line, "counted_qty": 5}]
        agreed = parts.do("compare_count", "", counted, location="T-WH")
        assert (agreed["books_moved"], agreed["count_differs"]) == (False, False)
        parts.issued(2)
        moved = parts.do("compare_count", "", counted, location="T-WH")
        assert (moved["books_moved"], moved["count_lines"][0]["book_qty"]) == (True, 3)
        assert moved["count_lines"][0]["counted_qty"] == 5

    def test_what_the_books_do_not_have_stays_below(self, parts: PartsBench) -> None:
        (line,) = parts.do("compare_count", "", location="T-WH")["count_lines"]
        beside = {"part_no": "P-0002", "counted_qty": 1, "reason": "多一台"}
        told = parts.do("compare_count", "", [{**line, "counted_qty": 5}, beside], location="T-WH")
        assert [row["part_no"] for row in told["count_lines"]] == [SEAL, "P-0002"]
        assert told["count_lines"][1]["book_qty"] == 0
        assert (told["books_moved"], told["count_differs"]) == (False, True)

    def test_what_has_expired_or_stands_apart_is_not_good(self, parts: PartsBench) -> None:
        with parts.company.step() as tx:
            tx.execute(insert(stock.part).values(part_no="OIL", name="机油", spec="", tracking="batch"))
        parts.do("receive_parts", "JS2", [{"part_no": "OIL", "qty": 2, "batch": "A"}], to_location="T-WH")
        with parts.company.step() as tx:
            tx.execute(insert(stock.part_batch).values(part_no="OIL", batch="A", expires_on=date(2026, 3, 1)))
        parts.do("set_apart_parts", "PD1", [{"part_no": SEAL, "qty": 1}], location="T-WH")
        lines = parts.do("compare_count", "", location="T-WH")["count_lines"]
        assert {(row["part_no"], row["state"]): row["quality"] for row in lines} == {
            ("OIL", "new"): "expired", (SEAL, "bad"): "damaged", (SEAL, "new"): "ok",
        }  # fmt: skip
        counted = [{**row, "counted_qty": row["book_qty"]} for row in lines]
        assert parts.do("compare_count", "", counted, location="T-WH")["count_differs"] is True
        good = [{**row, "quality": "ok" if row["state"] == "new" else row["quality"]} for row in counted]
        assert parts.do("compare_count", "", good, location="T-WH")["count_differs"] is False


SEARCH = {"served": "onsite_service", "facts": "responsibility payer"}


class TestOldPartsInTheStore:
    def stored(self, parts: PartsBench) -> None:
        parts.issued(2)
        parts.do("use_parts", "LL1", [{"part_no": SEAL, "qty": 2}], report_no="BG1")
        old = [{"part_no": SEAL, "qty": 2, "condition": "damaged", "tag_no": "BQ-1"}]
        parts.do("return_parts", "LL1", old_lines=old, old_location="T-OLD")

    def listed(self, parts: PartsBench) -> list[dict[str, Any]]:
        told = parts.run("list_old_parts", {"location": "T-OLD"}, SEARCH)["old_parts"]
        assert isinstance(told, list)
        return told

    def test_are_listed_tag_by_tag(self, parts: PartsBench) -> None:
        self.stored(parts)
        (line,) = self.listed(parts)
        assert line == {
            "tag_no": "BQ-1", "part_no": SEAL, "part_name": "车门密封胶条", "qty": 2, "condition": "damaged",
            "document_no": "LL1", "case_no": CASE, "report_no": "BG1", "received_at": "2026-03-02T09:00:00+08:00",
            "disposition": None, "reason": None, "review_date": None, "facts": {"responsibility": None, "payer": None},
        }  # fmt: skip

    def test_come_with_facts_of_their_case(self, parts: PartsBench) -> None:
        case_no = parts.hand_over("onsite_service", responsibility="supplier", payer="company").case_no
        self.stored(parts)
        with parts.company.step() as tx:
            tx.execute(update(stock.old_part).values(case_no=case_no))
        assert self.listed(parts)[0]["facts"] == {"responsibility": "supplier", "payer": "company"}

    def test_stand_under_one_claim_until_it_lets_them_go(self, parts: PartsBench) -> None:
        self.stored(parts)
        for _ in range(2):
            assert parts.do("earmark_old_part", "SP1", tag_no="BQ-1") == {"earmarked_qty": 2}
        assert (self.listed(parts)[0]["disposition"], self.listed(parts)[0]["reason"]) == ("claim", "SP1")
        with pytest.raises(BpmnError, match="SP1"):
            parts.do("earmark_old_part", "SP2", tag_no="BQ-1")
        with pytest.raises(BpmnError, match="正在索赔"):
            parts.do("dispose_old_part", "JC1", tag_no="BQ-1", disposition="scrap", reason="坏", to_location="T-SCRAP")
        assert parts.do("let_old_parts_go", "SP2") == {"let_go_qty": 0}
        assert parts.do("let_old_parts_go", "SP1") == {"let_go_qty": 2}
        assert parts.do("earmark_old_part", "SP2", tag_no="BQ-1") == {"earmarked_qty": 2}
        assert parts.do("dispose_old_part", "SP2", tag_no="BQ-1", disposition="claim") == {"disposed_qty": 2}
        assert self.listed(parts) == []

    @pytest.mark.parametrize(("tag", "code"), [("BQ-9", "UNKNOWN_TAG"), ("BQ-1", "DISPOSED_ALREADY")])
    def test_only_what_lies_there_is_set_aside(self, parts: PartsBench, tag: str, code: str) -> None:
        self.stored(parts)
        parts.do("dispose_old_part", "JC1", tag_no="BQ-1", disposition="claim")
        with pytest.raises(BpmnError) as thrown:
            parts.do("earmark_old_part", "SP1", tag_no=tag)
        assert thrown.value.code == code


class TestErrors:
    @pytest.mark.parametrize(
        ("code", "job_type", "document", "given"),
        [
            ("STOCK_SHORT", "issue_parts", "LL2", {"lines": [{"part_no": SEAL, "qty": 9}]}),
            ("STOCK_SHORT", "reserve_parts", "LL2", {"lines": [{"part_no": SEAL, "qty": 9}]}),
            ("UNKNOWN_PART", "issue_parts", "LL2", {"lines": [{"part_no": "NO", "qty": 1}]}),
            ("UNKNOWN_ISSUE", "use_parts", "LL9", {"lines": [{"part_no": SEAL, "qty": 1}]}),
            ("MORE_THAN_ISSUED", "use_parts", "LL1", {"lines": [{"part_no": SEAL, "qty": 4}]}),
            ("NOT_BALANCED", "write_off_parts", "LL1", SIGNED),
            ("UNKNOWN_TAG", "dispose_old_part", "JC1", {"tag_no": "?", "disposition": "claim"}),
        ],
    )  # fmt: skip
    def test_what_a_diagram_can_go_on_from_is_a_bpmn_error(
        self, parts: PartsBench, code: str, job_type: str, document: str, given: dict[str, Any]
    ) -> None:
        parts.issued()
        moves = len(parts.moves())
        with pytest.raises(BpmnError) as thrown:
            parts.do(job_type, document, **given)
        assert (thrown.value.code, type(thrown.value.otherwise)) == (code, Refusal)
        assert code in ERRORS
        assert len(parts.moves()) == moves

    def test_a_caught_error_takes_back_what_the_connector_has_written(self, parts: PartsBench) -> None:
        """The unused part would have come back before the old part was refused."""
        parts.issued()
        old = [{"part_no": SEAL, "qty": 1, "condition": "damaged", "tag_no": "T"}]
        variables = {
            "document_no": "LL1",
            "holder": ENGINEER,
            "unused_lines": [{"part_no": SEAL, "qty": 1}],
            "old_lines": old,
        }
        with parts.company.step() as tx, pytest.raises(BpmnError) as thrown:
            INLINE["return_parts"](parts.calling(tx, by=KEEPER), JobCall("return_parts", variables=variables))
        assert thrown.value.code == "OLD_PART_NOT_DUE"
        assert parts.there("van-service_engineer_1") == 3

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"lines": []}, "nothing_to_move"),
            ({"lines": "two seals"}, "wrong_lines"),
            ({"lines": [{"part_no": SEAL}]}, "wrong_quantity"),
            ({"lines": [{"part_no": SEAL, "qty": 1}], "document_no": " "}, "no_document"),
            ({"lines": [{"part_no": SEAL, "qty": 1}], "from_location": "NOWHERE"}, "unknown_location"),
            ({"lines": [{"part_no": SEAL, "qty": 1}], "holder": "nobody"}, "unknown_location"),
        ],
    )
    def test_every_other_mistake_refuses_the_step_with_a_sentence(
        self, parts: PartsBench, given: dict[str, Any], code: str
    ) -> None:
        with pytest.raises(Refusal) as refused:
            parts.run("issue_parts", {"document_no": "LL1", "holder": ENGINEER, "from_location": "T-WH", **given})
        assert refused.value.code == code


def test_a_part_may_be_kept_by_batch(parts: PartsBench) -> None:
    with parts.company.step() as tx:
        tx.execute(insert(stock.part).values(part_no="OIL", name="机油", tracking="batch", old_part_duty=False))
    parts.do("receive_parts", "JS2", [{"part_no": "OIL", "qty": 0.5, "batch": "A"}], to_location="T-WH")
    assert parts.do("issue_parts", "LL3", [{"part_no": "OIL", "qty": 0.5}])["moved_lines"][0]["batch"] == "A"
