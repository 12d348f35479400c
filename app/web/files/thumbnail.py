"""Thumbnails: a small JPEG of an uploaded picture, made when it is first asked for and kept on disk."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
LONGEST = 480  # pixels of the longer side: pages show 120 to 160, screens have up to three per point
MOST_PIXELS = 50_000_000  # of a picture that is opened at all: about 200 MB while it is made smaller
QUALITY = 80


def thumbnail(picture: Path, content_type: str, folder: Path) -> Path | None:
    """Where the thumbnail of a picture lies; None for what is no picture, is broken, or is too large to open."""
    kind = FORMATS.get(content_type)
    if kind is None:
        return None
    kept = folder / picture.name[:2] / f"{picture.name}.jpg"
    if not kept.exists():
        from PIL import Image  # the server starts without what few requests need

        try:
            small = _smaller(picture, kind)
        except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
            return None  # whatever a decoder says to a broken picture
        if small is None:
            return None
        _keep(small, kept)
    return kept


def _smaller(picture: Path, kind: str) -> Image.Image | None:
    from PIL import Image, ImageOps

    with Image.open(picture, formats=(kind,)) as image:
        if image.width * image.height > MOST_PIXELS:
            return None
        image.draft("RGB", (LONGEST, LONGEST))  # a JPEG is read at a fraction of its size
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((LONGEST, LONGEST))
        if upright.mode in {"RGBA", "LA", "P", "PA"}:
            upright = upright.convert("RGBA")
            paper = Image.new("RGB", upright.size, "white")
            paper.paste(upright, mask=upright.getchannel("A"))
            return paper
        return upright.convert("RGB")


def _keep(small: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two may make it at once: each writes a file of its own, and the later one takes the name.
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            small.save(file, "JPEG", quality=QUALITY, optimize=True)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
