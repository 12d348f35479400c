"""One person's data on request: everything that is kept about a customer, and its erasure wherever it may be erased."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, or_, select, update

from app import clock
from app.aftersales import customer, product_unit, telling
from app.aftersales.customers import digits
from app.aftersales.personal_data import ERASED
from app.aftersales.tables import archive_change
from app.db import Transaction
from app.history import Event, record, record_all
from app.history.record import Doer
from app.messages import Message, Refusal
from app.registers import remembering
from app.registers.tables import register_row
from app.runtime.tables import attachment, case_term, service_case, user_task

_TERMS = ("customer_name", "contact_phone", "contact_person", "customer_address")


def cases_of(tx: Transaction, who: Row[Any]) -> list[Row[Any]]:
    """The cases of a customer, newest first: known by name, and by the phone however it was typed."""
    if who.erased_at is not None:
        return []
    query = (
        select(service_case)
        .join(case_term, case_term.c.case_no == service_case.c.case_no)
        .where(case_term.c.term == who.name[:80].lower(), case_term.c.kind == "customer_name")
        .order_by(service_case.c.opened_at.desc(), service_case.c.case_no.desc())
    )
    return [row for row in tx.rows(query) if digits(row.contact_phone) == who.phone_digits]


def collect(tx: Transaction, *, customer_id: int, actor: Doer) -> dict[str, Any]:
    """Everything kept about a customer as JSON, for him to take along; the record says that it was handed out."""
    who = _customer(tx, customer_id)
    cases = cases_of(tx, who)
    numbers = [row.case_no for row in cases]
    registers = tx.rows(select(register_row).where(register_row.c.case_no.in_(numbers)).order_by(register_row.c.id))
    files = tx.rows(select(attachment).where(attachment.c.case_no.in_(numbers)).order_by(attachment.c.id))
    corrected = tx.rows(select(archive_change).where(archive_change.c.customer_id == customer_id))
    told = [row for number in numbers for row in telling.messages_of_case(tx, number)]
    units = tx.rows(select(product_unit).where(product_unit.c.customer_id == customer_id).order_by(product_unit.c.id))
    record(tx, actor=actor, kind="personal_data_exported", data={"customer_no": who.customer_no})
    return {
        "made_at": clock.now().isoformat(),
        "customer": _plain(who),
        "corrections": [{"before": row.before, "after": row.after, "at": row.made_at} for row in corrected],
        "units": [_plain(row) for row in units],
        "cases": [_plain(row) for row in cases],
        "registers": [{"register": row.register, "case_no": row.case_no, "data": row.data} for row in registers],
        "messages": [_plain(row) for row in told],
        "files": [{"case_no": row.case_no, "name": row.name, "size": row.size} for row in files],
    }


def erase(tx: Transaction, *, customer_id: int, reason: str, actor: Doer) -> int:
    """Take the person out of the customer's row, his cases, tasks and registers; returns how many cases.

    Refused while a case is open: somebody still has to reach him. Signed content and the append-only record stay: they
    prove what was agreed, for as long as they must be kept.
    """
    if not reason.strip():
        sentence = Message("请写明谁在何时提出。", "Say who asked for it and when.")
        raise Refusal("reason_needed", sentence, field="reason", status=422)
    tx.begin_writing()
    who = _customer(tx, customer_id)
    if who.erased_at is not None:
        raise Refusal("erased_already", Message("个人信息已经删除。", "The personal data is erased already."))
    cases = cases_of(tx, who)
    waiting = [row.case_no for row in cases if row.closed_at is None]
    if waiting:
        raise Refusal(
            "open_cases",
            Message(
                f"还有未结的服务单（{'、'.join(waiting[:5])}），结束后才能删除。",
                f"Cases are still open ({', '.join(waiting[:5])}); erase the data when they are closed.",
            ),
        )
    numbers = [row.case_no for row in cases]
    _erase_cases(tx, numbers, who, actor)
    # Whoever was merged into him is the same person.
    ids = {customer_id}
    while more := {row.id for row in tx.rows(select(customer.c.id).where(customer.c.merged_into.in_(ids)))} - ids:
        ids |= more
    telling.erase_messages(tx, numbers, ids)
    tx.execute(update(archive_change).where(archive_change.c.customer_id.in_(sorted(ids))).values(before={}, after={}))
    for each in sorted(ids):
        tx.execute(
            update(customer)
            .where(customer.c.id == each)
            .values(
                name=ERASED,
                contact_person="",
                phone="",
                phone_digits="",
                address="",
                email=None,
                erased_at=clock.now(),
                updated_at=clock.now(),
            )
        )
    data = {"customer_no": who.customer_no, "cases": len(numbers), "reason": reason.strip()[:200]}
    record(tx, actor=actor, kind="personal_data_erased", data=data)
    return len(numbers)


def _erase_cases(tx: Transaction, numbers: list[str], who: Row[Any], actor: Doer) -> None:
    secret = {each for each in (who.name, who.phone, who.contact_person, who.address) if each}
    for row in tx.rows(select(service_case).where(service_case.c.case_no.in_(numbers))):
        secret |= {each for each in (row.customer_name, row.contact_phone) if each}
    gone = {"customer_name": ERASED, "contact_phone": None}
    tx.execute(update(service_case).where(service_case.c.case_no.in_(numbers)).values(gone))
    tx.execute(update(user_task).where(user_task.c.case_no.in_(numbers)).values(customer_name=ERASED))
    terms = or_(case_term.c.kind.in_(_TERMS), case_term.c.term.in_({each.lower()[:80] for each in secret}))
    tx.execute(delete(case_term).where(case_term.c.case_no.in_(numbers), terms))
    events = []
    for row in tx.rows(select(register_row).where(register_row.c.case_no.in_(numbers)).order_by(register_row.c.id)):
        columns = [key for key, value in row.data.items() if _hashable(value) and value in secret]
        if columns:
            data = {key: ERASED if key in columns else value for key, value in row.data.items()}
            tx.execute(update(register_row).where(register_row.c.id == row.id).values(data=data))
            gone_now = [{"register": row.register, "key": row.row_key, "columns": columns}]
            events.append(Event(remembering.ERASED, case_no=row.case_no, data={"rows": gone_now}))
    record_all(tx, actor, events)


def _hashable(value: Any) -> bool:
    return not isinstance(value, list | dict)


def _customer(tx: Transaction, customer_id: int) -> Row[Any]:
    found = tx.row(select(customer).where(customer.c.id == customer_id))
    if found is None:
        raise Refusal("unknown_customer", Message("没有这个客户。", "There is no such customer."), status=404)
    return found


def _plain(row: Row[Any]) -> dict[str, Any]:
    """A row without its keys, dates as text."""
    hidden = {"id", "customer_id", "merged_into", "org_unit_id", "opened_by", "running", "phone_digits"}
    return {
        str(key): value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in row._mapping.items()
        if key not in hidden
    }
