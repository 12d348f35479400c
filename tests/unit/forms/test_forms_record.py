"""The record as a whole: what is missing when it closes, and the record in words."""

from __future__ import annotations

from typing import Any

from app import forms

VALUES = [{"label": "已完成", "value": "completed"}, {"label": "未完成", "value": "unfinished"}]


class TestClosing:
    def form(self, make: Any, c: Any) -> Any:
        return make(
            c("radio", "state", values=VALUES, required=True, steps="report"),
            c("textfield", "why", label="未完成原因", steps="next_visit", required=True,
              conditional={"hide": '=state != "unfinished"'}),
            c("textfield", "collected", steps="hand_in", required=True),
            c("textfield", "note", steps="hand_in"),
            c("dynamiclist", "lines", steps="report", components=[c("number", "qty", required=True)]),
            c("textfield", "number", system="", required=True),
        )  # fmt: skip

    def test_needs_every_required_field_of_every_step(self, make: Any, c: Any) -> None:
        errors = forms.record_errors(self.form(make, c), {"state": "unfinished", "lines": [{"qty": 1}, {}]})
        assert {error.field: error.code for error in errors} == {
            "why": "required", "collected": "required", "lines[1].qty": "required", "number": "required",
        }  # fmt: skip

    def test_is_complete(self, make: Any, c: Any) -> None:
        known = {"state": "completed", "collected": "x", "number": "1"}
        assert forms.record_errors(self.form(make, c), known) == ()

    def test_can_be_narrowed_to_the_steps_that_happened(self, make: Any, c: Any) -> None:
        known = {"state": "unfinished", "number": "1"}
        assert forms.record_errors(self.form(make, c), known, steps=["report"]) == ()
        errors = forms.record_errors(self.form(make, c), known, steps=["report", "next_visit"])
        assert [error.field for error in errors] == ["why"]

    def test_checks_count_too(self, make: Any, c: Any) -> None:
        form = make(c("number", "n", check="n > 0"), c("group", "g", check="a = 1", components=[c("number", "a")]))
        assert [error.field for error in forms.record_errors(form, {"n": 0, "a": 2})] == ["n", "a"]


class TestSummary:
    def form(self, make: Any, c: Any) -> Any:
        customer = [c("textfield", "name", label="用户名称", label_en="Customer")]
        columns = [
            c("textfield", "part", label="零件", label_en="Part"),
            c("number", "qty", label="数量", label_en="Qty"),
        ]
        return make(
            c("group", "g1", label="客户", label_en="Customer", components=customer),
            c("radio", "state", label="状态", label_en="State", values=VALUES, values_en="completed=Done"),
            c("datetime", "at", label="到达时间", subtype="datetime"),
            c("datetime", "day", label="日期", subtype="date"),
            c("number", "fee", label="费用", format="money"),
            c("checkbox", "clean", label="已清理"),
            c("person", "by", label="维修员"),
            c("dynamiclist", "parts", label="换件", components=columns),
            c("signature", "sign", label="签字"),
            c("photos", "photos", label="照片"),
            c("filepicker", "doc", label="附件"),
            c("textfield", "remark", label="备注", private="customer_copy"),
            c("textfield", "hidden", label="隐藏", conditional={"hide": '=state = "completed"'}),
            c("checklist", "why", label="原因", values=VALUES),
        )

    KNOWN = (
        ("name", "示例客车"), ("state", "completed"), ("at", "2026-03-02T01:30:00Z"), ("day", "2026-03-02"),
        ("fee", 1200.5), ("clean", True), ("by", "weixiu_yi"), ("parts", [{"part": "水泵", "qty": 2}, {"part": "管"}]),
        ("sign", {"kind": "drawn", "strokes": []}), ("photos", [{"file": "f1"}]), ("doc", "f1"), ("remark", "内部"),
        ("hidden", "x"), ("why", ["completed", "old"]), ("unknown", 1),
    )  # fmt: skip

    def names(self, source: str, value: str) -> str:
        return {("person", "weixiu_yi"): "维修员乙", ("file", "f1"): "现场.jpg"}[source, value]

    def test_is_the_record_in_words(self, make: Any, c: Any) -> None:
        assert forms.summary(self.form(make, c), dict(self.KNOWN), "zh", names=self.names) == [
            ("客户", [("用户名称", "示例客车")]),
            (
                "",
                [
                    ("状态", "已完成"),
                    ("到达时间", "2026 年 3 月 2 日 09:30"),
                    ("日期", "2026 年 3 月 2 日"),
                    ("费用", "¥1,200.50"),
                    ("已清理", "是"),
                    ("维修员", "维修员乙"),
                    ("换件", "1. 零件：水泵；数量：2\n2. 零件：管"),
                    ("签字", "已签字"),
                    ("照片", "1 张照片"),
                    ("附件", "现场.jpg"),
                    ("备注", "内部"),
                    ("原因", "已完成、old"),
                ],
            ),
        ]

    def test_in_english(self, make: Any, c: Any) -> None:
        sections = forms.summary(self.form(make, c), dict(self.KNOWN), "en")
        assert sections[0] == ("Customer", [("Customer", "示例客车")])
        lines = dict(sections[1][1])
        assert lines["State"] == "Done"
        assert lines["到达时间"] == "2 Mar 2026 09:30"
        assert lines["换件"] == "1. Part: 水泵; Qty: 2\n2. Part: 管"
        assert lines["已清理"] == "Yes"

    def test_customer_copy_leaves_private_fields_out(self, make: Any, c: Any) -> None:
        sections = forms.summary(self.form(make, c), dict(self.KNOWN), "zh", private=False)
        assert "备注" not in dict(sections[1][1])

    def test_survives_values_of_the_wrong_kind(self, make: Any, c: Any) -> None:
        form = self.form(make, c)
        for value in ("x", 5, True, ["a"], {"a": 1}, [[]], [{"a": None}]):
            forms.summary(form, dict.fromkeys(form.fields, value), "zh")
