"""Messages to customers about changes in their cases (GR07): written down with the step, sent after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update

from app import clock
from app.aftersales.customers import digits
from app.aftersales.tables import customer, customer_message
from app.db import Transaction
from app.messages import Message

WAITING, SENT, FAILED = "waiting", "sent", "failed"
UNKNOWN, NO_ADDRESS, OBJECTED = "unknown", "no_address", "objected"
STATES = {
    WAITING: Message("待发送", "to be sent"),
    SENT: Message("已发送", "sent"),
    FAILED: Message("发送失败，请改用电话通知", "not delivered: please call"),
    UNKNOWN: Message("客户不在档案中，请用电话通知", "not in the archive: please call"),
    NO_ADDRESS: Message("没有邮箱，请用电话通知", "no mail address: please call"),
    OBJECTED: Message("客户不接收邮件，请用电话通知", "wants no mail: please call"),
}


def customer_of_case(tx: Transaction, name: str | None, phone: str | None) -> Row[Any] | None:
    """The customer whom a case names, known by phone and name; whoever was merged is the one who stayed."""
    number = digits(phone)
    if not number or not name:
        return None
    found = tx.row(
        select(customer).where(customer.c.phone_digits == number, customer.c.name == name).order_by(customer.c.id)
    )
    while found is not None and found.merged_into is not None:
        found = tx.row(select(customer).where(customer.c.id == found.merged_into))
    return found if found is not None and found.erased_at is None else None


def tell(
    tx: Transaction, *, case_no: str, who: Row[Any] | None, topic: str, title: Message, words: Message
) -> tuple[int, str]:
    """Write down what a customer is told, in his language; its id and whether it will be sent."""
    if who is None:
        state = UNKNOWN
    elif who.objected_at is not None:
        state = OBJECTED
    else:
        state = WAITING if who.email else NO_ADDRESS
    language = who.language if who is not None else "zh"
    now = clock.now()
    statement = insert(customer_message).values(
        customer_id=who.id if who is not None else None,
        case_no=case_no,
        topic=topic,
        address=who.email if who is not None and state == WAITING else None,
        language=language,
        title=title.text(language)[:200],
        text=words.text(language),
        state=state,
        made_at=now,
        send_at=now,
        attempts=0,
    )
    return int(tx.execute(statement.returning(customer_message.c.id)).scalar_one()), state


def messages_of_case(tx: Transaction, case_no: str) -> Sequence[Row[Any]]:
    """What the customer of a case was told, oldest first."""
    query = select(customer_message).where(customer_message.c.case_no == case_no)
    return tx.rows(query.order_by(customer_message.c.id))


def failed_messages(tx: Transaction, *, limit: int = 200) -> Sequence[Row[Any]]:
    """What could not be delivered, the newest first."""
    query = select(customer_message).where(customer_message.c.state == FAILED)
    return tx.rows(query.order_by(customer_message.c.id.desc()).limit(limit))


def send_again(tx: Transaction, case_no: str | None = None) -> int:
    """Let what failed be sent once more, of one case or of all, to the address the customer has now; how many."""
    failed = [row for row in failed_messages(tx) if case_no in (None, row.case_no)]
    for row in failed:
        who = tx.row(select(customer).where(customer.c.id == row.customer_id))
        state = OBJECTED if who is None or who.objected_at is not None else WAITING if who.email else NO_ADDRESS
        values = {"state": state, "attempts": 0, "send_at": clock.now(), "made_at": clock.now()}
        if state == WAITING and who is not None:
            values["address"] = who.email
        tx.execute(update(customer_message).where(customer_message.c.id == row.id).values(values))
    return len(failed)


def erase_messages(tx: Transaction, case_nos: list[str], customer_ids: set[int]) -> None:
    """Take address and words out; that he was told, of what and when, stays."""
    where = customer_message.c.case_no.in_(case_nos) | customer_message.c.customer_id.in_(sorted(customer_ids))
    gone = {"address": None, "title": "", "text": "", "last_error": None}
    tx.execute(update(customer_message).where(where).values(gone))
    tx.execute(update(customer_message).where(where, customer_message.c.state == WAITING).values(state=OBJECTED))
