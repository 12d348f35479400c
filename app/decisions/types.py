"""Types of a decision file: its item definitions, with their parts and allowed values, and the built-in ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.feel import Compiled, Frame, RootValues, Run, kinds, temporal
from app.feel.library import BUILTINS
from app.feel.type_check import coerced
from app.feel.types import BUILT_IN, FunctionType, Type

# Types that older editors write.
_OLD_NAMES = {"integer": "number", "long": "number", "double": "number", "decimal": "number", "float": "number"}


@dataclass(slots=True)
class Item:
    """One item definition or component."""

    name: str
    type: str | None = None
    collection: bool = False
    components: list[Item] = field(default_factory=list)
    allowed: Compiled | None = None
    whole: Compiled | None = None
    function: FunctionType | None = None


class Types(Mapping[str, Callable[[Any], bool]]):
    """The types of a file by name; as a mapping, the tests that `instance of` uses."""

    def __init__(self) -> None:
        self.definitions: dict[str, Item] = {}

    def __getitem__(self, name: str) -> Callable[[Any], bool]:
        item = self.definitions[name]
        return lambda value: self._fits(value, item)[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self.definitions)

    def __len__(self) -> int:
        return len(self.definitions)

    def knows(self, name: str) -> bool:
        """Whether a type reference means something."""
        return plain(name) in BUILT_IN or plain(name) in self.definitions

    def convert(self, value: Any, name: str | None, comfort: bool = True) -> tuple[bool, Any]:
        """Whether a value is of the named type after the standard's conversions, and the converted value.

        With `comfort` an ISO text becomes the date or duration that the type asks for.
        """
        if name is None or value is None:
            return True, value
        name = plain(name)
        item = self.definitions.get(name)
        if item is not None:
            return self._fits(value, item, comfort, convert=True)
        if name not in BUILT_IN:
            return True, value
        return _built_in(value, name, comfort)

    def _fits(self, value: Any, item: Item, comfort: bool = False, convert: bool = False) -> tuple[bool, Any]:
        if item.collection:
            if not isinstance(value, list):
                if not convert:
                    return False, value
                value = [value]
            found = [self._one_fits(inner, item, comfort, convert) for inner in value]
            result = [inner for _, inner in found]
            return all(fits for fits, _ in found) and self._whole_allowed(result, item), result
        if convert and isinstance(value, list) and len(value) == 1:
            fits, inner = self._one_fits(value[0], item, comfort, convert)
            if fits and not self._one_fits(value, item, comfort, False)[0]:
                return True, inner
        return self._one_fits(value, item, comfort, convert)

    def _one_fits(self, value: Any, item: Item, comfort: bool, convert: bool) -> tuple[bool, Any]:
        if value is None:
            return True, value
        if item.components:
            if not isinstance(value, dict):
                return False, value
            result = dict(value)
            for part in item.components:
                if part.name not in value:
                    if convert:
                        continue
                    return False, value
                fits, result[part.name] = self._fits(value[part.name], part, comfort, convert)
                if value[part.name] is not None and not fits:
                    return False, value
            return self._allowed(result, item), result
        if item.function is not None:
            return kinds.kind(value) == kinds.FUNCTION, value
        if item.type is not None:
            inner = self.definitions.get(plain(item.type))
            if inner is not None:
                fits, value = self._fits(value, inner, comfort, convert)
            elif convert:
                fits, value = _built_in(value, plain(item.type), comfort)
            else:
                fits = plain(item.type) not in BUILT_IN or _is(value, plain(item.type))
            if not fits:
                return False, value
        return self._allowed(value, item), value

    def _allowed(self, value: Any, item: Item) -> bool:
        return item.allowed is None or passes(item.allowed, value)

    def _whole_allowed(self, value: Any, item: Item) -> bool:
        return item.whole is None or passes(item.whole, value)


def passes(tests: Compiled, value: Any) -> bool:
    """Whether a value passes unary tests that need no other variables."""
    values = RootValues({})
    values["?"] = value
    return tests.run(Frame(values, None, Run(BUILTINS.functions, tests.text))) is True


def plain(name: str) -> str:
    """A type reference without the prefix of DMN 1.1 files and under its present name."""
    name = name.strip().removeprefix("feel:").removeprefix("xsd:")
    return _OLD_NAMES.get(name, name)


def _is(value: Any, name: str) -> bool:
    fits, converted = coerced(value, Type(name))
    return fits and converted is value


def _built_in(value: Any, name: str, comfort: bool) -> tuple[bool, Any]:
    fits, converted = coerced(value, Type(name))
    if not fits and comfort and isinstance(value, str) and BUILT_IN[name] in kinds.TEMPORAL | {"duration"}:
        found = temporal.read_literal(value)
        if found is not None:
            fits, converted = coerced(found, Type(name))
            if not fits and BUILT_IN[name] == kinds.DATE and kinds.kind(found) == kinds.DATE_TIME:
                return True, temporal.read_date(value.partition("T")[0])
            return fits, converted if fits else value
    return fits, converted
