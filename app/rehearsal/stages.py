"""Stages by profile, people and parameters: made once, used by every scenario that needs the same."""

from __future__ import annotations

from pathlib import Path

from app.messages import Message, Refusal
from app.rehearsal.rehearsal import Stage
from app.rehearsal.scenario import Scenario


class Stages:
    """Makes and keeps the stages of a folder."""

    def __init__(self, processes: Path, forms: Path) -> None:
        self._processes = processes
        self._forms = forms
        self._stages: dict[tuple[str, ...], Stage] = {}

    def of(self, scenario: Scenario) -> Stage:
        """The stage of a scenario; refuses when the folder does not deploy."""
        if scenario.stage_key not in self._stages:
            stage = Stage(
                self._processes,
                self._forms,
                profile=scenario.profile,
                people=scenario.content.get("people"),
                deputies=scenario.content.get("deputies"),
                values=scenario.content.get("parameters"),
            )
            if stage.deployed is not None and stage.deployed.refused:
                errors = [problem for problem in stage.deployed.problems if problem.severity == "error"]
                zh = "; ".join(f"{each.file}:{each.line or ''} {each.message.zh}" for each in errors[:20])
                en = "; ".join(f"{each.file}:{each.line or ''} {each.message.en}" for each in errors[:20])
                raise Refusal("not_deployed", Message(f"流程不能部署：{zh}", f"the folder does not deploy: {en}"))
            self._stages[scenario.stage_key] = stage
        return self._stages[scenario.stage_key]
