"""The application factory: hardened session, CSRF, languages, and one line per page."""

from __future__ import annotations

import importlib
from datetime import timedelta
from typing import Any

from flask import Flask, Response, abort, g, jsonify, redirect, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter
from werkzeug.wrappers import Response as AnyResponse

from app import settings as product_settings
from app.db import Database
from app.house import House
from app.messages import Message, Refusal
from app.settings import Settings
from app.web import assets, words
from app.web.access import current_actor, house, is_open_route, language, login_manager, navigation, t, wants_json
from app.web.error_page import error_page, spoken, where_from
from app.web.json_bodies import StrictJson

PAGES = (
    "session",
    "tasklist",
    "task",
    "approvals",
    "guest",
    "start",
    "case",
    "clocks",
    "team",
    "files",
    "lookups",
    "customers",
    "parts",
    "registers",
    "papers",
    "figures",
    "procedures",
    "admin",
    "setup",
    "me",
    "notices",
)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
        "worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
}

LONGEST_PARAMETER = 4000

csrf = CSRFProtect()


class RowNumber(IntegerConverter):
    """A number in an address that a database can hold; a larger one is an unknown page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": 2**31 - 1, **kwargs})


def create_app(settings: Settings | None = None, house: House | None = None) -> Flask:
    """Assemble the application around a house; without arguments from the environment."""
    settings = settings or product_settings.load()
    if house is None:
        house = House(Database(settings.database_url), settings.processes_dir, settings.forms_dir)
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.json = StrictJson(app)
    app.url_map.converters["int"] = RowNumber
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="aftercare",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    app.extensions["aftercare"] = house
    app.extensions["aftercare_settings"] = settings
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    csrf.init_app(app)
    login_manager.init_app(app)
    for page in PAGES:
        app.register_blueprint(importlib.import_module(f"app.web.{page}").pages)
    _context(app, settings)
    _guards(app)
    _errors(app)
    return app


def _context(app: Flask, settings: Settings) -> None:
    app.jinja_env.globals.update(asset=assets.url, t=t, csrf_token=generate_csrf, words=words)

    @app.context_processor
    def _of_request() -> dict[str, Any]:
        theme = request.cookies.get("theme", "")
        return {
            "lang": "zh-CN" if language() == "zh" else "en",
            "theme": theme if theme in {"light", "dark"} else "",
            "nav": navigation(),
            "actor": current_actor(),
            "company": house().company() or settings.company_name,
            "demo": settings.demo,
            "q": request.args.get("q", "") if request.endpoint == "tasklist.search" else "",
        }


def _guards(app: Flask) -> None:
    @app.before_request
    def _sound() -> None:
        asked = list(request.args.items(multi=True))
        # Pages make addresses from their own parameters; these names would mean something else to `url_for`.
        own = {"endpoint", *(request.view_args or ())} if request.method == "GET" else set()
        if any(name.startswith("_") or name in own or len(value) > LONGEST_PARAMETER for name, value in asked):
            abort(400)
        # PostgreSQL cannot hold NUL, and nobody types it.
        texts = [request.path, *(text for pair in asked for text in pair)]
        if request.mimetype in {"application/x-www-form-urlencoded", "multipart/form-data"}:
            texts += [value for _, value in request.form.items(multi=True)]
        if any("\0" in text for text in texts):
            abort(400)

    @app.before_request
    def _login_first() -> AnyResponse | tuple[Response, int] | None:
        if is_open_route(request.endpoint):
            return None
        actor = current_actor()
        if actor is None:
            if wants_json():
                return jsonify(code="login_required", message=t("请先登录。", "Please log in.")), 401
            # Whoever sent a form comes back to the page it stood on.
            return redirect(
                url_for("session.login", next=request.full_path if request.method == "GET" else where_from())
            )
        if actor.must_change_password and not request.endpoint.startswith("session."):  # type: ignore[union-attr]
            return redirect(url_for("session.change_password"))
        return None

    @app.after_request
    def _harden(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store" if g.get("private", True) else "no-cache")
        return response


def _errors(app: Flask) -> None:
    def answer(status: int, code: str, message: Message, **more: Any) -> tuple[Any, int]:
        text = message.text(spoken())
        if wants_json():
            return jsonify(code=code, message=text, **more), status
        return error_page(status, text), status

    @app.errorhandler(Refusal)
    def _refused(refusal: Refusal) -> Any:
        more: dict[str, Any] = {}
        if refusal.errors:
            more["errors"] = [error.as_json(language()) for error in refusal.errors]
        elif refusal.status == 422:
            text = refusal.message.text(language())
            more["errors"] = [{"field": refusal.field, "code": refusal.code, "message": text}]
        return answer(refusal.status, refusal.code, refusal.message, **more)

    @app.errorhandler(CSRFError)
    def _csrf(_: CSRFError) -> Any:
        sentence = Message("页面已过期，请刷新后重试。", "The page has expired; reload it and try again.")
        return answer(400, "csrf", sentence)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Any:
        sentences = {
            404: Message("没有这个页面，或者您无权查看。", "There is no such page, or you may not see it."),
            403: Message("您的角色不能使用这个页面。", "Your role may not use this page."),
            405: Message("这个地址不接受这种请求。", "This address does not take such a request."),
            413: Message("文件太大。", "The file is too large."),
            429: Message("尝试太频繁，请稍后再试。", "Too many attempts; please wait a moment."),
        }
        status = error.code or 500
        fallback = Message(f"请求没有成功（{status}）。", f"The request failed ({status}).")
        return answer(status, f"http_{status}", sentences.get(status, fallback))

    @app.errorhandler(IntegrityError)
    def _collided(error: IntegrityError) -> Any:
        app.logger.warning("%s %s: %s", request.method, request.path, error.orig)
        sentence = Message("刚才有人同时修改，请再试一次。", "Somebody changed the same just now; please try again.")
        return answer(409, "at_the_same_time", sentence)

    @app.errorhandler(OverflowError)
    @app.errorhandler(DataError)
    def _unusable(error: Exception) -> Any:
        app.logger.warning("%s %s: %s", request.method, request.path, error)
        sentence = Message("请求里有无法使用的值。", "The request holds a value that cannot be used.")
        return answer(400, "unusable_value", sentence)

    @app.errorhandler(Exception)
    def _crashed(error: Exception) -> Any:
        app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
        sentence = Message(
            "系统出错了，您填写的内容没有丢失，请稍后重试；问题已记录。",
            "Something broke; nothing you filled in is lost. Please try again later; the fault is on record.",
        )
        return answer(500, "fault", sentence)
