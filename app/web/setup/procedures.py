"""Step 6: which procedures the company uses, with who leads to each."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from app.definitions import switches
from app.definitions.tables import process_definition
from app.messages import Refusal
from app.web.access import actor, house, t
from app.web.admin import only_admin
from app.web.admin.answers import error_of
from app.web.setup import pages, step_page


@pages.get("/procedures")
@only_admin
def procedures() -> Any:
    """Every procedure with its switch."""
    return _page()


@pages.post("/procedures/<key>")
@only_admin
def switch(key: str) -> Any:
    """Switch one on or off; refused with the names of those who need it."""
    form, store = request.form, house().world.definitions
    on = form.get("to") == "on"
    try:
        with house().db.transaction() as tx:
            if on:
                switches.switch_on(tx, store, actor=actor(), key=key, reason=form.get("reason", ""))
            else:
                switches.switch_off(
                    tx, store, actor=actor(), key=key, reason=form.get("reason", ""), knowing=bool(form.get("knowing"))
                )
            house().arrange_starts(tx, actor())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page({key: "".join(error_of(refusal).values())}), 422
    flash(t("流程已启用。", "The procedure is on.") if on else t("流程已停用。", "The procedure is off."))
    return redirect(url_for("setup.procedures") + f"#p-{key}")


def _page(errors: dict[str, str] | None = None) -> str:
    with house().db.reading() as tx:
        rows = tx.rows(select(process_definition).order_by(process_definition.c.name))
        its = switches.callers(tx, house().world.definitions)
        return render_template(
            "setup/procedures.html",
            **step_page(
                tx,
                "procedures",
                rows=rows,
                callers=_grouped(its),
                errors=errors or {},
                reason=request.form.get("reason"),
            ),
        )


def _grouped(its: dict[str, list[switches.Caller]]) -> dict[str, dict[str, list[str]]]:
    """Key → the names of those who wait for it, and of those who hand over, each once."""
    return {
        key: {
            "waits": list(dict.fromkeys(each.name for each in callers if each.waits)),
            "hands": list(dict.fromkeys(each.name for each in callers if not each.waits)),
        }
        for key, callers in its.items()
    }
