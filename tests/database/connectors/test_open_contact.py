"""`open_contact`: a contact is stamped by the database as it is opened (readings 11)."""

from __future__ import annotations

from connector_bench import Bench

NOW = "2026-03-02T09:00:00+08:00"


class TestStamp:
    def test_a_call_is_received_and_opened_now(self, bench: Bench) -> None:
        stamped = bench.run("open_contact", {"starter": "hotline_agent_1"}, by="hotline_agent_1")
        assert stamped == {
            "opened_at": NOW,
            "received_at": NOW,
            "backdated": False,
            "first_responder": "hotline_agent_1",
        }

    def test_a_letter_keeps_the_day_it_came_and_is_marked_as_entered_later(self, bench: Bench) -> None:
        given = {"starter": "hotline_agent_1", "received_at": "2026-02-27T16:00:00+08:00"}
        stamped = bench.run("open_contact", given, by="hotline_agent_1")
        assert stamped["received_at"] == "2026-02-27T16:00:00+08:00"
        assert stamped["opened_at"] == NOW
        assert stamped["backdated"] is True

    def test_a_receipt_at_this_very_moment_is_not_later(self, bench: Bench) -> None:
        stamped = bench.run("open_contact", {"received_at": "2026-03-02T01:00:00+00:00"}, by="hotline_agent_1")
        assert stamped["backdated"] is False

    def test_a_moment_without_offset_is_local_time(self, bench: Bench) -> None:
        """A message from another system may leave the offset out."""
        stamped = bench.run("open_contact", {"received_at": "2026-03-02T08:00:00"})
        assert stamped["received_at"] == "2026-03-02T08:00:00+08:00"
        assert stamped["backdated"] is True


class TestFirstResponder:
    def test_who_is_given_stays(self, bench: Bench) -> None:
        given = {"starter": "hotline_agent_1", "first_responder": "hotline_agent_2"}
        assert bench.run("open_contact", given, by="hotline_agent_1")["first_responder"] == "hotline_agent_2"

    def test_a_contact_that_the_system_opened_has_none_yet(self, bench: Bench) -> None:
        """Whoever registers it becomes the first responder (GR08)."""
        assert bench.run("open_contact", {"starter": "system"})["first_responder"] is None
