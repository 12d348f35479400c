"""`next_weekend_slots`: Saturdays and Sundays on which an engineer could go (P04.8)."""

from __future__ import annotations

from datetime import date, datetime

from connector_bench import Bench

from app.identity import SYSTEM, add_deputy, set_skills

BOTH = ("service_engineer_1", "service_engineer_2")


def slots(bench: Bench, planned: str | None = "2026-03-03", skill: str | None = "body", unit: str = "O1") -> list[str]:
    given = {"planned_date": planned, "required_skill": skill}
    found: list[str] = bench.run("next_weekend_slots", given, unit=unit)["weekend_slots"]
    return found


def away(bench: Bench, login: str, from_day: str, until_day: str) -> None:
    with bench.company.step() as tx:
        add_deputy(
            tx,
            actor=SYSTEM,
            login=login,
            deputy_login="department_leader_1",
            from_at=datetime.fromisoformat(f"{from_day}T00:00:00+08:00"),
            until_at=datetime.fromisoformat(f"{until_day}T00:00:00+08:00"),
        )


def test_the_next_four_weekend_days_the_nearest_first(bench: Bench) -> None:
    assert slots(bench) == ["2026-03-07", "2026-03-08", "2026-03-14", "2026-03-15"]


def test_a_planned_weekend_day_is_itself_a_slot(bench: Bench) -> None:
    assert slots(bench, "2026-03-08")[0] == "2026-03-08"


def test_a_planned_moment_counts_by_its_day(bench: Bench) -> None:
    assert slots(bench, "2026-03-08T09:30:00+08:00")[0] == "2026-03-08"


def test_no_slot_lies_in_the_past(bench: Bench) -> None:
    bench.clock.move_to(datetime.fromisoformat("2026-03-08T09:00:00+08:00"))
    assert slots(bench, "2026-03-01")[0] == "2026-03-08"


def test_without_a_planned_date_it_begins_today(bench: Bench) -> None:
    assert slots(bench, None)[0] == "2026-03-07"


def test_days_on_which_everybody_is_on_leave_are_left_out(bench: Bench) -> None:
    for login in BOTH:
        away(bench, login, "2026-03-07", "2026-03-08")
    assert slots(bench)[0] == "2026-03-08"


def test_one_who_can_go_is_enough(bench: Bench) -> None:
    away(bench, BOTH[0], "2026-03-07", "2026-03-09")
    assert slots(bench)[0] == "2026-03-07"


def test_a_certificate_must_last_until_that_day(bench: Bench) -> None:
    with bench.company.step() as tx:
        for login in BOTH:
            set_skills(tx, actor=SYSTEM, login=login, skills={"body": date(2026, 3, 8)})
    assert slots(bench) == ["2026-03-07", "2026-03-08"]


def test_whoever_is_out_today_may_be_back_by_then(bench: Bench) -> None:
    for login in BOTH:
        bench.hand_over("task_acceptance", engineer=login, engineers=[login], work_order_no="WX-1")
    assert len(slots(bench)) == 4


def test_without_anybody_who_has_the_skill_there_is_none(bench: Bench) -> None:
    assert slots(bench, skill="welding") == []


def test_without_engineers_there_is_none(bench: Bench) -> None:
    assert slots(bench, unit="R1") == []
