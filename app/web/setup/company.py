"""Step 1: what the company is called and which service promise it gives."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from app import parameters
from app.db import Transaction
from app.identity import change_unit
from app.identity.tables import org_unit
from app.messages import Message, Refusal
from app.parameters.values import COMPANY, COMPANY_PROFILE
from app.web.access import actor, house, language, t
from app.web.admin import only_admin
from app.web.admin.answers import check_lengths, error_of
from app.web.admin.parameter_changes import set_parameter
from app.web.setup import pages, step_page

REASON = Message("首次设置", "first set-up").zh  # as the history keeps it
OTHER = "other"  # no promise of the shipped ones: every parameter has its default


@pages.route("/company", methods=["GET", "POST"])
@only_admin
def company() -> Any:
    """Name and promise; saving what stands there already changes nothing."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            check_lengths(request.form, name=120)
            with house().db.transaction() as tx:
                tx.begin_writing()
                _save(tx, request.form.get("name", "").strip(), request.form.get("profile", ""))
        except Refusal as refusal:
            errors = error_of(refusal)
        else:
            flash(t("已保存。", "Saved."))
            return redirect(url_for("setup.company"))
    return _page(errors), 422 if errors else 200


def _save(tx: Transaction, name: str, profile: str) -> None:
    root = _root(tx)
    if not name:
        raise Refusal("unit_name", Message("请填写名称。", "Give the name."), field="name", status=422)
    if name != root.name:
        change_unit(tx, actor=actor(), code=root.code, name=name)
        tx.after_commit(house().refresh)
    if profile == _profile(tx):
        return
    if profile not in _choices():
        raise Refusal("unknown_profile", Message("请选择服务承诺。", "Choose a promise."), field="profile", status=422)
    if house().profile is not None:
        sentence = Message("服务承诺由启动参数固定。", "The promise is fixed by how the product was started.")
        raise Refusal("profile_fixed", sentence, field="profile", status=422)
    set_parameter(tx, house(), actor=actor(), name=COMPANY_PROFILE, value=profile, reason=REASON, expected_version=None)


def _page(errors: dict[str, str]) -> str:
    definition = house().book.definition(COMPANY_PROFILE)
    options = [(key, definition.words(key, language())) for key in _choices()]
    with house().db.reading() as tx:
        typed = request.form if errors else {"name": _root(tx).name, "profile": _profile(tx)}
        return render_template(
            "setup/company.html", **step_page(tx, "company", errors=errors, typed=typed, profiles=options)
        )


def _choices() -> list[str]:
    return [*house().book.profiles, OTHER]


def _root(tx: Transaction) -> Any:
    root = tx.row(select(org_unit).where(org_unit.c.depth == 0).order_by(org_unit.c.id).limit(1))
    if root is None:
        raise Refusal("no_company", Message("还没有公司。", "There is no company yet."), status=404)
    return root


def _profile(tx: Transaction) -> str:
    stored = parameters.load_values(tx)
    default = house().book.definition(COMPANY_PROFILE).default
    return str(house().profile or stored.get((COMPANY_PROFILE, COMPANY), default))
