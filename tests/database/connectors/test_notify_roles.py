"""`notify_roles`: the holders of roles find a notice in the case log (P03.11, GR07)."""

from __future__ import annotations

import pytest
from connector_bench import Bench

from app.db import Transaction
from app.identity import nearest_queue
from app.messages import Refusal

PATH = "/C1/R1/O1/"


def queue(bench: Bench, role: str) -> int:
    def nearest(tx: Transaction) -> int:
        return nearest_queue(tx, role, PATH).id

    with bench.company.step() as tx:
        return nearest(tx)


def test_the_notice_names_roles_queues_and_the_element(bench: Bench) -> None:
    told = bench.run("notify_roles", headers={"roles": "cs_supervisor hotline_agent"}, element_name="通知客服主管")
    (event,) = bench.history("notice")
    assert event.data == {
        "roles": ["cs_supervisor", "hotline_agent"],
        "queues": {"cs_supervisor": queue(bench, "cs_supervisor"), "hotline_agent": queue(bench, "hotline_agent")},
        "topic": "通知客服主管",
    }
    assert told == {"notified_at": "2026-03-02T09:00:00+08:00"}


def test_a_role_without_holders_at_the_outlet_is_told_further_up(bench: Bench) -> None:
    bench.run("notify_roles", headers={"roles": "quality_dept"})
    (event,) = bench.history("notice")
    assert event.data["queues"] == {"quality_dept": queue(bench, "quality_dept")}


def test_a_task_that_names_nobody_is_refused_with_a_sentence(bench: Bench) -> None:
    with pytest.raises(Refusal) as refused:
        bench.run("notify_roles", element_name="通知")
    assert refused.value.message.zh == "“通知”没有写明 roles。"
