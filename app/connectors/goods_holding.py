"""`hold_goods` and `release_goods`: the same goods stand on one document at a time, whoever writes the second one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.aftersales import held_goods
from app.definitions.knowledge import JobContract, JobInput
from app.engine import BpmnError, JobCall
from app.messages import Message, Refusal
from app.runtime import Calling
from app.runtime.tables import process_instance

ELSEWHERE = "GOODS_ON_ANOTHER_DOCUMENT"
_DOCUMENT = JobInput("document_no", Message("单据号", "the document's number"), required=True)

CONTRACTS = {
    "hold_goods": JobContract(
        Message("登记单上货物，同一货物不得重复开单", "hold the goods of a document"),
        (
            _DOCUMENT,
            JobInput(
                "goods",
                Message("货物：编号或品名加批号的列表", "serial numbers, or product with batch"),
                required=True,
            ),
        ),
        (("held_count", Message("登记的货物数", "how many goods are held")),),
        ((ELSEWHERE, Message("货物已在另一张单上", "the goods stand on another document")),),
        mapped=True,
    ),
    "release_goods": JobContract(
        Message("取消单上货物的登记", "release the goods of a document"),
        (_DOCUMENT,),
        (("released_count", Message("取消的货物数", "how many goods are free again")),),
        mapped=True,
    ),
}

_INSERT = {
    "sqlite": sqlite.insert(held_goods).on_conflict_do_nothing().returning(held_goods.c.goods),
    "postgresql": postgresql.insert(held_goods).on_conflict_do_nothing().returning(held_goods.c.goods),
}
_of_document = delete(held_goods).where(held_goods.c.document_no == bindparam("document"))
_of_goods = select(held_goods).where(held_goods.c.goods == bindparam("wanted"))
# A cancelled procedure holds nothing; one that was carried out does, the goods are with us.
_stands = select(
    exists().where(
        process_instance.c.case_no == bindparam("case"),
        process_instance.c.process_key == bindparam("process"),
        process_instance.c.state != "cancelled",
    )
)


def hold(calling: Calling, call: JobCall) -> dict[str, Any]:
    """The document holds exactly these goods from now on; refused when another document that stands holds one."""
    document = _document(call)
    named = call.variables.get("goods")
    wanted = list(dict.fromkeys(_plain(each) for each in named if _plain(each))) if isinstance(named, list) else []
    if not wanted:
        raise Refusal(
            "no_goods",
            Message(
                "单上没有货物。请先填写产品和编号。", "The document names no goods. Fill in product and number first."
            ),
            field="goods",
            status=422,
        )
    calling.tx.execute(_of_document, {"document": document})
    insert = _INSERT["sqlite" if calling.tx.on_sqlite else "postgresql"]
    for goods in wanted:
        row = {
            "goods": goods,
            "document_no": document,
            "case_no": calling.case_no,
            "process_key": calling.process_key,
            "held_at": clock.now(),
        }
        if calling.tx.row(insert, row) is not None:
            continue
        holder = calling.tx.row(_of_goods, {"wanted": goods})
        if holder is not None and calling.tx.value(_stands, {"case": holder.case_no, "process": holder.process_key}):
            message = Message(
                f"货物 {goods} 已在单据 {holder.document_no} 上，不能重复开单。请核对编号，或在原单上办理。",
                f"The goods {goods} stand on document {holder.document_no}, and not on a second one. "
                "Check the number, or go on with the first document.",
            )
            refusal = Refusal(ELSEWHERE.lower(), message, field="goods", status=422)
            raise BpmnError(ELSEWHERE, message.zh, otherwise=refusal)
        calling.tx.execute(update(held_goods).where(held_goods.c.goods == goods).values(row))
    return {"held_count": len(wanted)}


def release(calling: Calling, call: JobCall) -> dict[str, Any]:
    """The document holds nothing any more: it was refused or withdrawn."""
    return {"released_count": calling.tx.execute(_of_document, {"document": _document(call)}).rowcount}


def _document(call: JobCall) -> str:
    document = str(call.variables.get("document_no") or "").strip()
    if not document:
        raise Refusal(
            "no_document_no",
            Message("单据没有编号，不能登记货物。", "A document without a number holds no goods."),
            field="document_no",
            status=422,
        )
    return document


def _plain(text: Any) -> str:
    """However it was typed: without blanks around it, in lower case."""
    return str(text or "").strip().lower()[:200]
