"""A release that is still to come, for the tests of `upgrade`: a column, a table, and a step that fills both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("service_case", sa.Column("first_word", sa.String(length=40), nullable=True))
    op.create_table("case_count", sa.Column("number", sa.Integer(), nullable=False))
    op.execute(sa.text("UPDATE service_case SET first_word = 'case ' || case_no"))
    op.execute(sa.text("INSERT INTO case_count (number) SELECT count(*) FROM service_case"))
