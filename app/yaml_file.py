"""Declarations in YAML files, read by libyaml where it is there: a start of the server reads thirty of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # seven times as fast


def read_yaml(path: Path) -> Any:
    """The content of a file, None when it is empty; yaml.YAMLError when it is not YAML."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - both make plain data only
