"""Repeating dates, with the working days of the official calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calendar import CalendarDay, Cycle, WorkCalendar, next_occurrence
from app.messages import Refusal

SHANGHAI = ZoneInfo("Asia/Shanghai")
SPECIAL = {
    date(2026, 2, 28): CalendarDay(date(2026, 2, 28), "workday", "春节调休上班", "Make-up workday"),
    date(2026, 5, 1): CalendarDay(date(2026, 5, 1), "holiday", "劳动节", "Labour Day"),
}
CALENDAR = WorkCalendar(days=SPECIAL)


class TestNextOccurrence:
    @pytest.mark.parametrize(
        ("cycle", "after", "expected"),
        [
            # February 2026 ends with a make-up Saturday; in May the first working day is Monday the fourth.
            ("0 0 8 LW * *", "2026-02-02T00:00", "2026-02-28T08:00"),
            ("0 0 8 1W * *", "2026-04-30T00:00", "2026-05-04T08:00"),
            ("0 0 8 L * *", "2024-02-01T00:00", "2024-02-29T08:00"),
            ("0 0 18 W * *", "2026-04-30T18:00", "2026-05-04T18:00"),
            ("0 0 9 ? * MON", "2026-03-02T09:00", "2026-03-09T09:00"),
            ("0 0 9 * * FRI", "2026-03-02T09:00", "2026-03-06T09:00"),
            ("0 30 10 * * *", "2026-12-31T10:30", "2027-01-01T10:30"),
            ("0 0/15 9-17 * * MON-FRI", "2026-03-06T17:46", "2026-03-09T09:00"),
            ("0 0/15 9-17 * * *", "2026-03-06T09:20", "2026-03-06T09:30"),
            ("0 0 0 1 JAN,JUL *", "2026-01-01T00:00", "2026-07-01T00:00"),
            ("0 0 0 29 2 *", "2024-03-01T00:00", "2028-02-29T00:00"),
            ("0 0 8 * * 7", "2026-03-02T00:00", "2026-03-08T08:00"),
            ("@monthly", "2026-03-02T00:00", "2026-04-01T00:00"),
        ],
    )
    def test_it_comes_when_the_expression_says(self, cycle: str, after: str, expected: str) -> None:
        assert next_occurrence(cycle, after, CALENDAR).isoformat() == f"{expected}:00+08:00"

    @settings(max_examples=60, deadline=None)
    @given(
        st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001
        st.sampled_from(
            ["0 */20 8-10 * * *", "0 15 23 * * SAT,SUN", "0 0 12 10-12 * *", "0 5 0 W * *", "0 0 8 LW * *"]
        ),
    )
    def test_no_minute_between_was_an_occurrence(self, after: datetime, cycle: str) -> None:
        start = after.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
        found = next_occurrence(cycle, start, CALENDAR)
        parsed = Cycle.parse(cycle)
        probe = start + timedelta(minutes=1)
        while probe < found:
            hit = (
                probe.hour in parsed.hours
                and probe.minute in parsed.minutes
                and parsed.falls_on(probe.date(), CALENDAR)
            )
            assert not hit, probe
            probe += timedelta(minutes=1)
        assert found > start
        assert found.minute in parsed.minutes
        assert parsed.falls_on(found.date(), CALENDAR)

    @pytest.mark.parametrize(
        "cycle",
        [
            "",
            "monthly",
            "0 0 8 * *",
            "60 0 0 * * *",
            "0 0 24 * * *",
            "0 0 8 0 * *",
            "0 0 8 * 13 *",
            "0 0 8 * * MOON",
            "0 0 8 5-2 * *",
            "0 0/0 8 * * *",
            "0 0 8 LX * *",
            "0 ١ 8 * * *",
        ],
    )
    def test_what_is_no_cycle_is_refused(self, cycle: str) -> None:
        with pytest.raises(Refusal) as refused:
            Cycle.parse(cycle)
        assert refused.value.message.zh

    def test_a_date_that_never_comes_is_refused(self) -> None:
        with pytest.raises(Refusal, match="never happens"):
            next_occurrence("0 0 0 31 2 *", "2026-01-01", CALENDAR)
