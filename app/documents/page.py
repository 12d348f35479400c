"""A paper as HTML: the same for the preview, a browser's printer and the PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from app.documents.contents import OFFICE, Content
from app.documents.drawing import qr_code, signature
from app.documents.parts import Cell, Teller, in_lines
from app.messages import Message, Refusal

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Printing:
    """Who prints what for whom. `printed` is which print this is, None for a look on the screen."""

    lang: str
    zone: tzinfo
    names: Callable[[str, str], str]  # (source, value) → the name of a person, part, region …
    picture: Callable[[str], str]  # file id → address of the picture
    address: str  # where the QR code leads
    company: str
    by: str
    at: datetime
    copy: str = OFFICE
    printed: int | None = None
    archive: tuple[Cell, ...] = ()  # what the register says at the foot
    void: bool = False


@lru_cache(maxsize=1)
def _templates() -> ImmutableSandboxedEnvironment:
    """What a process owner writes is data: a template reads what it is given and reaches nothing else."""
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )


@lru_cache(maxsize=1)
def css() -> Markup:
    """The style of every paper."""
    return Markup((TEMPLATES / "paper.css").read_text(encoding="utf-8"))  # noqa: S704 - a file of ours


def paper_html(content: Content, printing: Printing) -> Markup:
    """The paper alone, to stand in a page. Raises Refusal when its own template cannot be filled in."""
    teller = Teller(content, printing.lang, printing.zone, printing.names, printing.copy)
    body = _body(content, printing, teller)
    zh = printing.lang.startswith("zh")

    def stamp(at: datetime) -> str:
        return f"{at.astimezone(printing.zone):%Y-%m-%d %H:%M}"

    seal: dict[str, Any] | None = None
    if content.seal is not None:
        seal = {
            "version": content.seal.version,
            "at": stamp(content.seal.signed_at),
            "digest": content.seal.digest,
            "unaltered": content.seal.unaltered,
        }
    text = (
        _templates()
        .get_template("paper.html")
        .render(
            t=lambda chinese, english: chinese if zh else english,
            lang=printing.lang,
            company=printing.company,
            name=content.paper.name.text(printing.lang),
            number=content.number,
            case_no=content.case_no,
            copy=printing.copy,
            printed=printing.printed,
            is_void=printing.void,
            qr=qr_code(printing.address, content.case_no),
            parts=list(teller.parts()) if body is None else [],
            body=body,
            archive=printing.archive,
            notes=[note.text(printing.lang) for note in content.paper.notes],
            frozen=content.paper.frozen,
            seal=seal,
            stamp=content.stamp,
            by=printing.by,
            at=stamp(printing.at),
            picture=printing.picture,
            signature=signature,
            in_lines=in_lines,
        )
    )
    return Markup(text)  # noqa: S704 - rendered with escaping


def _body(content: Content, printing: Printing, teller: Teller) -> Markup | None:
    """The body as the paper's own template lays it out: it is given words only, none that this copy leaves out."""
    if not content.paper.template:
        return None
    zh = printing.lang.startswith("zh")
    try:
        text = (
            _templates()
            .overlay(undefined=StrictUndefined)
            .from_string(content.paper.template)
            .render(
                t=lambda chinese, english: chinese if zh else english,
                value=teller.value,
                label=teller.label,
                company=printing.company,
                number=content.number,
                case_no=content.case_no,
                today=f"{printing.at.astimezone(printing.zone):%Y-%m-%d}",
            )
        )
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as wrong:
        raise Refusal(
            "broken_template",
            Message(
                f"“{content.paper.name.zh}”的模板有误（{wrong}），请联系流程负责人。",
                f"The template of “{content.paper.name.en}” is wrong ({wrong}); tell the process owner.",
            ),
        ) from wrong
    return Markup(text)  # noqa: S704 - rendered with escaping


def document_html(content: Content, printing: Printing) -> str:
    """The whole document that becomes a PDF."""
    return (
        _templates()
        .get_template("document.html")
        .render(
            lang=printing.lang,
            name=content.paper.name.text(printing.lang),
            number=content.number,
            css=css(),
            paper=paper_html(content, printing),
        )
    )
