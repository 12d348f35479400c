"""Where somebody comes to after the login: an administrator of a company that is not set up yet, to the set-up."""

from __future__ import annotations

from flask import url_for

from app.identity import Actor
from app.identity.founding import is_founded
from app.web.access import house, product_settings


def first_page(someone: Actor | None, wanted: str = "/") -> str:
    """The page that was asked for; instead of the task list the set-up, as long as it was not ended."""
    if wanted != "/" or someone is None or "system_admin" not in someone.roles or product_settings().demo:
        return wanted
    with house().db.reading() as tx:
        return wanted if is_founded(tx) else url_for("setup.overview")
