"""Administration: people, units, deputies, parameters, calendars, and what was changed by whom."""

from __future__ import annotations

import importlib
from typing import Any

from flask import Blueprint

from app.web.access import current_actor, require_role, t

pages = Blueprint("admin", __name__, url_prefix="/admin")
ADMIN, OWNER = "system_admin", "process_owner"
only_admin = require_role(ADMIN)
keeps_rules = require_role(ADMIN, OWNER)
"""Parameters and calendars belong to the rules: whoever owns the procedures keeps them too."""


@pages.context_processor
def sections() -> dict[str, Any]:
    """The tabs that every page of the administration shows: to a process owner only those of the rules."""
    someone = current_actor()
    rules = [("admin.parameter_list", t("参数", "Parameters")), ("admin.year", t("日历", "Calendar"))]
    if someone is not None and ADMIN not in someone.roles:
        return {"admin_tabs": rules}
    return {
        "admin_tabs": [
            ("admin.overview", t("概览", "Overview")),
            ("admin.users", t("用户", "Users")),
            ("admin.units", t("单位", "Units")),
            ("admin.skills", t("技能", "Skills")),
            ("admin.deputies", t("代理", "Deputies")),
            *rules,
            ("admin.audit", t("变更记录", "Changes")),
            ("setup.overview", t("首次设置", "Set-up")),
        ]
    }


MODULES = (
    "overview",
    "users",
    "user_page",
    "units",
    "skills",
    "deputies",
    "staff_import",
    "parameter_pages",
    "calendar_pages",
    "calendar_month",
    "calendar_hours",
    "audit",
)
for _module in MODULES:
    # Each registers its routes; they need `pages`, so they come last.
    importlib.import_module(f"app.web.admin.{_module}")
