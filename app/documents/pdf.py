"""HTML to PDF by WeasyPrint in a process of its own (`press.py`), which may be missing its libraries."""

from __future__ import annotations

import base64
import json
import logging
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from app.documents.press import MISSING
from app.messages import Message, Refusal

SCHEME = "case-file:"  # pictures are asked for by "case-file:<id>"

LONGEST = 60  # seconds for one paper
_PRESS = [sys.executable, str(Path(__file__).with_name("press.py"))]
_ASKED = re.compile(re.escape(SCHEME) + r"([\w-]+)")
_log = logging.getLogger(__name__)

Picture = tuple[bytes, str]
"""Content and type."""


def picture_address(file_id: str) -> str:
    """The address under which a document asks for a file of its case."""
    return SCHEME + file_id


def to_pdf(html: str, picture: Callable[[str], Picture | None]) -> bytes:
    """The PDF, drawn by a process of its own. Nothing is fetched but what `picture` hands out; a missing one leaves a
    gap. Refuses (503) when WeasyPrint, its libraries or a Chinese font are missing, or when drawing fails."""
    _require_chinese_font()
    found = {file_id: picture(file_id) for file_id in dict.fromkeys(_ASKED.findall(html))}
    pictures = {
        picture_address(file_id): [base64.b64encode(content[0]).decode(), content[1]]
        for file_id, content in found.items()
        if content is not None
    }
    asked = json.dumps({"html": html, "pictures": pictures}).encode()
    try:
        done = subprocess.run(_PRESS, input=asked, capture_output=True, timeout=LONGEST, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as late:
        raise _failed() from late
    if done.returncode == MISSING:
        raise Refusal(
            "pdf_unavailable",
            Message(
                "这台服务器缺少生成 PDF 的组件（WeasyPrint 所需的 Pango 库），请联系管理员安装；"
                "现在可以用浏览器直接打印预览页。",
                "This server lacks what makes PDFs (the Pango library that WeasyPrint needs); ask the administrator. "
                "Meanwhile print the preview from the browser.",
            ),
            status=503,
        )
    if done.returncode != 0:
        _log.error("a paper could not be drawn: %s", done.stderr.decode("utf-8", "replace")[-2000:])
        raise _failed()
    return done.stdout


def _failed() -> Refusal:
    return Refusal(
        "pdf_failed",
        Message(
            "生成 PDF 没有成功，请稍后再试；现在可以用浏览器直接打印预览页。",
            "The PDF could not be made; try again later, or print the preview from the browser.",
        ),
        status=503,
    )


@lru_cache(maxsize=1)
def _has_chinese_font() -> bool:
    """True also when nobody can say: only a sure lack is worth refusing."""
    command = shutil.which("fc-list")
    if command is None:
        return True
    try:
        listed = subprocess.run([command, ":lang=zh-cn", "family"], capture_output=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return True
    return listed.returncode != 0 or bool(listed.stdout.strip())


def _require_chinese_font() -> None:
    if not _has_chinese_font():
        raise Refusal(
            "pdf_without_font",
            Message(
                "这台服务器没有中文字体，生成的 PDF 会是空白方框，请联系管理员安装（例如 Noto Sans CJK）；"
                "现在可以用浏览器直接打印预览页。",
                "This server has no Chinese font, so a PDF would show empty boxes; ask the administrator to install "
                "one (for instance Noto Sans CJK). Meanwhile print the preview from the browser.",
            ),
            status=503,
        )
