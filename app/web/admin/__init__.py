"""Administration: people, units, deputies, parameters, calendars, and what was changed by whom."""

from __future__ import annotations

import importlib
from typing import Any

from flask import Blueprint

from app.web.access import require_role, t

pages = Blueprint("admin", __name__, url_prefix="/admin")
ADMIN = "system_admin"
only_admin = require_role(ADMIN)


@pages.context_processor
def _sections() -> dict[str, Any]:
    """The tabs that every page of the administration shows."""
    return {
        "admin_tabs": [
            ("admin.overview", t("概览", "Overview")),
            ("admin.users", t("用户", "Users")),
            ("admin.units", t("单位", "Units")),
            ("admin.skills", t("技能", "Skills")),
            ("admin.deputies", t("代理", "Deputies")),
            ("admin.parameter_list", t("参数", "Parameters")),
            ("admin.year", t("日历", "Calendar")),
            ("admin.audit", t("变更记录", "Changes")),
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
    "audit",
)
for _module in MODULES:
    # Each registers its routes; they need `pages`, so they come last.
    importlib.import_module(f"app.web.admin.{_module}")
