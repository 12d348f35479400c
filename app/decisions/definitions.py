"""A decision file that has been read and checked; evaluates its decisions along their requirements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.decisions import xml
from app.decisions.model import (
    Decision,
    DecisionError,
    DmnRefused,
    Input,
    Knowledge,
    Outcome,
    Reference,
    Service,
)
from app.decisions.reader import Reader
from app.decisions.session import LIMITS, Scope, Session
from app.decisions.types import Types
from app.feel import BUILTINS, Function, Layer, Library, Limits, NoResult, RootValues
from app.messages import Message, Problem


class Definitions:
    """The decisions of one file, by id."""

    def __init__(self, reader: Reader, file: str, imported: Mapping[str, tuple[str, Definitions]]) -> None:
        root = reader.root
        self.file = file
        self.id = root.get("id") or ""
        self.name = root.get("name") or ""
        self.namespace = root.get("namespace") or ""
        self.version = xml.NAMESPACES[xml.namespace(root)]
        self.decisions: dict[str, Decision] = reader.decisions
        self.inputs: dict[str, Input] = reader.inputs
        self.knowledge: dict[str, Knowledge] = reader.knowledge
        self.services: dict[str, Service] = reader.services
        self.types: Types = reader.types
        self.problems: list[Problem] = reader.problems
        self.imported = imported

    def evaluate(
        self,
        decision_id: str,
        variables: Mapping[str, Any],
        library: Library = BUILTINS,
        *,
        limits: Limits = LIMITS,
        comfort: bool = True,
    ) -> Outcome:
        """A decision's value for these variables (JSON or FEEL values), with the rules that fired on the way.

        DecisionError when rules clash or there is no such decision, FeelError when the budget is spent.
        """
        session = Session(library, self.types, comfort, limits)
        evaluation = Evaluation(self, session, RootValues(variables))
        decision = self.decisions.get(decision_id)
        if decision is not None:
            value = evaluation.decision(decision)
        elif decision_id in self.services:
            value = evaluation.service(self.services[decision_id])
        else:
            raise DecisionError(
                "no_decision",
                Message(f"文件里没有决策「{decision_id}」。", f"The file has no decision {decision_id!r}."),
                decision_id,
            )
        return Outcome(value, session.fired, session.warnings)

    @property
    def names(self) -> set[str]:
        """The names of everything in the file that another file may refer to."""
        tables: tuple[Mapping[str, Decision | Input | Knowledge | Service], ...]
        tables = (self.decisions, self.inputs, self.knowledge, self.services)
        return {one.name for table in tables for one in table.values()}

    def decision_named(self, name: str) -> Decision | None:
        """A decision by its name."""
        return next((one for one in self.decisions.values() if one.name == name), None)


class Evaluation:
    """The values of one file's decisions in one session; what has been found is kept."""

    def __init__(self, definitions: Definitions, session: Session, variables: RootValues) -> None:
        self.definitions = definitions
        self.session = session
        self.variables = variables
        self.found: dict[str, Any] = {}
        self.open: set[str] = set()
        self.others: dict[str, Evaluation] = {}

    def decision(self, decision: Decision) -> Any:
        """The value of a decision."""
        if decision.id in self.found:
            return self.found[decision.id]
        if decision.id in self.open:
            raise DecisionError(
                "circle",
                Message(
                    f"决策「{decision.name}」要用到自己的结果。", f"Decision {decision.name!r} needs its own result."
                ),
                decision.id,
            )
        self.open.add(decision.id)
        self.session.deeper(decision.name)
        try:
            value = (
                None if decision.logic is None else decision.logic.value(self.scope(decision.requires, decision.knows))
            )
        finally:
            self.session.shallower()
            self.open.discard(decision.id)
        self.found[decision.id] = value
        return value

    def scope(self, requires: Iterable[Reference], knows: Iterable[Reference]) -> Scope:
        """The variables a decision may use: what was given, what it requires, the functions it knows."""
        values = Layer(self.variables)
        for reference in requires:
            self._put(values, reference)
        for reference in knows:
            self._put(values, reference)
        return Scope(self.session, values)

    def _put(self, values: RootValues, reference: Reference) -> None:
        owner, prefix = self._owner(reference)
        if owner is None:
            return
        names, value = owner.resolved(reference.id)
        if prefix:
            # An imported element is an entry of a context named like the import.
            holder = values.get(prefix)
            holder = dict(holder) if isinstance(holder, dict) else {}
            holder.update(dict.fromkeys(names, value))
            values[prefix] = holder
            return
        for name in names:
            values[name] = value

    def _owner(self, reference: Reference) -> tuple[Evaluation | None, str]:
        if not reference.namespace:
            return self, ""
        found = self.definitions.imported.get(reference.namespace)
        if found is None:
            return None, ""
        prefix, definitions = found
        other = self.others.get(reference.namespace)
        if other is None:
            other = self.others[reference.namespace] = Evaluation(definitions, self.session, self.variables)
        return other, prefix

    def resolved(self, key: str) -> tuple[tuple[str, ...], Any]:
        """The names and the value of an element of this file."""
        own = self.definitions
        if key in own.decisions:
            decision = own.decisions[key]
            names = (decision.variable,) if decision.variable == decision.id else (decision.variable, decision.id)
            return names, self.decision(decision)
        if key in own.inputs:
            data = own.inputs[key]
            return (data.name,), self._input(data)
        if key in own.knowledge:
            model = own.knowledge[key]
            return (model.name,), self._knowledge(model)
        if key in own.services:
            service = own.services[key]
            return (service.name,), self._service_function(service)
        return (), None

    def _input(self, data: Input) -> Any:
        try:
            value = self.variables[data.name]
        except KeyError:
            return None
        fits, converted = self.definitions.types.convert(value, data.type, self.session.comfort)
        if fits:
            return converted
        self.session.run(data.name).warn("type_mismatch", 0, expected=data.type, left_zh="输入", left_en="the input")
        return value if self.session.comfort else None

    def _knowledge(self, model: Knowledge) -> Any:
        if model.id in self.found:
            return self.found[model.id]
        if model.function is None:
            return None
        if model.id in self.open:
            raise DecisionError(
                "circle", Message(f"「{model.name}」引用自己。", f"{model.name!r} refers to itself."), model.id
            )
        self.open.add(model.id)
        # A knowledge model sees no variables but its parameters and the models it knows (itself included).
        values = RootValues({})
        try:
            for reference in model.knows:
                self._put(values, reference)
        finally:
            self.open.discard(model.id)
        value = model.function.value(Scope(self.session, values))
        values[model.name] = value
        self.found[model.id] = value
        return value

    # -- services ----------------------------------------------------------------------------------------------

    def service(self, service: Service, arguments: Mapping[str, Any] | None = None) -> Any:
        """The value of a decision service: its output decision's, or a context of several."""
        given = Layer(self.variables)
        if arguments:
            given.update(arguments)
        inner = Evaluation(self.definitions, self.session, given)
        inner.others = self.others
        self._bind(service, inner, given)
        results: dict[str, Any] = {}
        for reference in service.outputs:
            owner, _ = inner._owner(reference)
            if owner is not None and reference.id in owner.definitions.decisions:
                decision = owner.definitions.decisions[reference.id]
                results[decision.variable] = owner.decision(decision)
        return next(iter(results.values())) if len(results) == 1 else results

    def _bind(self, service: Service, inner: Evaluation, given: RootValues) -> None:
        """Input decisions are not evaluated inside a service: their values are given."""
        for reference in service.input_decisions:
            decision = self.definitions.decisions.get(reference.id)
            if decision is not None:
                value = given[decision.variable] if decision.variable in given else None  # noqa: SIM401 - get() would not convert
                fits, converted = self.definitions.types.convert(value, decision.type, self.session.comfort)
                inner.found[decision.id] = converted if fits else None

    def _service_function(self, service: Service) -> Function:
        parameters: list[tuple[str, str | None]] = []
        for reference in service.input_data:
            data = self.definitions.inputs.get(reference.id)
            if data is not None:
                parameters.append((data.name, data.type))
        for reference in service.input_decisions:
            decision = self.definitions.decisions.get(reference.id)
            if decision is not None:
                parameters.append((decision.variable, decision.type))

        def call(*arguments: Any) -> Any:
            values = {}
            for (name, kind), value in zip(parameters, arguments, strict=True):
                fits, values[name] = self.definitions.types.convert(value, kind, self.session.comfort)
                if not fits:
                    raise NoResult(f"「{name}」应是 {kind}。", f"{name!r} must be {kind}.")
            self.session.deeper(service.name)
            try:
                return self.service(service, values)
            finally:
                self.session.shallower()

        return Function(service.name, tuple(name for name, _ in parameters), call, native=True)


Resolver = Callable[[str, str], "Definitions | None"]


def parse(
    data: bytes,
    file: str,
    *,
    resolve: Resolver | None = None,
    tolerant: bool = False,
) -> Definitions:
    """A decision file, read and checked; DmnRefused with all its problems when something is wrong.

    `resolve` finds an imported file by its namespace and location. A `tolerant` reading keeps what can be used:
    an expression that cannot be read is null and stays among the `problems`.
    """
    try:
        root = xml.read(data, file)
    except xml.Unreadable as reason:
        raise DmnRefused([reason.problem]) from None
    imported: dict[str, tuple[str, Definitions]] = {}
    names: set[str] = set()
    missing: list[tuple[int | None, str]] = []
    for element in xml.children(root, "import"):
        namespace = element.get("namespace") or ""
        found = resolve(namespace, element.get("locationURI") or "") if resolve else None
        if found is None:
            missing.append((xml.start_line(element), namespace))
            continue
        prefix = element.get("name") or ""
        imported[namespace] = (prefix, found)
        names |= found.names
    reader = Reader(root, file, names, tolerant)
    for line, namespace in missing:
        reader.problem(
            "dmn_import", line, f"找不到导入的文件（{namespace}）。", f"The import {namespace!r} is not there."
        )
    for prefix, found in imported.values():
        dotted = f"{prefix}." if prefix else ""
        for name, item in found.types.definitions.items():
            reader.types.definitions[f"{dotted}{name}"] = item
    reader.read()
    definitions = Definitions(reader, file, imported)
    _check_references(reader, definitions)
    reader.refuse()
    return definitions


def _check_references(reader: Reader, definitions: Definitions) -> None:
    known = {*reader.decisions, *reader.inputs, *reader.knowledge, *reader.services}
    owners: list[Decision | Knowledge] = [*reader.decisions.values(), *reader.knowledge.values()]
    for owner in owners:
        reader.element_id, reader.element_name = owner.id, owner.name
        references = [*getattr(owner, "requires", ()), *owner.knows]
        for reference in references:
            if not reference.namespace and reference.id not in known:
                reader.problem(
                    "dmn_reference", owner.line,
                    f"「{owner.name}」要用到「{reference.id}」，文件里没有。",
                    f"{owner.name!r} requires {reference.id!r}, which is not in the file.",
                )  # fmt: skip
    _check_circles(reader)


def _check_circles(reader: Reader) -> None:
    """Refuse decisions that need their own results, however far around."""
    done: set[str] = set()
    for start in reader.decisions:
        path: list[str] = []
        waiting: list[tuple[str, bool]] = [(start, False)]
        while waiting:
            key, leaving = waiting.pop()
            if leaving:
                path.pop()
                done.add(key)
                continue
            if key in path:
                decision = reader.decisions[key]
                reader.element_id, reader.element_name = decision.id, decision.name
                names = " → ".join(reader.decisions[one].name for one in [*path[path.index(key) :], key])
                reader.problem(
                    "dmn_circle",
                    decision.line,
                    f"决策互相依赖成环：{names}。",
                    f"Decisions require each other: {names}.",
                )
                done.add(key)
                continue
            if key in done or key not in reader.decisions:
                continue
            path.append(key)
            waiting.append((key, True))
            waiting.extend((one.id, False) for one in reader.decisions[key].requires if not one.namespace)
