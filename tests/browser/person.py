"""A person before a screen: opens pages, fills in forms by their labels, presses buttons; counts entries and taps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

Value = str | bool | int | list[Any] | Path

_ARRIVED_OR_REFUSED = """({title, address, known}) => {
  const box = (id) => document.getElementById(id);
  const words = (id) => box(id)?.checkVisibility() ? box(id).innerText.trim() : "";
  const here = title === null ? location.href !== address : words("task-title") === title;
  const said = words("form-errors") || words("form-notice");
  return here ? "arrived" : said !== known && said;
}"""


class Person:
    """One logged-in page. `entries` counts fields filled in, `taps` everything pressed besides typing and photos."""

    def __init__(self, page: Page, login: str, phone: bool) -> None:
        self.page = page
        self.login = login
        self.phone = phone
        self.entries = 0
        self.taps = 0

    # -- going about ------------------------------------------------------------------------------------------------

    def opens(self, address: str) -> None:
        """Go to an address; a task page is ready when its form is."""
        self.page.goto(address)
        if "/tasks/" in self.page.url:
            self.sees_form()

    def sees_form(self) -> None:
        """The form of the task stands there, alive."""
        expect(self.page.locator("#form-here .fjs-form")).to_be_visible()

    def opens_task(self, name: str, case_no: str) -> None:
        """Find the task in the inbox and open it, claiming it if it waits for the role."""
        self.page.goto(f"/?text={case_no}")
        row = self.row(name)
        if not row.count():
            self.page.goto(f"/?scope=roles&text={case_no}")
            row = self.row(name)
            self.press(row.get_by_role("button", name="领取"))
        else:
            self.press(row.get_by_role("link", name=name))
        expect(self.title).to_have_text(name)
        self.sees_form()

    def row(self, name: str) -> Locator:
        """The line of a task in the inbox."""
        return self.page.locator("#task-rows [data-row]").filter(
            has=self.page.get_by_role("link", name=name, exact=True)
        )

    @property
    def title(self) -> Locator:
        """The task's title."""
        return self.page.locator("#task-title")

    @property
    def case_no(self) -> str:
        """The number of the case this task page belongs to."""
        return str(self.page.locator(".crumbs a[href^='/cases/']").inner_text())

    @property
    def task_id(self) -> int:
        """The number in the address of this task page."""
        return int(self.page.url.rsplit("/", 1)[1].split("?")[0])

    # -- pressing ---------------------------------------------------------------------------------------------------

    def press(self, target: Locator) -> None:
        """Click, or tap on a phone."""
        self.taps += 1
        if self.phone:
            target.tap()
        else:
            target.click()

    def presses(self, name: str) -> None:
        """Press the button with this text."""
        self.press(self.page.get_by_role("button", name=name, exact=True))

    @property
    def submit_button(self) -> Locator:
        """The one button that sends the form."""
        return self.page.locator("#form-submit")

    def submits(self, lands_on: str | None = None) -> None:
        """Send the form and arrive: at the task of that name, else at the inbox."""
        notice = self.page.locator("#form-notice")
        known = notice.inner_text().strip() if notice.is_visible() else ""
        before = {"title": lands_on, "address": self.page.url, "known": known}
        self.press(self.submit_button)
        said = self.page.wait_for_function(_ARRIVED_OR_REFUSED, arg=before).json_value()
        assert said == "arrived", said
        if "/tasks/" in self.page.url:
            self.sees_form()

    def submits_and_is_refused(self) -> Locator:
        """Send the form; the summary of errors says what is missing."""
        self.press(self.submit_button)
        summary = self.page.locator("#form-errors")
        expect(summary).to_be_visible()
        return summary

    # -- filling in -------------------------------------------------------------------------------------------------

    def field(self, label: str, inside: Locator | None = None) -> Locator:
        """The field with this label."""
        place = inside or self.page.locator("#form-here")
        return place.locator(".fjs-form-field:not(.fjs-form-field-grouplike)").filter(
            has=self.page.locator("label.fjs-form-field-label", has_text=_exactly(label))
        )

    def fills(self, values: Mapping[str, Value], inside: Locator | None = None) -> None:
        """Fill in fields by their labels, in order."""
        for label, value in values.items():
            self._fill(self.field(label, inside), value)

    def adds_row(self, group: str, values: Mapping[str, Value]) -> None:
        """Fill in a line of a list; the first line stands there already when the list was empty."""
        box = self._list(group)
        rows = self.lines(group)
        first = next(iter(values))
        if not rows.count() or self.field(first, rows.last).locator("input, textarea, select").first.input_value():
            self.press(box.locator(".fjs-repeat-render-add"))
        self.fills(values, rows.last)

    def lines(self, group: str) -> Locator:
        """The lines of a list."""
        return self._list(group).locator(".fjs-repeat-row-container")

    def _list(self, group: str) -> Locator:
        name = self.page.locator("label.fjs-form-field-label", has_text=_exactly(group))
        return self.page.locator(".fjs-form-field-dynamiclist").filter(has=name)

    def _fill(self, field: Locator, value: Value) -> None:
        self.entries += 1
        if isinstance(value, Path):
            field.locator("input[type=file]").set_input_files(value)
            expect(field.locator(".photo")).to_have_count(1)
            return
        kinds = str(field.get_attribute("class"))
        if "signature" in kinds:
            self._sign(field.locator("canvas"))
        elif "checkbox" in kinds:
            box = field.locator("input[type=checkbox]")
            if box.is_checked() != bool(value):
                self.press(box)
        elif "radio" in kinds:
            self.press(field.get_by_label(_words(value), exact=True))
        elif "checklist" in kinds:
            for each in value if isinstance(value, list) else [value]:
                self.press(field.get_by_label(str(each), exact=True))
        elif "person" in kinds or "lookup" in kinds:
            field.get_by_role("combobox").fill(str(value))
            self.press(field.get_by_role("option").first)
        elif "select" in kinds:
            self.taps += 2  # open the list, choose
            field.locator("select").select_option(label=str(value))
        else:
            box = field.locator("input:not(.datetime-native), textarea").first
            box.fill(str(value))
            box.blur()

    def _sign(self, canvas: Locator) -> None:
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        self.taps += 1
        mouse = self.page.mouse
        for line in (((0.2, 0.3), (0.3, 0.7), (0.4, 0.3)), ((0.5, 0.4), (0.7, 0.6))):
            points = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in line]
            mouse.move(*points[0])
            mouse.down()
            for point in points[1:]:
                mouse.move(*point, steps=4)
            mouse.up()

    @contextmanager
    def counted(self) -> Iterator[dict[str, int]]:
        """Count entries and taps inside the block."""
        counts: dict[str, int] = {}
        entries, taps = self.entries, self.taps
        yield counts
        counts.update(entries=self.entries - entries, taps=self.taps - taps)


def _exactly(label: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(label)}(选填|\*)?\s*$")


def _words(value: Value) -> str:
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)
