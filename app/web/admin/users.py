"""The list of users, and adding one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.identity import add_user, hash_password, update_user
from app.identity.people import MINIMUM_PASSWORD
from app.messages import Message, Refusal
from app.web.access import actor, house, t
from app.web.admin import only_admin, pages
from app.web.admin.answers import (
    arguments_of,
    assignable_roles,
    check_lengths,
    error_of,
    open_units,
    page_number,
    role_name,
    units_in_order,
)
from app.web.admin.people_queries import PAGE, UserFilters, found_users, roles_of
from app.web.admin.staff_changes import checked_role, give_role


def filters_of_request() -> UserFilters:
    """The filters that stand in the address."""
    return UserFilters(
        text=request.args.get("text", "").strip(),
        unit=request.args.get("unit", ""),
        role=request.args.get("role", ""),
        state=request.args.get("state", "active"),
    )


@pages.get("/users")
@only_admin
def users() -> Any:
    """Users with their roles; search, filter, pages."""
    filters, page = filters_of_request(), page_number()
    with house().db.reading() as tx:
        rows, total = found_users(tx, filters, page=page)
        held = roles_of(tx, [row.id for row in rows])
        units = units_in_order(tx)
    arguments = arguments_of("text", "unit", "role", "state")
    return render_template(
        "admin/users.html",
        rows=rows,
        total=total,
        held=held,
        units=units,
        filters=filters,
        roles=assignable_roles(),
        role_name=role_name,
        first=(page - 1) * PAGE + 1,
        previous_url=url_for("admin.users", **arguments, page=page - 1) if page > 1 else None,
        next_url=url_for("admin.users", **arguments, page=page + 1) if page * PAGE < total else None,
        arguments=arguments,
    )


@pages.route("/users/new", methods=["GET", "POST"])
@only_admin
def new_user() -> Any:
    """Add a user with a first role; without a password nobody logs in as him until one is set."""
    errors: dict[str, str] = {}
    form = request.form
    if request.method == "POST":
        try:
            user_id = _add(form)
        except Refusal as refusal:
            errors = error_of(refusal)
        else:
            flash(t(f"已添加{form['name'].strip()}。", f"{form['name'].strip()} is added."))
            return redirect(url_for("admin.user", user_id=user_id))
    with house().db.reading() as tx:
        units = open_units(tx)
    return render_template(
        "admin/new_user.html",
        units=units,
        roles=assignable_roles(),
        form=form,
        errors=errors,
        minimum=MINIMUM_PASSWORD,
    ), 422 if errors else 200


def _add(form: Any) -> int:
    password = form.get("password", "")
    if password and len(password) < MINIMUM_PASSWORD:
        raise Refusal(
            "password_short",
            Message(f"密码至少 {MINIMUM_PASSWORD} 个字符。", f"A password has at least {MINIMUM_PASSWORD} characters."),
            field="password",
            status=422,
        )
    for field, sentence in (
        ("name", Message("请填写姓名。", "Give the name.")),
        ("login", Message("请填写登录名。", "Give the login.")),
        ("unit", Message("请选择单位。", "Choose a unit.")),
    ):
        if not form.get(field, "").strip():
            raise Refusal("user_incomplete", sentence, field=field, status=422)
    check_lengths(form, name=80, login=60, phone=20, email=120)
    role = checked_role(house().roles, form["role"]) if form.get("role") else ""
    # Hashing takes its time; it must not hold the write lock.
    stored = hash_password(password) if password else None
    login = form["login"].strip()
    with house().db.transaction() as tx:
        user_id = add_user(
            tx,
            actor=actor(),
            login=login,
            name=form["name"],
            home_unit=form["unit"],
            phone=form.get("phone", "").strip() or None,
            language="en" if form.get("language") == "en" else "zh",
            password_hash=stored,
            must_change_password=True,
        )
        if email := form.get("email", "").strip():
            update_user(tx, actor=actor(), login=login, email=email)
        if role:
            give_role(tx, house().world, actor=actor(), login=login, role=role, unit=form["unit"])
    return user_id
