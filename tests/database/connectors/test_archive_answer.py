"""`archive_answer`: no contact ends without its answer on record (P01.10, GR06)."""

from __future__ import annotations

import pytest
from connector_bench import Bench

from app.messages import Refusal

ANSWER = {"reply_text": "保养周期为一万公里。", "reply_file": "file-1"}


def test_an_answer_gets_an_archive_number_of_the_year(bench: Bench) -> None:
    assert bench.run("archive_answer", ANSWER) == {"archive_no": "DA2026000001"}


def test_archive_numbers_follow_each_other(bench: Bench) -> None:
    assert [bench.run("archive_answer", ANSWER)["archive_no"][-2:] for _ in range(3)] == ["01", "02", "03"]


def test_answers_and_reports_share_the_archive(bench: Bench) -> None:
    bench.run("archive_answer", ANSWER)
    assert bench.run("archive_report", {"report_no": "BG2026000001"}) == {"archive_no": "DA2026000002"}


def test_history_keeps_the_answer(bench: Bench) -> None:
    bench.run("archive_answer", ANSWER, by="hotline_agent_1")
    (event,) = bench.history("answer_archived")
    assert event.data == {"archive_no": "DA2026000001", **ANSWER}
    assert event.actor_name == "客服甲"


@pytest.mark.parametrize("text", [None, "", "   \n"])
def test_a_contact_without_an_answer_is_refused(bench: Bench, text: str | None) -> None:
    with pytest.raises(Refusal) as refused:
        bench.run("archive_answer", {"reply_text": text})
    assert (refused.value.code, refused.value.field) == ("no_answer", "reply_text")
    assert refused.value.message.zh == "没有回复内容，不能存档。"


def test_a_refusal_takes_no_number(bench: Bench) -> None:
    with pytest.raises(Refusal):
        bench.run("archive_answer", {})
    assert bench.run("archive_answer", ANSWER)["archive_no"] == "DA2026000001"
