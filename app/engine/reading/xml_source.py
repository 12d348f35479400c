"""Bytes to an XML tree, safely: no DTD, no entities, no network, limits on size, depth and encodings."""

from __future__ import annotations

import re

from lxml import etree

from app.engine.errors import ModelRefused
from app.messages import Message, Problem

MAX_BYTES = 10_000_000
MAX_DEPTH = 120

_ENCODINGS = {
    "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1", "windows-1252",
    "gbk", "gb2312", "gb18030", "big5",
}  # fmt: skip
_PROLOG = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._\-]+)[\"']")


def parse_xml(data: bytes, file: str) -> etree._Element:
    """The root element of `data`; ModelRefused with one problem when it is no XML we take."""
    if len(data) > MAX_BYTES:
        raise _refused(
            file,
            "file_too_large",
            f"文件有 {len(data):,} 字节,上限为 {MAX_BYTES:,} 字节。",
            f"The file has {len(data):,} bytes; the limit is {MAX_BYTES:,}.",
        )
    plain = data.replace(b"\0", b"") if data[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<") else data
    plain = plain.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    if not plain.strip():
        raise _refused(file, "not_xml", "文件是空的。", "The file is empty.")
    declared = _DECLARED.match(plain[:400])
    encoding = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    if encoding not in _ENCODINGS:
        raise _refused(
            file,
            "encoding_unknown",
            f"不支持编码 {encoding},请存为 UTF-8。",
            f"The encoding {encoding} is not supported; save the file as UTF-8.",
        )
    prolog = _PROLOG.match(plain)
    if prolog is not None and plain[prolog.end() : prolog.end() + 9].upper() == b"<!DOCTYPE":
        raise _doctype(file)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, recover=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise _unparsable(file, error) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype(file)
    _check_depth(root, file)
    return root


def _check_depth(root: etree._Element, file: str) -> None:
    depth = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise _refused(
                file,
                "nested_too_deep",
                f"元素嵌套超过 {MAX_DEPTH} 层。",
                f"Elements are nested more than {MAX_DEPTH} levels deep.",
                line=node.sourceline,
            )


def _unparsable(file: str, error: Exception) -> ModelRefused:
    line = getattr(error, "lineno", None)
    text = str(error)
    if "encoding" in text.lower() or "utf-8" in text.lower() or "not proper" in text.lower():
        return _refused(
            file,
            "encoding_wrong",
            "文件的编码与声明不符:请存为 UTF-8,或在 XML 声明中写明实际编码(例如 GBK)。",
            "The file is not in the encoding it declares; save it as UTF-8 or declare the real one "
            f"(for example GBK). {text}",
            line=line,
        )
    if "depth" in text.lower():
        return _refused(
            file,
            "nested_too_deep",
            f"元素嵌套超过 {MAX_DEPTH} 层。",
            f"Elements are nested more than {MAX_DEPTH} levels deep.",
            line=line,
        )
    return _refused(
        file, "not_xml", f"文件不是格式良好的 XML:{text}", f"The file is not well-formed XML: {text}", line=line
    )


def _doctype(file: str) -> ModelRefused:
    return _refused(
        file,
        "doctype_refused",
        "文件含有 DOCTYPE 或实体声明,出于安全不予接受。",
        "The file has a DOCTYPE or entity declarations; for safety these are not accepted.",
    )


def _refused(file: str, rule: str, zh: str, en: str, line: int | None = None) -> ModelRefused:
    return ModelRefused([Problem(rule=rule, severity="error", message=Message(zh, en), file=file, line=line)])
