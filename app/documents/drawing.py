"""Drawings on a paper: a signature from its strokes, a QR code; both as SVG that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from markupsafe import Markup

Point = tuple[float, float]


def signature(value: Mapping[str, Any], label: str) -> Markup | None:
    """The strokes of `{kind: drawn, strokes: [[{x, y}, …], …]}` cropped to what was drawn; None when there are none."""
    strokes = [points for stroke in value.get("strokes") or () if (points := list(_points(stroke)))]
    if not strokes:
        return None
    xs = [x for points in strokes for x, _ in points]
    ys = [y for points in strokes for _, y in points]
    # Width by size, so that a signature from a phone and one from a tablet look alike on paper.
    pen = max(max(xs) - min(xs), (max(ys) - min(ys)) * 2.5, 1) / 90
    left, top = min(xs) - pen * 2, min(ys) - pen * 2
    width, height = max(xs) - left + pen * 2, max(ys) - top + pen * 2
    path = " ".join(_path(points) for points in strokes)
    drawing = Markup(
        '<svg class="signature" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" '
        'viewBox="{box}"><path d="{path}" fill="none" stroke="currentColor" stroke-width="{pen}" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
    box = f"{_short(left)} {_short(top)} {_short(width)} {_short(height)}"
    return drawing.format(label=label, box=box, path=path, pen=_short(pen))


def _points(stroke: Any) -> Iterable[Point]:
    for point in stroke.get("points", ()) if isinstance(stroke, Mapping) else stroke or ():
        if isinstance(point, Mapping) and isinstance(point.get("x"), int | float):
            yield float(point["x"]), float(point.get("y", 0))


def _path(points: list[Point]) -> str:
    """A smooth line: curves from middle to middle, the points pull."""
    (x, y), rest = points[0], points[1:]
    if not rest:
        return f"M{_short(x)} {_short(y)}h.01"
    parts = [f"M{_short(x)} {_short(y)}"]
    for (x1, y1), (x2, y2) in pairwise(rest):
        parts.append(f"Q{_short(x1)} {_short(y1)} {_short((x1 + x2) / 2)} {_short((y1 + y2) / 2)}")
    parts.append(f"L{_short(rest[-1][0])} {_short(rest[-1][1])}")
    return "".join(parts)


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def qr_code(address: str, label: str) -> Markup:
    """The address as a QR code of medium error correction."""
    import segno  # the server starts without what few requests need

    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(border=0, omitsize=True, svgclass="qr", lineclass=None, title=label)
    return Markup(drawn)  # noqa: S704 - segno escapes the title, the rest is numbers
