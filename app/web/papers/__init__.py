"""The papers of a case: look, print as PDF, count the prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import quote

from flask import Blueprint, Response, current_app, render_template, request, url_for
from sqlalchemy import select

from app import clock, documents, registers
from app.clock import ZONE
from app.db import Transaction
from app.documents import Content, Paper, Printing
from app.messages import Message, Refusal
from app.registers import register_row
from app.runtime.commands.upload_file import path_of
from app.runtime.queries import find_case
from app.runtime.tables import attachment
from app.web.access import actor, house, language, product_settings, t
from app.web.task.shown import name_of

pages = Blueprint("papers", __name__, url_prefix="/cases/<case_no>/papers")

_PICTURES = {"image/jpeg", "image/png", "image/webp"}
_MOST_ATTEMPTS = 3


def declared_papers() -> dict[str, Paper]:
    """The papers of the processes folder, read once per application."""
    kept = current_app.extensions.get("aftercare_papers")
    if kept is None:
        kept = current_app.extensions["aftercare_papers"] = documents.load(house().processes)
    return cast(dict[str, Paper], kept)


@pages.get("")
def listing(case_no: str) -> Any:
    """The papers of one case, each with how often it was printed."""
    with house().db.reading() as tx:
        case = find_case(tx, actor(), case_no)
        known = documents.known_in_case(tx, house().world, case_no)
        found = [
            {
                "paper": each.paper,
                "number": each.number,
                "prints": {
                    kind: documents.count_prints(tx, case_no, each.paper, each.number, kind)
                    for kind in (documents.OFFICE, documents.CUSTOMER)
                },
            }
            for each in documents.papers_in_case(declared_papers(), known)
        ]
    return render_template("papers/listing.html", case=case, found=found)


@pages.get("/<key>")
def preview(case_no: str, key: str) -> Any:
    """The paper on the screen; printing it from here is marked as a preview."""
    with house().db.reading() as tx:
        case = find_case(tx, actor(), case_no)
        paper, content, numbers = _content(tx, case_no, key)
        prints = documents.count_prints(tx, case_no, paper, content.number, _copy())
        shown = documents.paper_html(content, _printing(tx, content, _picture_on_screen, None))
    return render_template(
        "papers/preview.html",
        case=case,
        paper=paper,
        number=content.number,
        numbers=numbers,
        copy=_copy(),
        prints=prints,
        shown=shown,
        css=documents.css(),
    )


@pages.get("/<key>.pdf")
def as_pdf(case_no: str, key: str) -> Any:
    """The PDF. Each one taken counts as a print and is on record; from the second on it says 副本."""
    someone, place = actor(), house()
    if request.method == "HEAD":
        return Response(mimetype="application/pdf")
    for _ in range(_MOST_ATTEMPTS):
        with place.db.reading() as tx:
            find_case(tx, someone, case_no)
            paper, content, _numbers = _content(tx, case_no, key)
            before = documents.count_prints(tx, case_no, paper, content.number, _copy())
            html = documents.document_html(content, _printing(tx, content, documents.picture_address, before + 1))
            pdf = documents.to_pdf(html, lambda file_id: _picture(case_no, file_id))
        # Drawing takes a second: nobody waits for it, and a print that came between makes this one the next.
        with place.db.transaction() as tx:
            tx.begin_writing()
            if documents.count_prints(tx, case_no, paper, content.number, _copy()) != before:
                continue
            documents.record_print(
                tx,
                actor=someone,
                case_no=case_no,
                paper=paper,
                number=content.number,
                copy=_copy(),
                printed=before + 1,
            )
        answer = Response(pdf, mimetype="application/pdf")
        name = quote(f"{paper.name.text(language())} {content.number}.pdf")
        answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{name}"
        return answer
    raise Refusal(
        "printed_at_the_same_time",
        Message("别人正在打印同一份单据，请稍后再试。", "Somebody else is printing the same paper; please try again."),
    )


def _content(tx: Transaction, case_no: str, key: str) -> tuple[Paper, Content, list[str]]:
    paper = declared_papers().get(key)
    if paper is None:
        raise Refusal("unknown_paper", Message("没有这种单据。", "There is no such paper."), status=404)
    known = documents.known_in_case(tx, house().world, case_no)
    numbers = [each.number for each in documents.papers_in_case({key: paper}, known)]
    number = request.args.get("no") or (numbers[-1] if numbers else "")
    if not number:
        raise Refusal(
            "no_such_paper",
            Message(
                f"服务单“{case_no}”还没有{paper.name.zh}。", f"Case “{case_no}” has no {paper.name.en.lower()} yet."
            ),
            status=404,
        )
    content = documents.content_of(tx, house().world, paper, case_no=case_no, number=number, known=known)
    return paper, content, numbers


def _copy() -> str:
    return documents.CUSTOMER if request.args.get("copy") == documents.CUSTOMER else documents.OFFICE


def _printing(tx: Transaction, content: Content, picture: Callable[[str], str], printed: int | None) -> Printing:
    archive, void = _archive(tx, content)
    return Printing(
        lang=language(),
        zone=ZONE,
        # A part has its number in one column and its name in the next.
        names=lambda source, value: value if source == "part" else name_of(tx, source, value),
        picture=picture,
        address=_address(url_for("case.page", case_no=content.case_no)),
        company=house().company(tx),
        by=actor().name,
        at=clock.now(),
        copy=_copy(),
        printed=printed,
        archive=archive,
        void=void,
    )


def _address(path: str) -> str:
    """What the QR code says: below AFTERCARE_URL, or without it where this request came in."""
    return f"{product_settings().public_url or request.host_url.rstrip('/')}{path}"


def _archive(tx: Transaction, content: Content) -> tuple[tuple[documents.Cell, ...], bool]:
    """What the register knows of this number (approval, archive), and whether it is void there."""
    register = house().registers.registers.get(content.paper.register)
    if register is None:
        return (), False
    row = tx.row(
        select(register_row).where(register_row.c.register == register.code, register_row.c.row_key == content.number)
    )
    if row is None:
        return (), False
    reader = registers.reader_of(tx, register, [row], lang=language(), zone=ZONE)
    cells = []
    for column_id in content.paper.archive:
        column = register.column(column_id)
        if column is not None and (text := reader.cell(column, row.data.get(column_id))):
            cells.append(documents.Cell(column.title.text(language()), text, wide=False))
    if row.voided_at is not None:
        cells.append(documents.Cell(t("作废", "Void"), registers.void_words(row, reader), wide=True))
    void = row.voided_at is not None or "void" in {row.data.get(column_id) for column_id in content.paper.archive}
    return tuple(cells), void


def _picture_on_screen(file_id: str) -> str:
    return url_for("files.file", file_id=file_id, size="thumb")


def _picture(case_no: str, file_id: str) -> tuple[bytes, str] | None:
    """A picture of this case for the PDF; anything else stays where it is."""
    with house().db.reading() as tx:
        row = tx.row(
            select(attachment.c.id, attachment.c.content_type).where(
                attachment.c.id == file_id,
                attachment.c.case_no == case_no,
                attachment.c.received == attachment.c.size,
            )
        )
    if row is None or row.content_type not in _PICTURES:
        return None
    path = path_of(product_settings().files_dir, row.id)
    return (path.read_bytes(), row.content_type) if path.exists() else None
