"""Regular expressions as XPath writes them, in linear time on RE2, or step by counted step."""

from __future__ import annotations

from app.feel.regex.patterns import Match, Pattern, pattern

__all__ = ["Match", "Pattern", "pattern"]
