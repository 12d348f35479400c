"""Explaining an issue: use, return, charge, reconcile and write off parts; dispose of old ones (P13, P16, P17)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.aftersales import stock
from app.aftersales.stock.ledger import wrong_line
from app.connectors.part_lines import (
    DOCUMENT,
    LINES,
    document_no,
    errors,
    given_lines,
    lines_of,
    one_move,
    place,
    posted,
    quantity,
    text,
)
from app.definitions.knowledge import JobContract, JobInput
from app.engine import JobCall
from app.feel import to_json
from app.messages import Message, Refusal
from app.runtime import Calling

_HOLDER = JobInput("holder", Message("领用人账号，默认当前人员", "whose account; the person of the step"))
_FROM = JobInput(
    "from_location", Message("领用人的账，默认 holder 的随车账", "the account they stand on; the holder's van")
)
_REPORT = JobInput("report_no", Message("服务报告号", "the service report"))
_EXPLAINED = (
    (
        "reconciled_lines",
        Message(
            "每种备件的发放、使用、未用、旧件和差异",
            "per part: issued_qty, used_qty, unused_qty, old_qty, diff_qty, old_missing_qty, balanced",
        ),
    ),
    ("parts_balanced", Message("是否全部平衡", "whether everything is balanced")),
)
CONTRACTS: dict[str, JobContract] = {
    "use_parts": JobContract(
        Message("使用备件", "use parts"),
        (
            DOCUMENT,
            LINES,
            _FROM,
            _HOLDER,
            _REPORT,
            JobInput(
                "old_part_due",
                Message("是否要交回旧件；不写按备件档案", "whether old parts come back; else as the part says"),
            ),
        ),
        (
            ("moved_lines", Message("使用的明细", "the lines as used")),
            ("moved_amount", Message("用件成本", "what they cost")),
            ("old_parts_due", Message("应交旧件数", "how many old parts are due")),
        ),
        errors("MORE_THAN_ISSUED", "UNKNOWN_ISSUE", "WRITTEN_OFF", "STOCK_SHORT", "UNKNOWN_PART", "BATCH_EXPIRED"),
        mapped=True,
    ),
    "return_parts": JobContract(
        Message("交回未用件和旧件", "hand in unused and old parts"),
        (
            DOCUMENT,
            JobInput("unused_lines", Message("未用件：part_no、qty", "unused parts: part_no, qty")),
            JobInput(
                "old_lines", Message("旧件：part_no、qty、condition、tag_no", "old: part_no, qty, condition, tag_no")
            ),
            _FROM,
            _HOLDER,
            JobInput("to_location", Message("入库仓库，默认最近的", "the warehouse; the nearest")),
            JobInput("old_location", Message("旧件库，默认最近的", "the old-part store; the nearest")),
        ),
        (
            ("returned_qty", Message("入库的未用件数", "how many unused parts came back")),
            ("old_qty", Message("收到的旧件数", "how many old parts came in")),
        ),
        errors("MORE_THAN_ISSUED", "UNKNOWN_ISSUE", "WRITTEN_OFF", "OLD_PART_NOT_DUE", "TAG_TWICE", "UNKNOWN_PART"),
        mapped=True,
    ),
    "charge_parts": JobContract(
        Message("差异处理：核销缺件", "settle missing parts"),
        (
            DOCUMENT,
            JobInput("lines", Message("缺件：part_no、qty", "missing parts: part_no, qty")),
            JobInput("missing_old_lines", Message("缺旧件：part_no、qty", "missing old parts: part_no, qty")),
            JobInput("reason", Message("原因", "why"), required=True),
            JobInput("approved_by", Message("批准人", "who approved it"), required=True),
            _FROM,
            _HOLDER,
        ),
        (("charged_amount", Message("缺件金额", "what the missing parts are worth")),),
        errors("MORE_THAN_ISSUED", "UNKNOWN_ISSUE", "WRITTEN_OFF", "OLD_PART_NOT_DUE", "UNKNOWN_PART"),
        mapped=True,
    ),
    "reconcile_parts": JobContract(
        Message("领用核对（D33）", "reconcile an issue (D33)"), (DOCUMENT,), _EXPLAINED, mapped=True
    ),
    "write_off_parts": JobContract(
        Message("备件销账", "write parts off"),
        (
            DOCUMENT,
            JobInput("writeoff_no", Message("销账单号", "the write-off's number"), required=True),
            JobInput("report_signed", Message("用户已签字", "the customer has signed"), required=True),
            JobInput("leader_agreed", Message("领导已同意", "the leader agrees"), required=True),
            _REPORT,
            JobInput("reason", Message("差异原因", "why something differed")),
        ),
        _EXPLAINED,
        errors("NOT_BALANCED", "UNKNOWN_ISSUE", "WRITTEN_OFF"),
        mapped=True,
    ),
    "dispose_old_part": JobContract(
        Message("旧件去向", "dispose of an old part"),
        (
            DOCUMENT,
            JobInput("tag_no", Message("旧件标签", "the tag"), required=True),
            JobInput(
                "disposition",
                Message("去向", "claim, return_customer, repair_reuse, scrap or keep"),
                required=True,
            ),
            JobInput(
                "to_location", Message("报废处或入库仓库，默认最近的", "the scrap place or warehouse; the nearest")
            ),
            JobInput("reason", Message("原因（报废、留存必填）", "why; needed for scrap and keep")),
            JobInput("review_date", Message("复查日期（留存必填）", "when it is looked at again; needed for keep")),
        ),
        (("disposed_qty", Message("件数", "how many pieces")),),
        errors("UNKNOWN_TAG", "DISPOSED_ALREADY", "UNDER_CLAIM"),
        mapped=True,
    ),
}


def use(calling: Calling, call: JobCall) -> dict[str, Any]:
    """From the holder's account to the customer; every used piece with the duty makes one old part due."""
    document = document_no(call)
    due = call.variables.get("old_part_due")

    def duty(given: Mapping[str, Any]) -> dict[str, Any]:
        return {"old_due": bool(due) if due is not None else None}

    with one_move(calling):
        moved = stock.use(
            calling.tx,
            document_no=document,
            lines=lines_of(call, place(calling, call, "from_location", "van"), "", each=duty),
            actor=calling.actor,
            case_no=calling.case_no,
            report_no=text(call.variables, "report_no") or None,
        )
    owed = sum(int(went.line.quantity) for went in moved.lines if went.old_due)
    return {**posted(moved), "old_parts_due": owed}


def hand_in(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Unused parts go back on the shelf, old parts into their store, both or neither (P16.6)."""
    document = document_no(call)
    unused = JobCall(call.type, variables={"lines": given_lines(call, "unused_lines")})
    old = [
        stock.Handed(text(given, "part_no"), pieces(given), text(given, "condition"), text(given, "tag_no"))
        for given in given_lines(call, "old_lines")
    ]
    returned = old_pieces = 0
    about = {"document_no": document, "actor": calling.actor, "case_no": calling.case_no}
    with one_move(calling):
        if unused.variables["lines"]:
            lines = lines_of(
                unused,
                place(calling, call, "from_location", "van"),
                place(calling, call, "to_location", "warehouse"),
            )
            moved = stock.return_unused(calling.tx, lines=lines, **about)  # type: ignore[arg-type]
            returned = to_json(sum(went.line.quantity for went in moved.lines))
        if old:
            store = place(calling, call, "old_location", "old_parts")
            old_pieces = stock.take_back(calling.tx, lines=old, location=store, **about)  # type: ignore[arg-type]
    return {"returned_qty": returned, "old_qty": old_pieces}


def charge(calling: Calling, call: JobCall) -> dict[str, Any]:
    """What is missing leaves the account with a reason; a missing old part is let off with the leader's approval."""
    document = document_no(call)
    reason, approved_by = text(call.variables, "reason"), text(call.variables, "approved_by")
    amount = 0
    with one_move(calling):
        if given_lines(call):
            moved = stock.charge_missing(
                calling.tx,
                document_no=document,
                lines=lines_of(call, place(calling, call, "from_location", "van"), ""),
                reason=reason,
                actor=calling.actor,
                case_no=calling.case_no,
            )
            amount = to_json(moved.amount)
        for given in given_lines(call, "missing_old_lines"):
            stock.waive(
                calling.tx,
                document_no=document,
                part_no=text(given, "part_no"),
                pieces=pieces(given),
                reason=reason,
                approved_by=approved_by,
            )
    return {"charged_amount": amount}


def reconcile(calling: Calling, call: JobCall) -> dict[str, Any]:
    """What became of every part of an issue; changes nothing."""
    return _told(stock.explain(calling.tx, document_no(call)))


def write_off(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Closes a balanced issue once; without the signed report and the leader's agreement it is refused (D33 row 1)."""
    document = document_no(call)
    for name, zh, en in (
        ("report_signed", "用户还没有在服务报告上签字，不能销账。", "The customer has not signed the report."),
        ("leader_agreed", "领导还没有同意，不能销账。", "The leader has not agreed."),
    ):
        if call.variables.get(name) is not True:
            raise Refusal("blocked", Message(zh, en), field=name, status=422)
    with one_move(calling):
        lines = stock.write_off(
            calling.tx,
            document_no=document,
            writeoff_no=text(call.variables, "writeoff_no"),
            report_no=text(call.variables, "report_no") or None,
            reason=text(call.variables, "reason"),
        )
    return _told(lines)


def dispose(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Carries out the disposition of the old parts under a tag, once (P17.6)."""
    disposition = text(call.variables, "disposition")
    where = {"scrap": "scrap", "repair_reuse": "warehouse"}.get(disposition)
    review = text(call.variables, "review_date")
    with one_move(calling):
        disposed = stock.dispose(
            calling.tx,
            tag_no=text(call.variables, "tag_no"),
            disposition=disposition,
            document_no=document_no(call),
            actor=calling.actor,
            target=place(calling, call, "to_location", where) if where else "",
            reason=text(call.variables, "reason"),
            review_on=date.fromisoformat(review[:10]) if review else None,
        )
    return {"disposed_qty": disposed}


def pieces(given: Mapping[str, Any]) -> int:
    """A number of whole pieces."""
    found = quantity(given)
    if found != found.to_integral_value():
        part = given.get("part_no")
        raise wrong_line("wrong_quantity", f"{part} 旧件只能按整件。", f"Old parts of {part} are whole pieces.")
    return int(found)


def _told(lines: list[stock.Explained]) -> dict[str, Any]:
    return {
        "reconciled_lines": [
            {
                "part_no": line.part_no,
                "issued_qty": to_json(line.issued),
                "used_qty": to_json(line.used),
                "unused_qty": to_json(line.unused),
                "lost_qty": to_json(line.lost),
                "old_qty": to_json(line.old),
                "diff_qty": to_json(line.difference),
                "old_missing_qty": to_json(line.old_missing),
                "balanced": line.is_balanced,
            }
            for line in lines
        ],
        "parts_balanced": all(line.is_balanced for line in lines),
    }
