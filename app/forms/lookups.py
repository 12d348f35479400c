"""What a form asks of the rest of the house while it checks a submission: does this exist, is this file known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Lookups(Protocol):
    """Answers of the rooms above; `source` is `person` or the `source` property of a `lookup` field."""

    def exists(self, source: str, value: str) -> bool:
        """True when `value` names something that may be chosen now."""

    def file(self, file_id: str) -> Mapping[str, Any] | None:
        """The uploaded file (`name`, `content_type`, `size` in bytes where known) or None when nobody uploaded it."""
