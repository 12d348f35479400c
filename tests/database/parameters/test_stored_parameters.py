"""Values that people set: versions, the date they begin, and who was first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock
from app.db import Database, Transaction
from app.messages import Refusal
from app.parameters import StoredValues, clear_value, current, load, load_stored, load_values, set_value, versions
from tests.factories.budget import budget

BOOK = load(Path(__file__).parents[3] / "processes")
DAY = timedelta(days=1)
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def hands() -> Iterator[clock.ManualClock]:
    manual = clock.ManualClock(START)
    with clock.use(manual.now):
        yield manual


@pytest.fixture
def tx(hands: clock.ManualClock, database: Database) -> Iterator[Transaction]:
    with database.transaction() as work:
        yield work


def put(tx: Transaction, name: str, value: object, **more: object) -> int:
    return set_value(tx, BOOK, name, value, actor="admin", reason="试行", **more)  # type: ignore[arg-type]


class TestSettingAValue:
    def test_it_holds_at_once_for_the_company(self, tx: Transaction) -> None:
        assert put(tx, "sla.default_reply_hours", 12) == 1
        values = current(tx, BOOK)
        assert (values.value("sla.default_reply_hours"), values.origin("sla.default_reply_hours")) == (12, "company")

    def test_it_can_begin_later(self, tx: Transaction, hands: clock.ManualClock) -> None:
        put(tx, "quote.valid_days", 10, valid_from=START + timedelta(days=1))
        assert current(tx, BOOK).value("quote.valid_days") == 7
        hands.advance("P1D")
        assert current(tx, BOOK).value("quote.valid_days") == 10

    def test_the_past_can_be_asked_but_not_changed(self, tx: Transaction, hands: clock.ManualClock) -> None:
        put(tx, "quote.valid_days", 10)
        hands.advance("PT1H")
        put(tx, "quote.valid_days", 14)
        assert current(tx, BOOK, START).value("quote.valid_days") == 10
        with pytest.raises(Refusal, match="past"):
            put(tx, "quote.valid_days", 3, valid_from=START)

    def test_null_is_a_value_of_its_own(self, tx: Transaction) -> None:
        put(tx, "complaint.accept_hours", None)
        values = current(tx, BOOK)
        assert values.value("complaint.accept_hours") is None
        assert values.origin("complaint.accept_hours") == "company"

    def test_lists_and_maps_come_back_as_they_went_in(self, tx: Transaction) -> None:
        put(tx, "calendar.work_hours", ["13:30-17:30", "08:00-12:00"])
        put(tx, "lane.map", {"cs_supervisor": ["store_manager", "li_si"]})
        values = current(tx, BOOK)
        assert values.value("calendar.work_hours") == ["08:00-12:00", "13:30-17:30"]
        assert values.value("lane.map") == {"cs_supervisor": ["store_manager", "li_si"]}

    def test_a_wrong_value_an_unknown_name_and_an_unknown_scope_are_refused(self, tx: Transaction) -> None:
        for name, value, scope in [("kpi.k06", 101, "company"), ("kpi.k99", 1, "company"), ("kpi.k06", 80, "gold")]:
            with pytest.raises(Refusal):
                put(tx, name, value, scope=scope)
        assert load_values(tx) == {}

    def test_a_change_without_a_reason_is_refused(self, tx: Transaction) -> None:
        with pytest.raises(Refusal, match="reason"):
            set_value(tx, BOOK, "kpi.k06", 80, actor="admin", reason="  ")


class TestVersions:
    def test_every_change_is_kept_with_actor_and_reason(self, tx: Transaction, hands: clock.ManualClock) -> None:
        put(tx, "kpi.k06", 80)
        hands.advance("PT1M")
        put(tx, "kpi.k06", 82)
        kept = versions(tx, "kpi.k06")
        assert [(row.version, row.value, row.actor, row.reason) for row in kept] == [
            (2, 82, "admin", "试行"),
            (1, 80, "admin", "试行"),
        ]

    def test_who_looked_at_an_outdated_version_is_refused(self, tx: Transaction) -> None:
        put(tx, "kpi.k06", 80, expected_version=0)
        with pytest.raises(Refusal) as refused:
            put(tx, "kpi.k06", 90, expected_version=0)
        assert refused.value.code == "changed_meanwhile"

    def test_a_cleared_value_lets_profile_and_default_hold_again(self, tx: Transaction) -> None:
        put(tx, "kpi.k06", 80)
        assert clear_value(tx, BOOK, "kpi.k06", actor="admin", reason="试行结束") == 2
        assert current(tx, BOOK).origin("kpi.k06") == "default"

    def test_of_two_versions_the_one_that_begins_later_holds_later(
        self, tx: Transaction, hands: clock.ManualClock
    ) -> None:
        put(tx, "kpi.k06", 70, valid_from=START + timedelta(days=10))
        put(tx, "kpi.k06", 60, valid_from=START + timedelta(days=5))
        hands.advance("P6D")
        assert current(tx, BOOK).value("kpi.k06") == 60
        hands.advance("P6D")
        assert current(tx, BOOK).value("kpi.k06") == 70


class TestAnyMoment:
    def test_what_was_in_force_is_answered_from_memory(self, tx: Transaction, hands: clock.ManualClock) -> None:
        put(tx, "kpi.k06", 80)
        hands.advance("P1D")
        put(tx, "kpi.k06", 82)
        hands.advance("P1D")
        clear_value(tx, BOOK, "kpi.k06", actor="admin", reason="完")
        put(tx, "quote.valid_days", 9, valid_from=START + timedelta(days=30))
        stored = load_stored(tx)
        key = ("kpi.k06", "company")
        asked = [START - timedelta(seconds=1), START, START + timedelta(hours=23), START + timedelta(days=1)]
        assert [stored.at(moment).get(key) for moment in asked] == [None, 80, 80, 82]
        assert stored.at(START + timedelta(days=2)) == {}
        assert stored.at(START + timedelta(days=30)) == {("quote.valid_days", "company"): 9}
        assert stored.reached(START) == stored.reached(START + timedelta(hours=23)) == 1

    @budget(40)
    @given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5), st.booleans()), max_size=8), st.integers(0, 12))
    def test_the_latest_change_that_has_begun_holds(self, changes: list[tuple[int, int, bool]], asked: int) -> None:
        rows = [
            SimpleNamespace(name="a", scope="company", value=value, cleared=cleared, valid_from=START + begins * DAY)
            for begins, value, cleared in sorted(changes, key=lambda change: change[0])
        ]
        held: dict[tuple[str, str], int] = {}
        for row in rows:
            if row.valid_from <= START + asked * DAY:
                held = {} if row.cleared else {("a", "company"): row.value}
        assert StoredValues(rows).at(START + asked * DAY) == held  # type: ignore[arg-type]


class TestTheCompanysProfile:
    def test_it_decides_the_layer_below_the_companys_own_values(self, tx: Transaction) -> None:
        put(tx, "company.profile", "bus_maker")
        values = current(tx, BOOK)
        assert values.profile == "bus_maker"
        assert values.value("company.profile") == "bus_maker"
        assert values.origin("paid.leader_approval") == "profile"

    def test_a_value_set_for_a_profile_holds_only_under_it(self, tx: Transaction) -> None:
        put(tx, "returns.refund_within_days", 20, scope="machinery")
        assert current(tx, BOOK).value("returns.refund_within_days") == 0
        put(tx, "company.profile", "machinery")
        values = current(tx, BOOK)
        assert (values.value("returns.refund_within_days"), values.origin("returns.refund_within_days")) == (
            20,
            "profile_override",
        )
