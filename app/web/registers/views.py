"""What a person keeps of a register: views under a name, and which columns are shown."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from app import registers
from app.registers import Register
from app.web.access import actor, house
from app.web.registers import pages
from app.web.registers.address import ARGUMENTS, PREFIX


@pages.post("/<code>/views")
def save(code: str) -> Any:
    """Keep the filters, the sorting and the columns of the page under a name."""
    register = registers.find_register(house().registers, actor(), code)
    query = _state(register)
    with house().db.transaction() as tx:
        columns = request.form.getlist("col")
        view_id = registers.save_view(
            tx, register, actor(), name=request.form.get("name", ""), query=query, columns=columns
        )
    return redirect(url_for("registers.table", code=code, view=view_id, **query))


@pages.post("/<code>/views/<int:view_id>/delete")
def delete(code: str, view_id: int) -> Any:
    """Forget a view; the rows stay as they are."""
    register = registers.find_register(house().registers, actor(), code)
    with house().db.transaction() as tx:
        registers.drop_view(tx, register, actor(), view_id)
    return redirect(url_for("registers.table", code=code, **_state(register)))


@pages.post("/<code>/columns")
def columns(code: str) -> Any:
    """Keep which columns are shown, from now on and on every device."""
    register = registers.find_register(house().registers, actor(), code)
    chosen = [] if "default" in request.form else request.form.getlist("col")
    with house().db.transaction() as tx:
        registers.choose_columns(tx, register, actor(), chosen)
    return redirect(url_for("registers.table", code=code, **_state(register)))


def _state(register: Register) -> dict[str, Any]:
    """The arguments of the page this form stood on: only those that a register page knows."""
    return {
        name: typed
        for name, typed in request.form.items()
        if typed.strip()
        and (name in ARGUMENTS or (name.startswith(PREFIX) and register.column(name.removeprefix(PREFIX))))
    }
