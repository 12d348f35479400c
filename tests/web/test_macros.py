"""What pages are built from: written into HTML as it was meant, whatever it holds."""

from __future__ import annotations

from flask import Flask, render_template_string

FIELD = "{% import 'macros.html' as ui %}{{ ui.field('code', 'Code', value, extra=extra) }}"


def field(app: Flask, value: str, extra: dict[str, object]) -> str:
    with app.test_request_context("/"):
        return render_template_string(FIELD, value=value, extra=extra)


class TestField:
    def test_further_attributes_of_its_input_stand_there_as_attributes(self, app: Flask) -> None:
        found = field(app, "B1", {"maxlength": 40, "autocapitalize": "none", "autofocus": ""})
        assert ' value="B1" required maxlength="40" autocapitalize="none" autofocus="">' in found

    def test_quotes_end_neither_value_nor_attribute(self, app: Flask) -> None:
        found = field(app, 'a"b', {"placeholder": 'say "when" <now>'})
        assert ' value="a&#34;b" required placeholder="say &#34;when&#34; &lt;now&gt;">' in found

    def test_the_login_does_not_begin_with_a_capital_by_itself(self, app: Flask) -> None:
        page = app.test_client().get("/login").get_data(as_text=True)
        assert 'autocomplete="username" autofocus="" autocapitalize="none">' in page
