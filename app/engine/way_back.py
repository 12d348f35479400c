"""The way back: the user tasks that a token has passed since its last fork or join, oldest first.

Kept as `path` in the token's `internal_data`. A token that was alone before it left an element takes its path along;
where it becomes several, comes together with others, or is one item of a repeated element, nothing behind it is its
own any more and the path begins anew. A task that is passed again cuts the loop out, so the path never grows beyond
the number of user tasks of its scope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.engine.tokens import Token

PATH = "path"


def behind(token: Token) -> list[str]:
    """The element ids of the user tasks on the token's own path, oldest first, without the one it stands at."""
    own = token.task_spec.element.id
    return [each for each in token.internal_data.get(PATH, ()) if each != own]


def onward(token: Token) -> dict[str, Any]:
    """What the one token that follows takes along, its own element included; nothing for an item of several."""
    if "of" in token.internal_data:
        return {}
    path = _path(token)
    element = token.task_spec.element
    if element.type == "userTask":
        path = [*_until(path, element.id), element.id]
    return {PATH: path} if path else {}


def along(token: Token) -> dict[str, Any]:
    """What a token takes along that goes on in the place of this one, which has not done its work."""
    path = _path(token)
    return {PATH: path} if path else {}


def back_to(token: Token, element_id: str) -> dict[str, Any]:
    """What the token knows that stands at `element_id` again."""
    path = _until(_path(token), element_id)
    return {PATH: path} if path else {}


def forget(token: Token) -> None:
    """Another token has come from this one or into it: nothing behind it is its own alone."""
    token.internal_data.pop(PATH, None)


def _path(token: Token) -> list[str]:
    return list(token.internal_data.get(PATH, ()))


def _until(path: list[str], element_id: str) -> list[str]:
    return path[: path.index(element_id)] if element_id in path else path
