"""Definitions: bundles, lint, deployments, versions, drafts."""

from __future__ import annotations

from app.definitions.bundle import Bundle, File, digest_of, parse, read_folders
from app.definitions.deploy import Deployed, deploy, last_digest, make_live
from app.definitions.knowledge import Knowledge
from app.definitions.lint import lint
from app.definitions.store import DefinitionStore, Version

__all__ = [
    "Bundle",
    "DefinitionStore",
    "Deployed",
    "File",
    "Knowledge",
    "Version",
    "deploy",
    "digest_of",
    "last_digest",
    "lint",
    "make_live",
    "parse",
    "read_folders",
]
