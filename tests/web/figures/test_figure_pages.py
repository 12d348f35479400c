"""The pages of figures: for whom, value and target in words, trend, drill-down to cases, deadlines that run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from app import clock
from app.calendar.tables import service_clock
from app.house import House
from app.identity.tables import org_unit
from app.registers import register_row
from app.runtime.tables import service_case

ClientOf = Callable[[str], FlaskClient]
O1, O2 = "/C1/R1/O1/", "/C1/R1/O2/"


def text_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


class Record:
    """Cases and clocks as the product would have written them; now is Monday 2 March 2026, 09:00."""

    def __init__(self, house: House) -> None:
        self.house = house

    def case(self, case_no: str, unit: str = O1) -> None:
        with self.house.db.transaction() as tx:
            unit_id = tx.value(select(org_unit.c.id).where(org_unit.c.path == unit))
            tx.execute(
                insert(service_case).values(
                    case_no=case_no, org_unit_id=unit_id, unit_path=unit, opened_at=clock.now(), running=1,
                    customer_name="示例公交一队", subject="前门关不严",
                )
            )  # fmt: skip

    def reply(self, case_no: str, started: str, hours: float | None, *, limit: float = 12) -> None:
        """A reply promise of `limit` hours, met after `hours`."""
        begins = datetime.fromisoformat(f"2026-{started}:00+08:00")
        due = begins + timedelta(hours=limit)
        met = begins + timedelta(hours=hours) if hours is not None else None
        with self.house.db.transaction() as tx:
            tx.execute(
                insert(service_clock).values(
                    case_no=case_no, kind="reply", org_unit=O1, owner="hotline_agent_1", started_at=begins,
                    target="PT12H", mode="natural", due_at=due, warn_at=begins + timedelta(hours=limit * 0.8),
                    escalate_at=due + timedelta(hours=limit), next_at=None if met else due, level=0, paused=[],
                    met_at=met, breached=False, corrections=[], reason="", revision=1,
                )
            )  # fmt: skip


@pytest.fixture
def record(house: House) -> Record:
    return Record(house)


@pytest.fixture
def february(record: Record) -> Record:
    """Three replies in time and one late at O1, one late at O2."""
    for number in range(4):
        record.case(f"FW202600010{number}")
        record.reply(f"FW202600010{number}", "02-10T09:00", 13 if number == 0 else 1.5)
    record.case("FW2026000200", O2)
    record.reply("FW2026000200", "02-11T09:00", 20)
    return record


class TestWhoSeesFigures:
    @pytest.mark.parametrize(
        "login", ["department_leader_1", "cs_supervisor_1", "customer_service_manager_1", "general_manager_1"]
    )
    def test_those_who_lead(self, client_of: ClientOf, login: str) -> None:
        page = text_of(client_of(login).get("/figures"))
        assert "服务及时率" in page
        assert 'href="/figures"' in page

    @pytest.mark.parametrize("path", ["/figures", "/figures/K01", "/figures/deadlines"])
    def test_nobody_else(self, client_of: ClientOf, path: str) -> None:
        assert client_of("service_engineer_1").get(path).status_code == 403
        assert 'href="/figures"' not in text_of(client_of("service_engineer_1").get("/"))

    def test_each_his_own_units(self, client_of: ClientOf, february: Record) -> None:
        own = text_of(client_of("department_leader_1").get("/figures/K01?month=2026-02"))
        whole = text_of(client_of("general_manager_1").get("/figures/K01?month=2026-02"))
        assert "75 %" in own
        assert "FW2026000200" not in own
        assert "60 %" in whole
        assert "FW2026000200" in whole

    def test_a_unit_of_others_is_unknown(self, client_of: ClientOf, february: Record) -> None:
        assert client_of("department_leader_1").get(f"/figures/K01?unit={O2}").status_code == 404

    def test_the_administrator_sees_numbers_but_no_way_into_the_cases(
        self, client_of: ClientOf, february: Record
    ) -> None:
        page = text_of(client_of("system_admin_1").get("/figures/K01?month=2026-02"))
        assert "60 %" in page
        assert 'href="/cases/FW' not in page


class TestOverview:
    def test_says_value_target_and_state_in_words(self, client_of: ClientOf, february: Record) -> None:
        page = text_of(client_of("department_leader_1").get("/figures?month=2026-02"))
        row = page[page.index("服务及时率") :][:1200]
        assert "75 %" in row
        assert "≥ 90 %" in row
        assert "未达标" in row

    def test_without_counts_there_is_no_value(self, client_of: ClientOf) -> None:
        page = text_of(client_of("department_leader_1").get("/figures"))
        row = page[page.index("服务及时率") :][:1000]
        assert "暂无数据" in row
        assert "100 %" not in row

    def test_the_month_before_stands_beside(self, client_of: ClientOf, february: Record) -> None:
        page = text_of(client_of("department_leader_1").get("/figures"))
        row = page[page.index("服务及时率") :][:1400]
        assert "75 %" in row
        assert "本月尚未结束" in page

    def test_a_month_in_the_future_is_this_one(self, client_of: ClientOf) -> None:
        assert "2026年3月" in text_of(client_of("department_leader_1").get("/figures?month=2031-01"))

    def test_a_month_that_is_none_is_refused(self, client_of: ClientOf) -> None:
        answer = client_of("department_leader_1").get("/figures?month=2026-13")
        assert answer.status_code == 422
        assert "月份要写成 2026-03" in text_of(answer)

    def test_in_english(self, client_of: ClientOf, february: Record) -> None:
        page = text_of(client_of("department_leader_1").get("/figures?month=2026-02&lang=en"))
        for words in ("Service timeliness", "missed", "Feb 2026", "Deadlines that run now"):
            assert words in page


class TestOneFigure:
    def test_says_what_it_means_and_counts(self, client_of: ClientOf, february: Record) -> None:
        page = text_of(client_of("department_leader_1").get("/figures/K01?month=2026-02"))
        assert "全部时限（答复、到场、书面联系、解决）都按时做到的服务" in page
        assert "3 / 4" in page

    def test_leads_to_the_cases_counted(self, client_of: ClientOf, february: Record) -> None:
        client = client_of("department_leader_1")
        page = text_of(client.get("/figures/K01?month=2026-02&only=out"))
        assert 'href="/cases/FW2026000100"' in page
        assert "FW2026000101" not in page
        assert "示例公交一队" in page

    def test_shows_units_to_whoever_has_several(self, client_of: ClientOf, february: Record) -> None:
        page = text_of(client_of("general_manager_1").get("/figures/K01?month=2026-02"))
        assert "按单位" in page
        assert "示例二站" in page
        narrowed = text_of(client_of("general_manager_1").get(f"/figures/K01?month=2026-02&unit={O1}"))
        assert "3 / 4" in narrowed

    def test_a_median_is_in_hours_or_minutes(self, client_of: ClientOf, record: Record) -> None:
        record.case("FW2026000300")
        record.reply("FW2026000300", "02-10T09:00", 0.5)
        page = text_of(client_of("department_leader_1").get("/figures/K13?month=2026-02"))
        assert "30 分钟" in page
        assert "≤ 2 小时" in page
        assert "达标" in page

    def test_hours_are_listed_by_person(self, client_of: ClientOf, house: House, record: Record) -> None:
        record.case("FW2026000400")
        with house.db.transaction() as tx:
            tx.execute(
                insert(register_row).values(
                    register="R38", row_key="WX-1/a", case_no="FW2026000400", instance_id=1, unit_path=O1,
                    data={"user_id": "service_engineer_1", "date": "2026-02-10", "hours": 6.5}, created_by="x",
                    created_at=clock.now(), updated_at=clock.now(),
                )
            )  # fmt: skip
        page = text_of(client_of("department_leader_1").get("/figures/K17?month=2026-02"))
        assert "按人" in page
        assert "维修员甲" in page
        assert "6.5 小时" in page
        assert "service_engineer_1" not in page

    def test_that_the_company_does_not_promise_says_so(self, client_of: ClientOf) -> None:
        assert "不包含 24 小时闭环" in text_of(client_of("department_leader_1").get("/figures/K31"))

    def test_explains_an_empty_month(self, client_of: ClientOf) -> None:
        page = text_of(client_of("department_leader_1").get("/figures/K01?month=2025-06"))
        assert "2025年6月没有计入的服务" in page
        assert "既不是 0 也不是 100 %" in page

    def test_an_unknown_one_is_refused(self, client_of: ClientOf) -> None:
        assert client_of("department_leader_1").get("/figures/K99").status_code == 404

    def test_pages_of_fifty(self, client_of: ClientOf, record: Record) -> None:
        for number in range(60):
            record.case(f"FW20260{number:05d}")
            record.reply(f"FW20260{number:05d}", "02-10T09:00", 1)
        client = client_of("department_leader_1")
        first = text_of(client.get("/figures/K01?month=2026-02"))
        second = text_of(client.get("/figures/K01?month=2026-02&page=2"))
        assert first.count('href="/cases/FW20260') == 50
        assert second.count('href="/cases/FW20260') == 10


class TestDeadlines:
    @pytest.fixture
    def running(self, record: Record) -> Record:
        for case_no, started in (("FW2026000501", "03-02T08:00"), ("FW2026000502", "03-01T20:00")):
            record.case(case_no)
            record.reply(case_no, started, None)
        return record

    def test_are_counted_by_kind_and_state(self, client_of: ClientOf, running: Record) -> None:
        page = text_of(client_of("department_leader_1").get("/figures"))
        assert "答复时限" in page
        assert "/figures/deadlines?kind=reply&amp;state=breached" in page

    def test_lead_to_the_case_and_who_answers(self, client_of: ClientOf, running: Record) -> None:
        page = text_of(client_of("department_leader_1").get("/figures/deadlines?state=breached"))
        assert 'href="/cases/FW2026000502"' in page
        assert "FW2026000501" not in page
        assert "客服甲" in page
        assert "已超期 1 小时" in page

    def test_the_most_overdue_first(self, client_of: ClientOf, running: Record) -> None:
        page = text_of(client_of("department_leader_1").get("/figures/deadlines"))
        assert page.index("FW2026000502") < page.index("FW2026000501")

    def test_say_when_none_runs(self, client_of: ClientOf) -> None:
        client = client_of("department_leader_1")
        assert "现在没有计时中的时限" in text_of(client.get("/figures"))
        assert "没有这样的时限" in text_of(client.get("/figures/deadlines"))
