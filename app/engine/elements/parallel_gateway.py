"""The parallel gateway: waits for one token of every incoming flow, then puts one on every outgoing flow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.engine.elements.joining import Joining
from app.engine.model import Flow

if TYPE_CHECKING:
    from app.engine.tokens import Token


class ParallelGateway(Joining):
    """Excess tokens of one flow stay for the next round. Conditions on its flows mean nothing (a warning says so)."""

    def arrived(self, token: Token) -> None:
        if len(self.first_by_flow(token.workflow)) == len(self.element.incoming):
            self.join(token.workflow)

    def choose(self, token: Token) -> Iterable[Flow]:
        return self.flows
