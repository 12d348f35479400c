"""`void_signature`: a correction after signing needs a new signature; the old version stays, void (GR02)."""

from __future__ import annotations

from connector_bench import REPORT, Bench
from sqlalchemy import select

from app.aftersales import signed_content

CLEARED = {"content_hash": None, "customer_signature": None, "signer_name": None, "signed_at": None}


def test_the_signed_version_stays_and_is_void(bench: Bench) -> None:
    bench.run("freeze_signature", REPORT)
    bench.run("void_signature", {"report_no": REPORT["report_no"]})
    (row,) = bench.rows(select(signed_content))
    assert (row.voided_at, row.void_reason) == (bench.clock.now(), "补充处理后重新签字")


def test_hash_and_signature_are_cleared_for_the_next_one(bench: Bench) -> None:
    bench.run("freeze_signature", REPORT)
    assert bench.run("void_signature", {"report_no": REPORT["report_no"]}) == CLEARED


def test_history_tells_which_hash_was_voided_and_by_whom(bench: Bench) -> None:
    digest = bench.run("freeze_signature", REPORT)["content_hash"]
    given = {"report_no": REPORT["report_no"], "content_hash": digest}
    bench.run("void_signature", given, by="service_engineer_1")
    (event,) = bench.history("signature_voided")
    assert event.data == given
    assert event.actor_name == "维修员甲"


def test_the_next_signature_is_the_next_version(bench: Bench) -> None:
    bench.run("freeze_signature", REPORT)
    bench.run("void_signature", {"report_no": REPORT["report_no"]})
    assert bench.run("freeze_signature", REPORT)["signed_version"] == 2


def test_when_nothing_was_signed_nothing_is_on_record(bench: Bench) -> None:
    assert bench.run("void_signature", {"report_no": REPORT["report_no"]}) == CLEARED
    assert bench.history("signature_voided") == []


def test_a_report_without_a_number_was_never_signed(bench: Bench) -> None:
    assert bench.run("void_signature", {}) == CLEARED


def test_another_report_keeps_its_signature(bench: Bench) -> None:
    bench.run("freeze_signature", REPORT)
    bench.run("void_signature", {"report_no": "BG2026000099"})
    (row,) = bench.rows(select(signed_content))
    assert row.voided_at is None
