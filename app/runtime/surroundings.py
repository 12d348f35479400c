"""The engine's environment for one step: time, FEEL, pinned decisions, inline connectors, called versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app import clock, engine, feel
from app.db import Transaction
from app.definitions import Version
from app.identity import Actor
from app.runtime.world import Calling, World


class Surroundings:
    """Made for one command on one instance."""

    def __init__(
        self,
        tx: Transaction,
        world: World,
        actor: Actor,
        version: Version,
        *,
        case_no: str,
        unit_id: int,
        unit_path: str,
        since: datetime | None = None,
    ) -> None:
        self._tx = tx
        self._world = world
        self._actor = actor
        self._calling = Calling(
            tx=tx,
            world=world,
            actor=actor,
            case_no=case_no,
            process_key=version.key,
            unit_id=unit_id,
            unit_path=unit_path,
            version_of=self.version_of,
            param=self._param,
        )
        self._now = clock.now()
        self._since = since
        self._library: feel.Library | None = None
        self._versions = {version.process.id: version}
        self.ran_inline = False

    @property
    def library(self) -> feel.Library:
        """FEEL functions with the calendar of the case's unit, and the parameters that the instance started with."""
        if self._library is None:
            self._library = self._world.library(self._tx, self._calling.unit_path, self._since)
        return self._library

    def _param(self, name: str) -> Any:
        return self.library["param"].call(name)

    def version_of(self, process_id: str) -> Version:
        """The version of a process that takes part in this instance."""
        return self._versions[process_id]

    def now(self) -> datetime:
        """The time of this step."""
        return self._now

    def evaluate(self, expression: str, variables: Mapping[str, Any]) -> Any:
        """The JSON value of a FEEL text."""
        return feel.to_json(feel.evaluate(expression, variables, self.library))

    def decide(
        self, decision_id: str, variables: Mapping[str, Any], process: engine.Process
    ) -> tuple[Any, list[dict[str, Any]]]:
        """The value of a decision pinned to the version that asks."""
        definitions = self._versions[process.id].decisions.get(decision_id)
        if definitions is None:
            raise LookupError(f"the decision {decision_id} is not deployed with {process.id}")
        outcome = definitions.evaluate(decision_id, dict(variables), self.library)
        fired = [
            {
                "decision_id": rule.decision_id,
                "decision_name": rule.decision_name,
                "rule_index": rule.rule_index,
                "inputs": feel.to_json(rule.inputs),
                "outputs": feel.to_json(rule.outputs),
            }
            for rule in outcome.fired
        ]
        return feel.to_json(outcome.value), fired

    def process(self, process_id: str, caller: engine.Process) -> engine.Process:
        """The process a call activity starts: the one this instance already uses, else the live one."""
        if process_id not in self._versions:
            self._versions[process_id] = self._world.definitions.startable(self._tx, process_id)
        return self._versions[process_id].process

    def process_version(self, process_id: str, digest: str) -> engine.Process:
        """The version a running call was started with."""
        self._versions[process_id] = self._world.definitions.with_digest(self._tx, process_id, digest)
        return self._versions[process_id].process

    def is_inline(self, job_type: str) -> bool:
        """Whether a connector of ours does it at once."""
        return job_type in self._world.connectors

    def job(self, call: engine.JobCall) -> dict[str, Any] | None:
        """Run an inline connector."""
        self.ran_inline = True
        return self._world.connectors[call.type](self._calling, call)
