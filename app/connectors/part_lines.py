"""What the parts connectors are given: lines, places by code, and refusals that a diagram may catch as BPMN errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Any

from app.aftersales import stock
from app.aftersales.stock.ledger import wrong_line
from app.definitions.knowledge import JobInput
from app.engine import BpmnError, JobCall
from app.feel import to_json
from app.messages import Message, Refusal
from app.runtime import Calling

# Refusals of the ledger that a procedure can go on from; every other one rolls the submit back with its sentence.
ERRORS: dict[str, Message] = {
    "STOCK_SHORT": Message("库存不足", "too little is in stock"),
    "BATCH_EXPIRED": Message("批次已过期", "the batch has expired"),
    "SERIAL_TWICE": Message("序列号已在库", "the serial number is in stock already"),
    "UNKNOWN_PART": Message("没有这个备件", "there is no such part"),
    "UNKNOWN_ISSUE": Message("没有发放过这张领料单", "nothing was issued on this requisition"),
    "MORE_THAN_ISSUED": Message("超过未销数", "more than is open on the requisition"),
    "WRITTEN_OFF": Message("领料单已经销账", "the requisition is written off already"),
    "NOT_BALANCED": Message("发放 ≠ 使用 + 未用，或旧件不足", "issued ≠ used + unused, or old parts are missing"),
    "OLD_PART_NOT_DUE": Message("没有这么多应交旧件", "so many old parts are not due"),
    "TAG_TWICE": Message("旧件标签重复", "the tag is on another old part"),
    "UNKNOWN_TAG": Message("没有这个旧件标签", "no old part has this tag"),
    "DISPOSED_ALREADY": Message("旧件已有去向", "the old part is disposed of"),
    "UNDER_CLAIM": Message("旧件正在索赔", "the old part is under claim"),
    "CLAIMED_TWICE": Message("旧件已在别的索赔单上", "the old part is on another claim"),
}

LINES = JobInput(
    "lines",
    Message(
        "明细：part_no、qty，可带 batch、serial_no、state、unit_price",
        "part_no, qty; batch, serial_no, state, unit_price",
    ),
    required=True,
)
DOCUMENT = JobInput("document_no", Message("单据号", "the document's number"), required=True)


def errors(*codes: str) -> tuple[tuple[str, Message], ...]:
    """The BPMN errors of a connector, with their meaning."""
    return tuple((code, ERRORS[code]) for code in codes)


@contextmanager
def one_move(calling: Calling) -> Iterator[None]:
    """All of the block or nothing; what the ledger refuses becomes a BPMN error where the diagram catches it."""
    try:
        with calling.tx.all_or_nothing():
            yield
    except Refusal as refusal:
        code = refusal.code.upper()
        if code not in ERRORS:
            raise
        raise BpmnError(code, refusal.message.zh, otherwise=refusal) from None


def lines_of(
    call: JobCall, source: str, target: str, *, each: Callable[[Mapping[str, Any]], dict[str, Any]] | None = None
) -> list[stock.Line]:
    """The variable `lines` as lines of the ledger."""
    lines = []
    for given in given_lines(call):
        more = each(given) if each is not None else {}
        lines.append(
            stock.Line(
                text(given, "part_no"),
                quantity(given),
                source,
                target,
                state=str(given.get("state") or more.pop("state", "new")),
                batch=str(given.get("batch") or ""),
                serial_no=str(given.get("serial_no") or ""),
                **more,
            )
        )
    return lines


def given_lines(call: JobCall, name: str = "lines") -> list[dict[str, Any]]:
    """A list of contexts; nothing is an empty list, and rows without a part are left out."""
    given = call.variables.get(name) or []
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise wrong_line("wrong_lines", f"{name} 不是明细表。", f"{name} is not a list of lines.")
    return [each for each in given if each.get("part_no") or each.get("tag_no")]


def quantity(given: Mapping[str, Any], name: str = "qty") -> Decimal:
    """A quantity as it was entered."""
    try:
        return Decimal(str(given.get(name)))
    except InvalidOperation:
        part = given.get("part_no")
        raise wrong_line("wrong_quantity", f"{part} 没有数量。", f"{part} has no quantity.") from None


def money(given: Mapping[str, Any], name: str) -> Decimal | None:
    """An amount in yuan, or None."""
    value = given.get(name)
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise wrong_line("wrong_cost", f"“{value}”不是金额。", f"“{value}” is no amount.") from None


def text(given: Mapping[str, Any], name: str) -> str:
    """A text without blanks around it."""
    return str(given.get(name) or "").strip()


def document_no(call: JobCall) -> str:
    """The number of the document that causes the move; every move has one."""
    found = text(call.variables, "document_no")
    if not found:
        raise Refusal(
            "no_document",
            Message("没有单据号，不能动账。", "Without a document number nothing is booked."),
            field="document_no",
            status=422,
        )
    return found


def place(calling: Calling, call: JobCall, name: str, *kinds: str) -> str:
    """The code in a variable, or else the nearest place of the first kind for the case's unit.

    With the kind `van` the variable `holder` (a login) names whose it is.
    """
    code = text(call.variables, name)
    if code:
        return code
    if kinds[0] == "van":
        return str(stock.van_of(calling.tx, text(call.variables, "holder") or calling.actor.login).code)
    return stock.nearest(calling.tx, kinds[0], calling.unit_path)


def posted(moved: stock.Posted) -> dict[str, Any]:
    """What a move tells the case: its lines with the batches that were chosen, and what they are worth."""
    return {
        "moved_lines": [
            {
                "part_no": went.line.part_no,
                "qty": to_json(went.line.quantity),
                "batch": went.line.batch,
                "serial_no": went.line.serial_no,
                "amount": to_json(went.amount),
            }
            for went in moved.lines
        ],
        "moved_amount": to_json(moved.amount),
    }
