"""Old parts in their store: `list_old_parts`, `earmark_old_part`, `let_old_parts_go` (P17.2, P19)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app import clock
from app.aftersales import stock
from app.connectors.headers import header
from app.connectors.part_lines import DOCUMENT, document_no, errors, one_move, place, text
from app.definitions.knowledge import JobContract, JobInput
from app.engine import JobCall
from app.identity import SYSTEM
from app.messages import Message
from app.runtime import Calling
from app.runtime.step import load_instance, restore
from app.runtime.tables import process_instance

CONTRACTS: dict[str, JobContract] = {
    "list_old_parts": JobContract(
        Message("列出未处理旧件", "list the open old parts"),
        (
            JobInput("location", Message("旧件库编码，默认最近的", "the old-part store; the nearest")),
            JobInput("served", Message("哪些程序里有事实", "the procedures that know the facts"), True, header=True),
            JobInput("facts", Message("从原服务单带来的变量", "the variables that come along"), True, header=True),
        ),
        (
            (
                "old_parts",
                Message(
                    "在库旧件：tag_no、part_no、qty、condition、case_no、disposition、review_date、facts",
                    "per tag: tag_no, part_no, part_name, qty, condition, case_no, report_no, document_no, "
                    "received_at, disposition, reason, review_date, facts of the case it comes from",
                ),
            ),
        ),
        mapped=True,
    ),
    "earmark_old_part": JobContract(
        Message("旧件留作索赔", "set an old part aside for a claim"),
        (DOCUMENT, JobInput("tag_no", Message("旧件标签", "the tag"), required=True)),
        (("earmarked_qty", Message("件数", "how many pieces")),),
        errors("UNKNOWN_TAG", "DISPOSED_ALREADY", "CLAIMED_TWICE"),
        mapped=True,
    ),
    "let_old_parts_go": JobContract(
        Message("取消旧件留索赔", "let the old parts of a claim go"),
        (DOCUMENT,),
        (("let_go_qty", Message("件数", "how many pieces are open again")),),
        mapped=True,
    ),
}


def list_open(calling: Calling, call: JobCall) -> dict[str, Any]:
    """What lies in the old-part store, tag by tag, with what the procedures of its case know of it."""
    served, wanted = header(call, "served").split(), header(call, "facts").split()
    rows = stock.received_at(calling.tx, place(calling, call, "location", "old_parts"))
    known = _facts(calling, {row.case_no for row in rows if row.case_no}, served, wanted)
    return {
        "old_parts": [
            {
                "tag_no": row.tag_no,
                "part_no": row.part_no,
                "part_name": row.name,
                "qty": row.pieces,
                "condition": row.condition,
                "document_no": row.document_no,
                "case_no": row.case_no,
                "report_no": row.report_no,
                "received_at": row.received_at.astimezone(clock.ZONE).isoformat(),
                "disposition": row.disposition,
                "reason": row.reason or None,
                "review_date": row.review_on.isoformat() if row.review_on else None,
                "facts": {key: known.get(row.case_no, {}).get(key) for key in wanted},
            }
            for row in rows
        ]
    }


def earmark(calling: Calling, call: JobCall) -> dict[str, Any]:
    """A tag is set aside for this claim; another claim, and every other disposition, is refused from now on."""
    claim_no = document_no(call)
    with one_move(calling):
        pieces = stock.earmark(calling.tx, tag_no=text(call.variables, "tag_no"), claim_no=claim_no)
    return {"earmarked_qty": pieces}


def let_go(calling: Calling, call: JobCall) -> dict[str, Any]:
    """What the claim has set aside and not sent is open again; nothing is no error."""
    return {"let_go_qty": stock.let_go(calling.tx, claim_no=document_no(call))}


def _facts(calling: Calling, cases: set[str], served: list[str], wanted: list[str]) -> dict[str, dict[str, Any]]:
    """What the served procedures of each case know, the newest one that knows it."""
    query = (
        select(process_instance.c.id, process_instance.c.case_no)
        .where(process_instance.c.case_no.in_(sorted(cases)), process_instance.c.process_key.in_(served))
        .order_by(process_instance.c.id.desc())
    )
    known: dict[str, dict[str, Any]] = {case_no: {} for case_no in cases}
    for row in calling.tx.rows(query):
        missing = [key for key in wanted if key not in known[row.case_no]]
        if missing:
            found = restore(calling.tx, calling.world, SYSTEM, load_instance(calling.tx, row.id))[0].root_variables
            known[row.case_no].update({key: found[key] for key in missing if found.get(key) is not None})
    return known
