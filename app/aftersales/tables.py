"""Tables of what service is about: customers, units with serial numbers, skills, rotation, signed content."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, func, text

from app.db import Json, PackedText, UtcDateTime, metadata

customer = Table(
    "customer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("customer_no", String(40), nullable=False, unique=True),
    Column("name", String(80), nullable=False, index=True),
    Column("contact_person", String(40), nullable=False, default=""),
    Column("phone", String(40), nullable=False),
    Column("phone_digits", String(20), nullable=False, index=True),
    Column("address", String(200), nullable=False, default=""),
    Column("region_code", String(40)),
    Column("unit_path", String(200), nullable=False),
    Column("customer_type", String(20)),  # individual, company, property, dealer, hospital_school (F56)
    Column("email", String(120)),  # where he is told of changes (GR07)
    Column("language", String(2), nullable=False, default="zh", server_default="zh"),
    Column("objected_at", UtcDateTime),  # he does not want to be written to
    Column("merged_into", Integer, index=True),  # the id of the one who stays; lists leave this one out
    Column("erased_at", UtcDateTime),  # nothing personal is left in this row
    Column("updated_at", UtcDateTime, nullable=False),
)

# A merge can be undone: it keeps what it moved.
customer_merge = Table(
    "customer_merge",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kept_id", ForeignKey("customer.id"), nullable=False, index=True),
    Column("merged_id", ForeignKey("customer.id"), nullable=False, index=True),
    Column("moved", Json, nullable=False),  # {"units": [ids], "filled": {column: the value before}}
    Column("reason", String(200), nullable=False, default=""),
    Column("made_by", String(80), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("undone_by", String(80)),
    Column("undone_at", UtcDateTime),
)

# What a customer was told of a change in his case (GR07), and why not when he was not.
customer_message = Table(
    "customer_message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("customer_id", ForeignKey("customer.id"), index=True),
    Column("case_no", String(40), nullable=False, index=True),
    Column("topic", String(40), nullable=False),
    Column("address", String(120)),
    Column("language", String(2), nullable=False),
    Column("title", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(12), nullable=False),  # waiting, sent, failed; unknown, no_address, objected: never sent
    Column("made_at", UtcDateTime, nullable=False),
    Column("send_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("last_error", String(400)),
)
_unsent = text("state = 'waiting'")
Index(
    "ix_customer_message_due",
    customer_message.c.send_at,
    customer_message.c.id,
    sqlite_where=_unsent,
    postgresql_where=_unsent,
)

product_unit = Table(
    "product_unit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("customer_id", ForeignKey("customer.id"), index=True),
    Column("serial_no", String(40), nullable=False, unique=True),
    Column("category", String(20), nullable=False),
    Column("model", String(60), nullable=False),
    Column("purchase_date", Date),
    Column("purchase_proof_no", String(40)),
    Column("commissioned_date", Date),
    Column("warranty_terms", String(200), nullable=False, default="", server_default=""),
    Column("warranty_end", Date),
)
Index("ix_product_unit_serial_no_lower", func.lower(product_unit.c.serial_no))  # typed in any case

# Who changed what by hand in the archive; the values are here and not in the record, so that they can be erased.
archive_change = Table(
    "archive_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("customer_id", ForeignKey("customer.id"), index=True),
    Column("unit_id", ForeignKey("product_unit.id"), index=True),
    Column("before", Json, nullable=False),  # field → value, of the fields that changed
    Column("after", Json, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("undone_by", String(80)),
    Column("undone_at", UtcDateTime),
)

skill = Table(
    "skill",
    metadata,
    Column("code", String(60), primary_key=True),
    Column("name", String(60), nullable=False),
)

rotation = Table(
    "rotation",
    metadata,
    Column("pool", String(120), primary_key=True),  # unit code and skill
    Column("last_user_id", Integer, nullable=False),  # the pointer stands behind the last assigned person (D18)
    Column("round", Integer, nullable=False),
)

# Goods that stand on a document (换货单, 调换单) and so on no other; a row stays when the document was carried out.
held_goods = Table(
    "held_goods",
    metadata,
    Column(
        "goods", String(200), primary_key=True
    ),  # serial number, or product and batch: as the diagram says, lower case
    Column("document_no", String(40), nullable=False, index=True),
    Column("case_no", String(40), nullable=False),
    Column("process_key", String(120), nullable=False),
    Column("held_at", UtcDateTime, nullable=False),
)

signed_content = Table(
    "signed_content",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_no", String(40), nullable=False),
    Column("document_no", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", PackedText, nullable=False),  # canonical JSON of what the customer saw (readings 13)
    Column("digest", String(64), nullable=False),
    Column("signed_at", UtcDateTime, nullable=False),
    Column("voided_at", UtcDateTime),
    Column("void_reason", String(200)),
    UniqueConstraint("document_no", "version"),
    Index("ix_signed_content_case", "case_no"),
)
