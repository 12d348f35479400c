"""Import of the staff list: template, preview with every mistake, and all of it or nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import render_template, request, url_for

from app.db import Transaction
from app.history import record
from app.identity import add_user, hash_password, set_skills, update_user
from app.identity.founding import is_founded
from app.messages import Message, Refusal
from app.web.access import actor, house, language
from app.web.admin import only_admin, pages
from app.web.admin.answers import error_of, open_units, role_name
from app.web.admin.people_queries import UserFilters as Everybody
from app.web.admin.people_queries import found_users, roles_of, skill_names, skills_of
from app.web.admin.staff_changes import give_role, move_user, new_password, take_role
from app.web.admin.staff_file import COLUMNS, Known, Plan, StaffRow, plan, read_staff, template
from app.web.admin.users import filters_of_request
from app.web.previews import seal, unseal, workbook

SEAL = "staff-import"
# Hashing one password takes some 50 ms, on purpose.
MOST_PASSWORDS = 300


@pages.get("/import")
@only_admin
def staff() -> Any:
    """Where to get the template and where to put the filled one."""
    return render_template("admin/import.html", errors={}, plan=None, columns=COLUMNS)


@pages.get("/import/template.xlsx")
@only_admin
def staff_template() -> Any:
    """The empty file with Chinese headers."""
    with house().db.reading() as tx:
        content = template(_known(tx), language())
    return workbook(content, "staff-template.xlsx")


@pages.get("/users.xlsx")
@only_admin
def staff_export() -> Any:
    """The users of the list, in the columns that the import reads."""
    with house().db.reading() as tx:
        rows, _ = found_users(tx, filters_of_request(), page=None)
        known = _known(tx)
    lines = []
    for row in rows:
        held = known.roles_held.get(row.id, ())
        lines.append(
            (
                row.name,
                row.login,
                row.phone or "",
                row.unit_code or "",
                "、".join(
                    role_name(each.role) + ("" if each.code == row.unit_code else f"@{each.code}") for each in held
                ),
                "、".join(known.skills.get(code, code) for code in known.skills_held.get(row.id, {})),
            )
        )
    return workbook(template(known, language(), lines), "staff.xlsx")


@pages.post("/import")
@only_admin
def staff_preview() -> Any:
    """Read the file and show what it would do, or every mistake in it."""
    try:
        upload = request.files.get("file")
        content = upload.read() if upload is not None else b""
        if not content:
            raise Refusal("file_missing", Message("请选择文件。", "Choose a file."), field="file", status=422)
        rows = read_staff(content)
    except Refusal as refusal:
        return render_template("admin/import.html", errors=error_of(refusal), plan=None, columns=COLUMNS), 422
    replace_roles = bool(request.form.get("replace_roles"))
    with house().db.reading() as tx:
        found = plan(rows, _known(tx), replace_roles=replace_roles)
    return _preview(found, rows, replace_roles)


@pages.post("/import/apply")
@only_admin
def staff_apply() -> Any:
    """Import what the preview showed; whatever changed meanwhile is checked again, and one mistake stops all of it."""
    try:
        shown = unseal(SEAL, request.form.get("rows", ""))
        rows, replace_roles = [StaffRow(*values) for values in shown["rows"]], bool(shown["replace"])
        with_passwords = bool(request.form.get("passwords"))
        with house().db.reading() as tx:
            found = plan(rows, _known(tx), replace_roles=replace_roles)
        if found.errors:
            return _preview(found, rows, replace_roles)
        fresh = [line.row.login for line in found.lines if line.kind == "new"]
        if with_passwords and len(fresh) > MOST_PASSWORDS:
            raise Refusal(
                "too_many_passwords",
                Message(
                    f"一次最多为 {MOST_PASSWORDS} 名新用户生成密码，请分成几个文件。",
                    f"At most {MOST_PASSWORDS} passwords at once; split the file.",
                ),
                field="file",
                status=422,
            )
        # Hashing takes its time; it must not hold the write lock.
        passwords = {login: new_password() for login in fresh} if with_passwords else {}
        hashes = {login: hash_password(password) for login, password in passwords.items()}
        with house().db.transaction() as tx:
            tx.begin_writing()
            found = plan(rows, _known(tx), replace_roles=replace_roles)
            if not found.errors:
                _apply(tx, found, hashes)
        if found.errors:
            return _preview(found, rows, replace_roles)
    except Refusal as refusal:
        return render_template("admin/import.html", errors=error_of(refusal), plan=None, columns=COLUMNS), 422
    with house().db.reading() as tx:
        setting_up = not is_founded(tx)
    return render_template("admin/imported.html", plan=found, passwords=passwords, setting_up=setting_up)


def _apply(tx: Transaction, found: Plan, hashes: dict[str, str]) -> None:
    someone, world = actor(), house().world
    for line in found.lines:
        login = line.row.login
        if line.user_id is None:
            add_user(
                tx,
                actor=someone,
                login=login,
                name=line.row.name,
                home_unit=line.unit,
                phone=line.row.phone or None,
                password_hash=hashes.get(login),
                must_change_password=True,
            )
        elif line.fields:
            update_user(tx, actor=someone, login=login, **line.fields)
        if line.moves:
            move_user(tx, actor=someone, login=login, unit=line.unit)
        for role, unit in line.add_roles:
            give_role(tx, world, actor=someone, login=login, role=role, unit=unit)
        for role, unit in line.drop_roles:
            take_role(tx, world, actor=someone, login=login, role=role, unit=unit)
        if line.skills is not None:
            kept = skills_of(tx, [line.user_id]).get(line.user_id, {}) if line.user_id else {}
            set_skills(tx, actor=someone, login=login, skills={code: kept.get(code) for code in line.skills})
    record(
        tx,
        actor=someone,
        kind="staff_imported",
        data={"added": found.count("new"), "changed": found.count("changed"), "same": found.count("same")},
    )


def _preview(found: Plan, rows: list[StaffRow], replace_roles: bool) -> Any:
    return render_template(
        "admin/import.html",
        errors={},
        plan=found,
        columns=COLUMNS,
        wrong={(error.row, error.column): error.message.text(language()) for error in found.errors},
        packed=_sealed(rows, replace_roles) if not found.errors else "",
        replace_roles=replace_roles,
        back_url=url_for("admin.staff"),
    ), 422 if found.errors else 200


def _known(tx: Transaction) -> Known:
    users, _ = found_users(tx, Everybody(state="all"), page=None)
    ids = [row.id for row in users]
    return Known(
        users={row.login: row for row in users},
        roles_held=roles_of(tx, ids),
        skills_held=skills_of(tx, ids),
        units={row.code: row.name for row in open_units(tx)},
        roles=house().roles,
        skills=skill_names(tx),
    )


def _sealed(rows: list[StaffRow], replace_roles: bool) -> str:
    return seal(SEAL, {"replace": replace_roles, "rows": [list(asdict(row).values()) for row in rows]})
