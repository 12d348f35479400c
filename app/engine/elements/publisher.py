"""What throws a message: published at once, or sent by a job of another type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from app.engine.elements.flow_node import problem
from app.engine.elements.job_node import JobNode
from app.engine.errors import Stuck
from app.engine.facts import MessagePublished
from app.engine.model import Element, Process
from app.messages import Message, Problem

if TYPE_CHECKING:
    from app.engine.tokens import Token

PUBLISH = "publish_message"


class Publisher(JobNode):
    """Send task, message throw and message end event.

    With the job type `publish_message`, or none, the message is published in the same step and nobody waits. Its key is
    the header `correlation_key` (literal or expression), else the correlation key drawn at the message, else null.
    """

    def has_job(self) -> bool:
        return self.element.job_type not in (None, PUBLISH)

    def execute(self, token: Token) -> Mapping[str, Any] | None:
        if self.has_job():
            return super().execute(token)
        self.publish(token, self.element)
        return {}

    def publish(self, token: Token, element: Element) -> None:
        """Tell the message of `element`."""
        name = self.text(token, element.message_name, Message("消息名", "The message name"))
        if not name:
            raise Stuck("expression", Message("消息名为空。", "The message name is empty."))
        key = (
            element.headers.get("correlation_key")
            or element.properties.get("correlation_key")
            or element.correlation_key
        )
        token.instance.tell(
            MessagePublished(
                token.key,
                element.id,
                self.process.id,
                message_name=name,
                correlation_key=self.text(token, key, Message("关联键", "The correlation key")),
                variables=self.inputs_or_all(token),
            )
        )


def without_message(element: Element, process: Process) -> Iterable[Problem]:
    """The problem of an element that shall send or await a message and names none."""
    if element.message_name is None and element.job_type in (None, PUBLISH):
        yield problem(
            element,
            "event_without_message",
            f"「{element.title}」没有指定消息。",
            f"{element.title} names no message.",
        )
