"""Both languages: every Chinese sentence of a page has its English beside it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

WEB = Path(__file__).resolve().parents[2] / "app" / "web"
TEMPLATES = sorted(WEB.glob("templates/**/*.html"))
MODULES = sorted(WEB.rglob("*.py"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# The name of the language itself is written in that language.
OWN_NAME = "中文"
# The words of a filter are the same in both languages; a part of a page is written as one; sentences of a component.
TYPED = {"空"}
NOT_SENTENCES = {
    "words.py": "units and weekdays, between which `lang` chooses",
    "calendar_words.py": "reads what people type",
    "parameter_fields.py": "reads what people type",
    "audit_words.py": "puts lists together, Chinese and English one after the other",
    "staff_file.py": "heads of a workbook, one list in each language",
    "listing.py": "names headings of the README files beside the diagrams",
}
EXAMPLES = {"styleguide.html": "made-up tasks, to look at"}
BOTH = {"t", "Message"}


def named(paths: list[Path]) -> list[object]:
    return [pytest.param(path, id=path.relative_to(WEB).as_posix()) for path in paths]


def is_chinese(text: object) -> bool:
    return isinstance(text, str) and bool(CHINESE.search(text.replace(OWN_NAME, "")))


class InTemplate:
    """The Chinese texts of a template that have no English: bare ones, and those whose partner is missing."""

    def __init__(self, text: str) -> None:
        self.tree = Environment(extensions=["jinja2.ext.do"]).parse(text)
        self.paired: set[int] = set()

    def alone(self) -> Iterator[str]:
        for call in self.tree.find_all(nodes.Call):
            # t(*pair) holds no text of its own.
            if isinstance(call.node, nodes.Name) and call.node.name == "t" and call.args:
                yield from self._pair(call.args[0], call.args[1] if len(call.args) > 1 else None)
        for row in self.tree.find_all(nodes.Tuple):
            # [(value, zh, en), …]: looped over and given to t(zh, en).
            for zh, en in pairwise(row.items):
                if is_chinese(getattr(zh, "value", None)) and isinstance(en, nodes.Const):
                    yield from self._pair(zh, en)
        for const in self.tree.find_all(nodes.Const):
            if is_chinese(const.value) and id(const) not in self.paired:
                yield str(const.value)
        for data in self.tree.find_all(nodes.TemplateData):
            if is_chinese(re.sub(rf'value="({"|".join(TYPED)})"', "", data.data)):
                yield data.data.strip()

    def _pair(self, zh: nodes.Node, en: nodes.Node | None) -> Iterator[str]:
        chinese = [each for each in texts(zh) if is_chinese(each.value)]
        self.paired |= {id(each) for each in chinese}
        english = [] if en is None else texts(en)
        if en is None or any(is_chinese(each.value) for each in english):
            yield " ".join(str(each.value) for each in chinese)


def texts(node: nodes.Node) -> list[nodes.Const]:
    """The constant texts of an expression, itself included."""
    found = [node] if isinstance(node, nodes.Const) else list(node.find_all(nodes.Const))
    return [each for each in found if isinstance(each.value, str)]


class InModule(ast.NodeVisitor):
    """The same for Python: texts inside t(zh, en), Message(zh, en) or a conditional of both languages are paired."""

    def __init__(self) -> None:
        self.alone: list[str] = []

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in BOTH and len(node.args) >= 2:
            self.alone += [text for text in constants(node.args[1]) if is_chinese(text)]
            for each in [*node.args[2:], *node.keywords]:
                self.visit(each)
        elif name == "render_template_string":
            self.alone += InTemplate(constants(node.args[0])[0]).alone()
        elif not has_pair(node.args):  # _user("添加用户", "added user")
            self.generic_visit(node)

    def visit_Tuple(self, node: ast.Tuple) -> None:
        if not has_pair(node.elts):
            self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        if not has_pair([node.body, node.orelse]) and not has_pair([node.orelse, node.body]):
            self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring is read by us only
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if is_chinese(node.value):
            self.alone.append(f"{node.lineno}: {node.value}")


def constants(node: ast.AST) -> list[str]:
    return [each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def has_pair(values: list[ast.expr]) -> bool:
    """Whether a Chinese text stands among them with an English one right behind it."""
    return any(is_pair(zh, en) for zh, en in pairwise(values))


def is_pair(first: ast.expr, second: ast.expr) -> bool:
    if not all(isinstance(each, ast.Constant | ast.JoinedStr | ast.BinOp) for each in (first, second)):
        return False
    zh, en = constants(first), constants(second)
    return any(map(is_chinese, zh)) and bool("".join(en).strip()) and not any(map(is_chinese, en))


@pytest.mark.parametrize("path", named([path for path in TEMPLATES if path.name not in EXAMPLES]))
def test_template_has_english_beside_all_its_chinese(path: Path) -> None:
    assert not list(InTemplate(path.read_text(encoding="utf-8")).alone())


@pytest.mark.parametrize("path", named([path for path in MODULES if path.name not in NOT_SENTENCES]))
def test_module_has_english_beside_all_its_chinese(path: Path) -> None:
    looking = InModule()
    looking.visit(ast.parse(path.read_text(encoding="utf-8")))
    assert not looking.alone


@pytest.mark.parametrize(
    ("template", "alone"),
    [
        ("{{ t('待办', 'Tasks') }}", []),
        ("{{ t('共 %s 条'|format(n), '%s in all'|format(n)) }}", []),
        ("{% for v, zh, en in [('', '全部', 'All')] %}{{ t(zh, en) }}{% endfor %}", []),
        ("{% set asked = {'sign': ('会签', 'sign together')} %}{{ t(*asked[part]) }}", []),
        ("<button>中文</button>", []),
        ("<p>待办</p>", ["<p>待办</p>"]),
        ("{{ '待办' }}", ["待办"]),
        ("{{ t('待办', '待办') }}", ["待办", "待办"]),
        ("{{ t('待办') }}", ["待办"]),
        ("{% for v, zh in [('', '全部')] %}{{ zh }}{% endfor %}", ["全部"]),
    ],
)
def test_the_search_in_templates_finds_what_stands_alone(template: str, alone: list[str]) -> None:
    assert list(InTemplate(template).alone()) == alone


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("t('待办', 'Tasks')", 0),
        ("Message(f'共 {n} 条', f'{n} in all')", 0),
        ("x = {'a': ('people', pair('添加', 'added'))}", 0),
        ("'''待办'''", 0),
        ("x = '待办'", 1),
        ("t('待办', '待办')", 1),
        ("flash('待办')", 1),
    ],
)
def test_the_search_in_code_finds_what_stands_alone(code: str, number: int) -> None:
    looking = InModule()
    looking.visit(ast.parse(code))
    assert len(looking.alone) == number
