"""`archive_report`: an approved report is archived only as it was signed (GR02)."""

from __future__ import annotations

from typing import Any

import pytest
from connector_bench import REPORT, Bench
from sqlalchemy import update

from app.aftersales import signed_content
from app.engine import BpmnError

NUMBER = REPORT["report_no"]


def signed(bench: Bench) -> dict[str, Any]:
    return {"report_no": NUMBER, "content_hash": bench.run("freeze_signature", REPORT)["content_hash"]}


def alter(bench: Bench, **values: Any) -> None:
    """Somebody changes a row in the database itself."""
    with bench.company.step() as tx:
        tx.execute(update(signed_content).values(**values))


class TestArchived:
    def test_a_signed_report_gets_an_archive_number_of_the_year(self, bench: Bench) -> None:
        assert bench.run("archive_report", signed(bench)) == {"archive_no": "DA2026000001"}

    def test_history_keeps_number_and_hash(self, bench: Bench) -> None:
        given = signed(bench)
        bench.run("archive_report", given, by="department_leader_1")
        (event,) = bench.history("report_archived")
        assert event.data == {**given, "archive_no": "DA2026000001"}

    def test_a_report_that_the_customer_refused_to_sign_is_archived_unsigned(self, bench: Bench) -> None:
        assert bench.run("archive_report", {"report_no": NUMBER, "content_hash": None})["archive_no"]

    def test_after_a_correction_the_new_version_counts(self, bench: Bench) -> None:
        signed(bench)
        bench.run("void_signature", {"report_no": NUMBER})
        assert bench.run("archive_report", signed(bench))["archive_no"]


class TestChanged:
    def refused(self, bench: Bench, given: dict[str, Any]) -> None:
        with pytest.raises(BpmnError) as thrown:
            bench.run("archive_report", given)
        assert thrown.value.code == "SIGNED_CONTENT_CHANGED"
        assert bench.history("report_archived") == []

    def test_content_that_was_altered_in_the_database(self, bench: Bench) -> None:
        given = signed(bench)
        alter(bench, content='{"form":"onsite_service.service_report","values":{"work_done":"未修"}}')
        self.refused(bench, given)

    def test_content_and_digest_that_were_altered_together(self, bench: Bench) -> None:
        """The hash that the case carries does not fit any more."""
        given = signed(bench)
        alter(bench, content="{}", digest="44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
        self.refused(bench, given)

    def test_a_hash_of_the_case_that_is_another(self, bench: Bench) -> None:
        self.refused(bench, {**signed(bench), "content_hash": "0" * 64})

    def test_a_hash_that_the_case_has_lost(self, bench: Bench) -> None:
        self.refused(bench, {**signed(bench), "content_hash": None})

    def test_a_version_that_was_voided(self, bench: Bench) -> None:
        given = signed(bench)
        bench.run("void_signature", {"report_no": NUMBER})
        self.refused(bench, given)

    def test_a_hash_of_a_report_that_nobody_signed(self, bench: Bench) -> None:
        self.refused(bench, {"report_no": NUMBER, "content_hash": "0" * 64})

    def test_no_archive_number_is_used_up(self, bench: Bench) -> None:
        self.refused(bench, {"report_no": NUMBER, "content_hash": "0" * 64})
        assert bench.run("archive_report", signed(bench))["archive_no"] == "DA2026000001"
