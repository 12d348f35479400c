"""Who is asking: the logged-in actor, the language, what may be seen, and where the navigation leads."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import abort, current_app, g, request
from flask_login import LoginManager, UserMixin, current_user

from app.db import Transaction
from app.house import House
from app.identity import Actor, load_actor
from app.settings import Settings

login_manager = LoginManager()
login_manager.session_protection = "basic"

_OPEN = {"static", "session.login", "session.logout", "session.service_worker", "session.state", "session.healthz"}
# These ask for the token of a link instead.
_BY_LINK = {"guest.page", "guest.submit", "guest.upload", "guest.file"}
# Who sees figures, each within the units where he holds the role.
FIGURE_ROLES = ("department_leader", "cs_supervisor", "customer_service_manager", "general_manager", "system_admin")
# Who sees the parts ledger, each within the units where he holds a role.
PART_ROLES = (
    "warehouse_keeper",
    "service_engineer",
    "department_leader",
    "cs_supervisor",
    "back_office_clerk",
    "claims_officer",
    "finance_clerk",
    "regional_storekeeper",
    "store_storekeeper",
)
_View = TypeVar("_View", bound=Callable[..., Any])


class SessionUser(UserMixin):
    """What Flask-Login keeps: the actor, known by id and session version, so that a new password ends old sessions."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.login = actor.login
        self.name = actor.name

    def get_id(self) -> str:
        return f"{self.actor.id}.{self.actor.session_version}"


@login_manager.user_loader
def _load(stored: str) -> SessionUser | None:
    user_id, _, version = stored.partition(".")
    if not (user_id.isascii() and user_id.isdigit() and len(user_id) < 10):
        return None
    with house().db.reading() as tx:
        actor = load_actor(tx, int(user_id))
    return SessionUser(actor) if actor is not None and str(actor.session_version) == version else None


def house() -> House:
    """The house this application serves."""
    return cast(House, current_app.extensions["aftercare"])


def product_settings() -> Settings:
    """The settings of this installation."""
    return cast(Settings, current_app.extensions["aftercare_settings"])


def is_open_route(endpoint: str | None) -> bool:
    """Whether a route answers without login."""
    return endpoint is None or endpoint in _OPEN or endpoint in _BY_LINK


def current_actor() -> Actor | None:
    """Whoever is logged in."""
    return current_user.actor if current_user and current_user.is_authenticated else None


def actor() -> Actor:
    """Whoever is logged in; pages behind the login guard always have somebody."""
    found = current_actor()
    if found is None:
        abort(401)
    return found


def language() -> str:
    """zh or en: the person's choice, else the browser's, else the installation's."""
    if "language" not in g:
        chosen = request.args.get("lang") or request.cookies.get("lang")
        someone = current_actor()
        if chosen in {"zh", "en"}:
            g.language = chosen
        elif someone is not None:
            g.language = someone.language
        else:
            best = request.accept_languages.best_match(["zh", "zh-CN", "en"])
            g.language = (best or product_settings().language)[:2]
    return str(g.language)


def t(zh: str, en: str) -> str:
    """One of two sentences."""
    return zh if language() == "zh" else en


def own_path(target: str | None, otherwise: str = "/") -> str:
    """A path of ours to go on at: nobody is sent elsewhere by an address that somebody else made."""
    if not target or not target.startswith("/") or any(c.isspace() or c == "\\" for c in target):
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.netloc or parts.scheme or target.startswith("//") else target.rstrip("?")


def wants_json() -> bool:
    """Whether the caller is a program of ours rather than a page load."""
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def require_role(*roles: str) -> Callable[[_View], _View]:
    """Let only holders of one of the roles pass."""

    def decorate(view: _View) -> _View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not actor().roles & set(roles):
                abort(403)
            return view(*args, **kwargs)

        guarded.required_roles = roles  # type: ignore[attr-defined]
        return cast(_View, guarded)

    return decorate


def may_contact(tx: Transaction) -> bool:
    """Whether this person may read phone, contact person and address of a customer (GR13)."""
    return not actor().roles.isdisjoint(house().parameters(tx).value("privacy.contact_roles"))


def led_at(someone: Actor) -> dict[str, frozenset[str]]:
    """Whom this person leads where: unit path → the roles that report there to one of his."""
    return led_within(someone, 99)


def led_roles(someone: Actor) -> frozenset[str]:
    """The roles that report to this person anywhere."""
    return _reporting_to(set(someone.roles))


def leads(someone: Actor, role: str | None, unit_path: str) -> bool:
    """Whether a task of this role at this unit is one of his people's."""
    return any(role in roles and unit_path.startswith(path) for path, roles in led_at(someone).items())


def led_within(someone: Actor, steps: int) -> dict[str, frozenset[str]]:
    """As `led_at`, but only those that report over at most so many steps: 1 is directly."""
    held: dict[str, set[str]] = {}
    for holding in someone.holdings:
        held.setdefault(holding.unit_path, set()).add(holding.role)
    led = {path: _reporting_to(roles, steps) for path, roles in held.items()}
    return {path: roles for path, roles in led.items() if roles}


def _reporting_to(superiors: set[str], steps: int = 99) -> frozenset[str]:
    """The roles that report, directly or through others, to these; a dispatcher leads his engineers."""
    table = house().roles
    led: set[str] = set()
    above = set(superiors)
    for _ in range(steps):
        above = {
            role
            for role, entry in table.items()
            if role not in led and not above.isdisjoint({entry.get("reports_to"), *entry.get("also_reports_to", ())})
        }
        if not above:
            break
        led |= above
    return frozenset(led)


def navigation() -> list[dict[str, Any]]:
    """The entries of the head that this person may use."""
    someone = current_actor()
    if someone is None:
        return []
    entries = [
        ("/", "tasks", t("待办", "Tasks"), True),
        ("/start", "start", t("发起", "Start"), True),
        ("/cases", "cases", t("服务单", "Cases"), True),
        ("/team", "team", t("团队", "Team"), bool(led_roles(someone))),
        ("/customers", "customers", t("客户", "Customers"), _has_business(someone)),
        ("/parts", "parts", t("备件", "Parts"), not someone.roles.isdisjoint(PART_ROLES)),
        ("/registers", "registers", t("台账", "Registers"), True),
        ("/figures", "figures", t("指标", "Figures"), not someone.roles.isdisjoint(FIGURE_ROLES)),
        ("/procedures", "procedures", t("流程", "Procedures"), bool(someone.roles & {"process_owner", "system_admin"})),
        _administration(someone),
    ]
    counted = {"tasks": "mine"}
    return [
        {"url": url, "icon": icon, "label": label, "count": counted.get(icon), "current": _is_here(url)}
        for url, icon, label, shown in entries
        if shown
    ]


def _administration(someone: Actor) -> tuple[str, str, str, bool]:
    """A process owner keeps the rules there and nothing else."""
    if "system_admin" in someone.roles:
        return "/admin", "admin", t("管理", "Administration"), True
    return "/admin/parameters", "admin", t("参数与日历", "Rules"), "process_owner" in someone.roles


def _has_business(someone: Actor) -> bool:
    return any(someone.reaches(holding.unit_path) for holding in someone.holdings)


def _is_here(url: str) -> bool:
    path = request.path
    if url == "/admin/parameters":
        return path.startswith("/admin")
    if url == "/customers" and path.startswith(("/products/", "/labels/")):
        return True
    return path == url or (url != "/" and path.startswith(url)) or (url == "/" and path.startswith("/tasks"))
