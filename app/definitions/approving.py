"""What a user task says in its properties about approving: who decides together, what else people may do with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

VERBS: Final = ("transfer", "delegate", "add_signers", "consult", "copy", "urge", "send_back", "bulk")
"""What the property `verbs` of a user task may switch on."""


@dataclass(frozen=True, slots=True)
class SignRule:
    """When several signatures decide: `share` of the signers has to agree, more than 0 and at most 1; 或签 is `any`.

    Written as the property `sign_rule`: `all`, `any` or a percentage such as `60%`.
    """

    share: Fraction
    any: bool = False

    @classmethod
    def parse(cls, text: str) -> SignRule:
        """Raises ValueError for anything else."""
        text = text.strip()
        if text == "any":
            return cls(Fraction(0), any=True)
        if text == "all":
            return cls(Fraction(1))
        share = Fraction(text.removesuffix("%").strip()) / 100 if text.endswith("%") else Fraction(0)
        if not 0 < share <= 1:
            raise ValueError(f"{text!r} is not all, any or a percentage")
        return cls(share)

    def decision(self, decisions: Iterable[str | None]) -> str | None:
        """What follows from the signers' decisions, None for those who have not signed; None: not yet known.

        Whoever decides first decides an `any`. Otherwise it is approved as soon as enough agree, and as soon as not
        enough can agree any more it is returned if one of them returned it, else rejected.
        """
        decisions = list(decisions)
        given = [each for each in decisions if each is not None]
        if self.any:
            return given[0] if given else None
        wanted = self.share * len(decisions)
        agreed = given.count("approved")
        if agreed >= wanted:
            return "approved"
        if agreed + len(decisions) - len(given) >= wanted:
            return None
        return "returned" if "returned" in given else "rejected"


def sign_rule_of(properties: Mapping[str, str]) -> SignRule | None:
    """The rule of a task that several people sign."""
    text = properties.get("sign_rule")
    return SignRule.parse(text) if text else None


def verbs_of(properties: Mapping[str, str]) -> frozenset[str]:
    """What the diagram switches on at a task."""
    return frozenset(properties.get("verbs", "").replace(",", " ").split())
