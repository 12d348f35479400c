"""What a paper is: which form it prints, in which sections, with which signatures; declared beside its procedure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateSyntaxError

from app.messages import Message
from app.yaml_file import read_yaml


@dataclass(frozen=True, slots=True)
class SignatureBox:
    """A box at the foot: without a field it is signed by hand."""

    label: Message
    field: str = ""  # of type signature
    signer: str = ""  # the fields that say who signed and when
    at: str = ""
    person: str = ""  # a field whose name is printed: who fills the box by office


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the paper: fields in a grid, one list as a table, photos, signatures."""

    title: Message | None = None
    fields: tuple[str, ...] = ()
    rows: str = ""
    blank: int = 0  # empty lines under the table, to be filled in by hand
    photos: tuple[str, ...] = ()
    signatures: tuple[SignatureBox, ...] = ()
    by_hand: bool = False  # what is empty, or not asked yet, stands open for a pen
    filled_only: bool = False  # what is empty is left out, and the section when all of it is
    office_only: bool = False  # not on the customer's copy


@dataclass(frozen=True, slots=True)
class Paper:
    """One printable paper; `number` is the variable that tells several of the same case apart."""

    key: str
    process: str  # the folder that declares it
    name: Message
    form: str
    number: str
    sections: tuple[Section, ...] = ()  # none: those of the form, as it stands
    notes: tuple[Message, ...] = ()
    frozen: bool = False  # what was signed is printed as it was signed, with its hash
    register: str = ""  # the register that holds it, and which of its columns stand at the foot (approval, archive)
    archive: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # variables without which there is nothing to print yet
    template: str = ""  # Jinja text that lays out the body; head, QR code and foot are every paper's


class BrokenPaper(Exception):
    """A papers.yaml is wrong; the text names file and paper."""


_PAPER = {"name", "form", "number", "sections", "notes", "frozen", "register", "archive", "needs", "template"}
_SECTION = {
    "title", "fields", "rows", "blank", "photos", "signatures", "by_hand", "filled_only", "office_only",
}  # fmt: skip
_BOX = {"label", "field", "signer", "at", "person"}


def load(processes: Path) -> dict[str, Paper]:
    """Every paper of every `papers.yaml` below a folder, by key."""
    papers: dict[str, Paper] = {}
    for path in sorted(processes.rglob("papers.yaml")):
        content = read_yaml(path) or {}
        for key, entry in (content.get("papers") or {}).items():
            where = f"{path.as_posix()}: paper {key}"
            if key in papers:
                raise BrokenPaper(f"{where} is declared twice")
            try:
                papers[key] = _paper(key, path.parent, entry, where)
            except (KeyError, TypeError, AttributeError) as wrong:
                raise BrokenPaper(f"{where} lacks or misspells {wrong}") from wrong
    return papers


def _paper(key: str, folder: Path, entry: dict[str, Any], where: str) -> Paper:
    _refuse_unknown(entry, _PAPER, where)
    return Paper(
        key=key,
        process=folder.name,
        name=_message(entry["name"]),
        form=entry["form"],
        number=entry["number"],
        sections=tuple(_section(section, where) for section in entry.get("sections", ())),
        notes=tuple(_message(note) for note in entry.get("notes", ())),
        frozen=bool(entry.get("frozen", False)),
        register=entry.get("register", ""),
        archive=tuple(entry.get("archive", ())),
        needs=tuple(entry.get("needs", ())),
        template=_template(folder, entry["template"], where) if "template" in entry else "",
    )


def _template(folder: Path, name: str, where: str) -> str:
    path = folder / name
    if Path(name).name != name or not path.is_file():
        raise BrokenPaper(f"{where}: there is no template {name} beside it")
    text = path.read_text(encoding="utf-8")
    try:
        Environment(autoescape=True).parse(text)
    except TemplateSyntaxError as wrong:
        raise BrokenPaper(f"{where}: {name} line {wrong.lineno}: {wrong.message}") from wrong
    return text


def _section(entry: dict[str, Any], where: str) -> Section:
    _refuse_unknown(entry, _SECTION, where)
    boxes = []
    for box in entry.get("signatures", ()):
        _refuse_unknown(box, _BOX, where)
        others = {name: value for name, value in box.items() if name != "label"}
        boxes.append(SignatureBox(_message(box["label"]), **others))
    return Section(
        title=_message(entry["title"]) if "title" in entry else None,
        fields=tuple(entry.get("fields", ())),
        rows=entry.get("rows", ""),
        blank=int(entry.get("blank", 0)),
        photos=tuple(entry.get("photos", ())),
        signatures=tuple(boxes),
        by_hand=bool(entry.get("by_hand", False)),
        filled_only=bool(entry.get("filled_only", False)),
        office_only=bool(entry.get("office_only", False)),
    )


def _refuse_unknown(entry: dict[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(entry) - known):
        raise BrokenPaper(f"{where} has the unknown keys {', '.join(map(str, unknown))}")


def _message(entry: dict[str, str]) -> Message:
    return Message(entry["zh"], entry["en"])
