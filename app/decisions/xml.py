"""Reads XML safely: no DTD, no entities, no network, bounded in size; elements know their line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias, cast

from lxml import etree

from app.messages import Message, Problem

MAX_BYTES = 5_000_000
MAX_ELEMENTS = 200_000

NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "1.6",
}

Element: TypeAlias = etree._Element


class Unreadable(Exception):
    """The bytes are no decision file."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message.en)
        self.problem = problem


def _unreadable(file: str, line: int | None, zh: str, en: str) -> Unreadable:
    return Unreadable(Problem("dmn_xml", "error", Message(zh, en), file=file, line=line))


def read(xml: bytes, file: str) -> Element:
    """The `definitions` element; Unreadable with the reason otherwise."""
    if len(xml) > MAX_BYTES:
        limit = MAX_BYTES // 1_000_000
        raise _unreadable(file, None, f"文件太大（最多 {limit} MB）。", f"The file is too large (at most {limit} MB).")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as reason:
        line = getattr(reason, "lineno", None) or None
        text = str(reason)[:200]
        raise _unreadable(file, line, f"不是完整的 XML：{text}", f"This is not well-formed XML: {text}") from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise _unreadable(file, 1, "文件里不能有 DOCTYPE。", "A DOCTYPE is not allowed.")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise _unreadable(
            file, None, f"文件里元素太多（最多 {MAX_ELEMENTS} 个）。", f"Too many elements (at most {MAX_ELEMENTS})."
        )
    if tag(root) != "definitions" or namespace(root) not in NAMESPACES:
        found = f"{{{namespace(root)}}}{tag(root)}"
        raise _unreadable(
            file, start_line(root), f"根元素不是 DMN 1.1–1.5 的 definitions，而是 {found}。",
            f"The root element is not 'definitions' of DMN 1.1 to 1.5 but {found}.",
        )  # fmt: skip
    return root


def tag(element: Element) -> str:
    """The name without its namespace; "" for anything but an element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def namespace(element: Element) -> str:
    """The namespace of an element."""
    return (etree.QName(element).namespace or "") if isinstance(element.tag, str) else ""


def children(element: Element, *tags: str) -> Iterator[Element]:
    """The children of these names in the element's own namespace."""
    own = namespace(element)
    for child in element:
        if isinstance(child.tag, str) and tag(child) in tags and namespace(child) == own:
            yield child


def child(element: Element, *tags: str) -> Element | None:
    """The first child of one of these names."""
    return next(children(element, *tags), None)


def text_of(element: Element | None) -> str:
    """The content of an element's `text` child (or its own content in files that leave that out)."""
    if element is None:
        return ""
    inner = child(element, "text")
    return "".join(str(part) for part in (element if inner is None else inner).itertext()).strip()


def first_line(element: Element) -> int | None:
    """Where the text of an element begins in the file, after the blank lines before it."""
    inner = child(element, "text")
    holder = element if inner is None else inner
    written = "".join(str(part) for part in holder.itertext())
    line = start_line(holder)
    return None if line is None else line + written[: len(written) - len(written.lstrip())].count("\n")


def start_line(element: Element) -> int | None:
    """The line of an element's start tag."""
    return cast("int | None", element.sourceline)
