"""Login, logout, password, language, and what the browser needs to know of its session."""

from __future__ import annotations

import math
from typing import Any

from flask import (
    Blueprint,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask import session as flask_session
from flask_login import login_user, logout_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from app import clock
from app.history import record
from app.identity import (
    as_login,
    count_attempt,
    forgive_attempt,
    from_address,
    load_actor,
    set_password,
    verify_password,
)
from app.identity.tables import org_unit, role_assignment, user_account
from app.messages import Message, Refusal
from app.web import assets
from app.web.access import SessionUser, actor, current_actor, house, language, own_path, product_settings, t
from app.web.setup.leading import first_page

pages = Blueprint("session", __name__)
DEMO_PASSWORD = "aftercare-demo"  # noqa: S105 - shown on the demo's login page, used nowhere else


@pages.get("/healthz")
def healthz() -> Any:
    """Whether the server and its database answer."""
    with house().db.reading() as tx:
        tx.value(select(user_account.c.id).limit(1))
    return {"ok": True}


@pages.get("/sw.js")
def service_worker() -> Any:
    """The service worker stands at the root so that it may serve every page."""
    response = send_from_directory(assets.DIST, "sw.js", mimetype="text/javascript", max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.get("/api/session")
def state() -> Any:
    """Who is logged in, and a fresh CSRF token: for the outbox of a phone that was offline."""
    someone = current_actor()
    return jsonify(user=someone.login if someone else None, csrf=generate_csrf())


def _count_attempt(login: str) -> None:
    """Count before the password is looked at, so that a guess that was cut off counts too. Refuses one too many."""
    keys = (from_address(request.remote_addr), as_login(login))
    with house().db.transaction() as tx:
        again = count_attempt(tx, keys, product_settings().login_limit)
    if again is not None:
        wait = max(1, math.ceil((again - clock.now()).total_seconds()))
        raise Refusal(
            "too_many_attempts",
            Message(f"尝试太频繁，请 {wait} 秒后再试。", f"Too many attempts; please try again in {wait} seconds."),
            status=429,
        )


@pages.route("/login", methods=["GET", "POST"])
def login() -> Any:
    """Log in by login name and password."""
    error = ""
    if request.method == "POST":
        name, password = request.form.get("login", "").strip(), request.form.get("password", "")
        _count_attempt(name)
        with house().db.transaction() as tx:
            row = tx.row(select(user_account).where(user_account.c.login == name))
            fits = verify_password(row.password_hash if row is not None else None, password)
            someone = load_actor(tx, row.id) if row is not None and fits and row.active else None
            if someone is not None:
                forgive_attempt(tx, from_address(request.remote_addr), as_login(name))
                record(tx, actor=someone, kind="logged_in", data={"address": request.remote_addr})
        if someone is not None:
            flask_session.clear()
            login_user(SessionUser(someone))
            flask_session.permanent = True
            return redirect(first_page(someone, own_path(request.args.get("next"))))
        error = t("登录名或密码不对。", "The login or the password is wrong.")
    return render_template("session/login.html", error=error, people=_demo_people(), demo_password=DEMO_PASSWORD), (
        422 if error else 200
    )


def _demo_people() -> list[Any]:
    if not product_settings().demo:
        return []
    order = ["hotline_agent", "cs_supervisor", "service_engineer", "department_leader", "process_owner", "system_admin"]
    with house().db.reading() as tx:
        rows = tx.rows(
            select(user_account.c.login, user_account.c.name, role_assignment.c.role, org_unit.c.name.label("unit"))
            .join(role_assignment, role_assignment.c.user_id == user_account.c.id)
            .join(org_unit, org_unit.c.id == role_assignment.c.org_unit_id)
            .where(role_assignment.c.role.in_(order), user_account.c.active)
            .order_by(user_account.c.id)
        )
    return sorted(rows, key=lambda row: order.index(row.role))


@pages.post("/logout")
def logout() -> Any:
    """End the session; the browser forgets its offline copies."""
    logout_user()
    flask_session.clear()
    response = redirect(url_for("session.login"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@pages.route("/password", methods=["GET", "POST"])
def change_password() -> Any:
    """Change one's own password; other sessions end."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        someone = actor()
        _count_attempt(someone.login)
        try:
            with house().db.transaction() as tx:
                row = tx.row(select(user_account).where(user_account.c.id == someone.id))
                if row is None or not verify_password(row.password_hash, request.form.get("old", "")):
                    raise Refusal(
                        "wrong_password",
                        Message("原密码不对。", "The old password is wrong."),
                        field="old",
                        status=422,
                    )
                if request.form.get("password") != request.form.get("again"):
                    raise Refusal(
                        "not_the_same",
                        Message("两次输入的新密码不一致。", "The two new passwords differ."),
                        field="again",
                        status=422,
                    )
                set_password(tx, actor=someone, login=someone.login, password=request.form.get("password", ""))
                forgive_attempt(tx, from_address(request.remote_addr), as_login(someone.login))
                fresh = load_actor(tx, row.id)
        except Refusal as refusal:
            errors[refusal.field or "password"] = refusal.message.text(language())
        else:
            if fresh is not None:
                login_user(SessionUser(fresh))
            flash(t("密码已更改。", "The password is changed."))
            return redirect(first_page(fresh))
    return render_template("session/password.html", errors=errors), 422 if errors else 200


@pages.get("/styleguide")
def styleguide() -> Any:
    """All components on one page, in demo mode."""
    if not product_settings().demo:
        raise Refusal("unknown_page", Message("没有这个页面。", "There is no such page."), status=404)
    return render_template("styleguide.html")
