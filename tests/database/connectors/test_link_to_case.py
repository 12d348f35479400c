"""`link_to_case`: the second contact stands in the history of the open case (D17 row 2)."""

from __future__ import annotations

import pytest
from connector_bench import CASE, Bench

from app.messages import Refusal

OPEN = "FW2026900002"
CONTACT = {
    "open_case_no": OPEN,
    "open_case_owner": "hotline_agent_2",
    "contact_no": "LDO12026000009",
    "content": "还没有人来修",
}


def test_the_open_case_tells_of_the_contact_and_whom_it_concerns(bench: Bench) -> None:
    bench.run("link_to_case", CONTACT, by="hotline_agent_1")
    (event,) = bench.history("contact_linked", OPEN)
    assert event.actor_name == "客服甲"
    assert event.data == {
        "contact_no": "LDO12026000009",
        "content": "还没有人来修",
        "told": "hotline_agent_2",
        "from_case": CASE,
    }


def test_the_contact_knows_when_it_was_linked(bench: Bench) -> None:
    assert bench.run("link_to_case", CONTACT) == {"linked_at": "2026-03-02T09:00:00+08:00"}


def test_without_an_open_case_nothing_is_linked(bench: Bench) -> None:
    with pytest.raises(Refusal) as refused:
        bench.run("link_to_case", {**CONTACT, "open_case_no": None})
    assert refused.value.code == "no_open_case"
