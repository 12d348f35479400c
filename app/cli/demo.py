"""The demo company: founded once in an empty database, with people named by their role and a few open cases."""

from __future__ import annotations

from sqlalchemy import select

from app import calendar, clock
from app.db import Database
from app.house import House
from app.identity import hash_password
from app.identity.tables import org_unit, user_account
from app.rehearsal import found_company


def load_demo(house: House) -> bool:
    """Found the company if there is none yet; True when it was founded."""
    with house.db.reading() as tx:
        if tx.row(select(org_unit.c.id).limit(1)) is not None:
            return False
    from app.web.session import DEMO_PASSWORD

    with house.db.transaction() as tx:
        tx.begin_writing()
        found_company(tx, house.roles, password_hash=hash_password(DEMO_PASSWORD))
        this_year = clock.now().year
        for year in (this_year - 1, this_year, this_year + 1):
            calendar.import_year(tx, year, actor="system")
    return True


def holds_demo_people(database: Database) -> bool:
    """Whether people can log in with the password that every visitor of the demo knows."""
    from app.identity import verify_password
    from app.web.session import DEMO_PASSWORD

    with database.reading() as tx:
        hashes = tx.rows(select(user_account.c.password_hash).where(user_account.c.active).distinct().limit(20))
    return any(verify_password(row.password_hash, DEMO_PASSWORD) for row in hashes if row.password_hash)
