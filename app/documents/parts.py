"""The sections of a paper in words: cells, tables, photos and signature boxes, private ones only for the office."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from app.documents.contents import CUSTOMER, Content
from app.documents.declaration import Section, SignatureBox
from app.documents.derived import sections_of
from app.forms.conditions import Scope
from app.forms.fields import Display
from app.forms.form import Field, Group, Node, Ornament, fields_of
from app.forms.hiding import hidden_ids
from app.forms.paths import get
from app.forms.summary import show


@dataclass(frozen=True, slots=True)
class Cell:
    """A label with its text; wide ones take the whole line."""

    label: str
    text: str
    wide: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """A list as a table."""

    heads: list[str]
    lines: list[list[str]]
    blank: int


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo by its file, with when and where it was taken."""

    file: str
    words: str


@dataclass(frozen=True, slots=True)
class Signed:
    """What stands in a signature box."""

    label: str
    drawing: Mapping[str, Any] | None = None
    photo: str = ""
    words: str = ""
    signer: str = ""
    at: str = ""


@dataclass(slots=True)
class Part:
    """A section in words."""

    title: str
    cells: list[Cell] = field(default_factory=list)
    rows: Rows | None = None
    photos: list[Photo] = field(default_factory=list)
    signatures: list[Signed] = field(default_factory=list)


def in_lines(cells: Iterable[Cell]) -> list[list[Cell]]:
    """Two cells to a line; a wide one, or one that is left over, has its own."""
    lines: list[list[Cell]] = []
    half = False
    for cell in cells:
        if half and not cell.wide:
            lines[-1].append(cell)
        else:
            lines.append([cell])
        half = not half and not cell.wide
    return lines


class Teller:
    """Tells what stands on a paper; the customer's copy leaves out what GR17 keeps inside."""

    def __init__(self, content: Content, lang: str, zone: tzinfo, names: Callable[[str, str], str], copy: str) -> None:
        self.content, self.lang, self.copy = content, lang, copy
        self.values = content.values
        self.display = Display(lang, zone, names, content.values, content.library)
        scope = Scope.of_record(content.values, {})
        self.hidden = hidden_ids(content.form.nodes, scope, content.library)
        self.private = set(_private(content.form.nodes, False))

    def value(self, key: str) -> str:
        """A field in words; "" when it is empty, hidden, or not for this copy."""
        found = self._field(key)
        return self._text(found) if found is not None else ""

    def label(self, key: str) -> str:
        """What a field is called; "" when it is not for this copy."""
        found = self._field(key, even_hidden=True)
        return self._label(found) if found is not None else ""

    def parts(self) -> Iterator[Part]:
        """The sections as printed."""
        paper = self.content.paper
        for section in paper.sections or sections_of(self.content.form, paper.number):
            if section.office_only and self.copy == CUSTOMER:
                continue
            part = Part(section.title.text(self.lang) if section.title else "")
            part.cells = [cell for key in section.fields if (cell := self._cell(key, section)) is not None]
            part.rows = self._rows(section)
            part.photos = [photo for key in section.photos for photo in self._photos(key)]
            part.signatures = [self._signed(box) for box in section.signatures]
            if part.cells or part.rows is not None or part.photos or part.signatures:
                yield part

    def _field(self, key: str, *, even_hidden: bool = False) -> Field | None:
        found = self.content.form.fields.get(key)
        if found is None or (found.id in self.hidden and not even_hidden):
            return None
        return None if self.copy == CUSTOMER and key in self.private else found

    def _text(self, found: Field) -> str:
        return show(found, get(self.values, found.path), self.display, self.hidden, found.key, self.copy != CUSTOMER)

    def _cell(self, key: str, section: Section) -> Cell | None:
        found = self._field(key, even_hidden=section.by_hand)
        if found is None:
            return None
        text = self._text(found)
        if not text and section.filled_only:
            return None
        return Cell(self._label(found), text, wide=found.type in {"textarea", "dynamiclist", "checklist", "taglist"})

    def _label(self, found: Field) -> str:
        return found.label if self.display.chinese else found.label_en

    def _rows(self, section: Section) -> Rows | None:
        found = self._field(section.rows, even_hidden=section.by_hand) if section.rows else None
        if found is None:
            return None
        value = get(self.values, found.path)
        items = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
        columns = [column for column in fields_of(found.children) if not (self.copy == CUSTOMER and column.private)]
        lines = [[self._in_row(column, row) for column in columns] for row in items]
        # A column that no line fills says nothing; a table to be filled in by hand needs them all.
        used = [index for index in range(len(columns)) if section.blank or any(line[index] for line in lines)]
        if not lines and not section.blank:
            return None
        heads = [self._label(columns[index]) for index in used]
        return Rows(heads, [[line[index] for index in used] for line in lines], section.blank)

    def _in_row(self, column: Field, row: Mapping[str, Any]) -> str:
        return show(column, get(row, column.path), self.display, set(), column.key, self.copy != CUSTOMER)

    def _photos(self, key: str) -> list[Photo]:
        found = self._field(key)
        value = get(self.values, found.path) if found is not None else None
        photos = []
        for item in value if isinstance(value, list) else []:
            if isinstance(item, Mapping) and item.get("file"):
                taken = item.get("taken_at")
                at = self._moment(taken) if isinstance(taken, str) else ""
                photos.append(Photo(str(item["file"]), " · ".join(each for each in (at, item.get("note")) if each)))
        return photos

    def _moment(self, text: str) -> str:
        try:
            return f"{datetime.fromisoformat(text).astimezone(self.display.zone):%Y-%m-%d %H:%M}"
        except ValueError:
            return ""

    def _signed(self, box: SignatureBox) -> Signed:
        label = box.label.text(self.lang)
        signer = self._of(box.signer) or self._of(box.person)
        value = self.values.get(box.field) if box.field else None
        if isinstance(value, Mapping):
            if value.get("kind") == "sealed_photo":
                return Signed(label, photo=str(value.get("file") or ""), signer=signer, at=self._of(box.at))
            return Signed(label, drawing=value, signer=signer, at=self._of(box.at))
        if box.field and self.values.get("signature_refused") is True:
            refused = "用户拒绝签字" if self.display.chinese else "The customer refused to sign"
            reason = self._of("refusal_reason")
            return Signed(label, words=f"{refused}：{reason}" if reason else refused)
        return Signed(label, signer=self._of(box.person))

    def _of(self, key: str) -> str:
        """A field in words; a variable that no field shows is a person or several."""
        if not key:
            return ""
        found = self._field(key, even_hidden=True)
        if found is not None:
            return self._text(found)
        value = self.values.get(key)
        logins = value if isinstance(value, list) else [value]
        return ("、" if self.display.chinese else ", ").join(
            self.display.name("person", login) for login in logins if isinstance(login, str)
        )


def _private(nodes: tuple[Node, ...], inside: bool) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Ornament):
            continue
        hidden = inside or node.private
        if isinstance(node, Group):
            yield from _private(node.children, hidden)
        elif hidden:
            yield node.key
