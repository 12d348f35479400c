"""Stock moves: `reserve_parts`, `release_parts`, `issue_parts`, `receive_parts`, `transfer_parts`, `count_parts`,
`set_apart_parts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.aftersales import stock
from app.connectors.part_lines import (
    DOCUMENT,
    LINES,
    document_no,
    errors,
    given_lines,
    lines_of,
    money,
    one_move,
    place,
    posted,
    quantity,
    text,
)
from app.definitions.knowledge import JobContract, JobInput
from app.engine import JobCall
from app.feel import to_json
from app.messages import Message
from app.runtime import Calling

_FROM = JobInput("from_location", Message("调出地点编码，默认最近的仓库", "where from; the nearest warehouse"))
_TO = JobInput("to_location", Message("调入地点编码，默认最近的仓库", "where to; the nearest warehouse"))
_HOLDER = JobInput("holder", Message("领用人账号", "the login of whoever receives them"))
_MOVED = (
    ("moved_lines", Message("实际移动的明细（含批次和金额）", "the lines as moved, with batch and amount")),
    ("moved_amount", Message("金额合计", "what they are worth")),
)
_TITLES = {
    "reserve_parts": Message("预留备件", "reserve parts"),
    "release_parts": Message("取消预留", "release reserved parts"),
    "issue_parts": Message("发放备件", "issue parts"),
    "receive_parts": Message("备件入库", "receive parts"),
    "transfer_parts": Message("调拨备件", "transfer parts"),
    "count_parts": Message("盘点入账", "book a count"),
    "set_apart_parts": Message("隔离不合格件", "keep defective parts apart"),
}
CONTRACTS: dict[str, JobContract] = {
    "reserve_parts": JobContract(
        _TITLES["reserve_parts"],
        (DOCUMENT, LINES, _FROM),
        (("reserved_qty", Message("预留数量", "how many are reserved")),),
        errors("STOCK_SHORT", "UNKNOWN_PART"),
        mapped=True,
    ),
    "release_parts": JobContract(
        _TITLES["release_parts"],
        (DOCUMENT,),
        (("released_qty", Message("取消的数量", "how many are free again")),),
        mapped=True,
    ),
    "issue_parts": JobContract(
        _TITLES["issue_parts"],
        (
            DOCUMENT,
            LINES,
            _FROM,
            JobInput(
                "to_location", Message("领用人的账，默认 holder 的随车账", "the receiver's account; the holder's van")
            ),
            _HOLDER,
        ),
        _MOVED,
        errors("STOCK_SHORT", "BATCH_EXPIRED", "UNKNOWN_PART", "WRITTEN_OFF"),
        mapped=True,
    ),
    "receive_parts": JobContract(
        _TITLES["receive_parts"],
        (DOCUMENT, LINES, _TO),
        _MOVED,
        errors("SERIAL_TWICE", "UNKNOWN_PART"),
        mapped=True,
    ),
    "transfer_parts": JobContract(
        _TITLES["transfer_parts"],
        (
            DOCUMENT,
            LINES,
            JobInput("from_location", Message("调出地点编码", "where from"), required=True),
            JobInput("to_location", Message("调入地点编码", "where to"), required=True),
        ),
        _MOVED,
        errors("STOCK_SHORT", "UNKNOWN_PART"),
        mapped=True,
    ),
    "count_parts": JobContract(
        _TITLES["count_parts"],
        (
            DOCUMENT,
            JobInput(
                "lines",
                Message(
                    "盘点明细：part_no、counted_qty、reason", "part_no, counted_qty, reason; batch, serial_no, state"
                ),
                required=True,
            ),
            JobInput("location", Message("盘点地点编码，默认最近的仓库", "which place; the nearest warehouse")),
        ),
        (
            ("count_differences", Message("每行的差异", "the difference of every line")),
            ("books_agree", Message("账物是否一致", "whether the books agree")),
        ),
        errors("STOCK_SHORT", "UNKNOWN_PART"),
        mapped=True,
    ),
    "set_apart_parts": JobContract(
        _TITLES["set_apart_parts"],
        (
            DOCUMENT,
            LINES,
            JobInput("location", Message("存放地点编码，默认最近的仓库", "where they stand; the nearest warehouse")),
            JobInput("reason", Message("原因", "why")),
        ),
        _MOVED,
        errors("STOCK_SHORT", "UNKNOWN_PART"),
        mapped=True,
    ),
}


def reserve(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Sets the approved lines aside for the document; nobody else may take them."""
    document = document_no(call)
    with one_move(calling):
        source = place(calling, call, "from_location", "warehouse")
        reserved = stock.reserve(
            calling.tx,
            document_no=document,
            lines=lines_of(call, source, source),
            actor=calling.actor,
            case_no=calling.case_no,
        )
    return {"reserved_qty": to_json(reserved)}


def release(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Gives back what the document has reserved and not taken; nothing reserved is no error."""
    return {"released_qty": to_json(stock.release(calling.tx, document_no=document_no(call)))}


def issue(calling: Calling, call: JobCall) -> dict[str, Any]:
    """From the warehouse onto the receiver's account, first what the document has reserved (P16.3–P16.5)."""
    document = document_no(call)
    with one_move(calling):
        source = place(calling, call, "from_location", "warehouse")
        lines = lines_of(call, source, place(calling, call, "to_location", "van"))
        moved = stock.issue(calling.tx, document_no=document, lines=lines, actor=calling.actor, case_no=calling.case_no)
    return posted(moved)


def receive(calling: Calling, call: JobCall) -> dict[str, Any]:
    """From a supplier into the warehouse, each line at its unit_price (P15.5)."""

    def cost(given: Mapping[str, Any]) -> dict[str, Any]:
        return {"unit_cost": money(given, "unit_price")}

    return _move(calling, call, "receive", stock.the_world(calling.tx, "supplier"), each=cost)


def transfer(calling: Calling, call: JobCall) -> dict[str, Any]:
    """From one place of ours to another, also onto the road and off it (P18.3, P18.4, P20)."""
    return _move(calling, call, "transfer", place(calling, call, "from_location", "warehouse"))


def count(calling: Calling, call: JobCall) -> dict[str, Any]:
    """The books follow what was counted; every difference needs a reason (P20.2–P20.4)."""
    document = document_no(call)
    lines = [
        stock.Counted(
            text(given, "part_no"),
            quantity(given, "counted_qty"),
            state=text(given, "state") or "new",
            batch=text(given, "batch"),
            serial_no=text(given, "serial_no"),
            reason=text(given, "reason"),
        )
        for given in given_lines(call)
    ]
    with one_move(calling):
        _, differences = stock.count(
            calling.tx,
            document_no=document,
            location=place(calling, call, "location", "warehouse"),
            lines=lines,
            actor=calling.actor,
            case_no=calling.case_no,
        )
    told = [{"part_no": key.part_no, "batch": key.batch, "difference": to_json(n)} for key, n in differences.items()]
    return {"count_differences": told, "books_agree": not any(differences.values())}


def set_apart(calling: Calling, call: JobCall) -> dict[str, Any]:
    """What is defective, damaged or expired stays where it stands and is never issued (P15, P20)."""
    document = document_no(call)
    with one_move(calling):
        where = place(calling, call, "location", "warehouse")
        moved = stock.post(
            calling.tx,
            kind="set_apart",
            lines=lines_of(call, where, where),
            document_no=document,
            actor=calling.actor,
            case_no=calling.case_no,
            reason=text(call.variables, "reason"),
        )
    return posted(moved)


def _move(calling: Calling, call: JobCall, kind: str, source: str, *, each: Any = None) -> dict[str, Any]:
    document = document_no(call)
    with one_move(calling):
        lines = lines_of(call, source, place(calling, call, "to_location", "warehouse"), each=each)
        moved = stock.post(
            calling.tx,
            kind=kind,
            lines=lines,
            document_no=document,
            actor=calling.actor,
            case_no=calling.case_no,
            reason=text(call.variables, "reason"),
        )
    return posted(moved)
