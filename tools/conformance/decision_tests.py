"""The DMN Technology Compatibility Kit: each test case evaluates a decision and compares its value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from app import decisions, feel
from app.feel import compare, kinds, temporal

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_NEAR = Decimal("1e-8")
_READ: dict[str, Callable[[str], Any]] = {
    "": str,
    "string": str,
    "boolean": lambda text: text.strip() == "true",
    **dict.fromkeys(("decimal", "double", "integer", "float", "int", "long"), lambda text: Decimal(text.strip())),
    "date": temporal.read_date,
    "time": temporal.read_time,
    "dateTime": temporal.read_date_time,
    **dict.fromkeys(("duration", "dayTimeDuration", "yearMonthDuration"), temporal.read_duration),
}


def run(folder: Path, everything: bool) -> bool:
    """Run every test below the folder; `non-compliant` is no part of the standard."""
    passed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for tests in sorted(folder.rglob("*-test-*.xml")):
        level = next((part for part in tests.parts if part.startswith("compliance-level")), folder.name)
        if "non-compliant" in tests.parts:
            continue
        for name, good, said in results(tests):
            total[level] += 1
            passed[level] += good
            if everything or not good:
                print(f"{'ok  ' if good else 'FAIL'} {tests.parent.name} {name} {said}")
    for level in sorted(total):
        print(f"{level}: {passed[level]} of {total[level]}")
    return passed == total


def results(tests: Path) -> list[tuple[str, bool, str]]:
    """Name, verdict and what was got for every result of a test file."""
    root = etree.parse(tests).getroot()
    model = next(element.text or "" for element in root if _local(element) == "modelName")
    found = []
    try:
        definitions: decisions.Definitions | None = _Models(tests.parent).load(tests.parent / model)
        refusal = ""
    except (decisions.DmnRefused, OSError) as refused:
        definitions, refusal = None, str(refused)
    for case in (element for element in root if _local(element) == "testCase"):
        inputs = {element.get("name"): _value(element) for element in case if _local(element) == "inputNode"}
        for wanted in (element for element in case if _local(element) == "resultNode"):
            expected = _value(next(element for element in wanted if _local(element) == "expected"))
            name = f"{case.get('id')} {wanted.get('name')}"
            if definitions is None:
                found.append((name, False, refusal))
                continue
            got = _evaluated(definitions, case, wanted.get("name"), inputs)
            found.append((name, _same(got, expected), f"got {got!r:.120}, expected {expected!r:.120}"))
    return found


class _Models:
    """The models of a folder, which may import one another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: dict[Path, Any] = {}

    def load(self, path: Path) -> Any:
        if path not in self._loaded:
            self._loaded[path] = decisions.parse(path.read_bytes(), path.name, tolerant=True, resolve=self._resolve)
        return self._loaded[path]

    def _resolve(self, namespace: str, _location: str | None) -> Any:
        for path in self._folder.glob("*.dmn"):
            if etree.parse(path).getroot().get("namespace") == namespace:
                return self.load(path)
        return None


def _evaluated(definitions: Any, case: Any, name: str, inputs: dict[str, Any]) -> Any:
    try:
        if case.get("type") == "decisionService":
            service = next(each for each in definitions.services.values() if each.name == case.get("invocableName"))
            got = definitions.evaluate(service.id, inputs, comfort=False).value
            return got[name] if isinstance(got, dict) and name in got else got
        decision = definitions.decision_named(name)
        return definitions.evaluate(decision.id, inputs, comfort=False).value
    except (decisions.DecisionError, feel.FeelError):
        return None


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _value(node: Any) -> Any:
    inner = [child for child in node if _local(child) in {"value", "list", "component"}]
    if node.get(f"{_XSI}nil") == "true" or not inner:
        return None
    first = inner[0]
    if _local(first) == "component":
        return {child.get("name"): _value(child) for child in inner}
    if first.get(f"{_XSI}nil") == "true":
        return None
    if _local(first) == "list":
        return [_value(item) for item in first if _local(item) == "item"]
    return _READ[first.get(f"{_XSI}type", "").split(":")[-1]](first.text or "")


def _same(got: Any, wanted: Any) -> bool:
    if got is None or wanted is None:
        return got is wanted
    if isinstance(got, Decimal) and isinstance(wanted, Decimal):
        return abs(got - wanted) <= max(_NEAR, abs(wanted) * _NEAR)
    if isinstance(got, list) and isinstance(wanted, list):
        return len(got) == len(wanted) and all(map(_same, got, wanted))
    if isinstance(got, dict) and isinstance(wanted, dict):
        return got.keys() == wanted.keys() and all(_same(got[key], wanted[key]) for key in got)
    if kinds.kind(got) != kinds.kind(wanted):
        nothing = {"PT0S", "P0M"}
        return {str(got), str(wanted)} == nothing
    return compare.equal(got, wanted) is True
