"""One user: data, roles per unit, skills and certificates, password, leaving and coming back."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app import clock
from app.clock import ZONE
from app.identity import set_skills, update_user
from app.messages import Message, Refusal
from app.web.access import actor, house, language, t
from app.web.admin import only_admin, pages
from app.web.admin.answers import (
    assignable_roles,
    check_lengths,
    chosen_person,
    error_of,
    open_units,
    people_to_choose,
    role_name,
    say_with_undo,
)
from app.web.admin.audit_words import told
from app.web.admin.people_queries import (
    changes_of,
    deputies_page,
    open_tasks_of,
    other_holders,
    roles_of,
    skill_names,
    skills_of,
    user_by_id,
)
from app.web.admin.staff_changes import (
    checked_role,
    come_back,
    give_password,
    give_role,
    leave,
    move_user,
    new_password,
    take_role,
)


@pages.get("/users/<int(max=2147483647):user_id>")
@only_admin
def user(user_id: int) -> Any:
    """Everything about one user on one page."""
    return _page(user_id)


@pages.post("/users/<int(max=2147483647):user_id>")
@only_admin
def change_user(user_id: int) -> Any:
    """Name, phone, mail, language, unit."""
    form = request.form
    try:
        check_lengths(form, name=80, phone=20, email=120)
        with house().db.transaction() as tx:
            row = user_by_id(tx, user_id)
            given = {
                "name": form.get("name", "").strip(),
                "phone": form.get("phone", "").strip() or None,
                "email": form.get("email", "").strip() or None,
                "language": "en" if form.get("language") == "en" else "zh",
            }
            changes = {key: value for key, value in given.items() if value != getattr(row, key)}
            update_user(tx, actor=actor(), login=row.login, **changes)
            if form.get("unit"):
                move_user(tx, actor=actor(), login=row.login, unit=form["unit"])
    except Refusal as refusal:
        return _page(user_id, errors=error_of(refusal), typed=form), 422
    flash(t("已保存。", "Saved."))
    return redirect(url_for("admin.user", user_id=user_id))


@pages.post("/users/<int(max=2147483647):user_id>/roles")
@only_admin
def add_role(user_id: int) -> Any:
    """Let the user hold a role at a unit."""
    form = request.form
    try:
        with house().db.transaction() as tx:
            row = user_by_id(tx, user_id)
            role = checked_role(house().roles, form.get("role", ""))
            if not form.get("unit"):
                raise Refusal("unit_missing", Message("请选择单位。", "Choose a unit."), field="role_unit", status=422)
            give_role(tx, house().world, actor=actor(), login=row.login, role=role, unit=form["unit"])
    except Refusal as refusal:
        return _page(user_id, errors=error_of(refusal), typed=form), 422
    say_with_undo(
        t(f"{row.name}现在是{role_name(role)}。", f"{row.name} is now {role_name(role)}."),
        url_for("admin.drop_role", user_id=user_id),
        role=role,
        unit=form["unit"],
    )
    return redirect(url_for("admin.user", user_id=user_id) + "#roles")


@pages.post("/users/<int(max=2147483647):user_id>/roles/remove")
@only_admin
def drop_role(user_id: int) -> Any:
    """Take a role from the user; the notice can give it back."""
    role, unit = request.form.get("role", ""), request.form.get("unit", "")
    try:
        with house().db.transaction() as tx:
            row = user_by_id(tx, user_id)
            take_role(tx, house().world, actor=actor(), login=row.login, role=role, unit=unit)
    except Refusal as refusal:
        return _page(user_id, errors={"roles": "".join(error_of(refusal).values())}), 422
    say_with_undo(
        t(f"{row.name}不再是{role_name(role)}。", f"{row.name} is no longer {role_name(role)}."),
        url_for("admin.add_role", user_id=user_id),
        role=role,
        unit=unit,
    )
    return redirect(url_for("admin.user", user_id=user_id) + "#roles")


@pages.post("/users/<int(max=2147483647):user_id>/skills")
@only_admin
def change_skills(user_id: int) -> Any:
    """Replace the skills: ticked ones, each with the last day of its certificate where it has one."""
    form = request.form
    try:
        with house().db.transaction() as tx:
            row = user_by_id(tx, user_id)
            known = skill_names(tx)
            skills: dict[str, date | None] = {}
            for code in form.getlist("skill"):
                if code in known:
                    skills[code] = _day(form.get(f"until_{code}", ""), f"until_{code}")
            set_skills(tx, actor=actor(), login=row.login, skills=skills)
    except Refusal as refusal:
        return _page(user_id, errors=error_of(refusal), typed=form), 422
    flash(t("技能已保存。", "The skills are saved."))
    return redirect(url_for("admin.user", user_id=user_id) + "#skills")


@pages.post("/users/<int(max=2147483647):user_id>/password")
@only_admin
def reset_password(user_id: int) -> Any:
    """Make a password, show it once; the user changes it at the next login, open sessions end now."""
    password = new_password()
    try:
        with house().db.transaction() as tx:
            row = user_by_id(tx, user_id)
            if row.id == actor().id:
                raise Refusal(
                    "own_password",
                    Message("自己的密码请在右上角菜单里更改。", "Change your own password from the menu at the top."),
                    field="password",
                )
            if not row.active:
                raise Refusal(
                    "already_left",
                    Message("已停用的用户不能设置密码。", "A user who has left gets no password."),
                    field="password",
                )
            give_password(tx, actor=actor(), login=row.login, password=password)
    except Refusal as refusal:
        return _page(user_id, errors=error_of(refusal)), 422
    return render_template("admin/password_shown.html", user=row, password=password)


@pages.route("/users/<int(max=2147483647):user_id>/leave", methods=["GET", "POST"])
@only_admin
def leaving(user_id: int) -> Any:
    """Deactivate a user: what he has in hand goes to a successor or back to the queues in the same step."""
    errors: dict[str, str] = {}
    successor = request.form.get("to", "")
    if request.method == "POST":
        try:
            with house().db.transaction() as tx:
                row = user_by_id(tx, user_id)
                to_login = chosen_person(tx, successor, "to").login if successor.strip() else None
                left = leave(tx, house().world, actor=actor(), login=row.login, to_login=to_login)
        except Refusal as refusal:
            errors = error_of(refusal)
        else:
            flash(
                t(
                    f"{row.name}已停用，交接了 {left.tasks} 个任务，结束了 {left.deputies} 项代理。",
                    f"{row.name} is deactivated: {left.tasks} tasks handed over, {left.deputies} deputyships ended.",
                )
            )
            return redirect(url_for("admin.user", user_id=user_id))
    with house().db.reading() as tx:
        row = user_by_id(tx, user_id)
        tasks = open_tasks_of(tx, user_id)
        held = roles_of(tx, [user_id]).get(user_id, [])
        alone = [each for each in held if other_holders(tx, each.role, each.org_unit_id, user_id) == 0]
        people = people_to_choose(tx)
        deputies, _ = deputies_page(tx, user_id=user_id)
    return render_template(
        "admin/leave.html",
        user=row,
        tasks=tasks,
        personal=[task for task in tasks if task.queue_id is None],
        alone=alone,
        deputies=deputies,
        people=people,
        successor=successor,
        errors=errors,
        role_name=role_name,
    ), 422 if errors else 200


@pages.post("/users/<int(max=2147483647):user_id>/return")
@only_admin
def returning(user_id: int) -> Any:
    """Let a deactivated user work again."""
    with house().db.transaction() as tx:
        row = user_by_id(tx, user_id)
        come_back(tx, house().world, actor=actor(), login=row.login)
    flash(
        t(
            f"{row.name}已恢复，首次登录须更改密码。",
            f"{row.name} is active again and changes the password at the first login.",
        )
    )
    return redirect(url_for("admin.user", user_id=user_id))


def _page(user_id: int, *, errors: dict[str, str] | None = None, typed: Any = None) -> str:
    with house().db.reading() as tx:
        row = user_by_id(tx, user_id)
        held = roles_of(tx, [user_id]).get(user_id, [])
        skills = skills_of(tx, [user_id]).get(user_id, {})
        names = skill_names(tx)
        deputies, _ = deputies_page(tx, user_id=user_id)
        tasks = open_tasks_of(tx, user_id)
        units = open_units(tx)
        changes = told(tx, changes_of(tx, row.login), language())
    today = clock.now().astimezone(ZONE).date()
    return render_template(
        "admin/user.html",
        user=row,
        held=held,
        skills=skills,
        skill_names={**dict.fromkeys(skills, ""), **names},
        today=today,
        deputies=deputies,
        tasks=tasks,
        units=units,
        roles=assignable_roles(),
        role_name=role_name,
        changes=changes,
        errors=errors or {},
        typed=typed or {},
        own=row.id == actor().id,
        now=clock.now(),
    )


def _day(text: str, field: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refusal(
            "not_a_date",
            Message("日期请写成 2026-12-31。", "Write the date as 2026-12-31."),
            field=field,
            status=422,
        ) from None
