"""The whole check: what is required when, what is hidden, what a client may not touch, lists, corrections."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

GONE = {"hide": '=state = "completed"'}


def codes(checked: Any) -> dict[str, str]:
    return {error.field: error.code for error in checked.errors}


class TestRequired:
    def test_field_says_what_to_do_in_both_languages(self, submit: Any, c: Any) -> None:
        checked = submit([c("textfield", "customer_name", label="用户名称", label_en="Customer", required=True)], {})
        (error,) = checked.errors
        assert (error.field, error.code) == ("customer_name", "required")
        assert error.message.zh == "「用户名称」不能为空。请填写后再提交。"
        assert error.message.en == "“Customer” must not be empty. Please fill it in and submit again."

    def test_at_the_steps_it_is_open_at(self, submit: Any, c: Any) -> None:
        fields = [c("textfield", "x", required=True, steps="a b")]
        assert codes(submit(fields, {}, step="a")) == {"x": "required"}
        assert submit(fields, {}, step="elsewhere").ok

    def test_only_at_the_step_that_names_it(self, submit: Any, c: Any) -> None:
        fields = [c("textfield", "x", steps="a b", required_at="b")]
        assert submit(fields, {}, step="a").ok
        assert codes(submit(fields, {}, step="b")) == {"x": "required"}

    def test_while_its_condition_holds(self, submit: Any, c: Any) -> None:
        fields = [c("checkbox", "facts_clear"), c("textfield", "x", required_if="facts_clear = true")]
        assert submit(fields, {"facts_clear": False}).ok
        assert codes(submit(fields, {"facts_clear": True})) == {"x": "required"}

    def test_condition_of_a_group_holds_back_what_its_fields_require(self, submit: Any, c: Any) -> None:
        inner = [c("textfield", "name", required=True), c("textfield", "note")]
        fields = [c("checkbox", "clear"), c("group", "g", required_if="clear = true", components=inner)]
        assert submit(fields, {"clear": False}).ok
        assert codes(submit(fields, {"clear": True})) == {"name": "required"}

    def test_is_satisfied_by_what_is_known(self, submit: Any, c: Any) -> None:
        checked = submit([c("textfield", "x", required=True)], {}, {"x": "known"})
        assert checked.ok
        assert checked.values == {}

    def test_known_value_cannot_be_emptied(self, submit: Any, c: Any) -> None:
        assert codes(submit([c("textfield", "x", required=True)], {"x": ""}, {"x": "known"})) == {"x": "required"}

    def test_optional_known_value_can_be_emptied(self, submit: Any, c: Any) -> None:
        assert submit([c("textfield", "x")], {"x": ""}, {"x": "known"}).values == {"x": None}

    def test_steps_come_from_the_nearest_group(self, submit: Any, c: Any) -> None:
        inner = [c("textfield", "x", required=True), c("textfield", "y", required=True, steps="b")]
        fields = [c("group", "g", steps="a", components=inner)]
        assert codes(submit(fields, {}, step="a")) == {"x": "required"}
        assert codes(submit(fields, {}, step="b")) == {"y": "required"}


class TestHidden:
    def test_field_is_dropped_and_asks_for_nothing(self, submit: Any, c: Any) -> None:
        fields = [c("textfield", "state"), c("textfield", "why", required=True, conditional=GONE)]
        checked = submit(fields, {"state": "completed", "why": "x"})
        assert checked.values == {"state": "completed"}
        assert checked.dropped == {"why": "hidden"}
        assert not checked.tampered
        assert codes(submit(fields, {"state": "unfinished"})) == {"why": "required"}

    def test_wrong_value_of_a_hidden_field_is_no_error(self, submit: Any, c: Any) -> None:
        fields = [c("textfield", "state"), c("number", "n", conditional=GONE)]
        assert submit(fields, {"state": "completed", "n": "abc"}).ok

    def test_known_value_that_is_hidden_now_is_cleared(self, submit: Any, c: Any) -> None:
        fields = [c("textfield", "state"), c("textfield", "why", conditional=GONE)]
        checked = submit(fields, {"state": "completed"}, {"state": "unfinished", "why": "x"})
        assert checked.values == {"state": "completed", "why": None}

    def test_known_value_of_another_step_stays(self, submit: Any, c: Any) -> None:
        fields = [c("textfield", "state"), c("textfield", "why", conditional=GONE, steps="other")]
        assert submit(fields, {"state": "completed"}, {"why": "x"}).values == {"state": "completed"}

    def test_group_hides_all_it_holds(self, submit: Any, c: Any) -> None:
        inner = [c("group", "inner", components=[c("textfield", "x", required=True)])]
        fields = [c("textfield", "state"), c("group", "g", conditional=GONE, components=inner)]
        assert submit(fields, {"state": "completed", "x": "1"}).values == {"state": "completed"}
        assert codes(submit(fields, {"state": "open"})) == {"x": "required"}

    def test_conditions_read_values_before_any_is_dropped_as_in_form_js(self, submit: Any, c: Any) -> None:
        fields = [
            c("textfield", "state"),
            c("textfield", "a", conditional=GONE),
            c("textfield", "b", conditional={"hide": "=a != null"}),
        ]
        assert submit(fields, {"state": "completed", "a": "x", "b": "y"}).values == {"state": "completed"}

    def test_rules_read_what_is_left(self, submit: Any, c: Any) -> None:
        fields = [
            c("textfield", "state"),
            c("textfield", "a", conditional=GONE),
            c("textfield", "b", required_if="a != null"),
        ]
        assert submit(fields, {"state": "completed", "a": "x"}).ok
        assert codes(submit(fields, {"state": "open", "a": "x"})) == {"b": "required"}


class TestClosed:
    def test_unknown_names_are_dropped_and_told(self, submit: Any, c: Any) -> None:
        checked = submit([c("textfield", "x")], {"x": "1", "is_admin": True})
        assert checked.values == {"x": "1"}
        assert checked.dropped == {"is_admin": "unknown"}
        assert checked.tampered == ("is_admin",)

    def test_fields_of_other_steps_cannot_be_written(self, submit: Any, c: Any) -> None:
        fields = [c("textfield", "x"), c("textfield", "decision", steps="approve")]
        checked = submit(fields, {"x": "1", "decision": "approved"})
        assert checked.ok
        assert checked.values == {"x": "1"}
        assert checked.dropped == {"decision": "read_only"}

    def test_read_only_value_sent_back_unchanged_is_no_tampering(self, submit: Any, c: Any) -> None:
        fields = [c("textfield", "x"), c("textfield", "decision", steps="approve")]
        assert submit(fields, {"x": "1", "decision": "approved"}, {"decision": "approved"}).dropped == {}

    def test_readonly_and_disabled_components(self, submit: Any, c: Any) -> None:
        for settings in ({"readonly": True}, {"disabled": True}, {"readonly": "=locked = true"}):
            assert submit([c("textfield", "x", **settings)], {"x": "1"}, {"locked": True}).values == {}
        assert submit([c("textfield", "x", readonly="=locked = true")], {"x": "1"}, {"locked": False}).values == {
            "x": "1"
        }

    def test_lock_cannot_be_opened_by_sending_a_closed_field(self, submit: Any, c: Any) -> None:
        fields = [c("checkbox", "locked", steps="other"), c("textfield", "x", readonly="=locked = true")]
        assert submit(fields, {"x": "1", "locked": False}, {"locked": True}).values == {}

    def test_anything_sent_is_answered(self, submit: Any, c: Any) -> None:
        for sent in (None, [], "x", 5, [["x", 1]]):
            assert codes(submit([c("textfield", "x", required=True)], sent)) == {"x": "required"}


class TestSystem:
    def test_field_is_computed_and_never_taken_from_the_client(self, submit: Any, c: Any) -> None:
        fields = [c("person", "by", system="actor"), c("datetime", "at", subtype="datetime", system="now")]
        checked = submit(fields, {"by": "weixiu_yi", "at": "2020-01-01T00:00:00Z"}, actor="kefu_jia")
        assert checked.values == {"by": "kefu_jia", "at": "2026-03-02T09:00:00+08:00"}
        assert checked.dropped == {"by": "system", "at": "system"}

    def test_field_of_another_step_keeps_still(self, submit: Any, c: Any) -> None:
        assert submit([c("person", "by", system="actor", steps="other")], {}).values == {}

    def test_field_filled_by_the_process_is_only_shown(self, submit: Any, c: Any) -> None:
        checked = submit([c("textfield", "contact_no", system="")], {"contact_no": "forged"}, {"contact_no": "LD1"})
        assert checked.values == {}
        assert checked.tampered == ("contact_no",)

    def test_fields_follow_each_other(self, submit: Any, c: Any) -> None:
        fields = [
            c("number", "net", system="total - 10"),
            c("number", "total", system="sum(lines.amount)"),
            c("dynamiclist", "lines", components=[c("number", "amount", format="money")]),
        ]
        checked = submit(fields, {"lines": [{"amount": 20.5}, {"amount": "30"}]})
        assert checked.values["total"] == 50.5
        assert checked.values["net"] == 40.5

    def test_known_stamp_can_be_kept(self, submit: Any, c: Any) -> None:
        fields = [
            c("datetime", "arrived_at", subtype="datetime", system="if arrived_at != null then arrived_at else now")
        ]
        known = {"arrived_at": "2026-03-01T10:00:00+08:00"}
        assert submit(fields, {}, known).values == known
        assert submit(fields, {}).values == {"arrived_at": "2026-03-02T09:00:00+08:00"}

    def test_expression_field_is_computed_again(self, submit: Any, c: Any) -> None:
        fields = [c("number", "a"), c("expression", "twice", expression="=a * 2")]
        assert submit(fields, {"a": 4, "twice": 999}).values == {"a": 4, "twice": 8}

    def test_due_date_counts_from_now(self, submit: Any, c: Any) -> None:
        fields = [c("datetime", "due", subtype="datetime", system='now + duration("PT12H")')]
        assert submit(fields, {}).values == {"due": "2026-03-02T21:00:00+08:00"}


SIGN = {
    "check": "work_finished_at != null",
    "check_message_zh": "完工以后才能签字。",
    "check_message_en": "Sign after the work is finished.",
}
SIGNED = {"kind": "drawn", "strokes": [[[1, 1], [2, 2], [3, 3]]]}


class TestRules:
    def test_nobody_signs_before_the_work_is_finished(self, submit: Any, c: Any) -> None:
        fields = [c("signature", "customer_signature", label="用户签字", **SIGN)]
        (error,) = submit(fields, {"customer_signature": SIGNED}).errors
        assert (error.field, error.code) == ("customer_signature", "check")
        assert error.message.zh == "「用户签字」：完工以后才能签字。"
        assert submit(fields, {"customer_signature": SIGNED}, {"work_finished_at": "2026-03-02T08:00:00+08:00"}).ok

    def test_value_must_make_it_true_not_just_unknown(self, submit: Any, c: Any) -> None:
        fields = [c("datetime", "left_at", subtype="datetime", check="left_at > arrived_at")]
        assert codes(submit(fields, {"left_at": "2026-03-02T09:00"})) == {"left_at": "check"}
        assert submit(fields, {"left_at": "2026-03-02T09:00"}, {"arrived_at": "2026-03-02T08:00:00+08:00"}).ok

    def test_empty_field_is_not_blamed_for_what_is_unknown(self, submit: Any, c: Any) -> None:
        assert submit([c("number", "n", check="n > 0")], {}).ok

    def test_box_that_must_be_ticked(self, submit: Any, c: Any) -> None:
        assert codes(submit([c("checkbox", "done", check="done = true")], {})) == {"done": "check"}

    def test_of_a_group_stands_at_its_first_field(self, submit: Any, c: Any) -> None:
        rule = {
            "check": "a != null or b != null",
            "check_message_zh": "至少填一项",
            "check_message_en": "Give one of them",
        }
        fields = [c("group", "g", label="联系", components=[c("textfield", "a"), c("textfield", "b")], **rule)]
        (error,) = submit(fields, {}).errors
        assert error.field == "a"
        assert error.message.zh == "「联系」：至少填一项。"
        assert submit(fields, {"b": "1"}).ok
        assert submit(fields, {}, step="fill").errors

    def test_reads_names_inside_a_filter(self, submit: Any, c: Any) -> None:
        fields = [
            c("dynamiclist", "lines", components=[c("number", "amount")], check="count(lines[amount > limit]) = 0"),
        ]
        assert submit(fields, {"lines": [{"amount": 1}]}, {"limit": 5}).ok
        assert codes(submit(fields, {"lines": [{"amount": 6}]}, {"limit": 5})) == {"lines": "check"}

    def test_several_of_one_field(self, submit: Any, c: Any) -> None:
        fields = [
            c("number", "n", check="n > 0", check_2="n < 10", check_2_message_zh="太大", check_2_message_en="too big")
        ]
        assert submit(fields, {"n": 11}).errors[0].message.zh == "「n」：太大。"
        assert submit(fields, {"n": 5}).ok


class TestRows:
    def fields(self, c: Any, **settings: Any) -> list[dict[str, Any]]:
        columns = [
            c("textfield", "part", required=True, label="零件"),
            c("number", "qty", required=True, label="数量"),
            c("textfield", "reason", conditional={"hide": "=this.qty < 2"}, required=True, label="原因"),
        ]
        return [c("dynamiclist", "parts", label="换件明细", components=columns, **settings)]

    def test_error_names_row_and_column(self, submit: Any, c: Any) -> None:
        sent = {"parts": [{"part": "a", "qty": 1}, {"part": "b", "qty": 0, "reason": "x"}]}
        (error,) = submit(self.fields(c), sent).errors
        assert error.field == "parts[1].qty"
        assert error.message.zh == "「换件明细」第 2 行「数量」不能小于 1。请改大后再提交。"
        assert error.message.en == "“换件明细”, row 2, “数量” must not be less than 1. Please enter a larger number."

    def test_rows_are_cleaned_and_conditions_read_their_own_row(self, submit: Any, c: Any) -> None:
        sent = {"parts": [{"part": " a ", "qty": "1", "reason": "x", "evil": 1}, {"part": "b", "qty": 2}]}
        checked = submit(self.fields(c), sent)
        assert codes(checked) == {"parts[1].reason": "required"}
        assert checked.values["parts"] == [{"part": "a", "qty": 1}, {"part": "b", "qty": 2}]
        assert checked.dropped == {"parts[0].evil": "unknown", "parts[0].reason": "hidden"}

    def test_trailing_empty_rows_are_not_there(self, submit: Any, c: Any) -> None:
        sent = {"parts": [{"part": "a", "qty": 1}, {"part": "", "qty": None}, {}]}
        assert submit(self.fields(c), sent).values["parts"] == [{"part": "a", "qty": 1}]
        assert codes(submit(self.fields(c, min_rows="1"), {"parts": [{"part": ""}]})) == {"parts": "required"}

    def test_number_of_rows(self, submit: Any, c: Any) -> None:
        row = {"part": "a", "qty": 1}
        assert codes(submit(self.fields(c, min_rows="2"), {"parts": [row]})) == {"parts": "min_rows"}
        assert codes(submit(self.fields(c, max_rows="1"), {"parts": [row, row]})) == {"parts": "max_rows"}
        assert codes(submit(self.fields(c), {"parts": [row] * 201})) == {"parts": "max_rows"}
        assert submit(self.fields(c), {}).ok
        assert codes(submit(self.fields(c, required=True), {"parts": []})) == {"parts": "required"}

    def test_not_rows_at_all(self, submit: Any, c: Any) -> None:
        for sent in ("x", {"0": {}}, [1], [["part", "a"]]):
            assert codes(submit(self.fields(c), {"parts": sent})) == {"parts": "type"}

    def test_rules_of_a_row_see_row_and_record(self, submit: Any, c: Any) -> None:
        columns = [c("number", "amount", check="amount <= limit and this.amount <= 9")]
        fields = [c("dynamiclist", "lines", components=columns)]
        assert submit(fields, {"lines": [{"amount": 5}]}, {"limit": 5}).ok
        assert codes(submit(fields, {"lines": [{"amount": 6}]}, {"limit": 5})) == {"lines[0].amount": "check"}

    def test_list_in_a_list_knows_its_parent(self, submit: Any, c: Any) -> None:
        inner = c("dynamiclist", "marks", components=[c("textfield", "m", conditional={"hide": '=parent.kind = "x"'})])
        fields = [c("dynamiclist", "rows", components=[c("textfield", "kind"), inner])]
        sent = {"rows": [{"kind": "x", "marks": [{"m": "1"}]}, {"kind": "y", "marks": [{"m": "2"}]}]}
        checked = submit(fields, sent)
        assert checked.values["rows"] == [{"kind": "x", "marks": [{}]}, {"kind": "y", "marks": [{"m": "2"}]}]

    def test_later_step_fills_its_column_and_cannot_touch_the_others(self, submit: Any, c: Any) -> None:
        columns = [c("textfield", "part", required=True), c("number", "issued_qty", steps="issue", required=True)]
        fields = [c("dynamiclist", "parts", steps="ask", components=columns)]
        asked = submit(fields, {"parts": [{"part": "a", "issued_qty": 9}]}, step="ask")
        assert asked.values == {"parts": [{"part": "a"}]}
        assert asked.dropped == {"parts[0].issued_qty": "read_only"}
        known = {"parts": [{"part": "a"}, {"part": "b"}]}
        issued = submit(
            fields, {"parts": [{"part": "FORGED", "issued_qty": 1}, {"issued_qty": 2}]}, known, step="issue"
        )
        assert issued.values == {"parts": [{"part": "a", "issued_qty": 1}, {"part": "b", "issued_qty": 2}]}
        assert issued.tampered == ("parts[0].part",)
        assert codes(submit(fields, {"parts": [{"issued_qty": 1}]}, known, step="issue")) == {"parts": "rows_fixed"}
        assert codes(submit(fields, {}, known, step="issue")) == {
            "parts[0].issued_qty": "required", "parts[1].issued_qty": "required",
        }  # fmt: skip

    def test_row_removed_above_does_not_move_read_only_values(self, submit: Any, c: Any) -> None:
        columns = [c("textfield", "part"), c("number", "price", system="")]
        fields = [c("dynamiclist", "parts", components=columns)]
        known = {"parts": [{"part": "a", "price": 1}, {"part": "b", "price": 2}]}
        checked = submit(fields, {"parts": [{"part": "b2", "price": 2}]}, known)
        assert checked.values == {"parts": [{"part": "b2", "price": 2}]}
        forged = submit(fields, {"parts": [{"part": "b", "price": 0.01}]}, known)
        assert forged.values == {"parts": [{"part": "b"}]}

    def test_row_keeps_who_wrote_it(self, submit: Any, c: Any) -> None:
        columns = [c("textfield", "result"), c("person", "by", system="actor")]
        fields = [c("dynamiclist", "log", components=columns)]
        known = {"log": [{"result": "一", "by": "weixiu_yi"}]}
        checked = submit(fields, {"log": [{"result": "一", "by": "x"}, {"result": "二"}]}, known, actor="kefu_jia")
        assert checked.values["log"] == [{"result": "一", "by": "weixiu_yi"}, {"result": "二", "by": "kefu_jia"}]
        changed = submit(fields, {"log": [{"result": "改", "by": "weixiu_yi"}]}, known, actor="kefu_jia")
        assert changed.values["log"] == [{"result": "改", "by": "kefu_jia"}]

    def test_row_can_keep_its_first_stamp_when_it_changes(self, submit: Any, c: Any) -> None:
        columns = [c("textfield", "result"), c("person", "by", system="if this.by != null then this.by else actor")]
        fields = [c("dynamiclist", "log", components=columns)]
        known = {"log": [{"result": "一", "by": "weixiu_yi"}]}
        changed = submit(fields, {"log": [{"result": "改", "by": "weixiu_yi"}]}, known, actor="kefu_jia")
        assert changed.values["log"] == [{"result": "改", "by": "weixiu_yi"}]

    def test_bounds_and_options_of_a_row_read_their_row(self, submit: Any, c: Any) -> None:
        columns = [
            c("number", "asked"),
            c("number", "given", validate={"max": "=this.asked"}),
            c("select", "unit", valuesExpression='=if this.asked > 5 then ["box"] else ["piece"]'),
        ]
        fields = [c("dynamiclist", "rows", components=columns)]
        assert submit(fields, {"rows": [{"asked": 6, "given": 6, "unit": "box"}]}).ok
        assert codes(submit(fields, {"rows": [{"asked": 5, "given": 6, "unit": "box"}]})) == {
            "rows[0].given": "max", "rows[0].unit": "not_an_option",
        }  # fmt: skip


class TestCorrection:
    def fields(self, c: Any) -> list[dict[str, Any]]:
        return [c("textfield", "phone", label="电话", correction="reason")]

    def test_of_a_known_value_asks_why(self, submit: Any, c: Any) -> None:
        checked = submit(self.fields(c), {"phone": "2"}, {"phone": "1"})
        (error,) = checked.errors
        assert (error.field, error.code) == ("phone_reason", "reason_required")
        assert error.message.zh == "「电话」已经登记过，更改要写明原因。请填写更改原因，或恢复原来的内容。"

    def test_keeps_before_after_and_reason(self, submit: Any, c: Any) -> None:
        checked = submit(self.fields(c), {"phone": "2", "phone_reason": " 客户更正 "}, {"phone": "1"})
        assert checked.values == {"phone": "2", "phone_reason": "客户更正"}
        assert checked.dropped == {}
        (correction,) = checked.corrections
        assert (correction.before, correction.after, correction.reason) == ("1", "2", "客户更正")

    def test_first_value_and_same_value_need_none(self, submit: Any, c: Any) -> None:
        assert submit(self.fields(c), {"phone": "1"}).ok
        assert submit(self.fields(c), {"phone": " 1 "}, {"phone": "1"}).ok

    def test_same_moment_in_another_zone_is_the_same(self, submit: Any, c: Any) -> None:
        fields = [c("datetime", "at", subtype="datetime", correction="reason")]
        known = {"at": "2026-03-02T09:00:00+08:00"}
        assert submit(fields, {"at": "2026-03-02T01:00:00Z"}, known).values == known


class TestPlaces:
    def test_group_with_a_path_nests_its_values(self, submit: Any, c: Any) -> None:
        inner = [c("textfield", "name", required=True), c("textfield", "phone")]
        fields = [c("group", "g", path="customer", components=inner)]
        assert submit(fields, {"customer": {"name": " a ", "evil": 1}}, {"customer": {"phone": "1"}}).values == {
            "customer": {"name": "a"}
        }
        assert codes(submit(fields, {"customer": 5})) == {"customer.name": "required"}

    def test_time_stands_on_the_clock_on_the_wall(self, submit: Any, c: Any) -> None:
        fields = [c("datetime", "at", subtype="datetime", system="now")]
        assert submit(fields, {}, now=datetime(2026, 1, 1, tzinfo=UTC)).values == {"at": "2026-01-01T08:00:00+08:00"}
