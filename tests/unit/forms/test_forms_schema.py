"""Reading schemas: what is refused, by name and all at once, and how shared groups come in."""

from __future__ import annotations

from typing import Any

import pytest

from app import forms

FORM_JS_TYPES = {
    "textfield",
    "textarea",
    "number",
    "datetime",
    "expression",
    "filepicker",
    "checkbox",
    "checklist",
    "radio",
    "select",
    "taglist",
    "text",
    "image",
    "table",
    "html",
    "documentPreview",
    "spacer",
    "separator",
    "group",
    "dynamiclist",
    "iframe",
    "button",
}


def refused(call: Any) -> list[str]:
    with pytest.raises(forms.FormRefused) as caught:
        call()
    for problem in caught.value.problems:
        assert problem.message.zh
        assert problem.message.en
        assert problem.severity == "error"
    return [problem.rule for problem in caught.value.problems]


class TestTypes:
    def test_every_type_of_form_js_and_our_four_are_known(self) -> None:
        assert set(forms.FIELD_TYPES) == FORM_JS_TYPES | {"signature", "photos", "person", "lookup"}
        assert all(kind.type == name for name, kind in forms.FIELD_TYPES.items())

    def test_unknown_one_is_refused_by_name(self, make: Any, c: Any) -> None:
        with pytest.raises(forms.FormRefused) as caught:
            make(c("textfield", "a"), c("hologram", "b"), c("group", "g", components=[c("telepathy", "d")]))
        names = [(problem.element_id, problem.message.zh) for problem in caught.value.problems]
        assert names == [("id_b", "不认识的组件类型「hologram」"), ("id_d", "不认识的组件类型「telepathy」")]

    @pytest.mark.parametrize("name", ["text", "html", "image", "separator", "spacer", "table", "iframe", "button"])
    def test_presentational_ones_pass(self, make: Any, c: Any, name: str) -> None:
        form = make({"type": name, "id": "x"}, c("textfield", "a"))
        assert list(form.fields) == ["a"]
        assert [component["type"] for component in forms.view(form, "s", {})["components"]] == [name, "textfield"]


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "rule"),
        [
            (b"", "form_not_json"),
            (b"{", "form_not_json"),
            (b"\xff\xfe", "form_not_json"),
            (b"[" * 100_000, "form_not_json"),
            (b"[]", "form_not_a_schema"),
            (b'{"type":"default"}', "form_not_a_schema"),
            (b'{"type":"default","components":[]}', "form_without_id"),
            (b'{"type":"default","id":"a","components":[1]}', "form_component"),
            (b'{"type":"default","id":"a","components":[{"type":"number","key":"a","x":NaN}]}', "form_not_json"),
        ],
    )
    def test_what_is_no_form(self, data: bytes, rule: str) -> None:
        assert refused(lambda: forms.parse(data)) == [rule]

    def test_every_problem_at_once(self, make: Any, c: Any) -> None:
        assert refused(
            lambda: make(
                c("textfield", "a b"),
                c("textfield", "x"),
                c("textfield", "x"),
                c("textfield", "this"),
                c("textfield", "p", validate={"pattern": "("}),
                c("textfield", "q", format="color"),
                c("number", "n", validate={"min": "few"}),
                c("radio", "r"),
                c("lookup", "l"),
                c("dynamiclist", "d", components=[]),
                c("textfield", "e", required_if="a ="),
                c("textfield", "h", conditional={"hide": "always"}),
                c("textfield", "s", steps="a", required_at="b"),
                c("textfield", "v", private="yes", correction="why"),
                c("datetime", "t", subtype="week"),
            )
        ) == [
            "form_key", "form_key", "form_field", "form_field", "form_field", "form_field", "form_field", "form_list",
            "form_expression", "form_expression", "form_required_at", "form_correction", "form_private", "form_field",
            "form_duplicate_key",
        ]  # fmt: skip

    def test_name_inside_another_value(self, make: Any, c: Any) -> None:
        assert refused(lambda: make(c("textfield", "a"), c("textfield", "a.b"))) == ["form_duplicate_key"]

    def test_too_deep(self, make: Any, c: Any) -> None:
        nested = c("textfield", "x")
        for level in range(30):
            nested = c("group", f"g{level}", components=[nested])
        assert "form_too_large" in refused(lambda: make(nested))

    def test_misspelt_property_is_a_warning(self, make: Any, c: Any) -> None:
        form = make(c("textfield", "x", requierd_at="a"))
        assert [problem.rule for problem in form.problems] == ["form_unknown_property"]


class TestShared:
    def shared(self, c: Any, write: Any) -> dict[str, forms.Form]:
        customer = write(
            c("textfield", "customer_name", required=True), c("textfield", "phone", format="phone"),
            form_id="shared.customer",
        )  # fmt: skip
        return {"shared.customer": forms.parse(customer)}

    def include(self, c: Any, **settings: Any) -> dict[str, Any]:
        return c("group", "customer", include="shared.customer", **settings)

    def test_group_takes_its_fields_from_the_shared_form(self, make: Any, c: Any, write: Any) -> None:
        form = make(self.include(c, steps="register", required_if="clear = true"), c("checkbox", "clear"))
        assert form.includes == ("shared.customer",)
        assert list(form.fields) == ["clear"]
        resolved = forms.resolve(form, self.shared(c, write))
        assert list(resolved.fields) == ["customer_name", "phone", "clear"]
        assert resolved.includes == ()
        assert resolved.fields["phone"].steps == {"register"}
        assert forms.step_table(resolved)["register"]["customer_name"] == "conditional"

    def test_part_of_it(self, make: Any, c: Any, write: Any) -> None:
        shared = self.shared(c, write)
        assert list(forms.resolve(make(self.include(c, only="phone")), shared).fields) == ["phone"]
        assert list(forms.resolve(make(self.include(c, without="phone")), shared).fields) == ["customer_name"]
        assert refused(lambda: forms.resolve(make(self.include(c, only="fax")), shared)) == ["form_include"]

    def test_twice_the_same_field_is_refused(self, make: Any, c: Any, write: Any) -> None:
        form = make(self.include(c), c("textfield", "phone"))
        assert refused(lambda: forms.resolve(form, self.shared(c, write))) == ["form_duplicate_key"]

    def test_unknown_and_circular_are_refused(self, make: Any, c: Any, write: Any) -> None:
        assert refused(lambda: forms.resolve(make(self.include(c)), {})) == ["form_include"]
        one = forms.parse(write(c("group", "g", include="two"), form_id="one"))
        two = forms.parse(write(c("group", "g", include="one"), form_id="two"))
        assert refused(lambda: forms.resolve(one, {"one": one, "two": two})) == ["form_include"]

    def test_shared_in_shared(self, make: Any, c: Any, write: Any) -> None:
        shared = self.shared(c, write)
        shared["outer"] = forms.parse(write(c("group", "in", include="shared.customer"), form_id="outer"))
        form = forms.resolve(make(c("group", "g", include="outer")), shared)
        assert list(form.fields) == ["customer_name", "phone"]


class TestForm:
    def test_knows_what_it_reads_from_outside(self, make: Any, c: Any) -> None:
        form = make(
            c("textfield", "a", required_if="outside = true and b != null"),
            c("textfield", "b", conditional={"hide": "=other > 1"}),
            c("textfield", "d", system="actor"),
        )
        assert form.used_variables == {"outside", "other"}

    def test_has_a_title_and_a_code(self, make: Any, c: Any) -> None:
        form = make(c("textfield", "a"), properties={"title": "维修单", "title_en": "Work order", "code": "F07"})
        assert (form.title.zh, form.title.en, form.code) == ("维修单", "Work order", "F07")

    def test_warns_of_a_bare_name_in_the_condition_of_a_row(self, make: Any, c: Any) -> None:
        bare = c("textfield", "why", conditional={"hide": "=qty > 1"})
        good = c("textfield", "why2", conditional={"hide": "=this.qty > 1"})
        form = make(c("dynamiclist", "rows", components=[c("number", "qty"), bare, good]))
        assert [(problem.rule, problem.element_id) for problem in form.problems] == [("form_row_condition", "id_why")]

    def test_warns_of_a_stamp_that_every_step_would_renew(self, make: Any, c: Any) -> None:
        kept = c("person", "first", system="if first != null then first else actor")
        form = make(c("textfield", "a", steps="one"), c("person", "by", system="actor"), kept)
        assert [(problem.rule, problem.element_id) for problem in form.problems] == [("form_stamp_every_step", "id_by")]
        assert not make(c("textfield", "a"), c("person", "by", system="actor")).problems

    def test_step_table(self, make: Any, c: Any) -> None:
        form = make(
            c("textfield", "a", required=True, steps="one two", required_at="two"),
            c("textfield", "b", steps="one", required_if="a != null"),
            c("textfield", "d", steps="two", required=True, conditional={"hide": "=a = null"}),
            c("textfield", "no", system=""),
            c("dynamiclist", "rows", steps="one", components=[c("textfield", "x"), c("textfield", "y", steps="three")]),
        )
        assert forms.step_table(form) == {
            "one": {"a": "optional", "b": "conditional", "no": "system", "rows": "optional"},
            "two": {"a": "required", "d": "conditional", "no": "system"},
            "three": {"no": "system", "rows": "optional"},
        }

    def test_survives_a_round_trip_of_the_editor(self, make: Any, c: Any) -> None:
        form = make(c("textfield", "a", steps="x", required_if="b = 1"), c("number", "b"))
        again = forms.parse(form.dumps())
        assert again.fields.keys() == form.fields.keys()
        assert again.fields["a"].steps == form.fields["a"].steps
