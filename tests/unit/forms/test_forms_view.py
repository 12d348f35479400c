"""What the browser gets for one step."""

from __future__ import annotations

from typing import Any

from app import feel, forms


def find(schema: Any, key: str) -> Any:
    for part in schema["components"]:
        if key in (part.get("key"), part.get("path"), part["id"]):
            return part
        if "components" in part and (found := find(part, key)) is not None:
            return found
    return None


def keys(schema: Any) -> list[Any]:
    return [part.get("key") or part.get("path") or part.get("label") for part in schema["components"]]


class TestView:
    def test_shows_the_fields_of_the_step_and_folds_what_is_there(self, make: Any, c: Any) -> None:
        form = make(
            c(
                "group",
                "g1",
                label="来电",
                components=[c("textfield", "channel", steps="one"), c("textfield", "content")],
            ),
            c("textfield", "answer", steps="two", required=True),
            c("textfield", "later", steps="three"),
        )
        schema = forms.view(form, "two", {"channel": "phone", "content": "漏水"})
        assert schema["type"] == "default"
        assert schema["id"] == "test.form"
        assert keys(schema) == ["来电", "answer", "已填内容"]
        assert keys(schema["components"][0]) == ["content"]
        filled = schema["components"][-1]
        assert filled["properties"] == {"folded": "true"}
        assert keys(filled) == ["来电"]
        assert filled["components"][0]["components"][0] == {
            "type": "textfield", "id": "id_channel", "key": "channel", "label": "channel", "readonly": True,
        }  # fmt: skip

    def test_sets_required_for_the_step(self, make: Any, c: Any) -> None:
        form = make(c("textfield", "x", steps="a b", required_at="b"))
        assert find(forms.view(form, "a", {}), "x")["validate"]["required"] is False
        assert find(forms.view(form, "b", {}), "x")["validate"]["required"] is True

    def test_decides_what_is_known_and_leaves_the_rest_to_the_page(self, make: Any, c: Any) -> None:
        form = make(
            c("textfield", "x", required_if="urgency = 1"),
            c("textfield", "y", required_if="clear = true"),
            c("checkbox", "clear"),
        )
        schema = forms.view(form, "s", {"urgency": 1})
        assert find(schema, "x")["validate"]["required"] is True
        assert find(schema, "y")["validate"]["required"] is False
        assert find(schema, "y")["properties"] == {"required_if": "=clear = true"}
        assert find(forms.view(form, "s", {"urgency": 2}), "x")["validate"]["required"] is False

    def test_hides_for_good_or_lets_the_browser_watch(self, make: Any, c: Any) -> None:
        form = make(
            c("textfield", "state"),
            c("textfield", "x", conditional={"hide": "=urgency = 1"}),
            c("textfield", "y", conditional={"hide": "=state = null"}),
        )
        assert keys(forms.view(form, "s", {"urgency": 1})) == ["state", "y"]
        schema = forms.view(form, "s", {"urgency": 2})
        assert "conditional" not in find(schema, "x")
        assert find(schema, "y")["conditional"] == {"hide": "=state = null"}

    def test_puts_parameters_in_for_the_browser(self, make: Any, c: Any) -> None:
        library = feel.BUILTINS.extended({"param": feel.Function("param", ("name",), lambda name: True)})
        form = make(c("textfield", "a"), c("textfield", "b", conditional={"hide": '=param("x.y") = true and a = null'}))
        schema = forms.view(form, "s", {}, library)
        assert find(schema, "b")["conditional"] == {"hide": "=true = true and a = null"}

    def test_gives_options_the_browser_cannot_compute(self, make: Any, c: Any) -> None:
        form = make(c("select", "x", valuesExpression="=colours"), c("select", "y", valuesExpression="=[x]"))
        schema = forms.view(form, "s", {"colours": ["red"]})
        assert find(schema, "x")["values"] == [{"label": "red", "value": "red"}]
        assert "valuesExpression" not in find(schema, "x")
        assert find(schema, "y")["valuesExpression"] == "=[x]"

    def test_keeps_rules_on_the_server(self, make: Any, c: Any) -> None:
        form = make(c("textfield", "x", check="secret = 1", steps="s", hint="如 A-1", required_at="s"))
        assert find(forms.view(form, "s", {}), "x")["properties"] == {"hint": "如 A-1"}

    def test_shows_system_fields_read_only_once_they_have_a_value(self, make: Any, c: Any) -> None:
        form = make(c("textfield", "no", system=""), c("textfield", "x"))
        assert keys(forms.view(form, "s", {})) == ["x"]
        schema = forms.view(form, "s", {"no": "LD1"})
        assert keys(schema) == ["no", "x"]
        assert find(schema, "no")["readonly"] is True

    def test_lets_the_browser_compute_live(self, make: Any, c: Any) -> None:
        form = make(c("number", "a"), c("expression", "twice", expression="=a * 2"))
        assert find(forms.view(form, "s", {"twice": 4}), "twice")["expression"] == "=a * 2"
        later = make(c("number", "a", steps="s"), c("expression", "twice", expression="=a * 2", steps="s"))
        assert find(forms.view(later, "t", {"twice": 4}), "twice")["type"] == "textfield"

    def test_passes_our_own_components_through(self, make: Any, c: Any) -> None:
        form = make(
            c("person", "p", multiple="true"), c("lookup", "l", source="region"), c("photos", "f"), c("signature", "s")
        )
        schema = forms.view(form, "step", {})
        assert [part["type"] for part in schema["components"]] == ["person", "lookup", "photos", "signature"]
        assert find(schema, "l")["properties"] == {"source": "region"}

    def test_makes_money_and_phone_plain_form_js(self, make: Any, c: Any) -> None:
        schema = forms.view(make(c("number", "m", format="money"), c("textfield", "p", format="phone")), "s", {})
        assert find(schema, "m")["decimalDigits"] == 2
        assert find(schema, "m")["validate"]["min"] == 0
        assert find(schema, "p")["validate"]["pattern"]

    def test_list_at_a_later_step_keeps_its_rows(self, make: Any, c: Any) -> None:
        columns = [c("textfield", "part"), c("number", "issued_qty", steps="issue", required=True)]
        form = make(c("dynamiclist", "parts", steps="ask", components=columns))
        known = {"parts": [{"part": "a"}]}
        asking = find(forms.view(form, "ask", {}), "parts")
        assert asking["allowAddRemove"] is True
        assert [part.get("readonly") for part in asking["components"]] == [None, True]
        issuing = find(forms.view(form, "issue", known), "parts")
        assert issuing["allowAddRemove"] is False
        assert [part.get("readonly") for part in issuing["components"]] == [True, None]
        assert issuing["components"][1]["validate"]["required"] is True
        folded = find(forms.view(form, "other", known), "parts")
        assert all(part["readonly"] for part in folded["components"])

    def test_correction_brings_a_field_for_the_reason(self, make: Any, c: Any) -> None:
        form = make(c("textfield", "phone", label="电话", correction="reason"))
        assert keys(forms.view(form, "s", {})) == ["phone"]
        schema = forms.view(form, "s", {"phone": 'a"b'})
        assert keys(schema) == ["phone", "phone_reason"]
        assert find(schema, "phone_reason")["conditional"] == {"hide": '=phone = "a\\"b"'}

    def test_customer_sees_nothing_private(self, make: Any, c: Any) -> None:
        form = make(
            c("textfield", "x"),
            c("textfield", "remark", private="customer_copy"),
            c("group", "g", label="内部", private="customer_copy", components=[c("textfield", "y", steps="before")]),
        )
        values = {"y": "内部话", "remark": "内部话"}
        assert keys(forms.view(form, "s", values)) == ["x", "remark", "已填内容"]
        schema = forms.view(form, "s", values, private=False)
        assert keys(schema) == ["x"]
        assert forms.view_data(schema, values) == {}

    def test_speaks_english(self, make: Any, c: Any) -> None:
        form = make(
            c("radio", "ch", label="渠道", label_en="Channel", values=[{"label": "来电", "value": "phone"}],
              values_en="phone=Phone"),
        )  # fmt: skip
        part = find(forms.view(form, "s", {}, lang="en"), "ch")
        assert part["label"] == "Channel"
        assert part["values"] == [{"label": "Phone", "value": "phone"}]

    def test_data_holds_only_what_the_schema_reads(self, make: Any, c: Any) -> None:
        form = make(c("textfield", "x"), c("textfield", "y", conditional={"hide": "=x = outside"}))
        schema = forms.view(form, "s", {"outside": 1})
        values = {"x": "1", "outside": 1, "secret": 2}
        assert forms.view_data(schema, values) == {"x": "1", "outside": 1}

    def test_never_changes_the_form(self, make: Any, c: Any) -> None:
        form = make(
            c("number", "m", format="money", required=True), c("dynamiclist", "l", components=[c("textfield", "a")])
        )
        before = repr(form.raw)
        forms.view(form, "s", {"m": 1, "l": [{"a": "1"}]})
        assert repr(form.raw) == before
