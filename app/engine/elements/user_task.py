"""The user task: a person's step, waits until it is completed with the values of its form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from app.engine.elements.activity import Activity
from app.engine.elements.flow_node import problem
from app.engine.errors import Stuck
from app.engine.facts import UserTaskClosed, UserTaskOpened
from app.engine.model import Element, Process
from app.engine.scopes import as_json
from app.messages import Message, Problem

if TYPE_CHECKING:
    from app.engine.tokens import Token


class UserTask(Activity):
    """READY while it waits, as SpiffWorkflow's manual tasks are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manual = True

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        if not (element.lane or element.assignee or element.candidate_groups or element.candidate_users):
            yield problem(
                element,
                "user_task_without_role",
                f"用户任务「{element.title}」不在任何泳道里,也没有指派:没有人会看到它。",
                f"User task {element.title} is in no lane and has no assignment: nobody will see it.",
                severity="warning",
                hint=Message("把它放进角色泳道,或填写指派。", "Put it into a role's lane or fill in the assignment."),
            )

    def holds(self, plan: Any) -> bool:
        return True

    def prepare(self, token: Token) -> UserTaskOpened:
        element = self.element
        return UserTaskOpened(
            token.key,
            element.id,
            self.process.id,
            name=element.name,
            role=element.lane,
            assignee=self.text(token, element.assignee, Message("指派", "The assignee")),
            candidate_groups=self._names(token, element.candidate_groups),
            candidate_users=self._names(token, element.candidate_users),
            form_id=self.text(token, element.form_id, Message("表单", "The form")),
            due_at=self._moment(token, element.due_date),
            follow_up_at=self._moment(token, element.follow_up_date),
            priority=self._priority(token),
            properties=dict(element.properties),
        )

    def open(self, token: Token, plan: UserTaskOpened) -> None:
        token.internal_data["wait"] = "user_task"
        token.instance.tell(plan)

    def close(self, token: Token) -> None:
        token.instance.tell(UserTaskClosed(token.key, self.element.id, self.process.id, completed=False))

    def answered(self, token: Token) -> None:
        """The person has completed it."""
        token.instance.tell(UserTaskClosed(token.key, self.element.id, self.process.id, completed=True))

    def _names(self, token: Token, text: str | None) -> tuple[str, ...]:
        value = self.value(token, text)
        if value is None:
            return ()
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
            raise Stuck(
                "expression",
                Message(f"候选人应为文字列表,得到 {value!r}。", f"Candidates must be a list of texts, got {value!r}."),
            )
        return tuple(name for part in parts if (name := part.strip()))

    def _moment(self, token: Token, text: str | None) -> str | None:
        value = as_json(self.value(token, text))
        if value is None or isinstance(value, str):
            return value or None
        raise Stuck(
            "expression",
            Message(f"期限应为日期时间,得到 {value!r}。", f"A due date must be a date-time, got {value!r}."),
        )

    def _priority(self, token: Token) -> int:
        value = self.value(token, self.element.priority)
        try:
            return 50 if value is None else int(value)
        except (TypeError, ValueError):
            raise Stuck(
                "expression",
                Message(f"优先级应为整数,得到 {value!r}。", f"The priority must be a whole number, got {value!r}."),
            ) from None
