"""HTML to PDF by WeasyPrint, which is loaded when the first paper is printed and may be missing its libraries."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from app.messages import Message, Refusal

SCHEME = "case-file:"  # pictures are asked for by "case-file:<id>"

Picture = tuple[bytes, str]
"""Content and type."""


def picture_address(file_id: str) -> str:
    """The address under which a document asks for a file of its case."""
    return SCHEME + file_id


def to_pdf(html: str, picture: Callable[[str], Picture | None]) -> bytes:
    """The PDF. Nothing is fetched but the pictures that `picture` hands out; a missing one leaves a gap."""
    weasyprint = _weasyprint()
    _require_chinese_font()
    fetcher = _fetcher(weasyprint, picture)
    document = weasyprint.HTML(string=html, base_url="about:blank", url_fetcher=fetcher, media_type="print")
    return bytes(document.write_pdf(optimize_images=True, jpeg_quality=75, dpi=150))


def _fetcher(weasyprint: Any, picture: Callable[[str], Picture | None]) -> Any:
    class CaseFiles(weasyprint.urls.URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            found = picture(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
            if found is None:
                raise ValueError(f"a paper does not fetch {url}")
            content, kind = found
            return weasyprint.urls.URLFetcherResponse(url, content, {"Content-Type": kind})

    return CaseFiles()


def _weasyprint() -> Any:
    try:
        import weasyprint
        import weasyprint.urls
    except (ImportError, OSError) as missing:
        raise Refusal(
            "pdf_unavailable",
            Message(
                "这台服务器缺少生成 PDF 的组件（WeasyPrint 所需的 Pango 库），请联系管理员安装；"
                "现在可以用浏览器直接打印预览页。",
                "This server lacks what makes PDFs (the Pango library that WeasyPrint needs); ask the administrator. "
                "Meanwhile print the preview from the browser.",
            ),
            status=503,
        ) from missing
    return weasyprint


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
