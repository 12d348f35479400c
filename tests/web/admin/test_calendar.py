"""The calendar: a year with holidays and make-up days, days set by hand, hours of a unit, importing a year."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import calendar
from app.calendar.tables import calendar_day, work_calendar
from app.house import House

O1 = "/C1/R1/O1/"


def text_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def works(house: House, day: date, path: str = O1) -> bool:
    with house.db.reading() as tx:
        return house.calendar(tx, path).is_working_day(day)


def set_day(client: FlaskClient, **data: str) -> Any:
    base = {"unit": "O1", "day": "2026-03-04", "kind": "holiday", "zh": "厂休", "reason": "检修"}
    return client.post("/admin/calendar/day", data={**base, **data}, follow_redirects=True)


class TestTheYear:
    def test_holidays_and_make_up_days_are_marked_in_words(self, admin: FlaskClient) -> None:
        text = text_of(admin.get("/admin/calendar?year=2026"))
        assert re.search(r'special-off[^>]*title="劳动节', text)
        assert re.search(r'special-work[^>]*title="劳动节调休上班', text)
        assert "248 个工作日" in text

    def test_a_forecast_says_that_it_is_not_announced(self, admin: FlaskClient) -> None:
        assert "国务院尚未公布" in text_of(admin.get("/admin/calendar?year=2027"))

    def test_a_year_that_is_not_imported_offers_the_import(self, admin: FlaskClient) -> None:
        assert "还没有导入 2024 年" in text_of(admin.get("/admin/calendar?year=2024"))
        text = text_of(admin.post("/admin/calendar/years", data={"year": "2024"}, follow_redirects=True))
        assert "已导入 2024 年法定节假日" in text
        assert "已公布" in text

    def test_a_year_nobody_knows_is_refused_with_a_sentence(self, admin: FlaskClient) -> None:
        for year in ("1900", "x"):
            assert admin.post("/admin/calendar/years", data={"year": year}).status_code == 422

    def test_a_day_shows_what_it_is_and_where_that_comes_from(self, admin: FlaskClient) -> None:
        text = text_of(admin.get("/admin/calendar?year=2026&unit=O1&day=2026-05-01"))
        assert "劳动节" in text
        assert "来源：chinesecalendar" in text


class TestDays:
    def test_a_day_off_of_one_outlet_leaves_the_others_alone(self, admin: FlaskClient, house: House) -> None:
        day = date(2026, 3, 4)
        assert works(house, day)
        text = text_of(set_day(admin))
        assert "日历已保存" in text
        assert "厂休" in text
        assert not works(house, day)
        assert works(house, day, "/C1/R1/O2/")
        assert "检修" in text_of(admin.get("/admin/audit?group=calendar"))

    def test_several_days_at_once(self, admin: FlaskClient, house: House) -> None:
        set_day(admin, until="2026-03-06")
        assert [works(house, date(2026, 3, number)) for number in (3, 4, 5, 6, 9)] == [True, False, False, False, True]

    def test_a_saturday_is_worked_with_its_own_hours(self, admin: FlaskClient, house: House) -> None:
        set_day(admin, day="2026-03-07", kind="workday", hours="09:00-12:00")
        with house.db.reading() as tx:
            hours = house.calendar(tx, O1).hours_of(date(2026, 3, 7))
        assert [str(span) for span in hours] == ["09:00-12:00"]

    def test_a_holiday_can_be_an_ordinary_day_at_one_unit(self, admin: FlaskClient, house: House) -> None:
        assert not works(house, date(2026, 5, 4))
        set_day(admin, day="2026-05-04", kind="regular")
        assert works(house, date(2026, 5, 4))

    @pytest.mark.parametrize(
        ("data", "field", "says"),
        [
            ({"day": "morgen"}, "day", "请填写日期"),
            ({"until": "2026-03-01"}, "until", "不能早于"),
            ({"until": "2027-03-01"}, "until", "一次最多"),
            ({"kind": "party"}, "kind", "请选择类型"),
            ({"kind": "workday", "hours": "nine"}, "hours", "无法识别"),
            ({"reason": ""}, "reason", "请填写原因"),
        ],
    )
    def test_a_mistake_stands_at_its_field(
        self, admin: FlaskClient, data: dict[str, str], field: str, says: str
    ) -> None:
        answer = set_day(admin, **data)
        assert answer.status_code == 422
        assert says in text_of(answer)
        if field != "day":
            assert f'id="f-{field}-error"' in text_of(answer)

    def test_the_notice_takes_a_day_back_to_what_it_was(self, admin: FlaskClient, house: House) -> None:
        text = text_of(set_day(admin))
        assert 'action="/admin/calendar/day/clear"' in text
        admin.post("/admin/calendar/day/clear", data={"unit": "O1", "day": "2026-03-04"})
        assert works(house, date(2026, 3, 4))
        set_day(admin)
        second = text_of(set_day(admin, kind="workday", hours="09:00-10:00"))
        assert 'name="kind" value="holiday"' in second

    def test_an_import_keeps_what_was_set_by_hand(self, admin: FlaskClient, house: House) -> None:
        set_day(admin, unit="*", day="2026-05-04", kind="workday", zh="加班")
        admin.post("/admin/calendar/years", data={"year": "2026"})
        assert works(house, date(2026, 5, 4))
        with house.db.reading() as tx:
            row = tx.row(select(calendar_day).where(calendar_day.c.org_unit == "*", calendar_day.c.by_hand))
        assert row is not None
        assert row.zh == "加班"

    def test_deadlines_on_working_days_are_computed_again(self, admin: FlaskClient, house: House) -> None:
        with house.db.transaction() as tx:
            begun = calendar.start_clock(
                tx,
                case_no="SC1",
                kind="reply",
                target="P3D",
                mode="working",
                calendar=house.calendar(tx, O1),
                org_unit=O1,
            )
        assert begun is not None
        assert "1 个进行中的时限已重新计算" in text_of(set_day(admin))
        with house.db.reading() as tx:
            moved = calendar.load_clock(tx, begun.id, lambda path: house.calendar(tx, path))
        assert (moved.clock.due_at - begun.clock.due_at).days == 1


class TestTheMonth:
    MAY = "/admin/calendar/month?unit=O1&month=2026-05"

    def test_a_day_shows_its_hours_and_who_makes_it_special(self, admin: FlaskClient) -> None:
        text = text_of(admin.get(self.MAY))
        assert "2026年5月" in text
        assert "08:30-17:30" in text
        assert re.search(r"劳动节\s*<span class=\"muted\">法定", text)
        set_day(admin, unit="R1", day="2026-05-12", zh="年会")
        assert re.search(r"年会\s*<span class=\"muted\">[^<]*区", text_of(admin.get(self.MAY)))

    def test_a_day_is_changed_from_the_month_and_one_stays_there(self, admin: FlaskClient, house: House) -> None:
        text = text_of(admin.get(f"{self.MAY}&day=2026-05-12"))
        assert 'name="view" value="month"' in text
        data = {"unit": "O1", "day": "2026-05-12", "kind": "holiday", "zh": "厂休", "reason": "检修", "view": "month"}
        answer = admin.post("/admin/calendar/day", data=data)
        assert answer.headers["Location"] == f"{self.MAY}&day=2026-05-12#day"
        assert not works(house, date(2026, 5, 12))

    def test_one_pages_from_month_to_month_over_the_year_s_end(self, admin: FlaskClient) -> None:
        text = text_of(admin.get("/admin/calendar/month?unit=O1&month=2026-12")).replace("&amp;", "&")
        assert "unit=O1&month=2027-01" in text
        assert "unit=O1&month=2026-11" in text

    def test_a_year_that_is_not_announced_is_flagged(self, admin: FlaskClient) -> None:
        assert "尚未公布" in text_of(admin.get("/admin/calendar/month?month=2027-01"))
        assert "尚未公布" not in text_of(admin.get(self.MAY))

    def test_shifts_stand_in_the_days_on_which_they_begin(self, admin: FlaskClient) -> None:
        TestHours().save(admin, inherit_shifts=None, shifts="夜班 22:00-06:00 周五")
        assert text_of(admin.get(self.MAY)).count("夜班 22:00-06:00</div>") == 5

    @pytest.mark.parametrize("asked", ["month=2026-13", "month=", "month=1900-01", "month=x&day=2026-02-30"])
    def test_what_is_no_month_shows_this_one(self, admin: FlaskClient, asked: str) -> None:
        assert "2026年3月" in text_of(admin.get(f"/admin/calendar/month?{asked}"))


class TestHours:
    PATH = "/admin/calendar/hours/O1"

    def save(self, client: FlaskClient, **data: Any) -> Any:
        above = {f"inherit_{part}": "1" for part in ("work", "quiet", "duty", "dispatch", "shifts")}
        base = {**above, "reason": "夏令", "revision": "0"}
        return client.post(self.PATH, data={key: value for key, value in {**base, **data}.items() if value is not None})

    def test_a_unit_has_its_own_hours_with_a_short_saturday(self, admin: FlaskClient, house: House) -> None:
        answer = self.save(
            admin,
            inherit_work=None,
            work_hours="08:00-12:00\n14:00-18:00",
            weekday=["0", "1", "2", "3", "4", "5"],
            hours_5="09:00-12:00",
        )
        assert answer.status_code == 302
        with house.db.reading() as tx:
            found = house.calendar(tx, O1)
            other = house.calendar(tx, "/C1/R1/O2/")
        assert [str(span) for span in found.hours_of(date(2026, 3, 7))] == ["09:00-12:00"]
        assert [str(span) for span in found.hours_of(date(2026, 3, 6))] == ["08:00-12:00", "14:00-18:00"]
        assert not other.is_working_day(date(2026, 3, 7))
        text = text_of(admin.get(self.PATH))
        assert "周六 09:00-12:00" in text

    def test_rest_windows_may_be_none_and_are_inherited_again_when_ticked(
        self, admin: FlaskClient, house: House
    ) -> None:
        self.save(admin, inherit_quiet=None, quiet_windows="")
        with house.db.reading() as tx:
            assert house.calendar(tx, O1).quiet_windows == ()
        self.save(admin, revision="1")
        with house.db.reading() as tx:
            assert len(house.calendar(tx, O1).quiet_windows) == 3

    @pytest.mark.parametrize(
        ("data", "field", "says"),
        [
            ({"inherit_work": None, "work_hours": "", "weekday": ["0"]}, "work_hours", "请填写时间段"),
            ({"inherit_work": None, "work_hours": "8-12", "weekday": ["0"]}, "work_hours", "无法识别"),
            ({"inherit_work": None, "work_hours": "08:00-12:00"}, "weekday", "至少有一个工作日"),
            (
                {"inherit_work": None, "work_hours": "08:00-12:00", "weekday": ["0"], "hours_0": "x"},
                "hours_0",
                "无法识别",
            ),
            ({"inherit_quiet": None, "quiet_windows": "12:00-14:00\n13:00-15:00"}, "quiet_windows", "重叠"),
            ({"inherit_duty": None, "duty_hours": ""}, "duty_hours", "请填写时间段"),
            ({"inherit_dispatch": None}, "dispatch", "至少有一个派工日"),
            ({"inherit_shifts": None, "shifts": "夜班"}, "shifts", "请写成"),
            ({"inherit_shifts": None, "shifts": "夜班 22:00-06:00 周八"}, "shifts", "请写成"),
            ({"inherit_shifts": None, "shifts": "夜班 22:00-06:00\n夜班 06:00-14:00"}, "shifts", "两次"),
            ({"reason": " "}, "reason", "请填写原因"),
        ],
    )
    def test_a_mistake_is_said_and_nothing_changes(
        self, admin: FlaskClient, house: House, data: dict[str, Any], field: str, says: str
    ) -> None:
        answer = self.save(admin, **data)
        assert answer.status_code == 422
        assert says in text_of(answer)
        with house.db.reading() as tx:
            assert tx.row(select(work_calendar).where(work_calendar.c.org_unit == "O1")) is None

    def test_a_page_that_is_out_of_date_overwrites_nothing(self, admin: FlaskClient) -> None:
        self.save(admin, inherit_quiet=None, quiet_windows="12:00-13:00")
        answer = self.save(admin, inherit_quiet=None, quiet_windows="12:00-14:00")
        assert answer.status_code == 422
        assert "刚被他人修改" in text_of(answer)

    def test_shifts_and_dispatch_days_are_typed_in_words_and_shown_again(
        self, admin: FlaskClient, house: House
    ) -> None:
        typed = "夜班 / Night 22:00-06:00 周五 星期六\n白班 08:00-16:00"
        self.save(admin, inherit_shifts=None, shifts=typed, inherit_dispatch=None, dispatch=["5", "6"])
        with house.db.reading() as tx:
            found = house.calendar(tx, O1)
        assert [(item.zh, item.en, sorted(item.weekdays)) for item in found.shifts] == [
            ("夜班", "Night", [4, 5]),
            ("白班", "白班", [0, 1, 2, 3, 4, 5, 6]),
        ]
        assert found.dispatch_weekdays == {5, 6}
        text = text_of(admin.get(self.PATH))
        assert "夜班 / Night 22:00-06:00 周五 周六" in text
        assert "白班 08:00-16:00（每天）" in text
        keys = [item.key for item in found.shifts]
        self.save(admin, inherit_shifts=None, shifts="早班 06:00-14:00\n白班 08:00-16:00", revision="1")
        with house.db.reading() as tx:
            after = house.calendar(tx, O1).shifts
        assert after[1].key == keys[1]
        assert after[0].key not in keys[1:]

    def test_a_page_says_from_which_unit_a_setting_comes(self, admin: FlaskClient) -> None:
        assert "沿用参数：" in text_of(admin.get(self.PATH))
        self.save_at(admin, "R1", inherit_quiet=None, quiet_windows="12:00-13:00")
        assert re.search(r"沿用[^：]*区[^：]*：12:00-13:00", text_of(admin.get(self.PATH)))

    def save_at(self, client: FlaskClient, code: str, **data: Any) -> Any:
        above = {f"inherit_{part}": "1" for part in ("work", "quiet", "duty", "dispatch", "shifts")}
        form = {**above, "reason": "夏令", "revision": "0", **data}
        url = f"/admin/calendar/hours/{code}"
        return client.post(url, data={key: value for key, value in form.items() if value is not None})

    def test_the_record_names_who_changed_what_and_why(self, admin: FlaskClient) -> None:
        self.save(admin, inherit_quiet=None, quiet_windows="12:00-13:00")
        text = text_of(admin.get("/admin/audit?group=calendar"))
        for word in ("的工作时间", "夏令", "管理员甲"):
            assert word in text, word

    def test_an_unknown_unit_is_not_found(self, admin: FlaskClient) -> None:
        assert admin.get("/admin/calendar/hours/XX").status_code == 404
        assert admin.get("/admin/calendar?unit=XX").status_code == 404
