"""Reads a decision file: known elements become model objects, everything wrong a problem with its line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.decisions.boxed.reading import read_function, read_logic
from app.decisions.model import Decision, DmnRefused, Input, Knowledge, Reference, Service
from app.decisions.types import Item, Types, plain
from app.decisions.xml import Element, child, children, first_line, start_line, tag, text_of
from app.feel import Compiled, FeelError
from app.feel import compile as compile_feel
from app.feel.names import is_one_word, normal
from app.feel.types import FunctionType, Type
from app.messages import Message, Problem

# Names that expressions anywhere in the file may use; those of parameters hold only inside their function.
_NAMED = frozenset(
    (
        *("decision", "inputData", "businessKnowledgeModel", "decisionService", "variable"),
        *("itemDefinition", "itemComponent", "output", "column", "import"),
    )
)


def _unusual(element: Element, tags: frozenset[str]) -> frozenset[str]:
    """The names of several words that elements of these kinds bear."""
    found = (normal(one.get("name") or "") for one in element.iter() if tag(one) in tags)
    return frozenset(name for name in found if name and not is_one_word(name))


class Reader:
    """One reading of one file."""

    def __init__(self, root: Element, file: str, names: Iterable[str], tolerant: bool) -> None:
        self.root = root
        self.file = file
        self.tolerant = tolerant
        self.problems: list[Problem] = []
        self.types = Types()
        self.inputs: dict[str, Input] = {}
        self.decisions: dict[str, Decision] = {}
        self.knowledge: dict[str, Knowledge] = {}
        self.services: dict[str, Service] = {}
        self.element_id: str | None = None
        self.element_name: str | None = None
        self.file_names = frozenset(names) | _unusual(root, _NAMED)
        self.names = self.file_names

    # -- problems ----------------------------------------------------------------------------------------------

    def problem(self, rule: str, line: int | None, zh: str, en: str, *, severity: Any = "error") -> None:
        """Note a problem at the element being read."""
        self.problems.append(
            Problem(
                rule, severity, Message(zh, en), file=self.file, line=line,
                element_id=self.element_id, element_name=self.element_name,
            )
        )  # fmt: skip

    def refuse(self) -> None:
        """DmnRefused when something is wrong, all problems at once."""
        errors = [problem for problem in self.problems if problem.severity == "error"]
        if errors and not self.tolerant:
            raise DmnRefused(errors)

    # -- texts -------------------------------------------------------------------------------------------------

    def feel(self, element: Element | None, *, unary: bool = False) -> Compiled | FeelError | None:
        """The compiled text of an element; None when it is empty, the error (also noted) when it cannot be read."""
        text = text_of(element)
        if not text or element is None:
            return None
        if not self._speaks_feel(element):
            return FeelError.of("empty", text)
        try:
            return compile_feel(text, unary=unary, names=self.names)
        except FeelError as error:
            line = first_line(element)
            place = None if line is None else line + error.line - 1
            shown = " ".join(text.split())[:60]
            self.problem(
                "dmn_feel", place,
                f"「{shown}」：{error.message.zh}（第 {error.column} 列）",
                f"{shown!r}: {error.message.en} (column {error.column})",
            )  # fmt: skip
            return error

    def _speaks_feel(self, element: Element) -> bool:
        language = element.get("expressionLanguage") or self.root.get("expressionLanguage") or ""
        if not language or "feel" in language.lower():
            return True
        self.problem(
            "dmn_language", start_line(element),
            f"只支持 FEEL，不支持表达式语言「{language}」。",
            f"Only FEEL is supported, not the expression language {language!r}.",
        )  # fmt: skip
        return False

    # -- the file ----------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read everything, in an order in which types are known before they are used."""
        for element in children(self.root, "itemDefinition"):
            item = self.item(element)
            if item.name:
                self.types.definitions[item.name] = item
        for element in children(self.root, "inputData"):
            self.input_data(element)
        for element in children(self.root, "businessKnowledgeModel"):
            self.knowledge_model(element)
        for element in children(self.root, "decision"):
            self.decision(element)
        for element in children(self.root, "decisionService"):
            self.service(element)
        self.element_id = self.element_name = None

    def identified(self, element: Element) -> tuple[str, str]:
        """Id and name of an element; a missing id is the name, a missing name the id."""
        name = normal(element.get("name") or "")
        key = element.get("id") or name
        self.names = self.file_names | _unusual(element, frozenset(("formalParameter",)))
        self.element_id, self.element_name = key or None, name or None
        if not key:
            self.problem(
                "dmn_id", start_line(element),
                f"{tag(element)} 既没有 id 也没有名称。", f"This {tag(element)} has neither id nor name.",
            )  # fmt: skip
        for known in (self.inputs, self.decisions, self.knowledge, self.services):
            if key in known:
                self.problem("dmn_id", start_line(element), f"id「{key}」出现了两次。", f"The id {key!r} occurs twice.")
        return key, name or key

    def type_reference(self, element: Element | None) -> str | None:
        """The `typeRef` of an element, in whichever way the version writes it; None when any value will do."""
        if element is None:
            return None
        inner = child(element, "typeRef")
        written = element.get("typeRef") or (inner.text if inner is not None else None)
        if not written or plain(written) in ("Any", "any"):
            return None
        return plain(written)

    def item(self, element: Element) -> Item:
        """An item definition or component."""
        item = Item(normal(element.get("name") or ""), self.type_reference(element))
        item.collection = element.get("isCollection") == "true"
        item.components = [self.item(part) for part in children(element, "itemComponent")]
        self.element_id, self.element_name = element.get("id"), item.name
        allowed = self.feel(child(element, "allowedValues"), unary=True)
        item.allowed = allowed if isinstance(allowed, Compiled) else None
        constraint = self.feel(child(element, "typeConstraint"), unary=True)
        item.whole = constraint if isinstance(constraint, Compiled) else None
        function = child(element, "functionItem")
        if function is not None:
            parameters = tuple(Type(plain(p.get("typeRef") or "Any")) for p in children(function, "parameters"))
            item.function = FunctionType("function", parameters, Type(plain(function.get("outputTypeRef") or "Any")))
        return item

    def input_data(self, element: Element) -> None:
        """Input data."""
        key, name = self.identified(element)
        variable = child(element, "variable")
        named = normal(variable.get("name") or "") if variable is not None else ""
        self.inputs[key] = Input(key, named or name, self.type_reference(variable), start_line(element))

    def references(self, element: Element, requirement: str, *targets: str) -> list[Reference]:
        """The hrefs of an element's requirements of one kind."""
        found = []
        for one in children(element, requirement):
            for target in children(one, *targets):
                found.append(self.reference(target))
        return found

    def reference(self, element: Element) -> Reference:
        """A href: `#id`, `namespace#id`, or an id alone."""
        namespace, mark, key = (element.get("href") or "").rpartition("#")
        if namespace == (self.root.get("namespace") or ""):
            namespace = ""
        return Reference(namespace if mark else "", key)

    def decision(self, element: Element) -> None:
        """A decision with its logic."""
        key, name = self.identified(element)
        variable = child(element, "variable")
        named = normal(variable.get("name") or "") if variable is not None else ""
        decision = Decision(key, name, start_line(element), named or name, self.type_reference(variable))
        decision.requires = self.references(element, "informationRequirement", "requiredDecision", "requiredInput")
        decision.knows = self.references(element, "knowledgeRequirement", "requiredKnowledge")
        decision.logic = read_logic(self, element, decision)
        self.decisions[key] = decision

    def knowledge_model(self, element: Element) -> None:
        """A business knowledge model."""
        key, name = self.identified(element)
        variable = child(element, "variable")
        model = Knowledge(key, name, start_line(element), self.type_reference(variable))
        logic = child(element, "encapsulatedLogic")
        if logic is not None:
            model.function = read_function(self, logic, name, self._result_type(model.type))
        model.knows = self.references(element, "knowledgeRequirement", "requiredKnowledge")
        self.knowledge[key] = model

    def _result_type(self, name: str | None) -> str | None:
        """The result type of a function type, the type itself otherwise (as DMN 1.1 files have it)."""
        item = self.types.definitions.get(name or "")
        return item.function.result.name if item is not None and item.function is not None else name

    def service(self, element: Element) -> None:
        """A decision service."""
        key, name = self.identified(element)
        service = Service(key, name, start_line(element), self.type_reference(child(element, "variable")))
        service.outputs = [self.reference(one) for one in children(element, "outputDecision")]
        service.encapsulated = [self.reference(one) for one in children(element, "encapsulatedDecision")]
        service.input_decisions = [self.reference(one) for one in children(element, "inputDecision")]
        service.input_data = [self.reference(one) for one in children(element, "inputData")]
        self.services[key] = service
