"""How often a paper was printed: every print is an event, and all but the first are marked 副本."""

from __future__ import annotations

from sqlalchemy import select

from app.db import Transaction
from app.documents.declaration import Paper
from app.history import history_event, record
from app.identity import Actor

KIND = "paper_printed"


def count_prints(tx: Transaction, case_no: str, paper: Paper, number: str, copy: str) -> int:
    """How often this paper of this number and copy was printed before."""
    query = select(history_event.c.data).where(history_event.c.case_no == case_no, history_event.c.kind == KIND)
    wanted = {"key": paper.key, "number": number, "copy": copy}
    return sum(1 for row in tx.rows(query) if wanted.items() <= (row.data or {}).items())


def record_print(
    tx: Transaction, *, actor: Actor, case_no: str, paper: Paper, number: str, copy: str, printed: int
) -> None:
    """Note that the `printed`th print was made."""
    data = {"key": paper.key, "paper": paper.name.zh, "number": number, "copy": copy, "print": printed}
    record(tx, actor=actor, kind=KIND, case_no=case_no, data=data)
