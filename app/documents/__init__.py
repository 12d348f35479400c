"""Papers: declared in YAML beside the procedure, printed from the values of a case as HTML and PDF."""

from __future__ import annotations

from app.documents.contents import (
    CUSTOMER,
    OFFICE,
    Content,
    Copy,
    Known,
    content_of,
    known_in_case,
    papers_in_case,
)
from app.documents.declaration import BrokenPaper, Paper, load
from app.documents.drawing import qr_code
from app.documents.page import Printing, css, document_html, paper_html
from app.documents.parts import Cell
from app.documents.pdf import picture_address, to_pdf
from app.documents.prints import count_prints, record_print

__all__ = [
    "CUSTOMER",
    "OFFICE",
    "BrokenPaper",
    "Cell",
    "Content",
    "Copy",
    "Known",
    "Paper",
    "Printing",
    "content_of",
    "count_prints",
    "css",
    "document_html",
    "known_in_case",
    "load",
    "paper_html",
    "papers_in_case",
    "picture_address",
    "qr_code",
    "record_print",
    "to_pdf",
]
