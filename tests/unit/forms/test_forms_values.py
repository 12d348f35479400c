"""What one field takes, what it makes of it, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

YES_NO = [{"label": "是", "value": True}, {"label": "否", "value": False}]
COLOURS = [{"label": "红", "value": "red"}, {"label": "绿", "value": "green"}]


class TestText:
    @pytest.mark.parametrize(
        ("value", "taken"),
        [
            ("  水箱漏水 ", "水箱漏水"),
            ("a\nb", "a b"),
            ("", None),
            (None, None),
            ("   ", "!blank"),
            ("\u3000", "!blank"),
            (12, "12"),
            (True, "!type"),
            (["a"], "!type"),
            ({"a": 1}, "!type"),
            ("a\x00b", "ab"),
            ("a\ud800b", "ab"),
            ("字" * 2001, "!max_length"),
        ],
    )
    def test_is_trimmed_and_a_blank_is_refused(self, one: Any, value: Any, taken: Any) -> None:
        assert one("textfield", value) == taken

    def test_of_many_lines_keeps_them(self, one: Any) -> None:
        assert one("textarea", "a\r\nb\n") == "a\nb"

    def test_has_a_length(self, one: Any) -> None:
        assert one("textfield", "字" * 41, validate={"maxLength": 40}) == "!max_length"
        assert one("textfield", "字" * 40, validate={"maxLength": 40}) == "字" * 40
        assert one("textfield", "短", validate={"minLength": 10}) == "!min_length"

    def test_matches_its_pattern(self, one: Any) -> None:
        assert one("textfield", "abc", validate={"pattern": "^[0-9]+$"}) == "!pattern"
        assert one("textfield", "123", validate={"pattern": "^[0-9]+$"}) == "123"

    def test_pattern_cannot_run_for_ever(self, one: Any) -> None:
        assert one("textfield", "a" * 1999 + "!", validate={"pattern": "^(a+)+$"}) == "!pattern"

    @pytest.mark.parametrize(
        ("value", "taken"),
        [
            ("000-0000-0012", "000-0000-0012"),
            ("+86 (000) 0000 0012", "+86 (000) 0000 0012"),
            ("０００－００００", "000-0000"),
            ("1234", "!phone"),
            ("1" * 21, "!phone"),
            ("000-CALL-ME", "!phone"),
            ("٣٣٣٣٣", "!phone"),
            ("()()()", "!phone"),
        ],
    )
    def test_phone_has_5_to_20_digits(self, one: Any, value: Any, taken: Any) -> None:
        assert one("textfield", value, format="phone") == taken

    def test_month_and_mail(self, one: Any) -> None:
        assert one("textfield", "2026-03", format="month") == "2026-03"
        assert one("textfield", "2026-13", format="month") == "!month"
        assert one("textfield", "a@example.com", format="email") == "a@example.com"
        assert one("textfield", "example", format="email") == "!email"


class TestNumber:
    @pytest.mark.parametrize(
        ("value", "settings", "taken"),
        [
            (3, {}, 3),
            ("3.5", {}, 3.5),
            ("１２", {}, 12),
            (True, {}, "!type"),
            ("abc", {}, "!number"),
            ("NaN", {}, "!number"),
            (float("inf"), {}, "!number"),
            ("1e999999", {}, "!number"),
            (1e18, {}, "!max"),
            ([], {}, "!type"),
            (1.5, {"decimalDigits": 0}, "!integer"),
            (0, {"format": "quantity"}, "!min"),
            (1.5, {"format": "quantity"}, "!integer"),
            (2, {"format": "quantity"}, 2),
            ("¥1,200.50", {"format": "money"}, 1200.5),
            ("80元", {"format": "money"}, 80),
            (0, {"format": "money"}, 0),
            (-1, {"format": "money"}, "!min"),
            (0.001, {"format": "money"}, "!decimals"),
            (101, {"format": "percent"}, "!max"),
            (6, {"validate": {"min": 1, "max": 5}}, "!max"),
            (0, {"validate": {"min": 1, "max": 5}}, "!min"),
            (7, {"increment": "5"}, "!increment"),
            (4, {"serializeToString": True}, "4"),
        ],
    )
    def test_takes(self, one: Any, value: Any, settings: dict[str, Any], taken: Any) -> None:
        got = one("number", value, **settings)
        assert got == taken
        assert type(got) is type(taken)

    def test_called_qty_is_a_quantity_unless_stated(self, one: Any) -> None:
        assert one("number", 0, key="qty") == "!min"
        assert one("number", 0, key="return_qty") == "!min"
        assert one("number", 0, key="return_qty", validate={"min": 0}) == 0

    def test_bound_may_be_an_expression(self, submit: Any, c: Any) -> None:
        fields = [c("number", "paid", validate={"max": "=amount"})]
        assert submit(fields, {"paid": 11}, {"amount": 10}).errors[0].code == "max"
        assert submit(fields, {"paid": 10}, {"amount": 10}).ok


class TestDate:
    @pytest.mark.parametrize(
        ("value", "taken"),
        [
            ("2026-03-02", "2026-03-02"),
            ("2026/3/2", "2026-03-02"),
            ("2026年3月2日", "2026-03-02"),
            ("20260302", "2026-03-02"),
            ("2026-03-02T08:00:00+08:00", "2026-03-02"),
            ("1989-12-31", "!date_range"),
            ("1990-01-01", "1990-01-01"),
            ("9999-12-31", "!date_range"),
            ("2026-02-30", "!datetime"),
            ("昨天", "!datetime"),
            (20260302, "!type"),
            ("", None),
        ],
    )
    def test_is_read_freely_and_stored_as_iso(self, one: Any, value: Any, taken: Any) -> None:
        assert one("datetime", value, subtype="date") == taken

    def test_of_the_past_may_be_today_in_china_while_it_is_yesterday_in_utc(self, submit: Any, c: Any) -> None:
        from datetime import UTC, datetime

        fields = [c("datetime", "purchase_date", subtype="date", past="true")]
        midnight = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)  # 2 March, 07:00 in China
        assert submit(fields, {"purchase_date": "2026-03-02"}, now=midnight).ok
        assert submit(fields, {"purchase_date": "2026-03-03"}, now=midnight).errors[0].code == "future"

    def test_not_before_today(self, one: Any) -> None:
        assert one("datetime", "2026-03-01", subtype="date", disallowPassedDates=True) == "!past_day"
        assert one("datetime", "2026-03-02", subtype="date", disallowPassedDates=True) == "2026-03-02"


class TestMoment:
    @pytest.mark.parametrize(
        ("value", "taken"),
        [
            ("2026-03-02T09:00:00+08:00", "2026-03-02T09:00:00+08:00"),
            ("2026-03-02T01:00Z", "2026-03-02T01:00:00+00:00"),
            ("2026-03-02T09:00", "2026-03-02T09:00:00+08:00"),
            ("2026-3-2 9:00", "2026-03-02T09:00:00+08:00"),
            ("2026-03-02", "!datetime"),
            ("1980-03-02T09:00", "!date_range"),
            ("0001-01-01T00:00:00+14:00", "!datetime"),
            ("9999-12-31T23:59:59-14:00", "!datetime"),
            ("x" * 50, "!datetime"),
        ],
    )
    def test_is_stored_with_its_offset(self, one: Any, value: Any, taken: Any) -> None:
        assert one("datetime", value, subtype="datetime") == taken

    def test_of_the_past_may_lie_five_minutes_ahead(self, one: Any) -> None:
        assert one("datetime", "2026-03-02T09:05", subtype="datetime", past="true") == "2026-03-02T09:05:00+08:00"
        assert one("datetime", "2026-03-02T09:06", subtype="datetime", past="true") == "!future"

    def test_time_of_day(self, one: Any) -> None:
        assert one("datetime", "9:05", subtype="time") == "09:05"
        assert one("datetime", "25:00", subtype="time") == "!datetime"


class TestChoice:
    def test_takes_only_an_option(self, one: Any) -> None:
        assert one("radio", "red", values=COLOURS) == "red"
        assert one("select", "blue", values=COLOURS) == "!not_an_option"
        assert one("select", {"a": 1}, values=COLOURS) == "!not_an_option"

    def test_yes_and_no_are_truth_values(self, one: Any) -> None:
        assert one("radio", "true", values=YES_NO) is True
        assert one("radio", False, values=YES_NO) is False
        assert one("radio", 1, values=YES_NO) == "!not_an_option"

    def test_refusal_names_the_options(self, submit: Any, c: Any) -> None:
        checked = submit([c("radio", "x", label="颜色", label_en="Colour", values=COLOURS)], {"x": "blue"})
        assert checked.errors[0].message.zh == "「颜色」不在可选范围内。请选择：红、绿。"
        assert checked.errors[0].message.en == "“Colour” is not one of the options. Choose one of: 红, 绿."

    def test_several_each_once_in_the_order_of_the_form(self, one: Any) -> None:
        assert one("checklist", ["green", "red", "green"], values=COLOURS) == ["red", "green"]
        assert one("taglist", "green", values=COLOURS) == ["green"]
        assert one("taglist", [], values=COLOURS) is None
        assert one("taglist", ["blue"], values=COLOURS) == "!not_an_option"

    def test_options_from_a_variable_or_an_expression(self, submit: Any, c: Any) -> None:
        by_key = [c("select", "x", valuesKey="colours")]
        assert submit(by_key, {"x": "red"}, {"colours": ["red"]}).ok
        assert not submit(by_key, {"x": "green"}, {"colours": ["red"]}).ok
        by_expression = [c("select", "x", valuesExpression="=colours")]
        assert submit(by_expression, {"x": "green"}, {"colours": COLOURS}).ok
        assert not submit(by_expression, {"x": "green"}, {}).ok

    def test_forged_options_count_for_nothing(self, submit: Any, c: Any) -> None:
        fields = [c("textfield", "colours", steps="other"), c("select", "x", valuesExpression="=colours")]
        assert not submit(fields, {"x": "green", "colours": ["green"]}, {"colours": ["red"]}).ok


class TestBox:
    def test_left_alone_says_no(self, submit: Any, c: Any) -> None:
        assert submit([c("checkbox", "x")], {}).values == {"x": False}

    def test_required_must_be_ticked(self, one: Any) -> None:
        assert one("checkbox", False, required=True) == "!required"
        assert one("checkbox", True, required=True) is True
        assert one("checkbox", "yes") == "!type"


class TestReference:
    def test_must_exist(self, one: Any) -> None:
        assert one("person", "kefu_jia") == "kefu_jia"
        assert one("person", "nobody") == "!unknown_person"
        assert one("lookup", "R1", source="region") == "R1"
        assert one("lookup", "R9", source="region") == "!unknown_reference"
        assert one("person", {"login": "kefu_jia"}) == "!type"

    def test_may_be_several(self, one: Any) -> None:
        assert one("person", ["kefu_jia", "weixiu_yi", "kefu_jia"], multiple=True) == ["kefu_jia", "weixiu_yi"]
        assert one("person", ["kefu_jia", "nobody"], multiple=True) == "!unknown_person"

    def test_is_not_asked_again_when_it_did_not_change(self, submit: Any, c: Any) -> None:
        assert submit([c("person", "x")], {"x": "left_us"}, {"x": "left_us"}).ok


class TestFiles:
    def test_must_have_arrived(self, one: Any) -> None:
        assert one("filepicker", "f1") == "f1"
        assert one("filepicker", [{"id": "f1"}]) == "f1"
        assert one("filepicker", "f9") == "!file_unknown"
        assert one("filepicker", "files::abc") == "!file_unknown"
        assert one("filepicker", ["f1", "f2"]) == "!max_files"
        assert one("filepicker", ["f1", "f2"], multiple=True) == ["f1", "f2"]
        assert one("filepicker", 7) == "!type"

    def test_of_a_kind(self, one: Any) -> None:
        assert one("filepicker", "f1", accept="image/*") == "f1"
        assert one("filepicker", "f2", accept="image/*,.png") == "!file_type"
        assert one("filepicker", "f2", accept=".PDF") == "f2"

    def test_photos_carry_time_and_place(self, one: Any) -> None:
        sent = [
            {"file": "f1", "taken_at": "2026-03-02T09:00", "place": {"lat": 1, "lon": 2}, "note": " 底盘 ", "evil": 1}
        ]
        assert one("photos", sent) == [
            {"file": "f1", "taken_at": "2026-03-02T09:00:00+08:00", "place": {"lat": 1.0, "lon": 2.0}, "note": "底盘"}
        ]
        assert one("photos", ["f1"], min_files="2") == "!min_files"
        assert one("photos", ["f1", "f2"], max_files="1") == "!max_files"
        assert one("photos", ["f9"]) == "!file_unknown"


STROKES = [[{"x": 1, "y": 2, "time": 3}, {"x": 2, "y": 2.5}, {"x": 3, "y": 3, "pressure": 0.5}]]


class TestSignature:
    def test_is_drawn_or_a_sealed_photo(self, one: Any) -> None:
        drawn = one("signature", {"kind": "drawn", "strokes": STROKES, "width": 300, "script": "x"})
        assert drawn["kind"] == "drawn"
        assert set(drawn) == {"kind", "strokes", "width"}
        assert one("signature", {"kind": "drawn", "strokes": [{"penColor": "black", "points": STROKES[0]}]})
        assert one("signature", {"kind": "sealed_photo", "file": "f1"}) == {"kind": "sealed_photo", "file": "f1"}
        assert one("signature", {"kind": "sealed_photo", "file": "f9"}) == "!file_unknown"

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            ("data:image/png;base64,", "!type"),
            ({"kind": "typed", "text": "张"}, "!type"),
            ({"kind": "drawn", "strokes": "x"}, "!type"),
            ({"kind": "drawn", "strokes": [[{"x": "a", "y": 1}]]}, "!type"),
            ({"kind": "drawn", "strokes": [[[1, 1]]]}, "!too_short"),
            ({"kind": "drawn", "strokes": [[[1, 1]] * 20_001]}, "!too_long"),
        ],
    )
    def test_is_not_anything_else(self, one: Any, value: Any, code: str) -> None:
        assert one("signature", value) == code

    def test_without_a_stroke_is_empty(self, one: Any) -> None:
        assert one("signature", {"kind": "drawn", "strokes": []}, required=True) == "!required"
