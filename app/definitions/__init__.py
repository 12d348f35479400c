"""Definitions: bundles, lint, deployments, versions, drafts."""

from __future__ import annotations

from app.definitions.approving import VERBS, SignRule, sign_rule_of, verbs_of
from app.definitions.bundle import Bundle, File, digest_of, parse, read_folders
from app.definitions.deploy import Deployed, deploy, last_digest, make_live
from app.definitions.drafts import (
    Draft,
    DraftConflict,
    discard_draft,
    open_draft,
    rebase_draft,
    restore_draft,
    save_draft,
)
from app.definitions.knowledge import Knowledge
from app.definitions.lint import lint
from app.definitions.publish import check_draft, publish_draft, put_live
from app.definitions.store import DefinitionStore, Version

__all__ = [
    "VERBS",
    "Bundle",
    "DefinitionStore",
    "Deployed",
    "Draft",
    "DraftConflict",
    "File",
    "Knowledge",
    "SignRule",
    "Version",
    "check_draft",
    "deploy",
    "digest_of",
    "discard_draft",
    "last_digest",
    "lint",
    "make_live",
    "open_draft",
    "parse",
    "publish_draft",
    "put_live",
    "read_folders",
    "rebase_draft",
    "restore_draft",
    "save_draft",
    "sign_rule_of",
    "verbs_of",
]
