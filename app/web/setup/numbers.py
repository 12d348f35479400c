"""Step 4: how record numbers are written; what was given stays, the next one follows the new format."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from app.db import Transaction
from app.identity.tables import org_unit
from app.messages import Message, Refusal
from app.runtime.number_formats import SCOPES, NumberRule, next_shown, own_formats, set_format
from app.web.access import actor, house, language, t
from app.web.admin import only_admin
from app.web.admin.answers import error_of
from app.web.setup import pages, step_page

# Numbers that stand on papers and forms and not in a register of their own.
LABELS: dict[str, Message] = {
    "appraisal_no": Message("鉴定编号", "Appraisal No."),
    "consent_no": Message("同意书编号", "Consent No."),
    "brief_no": Message("汇报编号", "Brief No."),
    "trip_no": Message("外出编号", "Trip No."),
    "report_no": Message("报告编号", "Report No."),
    "form_no": Message("满意度表编号", "Satisfaction form No."),
    "request_no": Message("请示单编号", "Problem request No."),
    "quote_no": Message("报价编号", "Quote No."),
    "exchange_no": Message("调换编号", "Exchange No."),
    "complaint_seq": Message("投诉当日序号", "Complaint of the day"),
    "disposal_no": Message("旧件处理单编号", "Old-part disposal No."),
}


@pages.get("/numbers")
@only_admin
def numbers() -> Any:
    """Every number with the one that would come next."""
    return _page()


@pages.post("/numbers/<variable>")
@only_admin
def change_format(variable: str) -> Any:
    """Write a number otherwise from now on."""
    try:
        with house().db.transaction() as tx:
            set_format(
                tx,
                _declared(),
                actor=actor(),
                variable=variable,
                pattern=request.form.get("format", ""),
                scope=request.form.get("scope", ""),
            )
            tx.after_commit(house().refresh)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page({variable: "".join(error_of(refusal).values())}), 422
    flash(t("编号格式已更改，从下一个编号起使用。", "The format is changed, beginning with the next number."))
    return redirect(url_for("setup.numbers") + f"#{variable}")


def _declared() -> dict[str, NumberRule]:
    return {name: NumberRule(name, rule.format, rule.scope) for name, rule in house().world.numbers.items()}


def _page(errors: dict[str, str] | None = None) -> str:
    with house().db.reading() as tx:
        own, outlet, rows = own_formats(tx), _outlet(tx), []
        for variable, declared in _declared().items():
            rule = own.get(variable, declared)
            rows.append(
                {
                    "variable": variable,
                    "label": _label(variable),
                    "rule": rule,
                    "own": variable in own,
                    "declared": declared,
                    "next": next_shown(tx, rule, outlet),
                }
            )
        return render_template(
            "setup/numbers.html",
            **step_page(tx, "numbers", rows=rows, scopes=SCOPES, errors=errors or {}, typed=request.form),
        )


def _label(variable: str) -> str:
    for register in house().registers.registers.values():
        if register.number is not None and register.number.variable == variable:
            return str(register.name.text(language()))
    return LABELS[variable].text(language()) if variable in LABELS else variable


def _outlet(tx: Transaction) -> str:
    query = select(org_unit.c.code).where(org_unit.c.active).order_by((org_unit.c.kind == "outlet").desc())
    return str(tx.value(query.order_by(org_unit.c.id).limit(1)))
