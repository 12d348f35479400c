"""A lane is a role (readings 6), unless every user task in it says itself whom it goes to."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.bundle import Bundle
from app.definitions.knowledge import Knowledge
from app.messages import Message, Problem


def check(bundle: Bundle, knowledge: Knowledge) -> Iterator[Problem]:
    """Lanes whose id is not `lane_<role key>` of a known role."""
    if not knowledge.roles:
        return
    for file, process in bundle.processes.values():
        for lane in process.lanes:
            inside = [process.elements[key] for key in lane.element_ids if key in process.elements]
            waiting = [
                element
                for element in inside
                if element.type == "userTask" and not (element.assignee or element.candidate_groups)
            ]
            if lane.role not in knowledge.roles and waiting:
                yield Problem(
                    rule="known_role",
                    severity="error",
                    message=Message(
                        f"泳道“{lane.name or lane.id}”的标识“{lane.id}”不对应任何角色。",
                        f"The id “{lane.id}” of lane “{lane.name or lane.id}” is no role.",
                    ),
                    hint=Message("泳道标识应为 lane_ 加角色标识。", "A lane id is lane_ followed by a role key."),
                    file=file.name,
                    element_id=lane.id,
                    element_name=lane.name,
                )
