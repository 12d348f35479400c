"""What a parameter accepts, which layer wins, and what a person reads when something is wrong."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.messages import Refusal
from app.parameters import ParameterBook, Parameters, get, load

PARAMETERS = """
a.count: {type: int, default: 3, min: 1, max: 9, zh: 次数, en: Count, source: X}
a.limit: {type: hours, default: 24, optional: true, zh: 时限, en: Limit, source: X}
a.days: {type: days, default: 7, zh: 天数, en: Days, source: X}
a.money: {type: money, default: 5000, zh: 金额, en: Amount, source: X}
a.share: {type: pct, default: 85, zh: 比例, en: Share, source: X}
a.on: {type: bool, default: true, zh: 开关, en: Switch, source: X}
a.way: {type: enum, default: slow, zh: 方式, en: Way, source: X,
  options: {slow: {zh: 慢, en: slow}, fast: {zh: 快, en: fast}}}
a.hours: {type: time_ranges, default: ["08:30-17:30"], zh: 时段, en: Hours, source: X}
a.names: {type: list, default: [甲], zh: 名单, en: Names, source: X}
a.role: {type: role, default: boss, zh: 岗位, en: Role, source: X}
a.deputies: {type: role_map, default: {}, zh: 代理, en: Deputies, source: X}
a.lanes: {type: lane_map, default: {}, zh: 对照, en: Lanes, source: X}
a.cycle: {type: cron, default: "0 0 8 LW * *", zh: 周期, en: Cycle, source: X}
a.route: {type: choices, default: {big: slow, small: fast}, zh: 路线, en: Route, source: X,
  keys: {big: {zh: 大, en: big}, small: {zh: 小, en: small}},
  options: {slow: {zh: 慢, en: slow}, fast: {zh: 快, en: fast}}}
a.promise: {type: profile, default: other, zh: 承诺, en: Promise, source: X}
calendar.tz: {type: text, default: Asia/Shanghai, zh: 时区, en: Time zone, source: X}
company.profile: {type: profile, default: other, zh: 类型, en: Profile, source: X}
"""
ROLES = """
boss: {zh: 主管, en: Boss}
clerk: {zh: 内勤, en: Clerk}
"""


def write(folder: Path, parameters: str = PARAMETERS, **profiles: str) -> Path:
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "parameters.yaml").write_text(parameters, encoding="utf-8")
    (folder / "roles.yaml").write_text(ROLES, encoding="utf-8")
    for name, values in profiles.items():
        (folder / "profiles" / f"{name}.yaml").write_text(f"zh: 某\nen: Some\nsource: X\n{values}\n", encoding="utf-8")
    return folder


@pytest.fixture
def book(tmp_path: Path) -> ParameterBook:
    return load(
        write(
            tmp_path,
            basic="values: {a.count: 5, a.days: 10, a.promise: basic}",
            extended="extends: basic\nvalues: {a.days: 15, a.promise: extended}",
        )
    )


class TestWhatAParameterAccepts:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("a.count", 9),
            ("a.limit", 48),
            ("a.limit", None),
            ("a.money", 12.34),
            ("a.share", 99.5),
            ("a.on", False),
            ("a.way", "fast"),
            ("a.hours", ["08:00-12:00", "22:00-06:00"]),
            ("a.names", []),
            ("a.role", "clerk"),
            ("a.deputies", {"boss": "clerk"}),
            ("a.lanes", {"boss": ["clerk", "zhang_san"]}),
            ("a.cycle", "0 30 9 1W * *"),
            ("a.cycle", "0 0/15 9-17 * * MON-FRI"),
            ("a.route", {"big": "fast", "small": "fast"}),
            ("a.promise", "basic"),
            ("calendar.tz", "Europe/Berlin"),
        ],
    )
    def test_good_values_come_back_unchanged(self, book: ParameterBook, name: str, value: Any) -> None:
        assert book.definition(name).check(value) == value

    @pytest.mark.parametrize(
        ("name", "value", "says"),
        [
            ("a.count", 0, "不能小于 1"),
            ("a.count", 10, "不能大于 9"),
            ("a.count", 2.5, "应为整数"),
            ("a.count", True, "应为数字"),
            ("a.count", "3", "应为数字"),
            ("a.count", float("nan"), "应为数字"),
            ("a.count", float("inf"), "应为数字"),
            ("a.count", None, "不能为空"),
            ("a.limit", -1, "不能小于 0"),
            ("a.limit", 1.5, "应为整数"),
            ("a.money", 1.234, "两位小数"),
            ("a.share", 101, "0 到 100"),
            ("a.on", "yes", "“是”或“否”"),
            ("a.way", "sideways", "慢（slow）"),
            ("a.hours", ["8:30-17:30"], "时间段"),
            ("a.hours", ["08:00-08:00"], "时间段"),
            ("a.hours", ["08:00-12:00", "11:00-13:00"], "重叠"),
            ("a.hours", ["22:00-06:00", "05:00-07:00"], "重叠"),
            ("a.hours", "08:30-17:30", "列表"),
            ("a.names", ["甲", "甲"], "重复"),
            ("a.names", [""], "不能为空"),
            ("a.role", "chef", "没有“chef”这个岗位"),
            ("a.deputies", {"boss": "boss"}, "不能指向自己"),
            ("a.deputies", {"chef": "boss"}, "没有“chef”这个岗位"),
            ("a.lanes", {"boss": "clerk"}, "文字列表"),
            ("a.cycle", "monthly", "cron"),
            ("a.route", {"big": "fast"}, "各选一项"),
            ("a.promise", "gold", "只能是"),
            ("calendar.tz", "Mars/Olympus", "不是时区"),
        ],
    )
    def test_bad_values_are_refused_with_the_label_in_both_languages(
        self, book: ParameterBook, name: str, value: Any, says: str
    ) -> None:
        with pytest.raises(Refusal) as refused:
            book.definition(name).check(value)
        label = book.definition(name).label
        assert says in refused.value.message.zh
        assert f"“{label.zh}”" in refused.value.message.zh
        assert f'"{label.en}"' in refused.value.message.en
        assert (refused.value.code, refused.value.field, refused.value.status) == ("parameter_invalid", name, 422)


class TestValuesInPythonAndInWords:
    def test_typed_values(self, book: ParameterBook) -> None:
        values = Parameters(book)
        assert values.typed("a.limit") == timedelta(hours=24)
        assert values.typed("a.days") == timedelta(days=7)
        assert values.typed("a.money") == Decimal("5000")
        assert values.typed("a.names") == ("甲",)
        assert Parameters(book, stored={("a.limit", "company"): None}).typed("a.limit") is None

    @pytest.mark.parametrize(
        ("name", "zh", "en"),
        [
            ("a.limit", "24 小时", "24 hours"),
            ("a.money", "5,000 元", "5,000 yuan"),
            ("a.share", "85%", "85%"),
            ("a.on", "是", "yes"),
            ("a.way", "慢", "slow"),
            ("a.role", "主管", "Boss"),
            ("a.route", "大 → 慢、小 → 快", "big → slow, small → fast"),
        ],
    )
    def test_words(self, book: ParameterBook, name: str, zh: str, en: str) -> None:
        values = Parameters(book)
        assert values.words(name, "zh-CN") == zh
        assert values.words(name, "en") == en

    def test_maps_name_roles_by_their_titles(self, book: ParameterBook) -> None:
        assert book.definition("a.lanes").words({"boss": ["clerk", "zhang_san"]}, "zh") == "主管 → 内勤 + zhang_san"

    def test_null_reads_as_not_set(self, book: ParameterBook) -> None:
        assert book.definition("a.limit").words(None, "zh") == "未约定"


class TestLayers:
    def test_default_then_profile_then_profile_override_then_company(self, book: ParameterBook) -> None:
        stored = {("a.days", "basic"): 12, ("a.count", "company"): 8}
        values = Parameters(book, "basic", stored)
        found = {
            name: (values.value(name), values.origin(name)) for name in ("a.money", "a.promise", "a.days", "a.count")
        }
        assert found == {
            "a.money": (5000, "default"),
            "a.promise": ("basic", "profile"),
            "a.days": (12, "profile_override"),
            "a.count": (8, "company"),
        }

    def test_a_profile_can_extend_another(self, book: ParameterBook) -> None:
        values = Parameters(book, "extended")
        assert (values.value("a.count"), values.value("a.days")) == (5, 15)

    def test_a_profile_that_the_installation_fixes_is_the_companys(self, book: ParameterBook) -> None:
        fixed = Parameters(book, "extended")
        assert fixed.value("company.profile") == "extended"
        assert fixed.for_profile("basic").value("company.profile") == "other"

    def test_a_contract_may_select_another_profile(self, book: ParameterBook) -> None:
        company = Parameters(book, "basic", {("a.count", "company"): 8, ("a.promise", "company"): "basic"})
        contract = company.for_profile("extended")
        assert contract.value("a.days") == 15
        assert contract.value("a.count") == 8
        assert contract.value("a.promise") == "extended"
        assert company.for_profile(None) is company

    def test_get_reads_one_value(self, book: ParameterBook) -> None:
        assert get(Parameters(book), "a.count") == 3

    def test_all_values_at_once(self, book: ParameterBook) -> None:
        assert Parameters(book, "basic").as_dict()["a.count"] == 5


class TestUnknownNames:
    def test_an_unknown_name_is_refused_with_similar_names(self, book: ParameterBook) -> None:
        with pytest.raises(Refusal) as refused:
            Parameters(book).value("a.coutn")
        assert refused.value.code == "unknown_parameter"
        assert "是否指：a.count" in refused.value.message.zh
        assert "did you mean a.count" in refused.value.message.en

    def test_a_name_like_no_other_is_refused_without_a_guess(self, book: ParameterBook) -> None:
        with pytest.raises(Refusal) as refused:
            Parameters(book).value("zzzzzzzzzzzz")
        assert refused.value.message.zh == "没有参数“zzzzzzzzzzzz”。"

    def test_an_unknown_profile_is_refused_with_those_there_are(self, book: ParameterBook) -> None:
        with pytest.raises(Refusal, match="basic"):
            Parameters(book).for_profile("gold")


class TestFilesThatAreWrong:
    @pytest.mark.parametrize(
        ("parameters", "says"),
        [
            ("x: {type: int, default: 3, zh: 甲, en: A}", "source"),
            ("x: {type: whole, default: 3, zh: 甲, en: A, source: X}", "unknown type"),
            ("x: {type: int, default: three, zh: 甲, en: A, source: X}", "number"),
            ("x: {type: int, default: 3, zh: 甲, en: A, source: X, colour: red}", "unknown keys"),
            ("x: {type: int, default: 3, zh: 甲, en: A, source: X, unit: cows}", "unknown unit"),
            ("[]", "not a mapping"),
        ],
    )
    def test_a_wrong_definition_is_named(self, tmp_path: Path, parameters: str, says: str) -> None:
        with pytest.raises(Refusal, match=says):
            load(write(tmp_path, parameters))

    @pytest.mark.parametrize(
        "profile", ["values: {a.cuont: 3}", "values: {a.count: 0}", "extends: nobody", "extends: gold"]
    )
    def test_a_wrong_profile_is_refused(self, tmp_path: Path, profile: str) -> None:
        with pytest.raises(Refusal):
            load(write(tmp_path, gold=profile))
