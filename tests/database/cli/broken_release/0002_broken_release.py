"""A release whose migration fails half-way, for the tests of `upgrade`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("service_case", sa.Column("first_word", sa.String(length=40), nullable=True))
    op.execute(sa.text("UPDATE service_case SET first_word = 'lost'"))
    op.execute(sa.text("INSERT INTO there_is_no_such_table VALUES (1)"))
