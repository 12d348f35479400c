"""The values in force: default, then profile, then what the company set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.parameters.definitions import ParameterBook

COMPANY = "company"
COMPANY_PROFILE = "company.profile"

Origin = Literal["default", "profile", "profile_override", "company"]


@dataclass(frozen=True)
class Parameters:
    """The values in force for one profile. `stored` holds what people set, by (name, scope)."""

    book: ParameterBook
    profile: str = "other"
    stored: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    own_profile: bool = True
    """Whether `profile` is the company's own, not one that a contract or product line selected."""

    def value(self, name: str) -> Any:
        """The value as JSON; an unknown name is refused with similar names."""
        return self._find(name)[0]

    def typed(self, name: str) -> Any:
        """The value in Python's types (hours as timedelta, money as Decimal)."""
        return self.book.definition(name).typed(self.value(name))

    def origin(self, name: str) -> Origin:
        """Which layer the value comes from."""
        return self._find(name)[1]

    def words(self, name: str, lang: str) -> str:
        """The value as a person reads it."""
        return self.book.definition(name).words(self.value(name), lang)

    def as_dict(self) -> dict[str, Any]:
        """All values by name."""
        return {name: self.value(name) for name in self.book.definitions}

    def for_profile(self, profile: str | None) -> Parameters:
        """The values when a contract or product line selects another profile (AM03); None changes nothing."""
        if profile is None or profile == self.profile:
            return self
        self.book.profile_values(profile)
        return Parameters(self.book, profile, self.stored, own_profile=False)

    def _find(self, name: str) -> tuple[Any, Origin]:
        definition = self.book.definition(name)
        if name == COMPANY_PROFILE:
            # An installation may fix it without storing it; a contract's profile leaves the company's what it is.
            stored = self.stored.get((name, COMPANY), definition.default)
            return (self.profile if self.own_profile else stored), "company"
        # A contract's choice of promise wins over the company's where the parameter itself names the promise.
        if (name, COMPANY) in self.stored and (self.own_profile or definition.type != "profile"):
            return self.stored[name, COMPANY], "company"
        if (name, self.profile) in self.stored:
            return self.stored[name, self.profile], "profile_override"
        profile = self.book.profile_values(self.profile)
        if name in profile:
            return profile[name], "profile"
        return definition.default, "default"


def get(parameters: Parameters, name: str) -> Any:
    """The value of one parameter as JSON."""
    return parameters.value(name)
