"""Draws one PDF and ends. Standard input: JSON {html, pictures: {address: [base64, type]}}; standard output: the PDF.

A process of its own, because WeasyPrint keeps some 80 MB in the process that has used it once. It imports nothing of
the product and fetches nothing but the pictures it was given. Exit code 3: WeasyPrint or its libraries are missing.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

MISSING = 3


def draw(html: str, pictures: dict[str, list[str]]) -> bytes:
    """The PDF; a picture that is not there leaves a gap."""
    import weasyprint
    import weasyprint.urls

    class Given(weasyprint.urls.URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in pictures:
                raise ValueError(f"a paper does not fetch {url}")
            content, kind = pictures[url]
            return weasyprint.urls.URLFetcherResponse(url, base64.b64decode(content), {"Content-Type": kind})

    document = weasyprint.HTML(string=html, base_url="about:blank", url_fetcher=Given(), media_type="print")
    return bytes(document.write_pdf(optimize_images=True, jpeg_quality=75, dpi=150))


def main() -> int:
    """Read, draw, write."""
    asked = json.loads(sys.stdin.buffer.read())
    try:
        drawn = draw(asked["html"], asked["pictures"])
    except (ImportError, OSError) as missing:
        print(missing, file=sys.stderr)
        return MISSING
    sys.stdout.buffer.write(drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main())
