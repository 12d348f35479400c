"""Whatever is sent, the check answers, and stores only what the form knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import forms
from tests.unit.forms.conftest import FewThings, component, written

OPTIONS = [{"label": "红", "value": "red"}, {"label": "是", "value": True}, {"label": "一", "value": 1}]
FORM = forms.parse(
    written(
        component("textfield", "name", required=True, validate={"maxLength": 5, "pattern": "^[^x]*$"}),
        component("textfield", "phone", format="phone", correction="reason"),
        component("textarea", "text", conditional={"hide": "=flag = true"}),
        component("number", "money", format="money", check="money < 100"),
        component("number", "qty", validate={"max": "=money"}),
        component("datetime", "day", subtype="date", past="true"),
        component("datetime", "at", subtype="datetime", past="true"),
        component("datetime", "time", subtype="time"),
        component("checkbox", "flag"),
        component("radio", "radio", values=OPTIONS, required_if="flag = true"),
        component("checklist", "list", values=OPTIONS),
        component("select", "select", valuesExpression="=list"),
        component("filepicker", "file", accept="image/*"),
        component("photos", "photos"),
        component("signature", "sign", check="at != null"),
        component("person", "person", multiple="true"),
        component("lookup", "lookup", source="region"),
        component("textfield", "system", system="actor"),
        component("expression", "twice", expression="=money * 2"),
        component("textfield", "closed", steps="other"),
        component("group", "g", path="nested", components=[component("textfield", "inner"), component("number", "n")]),
        component(
            "dynamiclist",
            "rows",
            max_rows="5",
            components=[
                component("textfield", "a", required=True),
                component("number", "qty"),
                component("textfield", "b", conditional={"hide": "=this.qty > 1"}, steps="other"),
                component("person", "by", system="actor"),
                component("dynamiclist", "deep", components=[component("radio", "r", values=OPTIONS)]),
            ],
        ),
    )
)
NESTED = {"rows": {"a", "qty", "b", "by", "deep"}, "nested": {"inner", "n"}}
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

finite = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(
        ["", "  ", "red", "true", "f1", "R1", "kefu_jia", "000-0000", "2026-03-02", "2026-03-02T09:00", "1e400"]
    )
)
names = st.sampled_from(
    ["a", "qty", "b", "by", "deep", "r", "kind", "drawn", "strokes", "file", "x", "y", "inner", "n", "id", "taken_at"]
) | st.text(max_size=4)


def nested(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4), max_leaves=12
    )


keys = st.sampled_from([*FORM.fields, "rows", "nested", "evil", "phone_reason"])
json_values = nested(finite | st.floats())
submissions = st.dictionaries(keys, json_values)
records = st.dictionaries(keys, nested(finite))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(sent=submissions, known=records)
def test_check_never_raises_and_stores_only_known_fields(sent: dict[str, Any], known: dict[str, Any]) -> None:
    checked = forms.check(FORM, "fill", sent, known, now=NOW, lookups=FewThings(), actor="kefu_jia")
    assert set(checked.values) <= {found.path[0] for found in FORM.fields.values()} | {"phone_reason"}
    assert "closed" not in checked.values
    assert checked.values["system"] == "kefu_jia"
    for key, allowed in NESTED.items():
        value = checked.values.get(key)
        before = known.get(key)
        if value is not None and value != before:
            for row in value if isinstance(value, list) else [value]:
                assert set(row) <= allowed | (set(before) if isinstance(before, dict) else set())
    for error in checked.errors:
        assert error.message.zh
        assert error.message.en
        assert error.message.zh.startswith("「")
    if checked.ok:
        json.dumps(checked.values, allow_nan=False).encode()


@settings(max_examples=100, deadline=None, derandomize=True)
@given(known=records)
def test_everything_else_answers_for_any_record(known: dict[str, Any]) -> None:
    schema = forms.view(FORM, "fill", known)
    assert {part["type"] for part in schema["components"]} <= set(forms.FIELD_TYPES)
    forms.view_data(schema, known)
    forms.record_errors(FORM, known, now=NOW)
    for lang in ("zh", "en"):
        for label, lines in forms.summary(FORM, known, lang):
            assert isinstance(label, str)
            assert all(isinstance(text, str) and text for _, text in lines)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(sent=submissions)
def test_what_was_taken_is_taken_again_unchanged(sent: dict[str, Any]) -> None:
    first = forms.check(FORM, "fill", sent, {}, now=NOW, lookups=FewThings(), actor="kefu_jia")
    if first.ok:
        again = forms.check(FORM, "fill", first.values, first.values, now=NOW, lookups=FewThings(), actor="kefu_jia")
        assert again.ok
        assert again.values == first.values


@given(data=st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_parse_refuses_politely(data: bytes) -> None:
    with pytest.raises(forms.FormRefused):
        forms.parse(data)


@given(
    component_json=st.dictionaries(
        st.sampled_from(
            [
                "type",
                "key",
                "path",
                "id",
                "label",
                "validate",
                "properties",
                "conditional",
                "components",
                "values",
                "subtype",
            ]
        ),
        json_values | st.sampled_from(list(forms.FIELD_TYPES)),
    )
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_parse_reads_or_refuses_any_component(component_json: dict[str, Any]) -> None:
    try:
        form = forms.parse(written(component_json))
    except forms.FormRefused:
        return
    forms.view(form, "s", {})
    forms.check(form, "s", dict.fromkeys(form.fields, "x"), {}, now=NOW)
