"""What every form-js component type can do: say what is wrong with its declaration, read a value, show it in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, ClassVar

from app import feel
from app.forms.conditions import Names
from app.forms.lookups import Lookups
from app.forms.sentences import wrong
from app.messages import Message

Component = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Situation:
    """The moment of a submission: the time, the place's time zone, and whom to ask."""

    now: datetime
    zone: tzinfo
    library: feel.Library
    lookups: Lookups | None = None
    names: Names = ()

    @property
    def local_now(self) -> datetime:
        """Now, on the clock on the wall."""
        return self.now.astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Display:
    """How values are shown: language, time zone, and the name of a person or thing behind a reference."""

    lang: str
    zone: tzinfo
    names: Any = None  # Callable[[source, value], str] | None
    data: Mapping[str, Any] | None = None
    library: feel.Library | None = None

    @property
    def chinese(self) -> bool:
        """Whether to speak Chinese."""
        return self.lang.lower().startswith("zh")

    def name(self, source: str, value: str) -> str:
        """The name of a person, part, file …, or the reference itself when nobody knows it."""
        return str(self.names(source, value)) if self.names else value


class FieldType:
    """One component type of a form; an instance holds one component's settings, read once when the form is parsed."""

    type: ClassVar[str]
    holds_value: ClassVar[bool] = True
    properties: ClassVar[frozenset[str]] = frozenset()
    """The keys of `properties` this type understands beside those every field has."""
    ask: ClassVar[Message] = Message("填写", "fill it in")

    def __init__(self, component: Component) -> None:
        self.component = component
        self.settings: Mapping[str, str] = _settings(component)
        validate = component.get("validate")
        self.validate: Mapping[str, Any] = validate if isinstance(validate, Mapping) else {}

    def problems(self) -> Iterator[Message]:
        """What is wrong with the declaration."""
        yield from ()

    def expressions(self) -> Iterator[str]:
        """FEEL texts of the declaration (beside those every field has)."""
        yield from ()

    def read(self, value: Any, situation: Situation) -> Any:
        """The value as JSON to store, None when it is empty. Raises `Wrong`."""
        return value

    def same(self, one: Any, other: Any) -> bool:
        """Whether two stored values mean the same."""
        return type(one) is type(other) and bool(one == other)

    def is_empty(self, value: Any) -> bool:
        """Whether a stored value counts as not filled in."""
        return value is None or value == "" or value == [] or value == {}

    def left_alone(self) -> Any:
        """The value of a field that the person did not touch (None: there is none)."""
        return None

    def show(self, value: Any, display: Display) -> str:
        """The stored value in words."""
        return str(value)

    def for_browser(self, component: dict[str, Any], names: Names, library: feel.Library, live: frozenset[str]) -> None:
        """Adjust the component sent to the browser; `live` are the names the person can still change there."""


def _settings(component: Component) -> dict[str, str]:
    settings = component.get("properties")
    if not isinstance(settings, Mapping):
        return {}
    return {str(key): _setting(value) for key, value in settings.items() if value is not None}


def _setting(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value).strip()


def a_string(value: Any) -> str:
    """`value` as text; lists, objects and truth values are refused."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise wrong_type("是一段文字", "text")


def wrong_type(zh: str, en: str) -> Exception:
    """A value of a kind this field never has: a program sent it, not a person."""
    return wrong("type", f"的内容应当{zh}", f"should be {en}", "请重新填写。", "Please fill it in again.")


def clean(text: str) -> str:
    """Text without the characters no database and no paper can hold (NUL, control characters, lone surrogates)."""
    if text.isprintable():
        return text
    return "".join(
        character
        for character in text.replace("\r\n", "\n").replace("\r", "\n")
        if character in "\n\t"
        or not (character < " " or "\x7f" <= character <= "\x9f" or "\ud800" <= character <= "\udfff")
    )


def whole_number(text: str | None) -> int | None:
    """A setting that is a whole number, or None."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None
