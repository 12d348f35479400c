"""A customer's signature: drawn on the screen, or a photo of the paper with the company seal (readings 13)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from app.forms.fields.field_type import Display, FieldType, Situation, wrong_type
from app.forms.fields.filepicker import known_file
from app.forms.sentences import Wrong, wrong
from app.messages import Message

MOST_POINTS = 20_000


class Signature(FieldType):
    """`signature`: `{kind: "drawn", strokes, width?, height?}` or `{kind: "sealed_photo", file}`.

    A stroke is a list of points `{x, y, time?}`, or signature_pad's `{points: […]}`. When it may be signed at all
    (GR01: never before `work_finished_at`) stands in the form as `properties.check`.
    """

    type = "signature"
    ask = Message("由客户签字（或拍下盖章的纸单）", "let the customer sign (or photograph the sealed paper)")

    def read(self, value: Any, situation: Situation) -> Any:
        if value is None or value == "" or value == {} or value == []:
            return None
        if not isinstance(value, Mapping):
            raise wrong_type("是签字或盖章照片", "a signature or a photo of the sealed paper")
        kind = value.get("kind")
        if kind == "sealed_photo":
            return {"kind": "sealed_photo", "file": known_file(value.get("file"), situation)}
        if kind != "drawn":
            raise wrong_type("是签字或盖章照片", "a signature or a photo of the sealed paper")
        strokes = value.get("strokes")
        if not isinstance(strokes, list):
            raise wrong_type("是手写签字", "a drawn signature")
        drawn = [points for stroke in strokes if (points := _points(stroke))]
        count = sum(map(len, drawn))
        if count == 0:
            return None
        if count < 3:
            raise wrong(
                "too_short", "太短，不像签字", "is too short for a signature", "请重新签字。", "Please sign again."
            )
        if count > MOST_POINTS:
            raise wrong(
                "too_long", "的笔画太多", "has too many strokes", "请清除后重新签字。", "Clear it and sign again."
            )
        signature: dict[str, Any] = {"kind": "drawn", "strokes": drawn}
        for side in ("width", "height"):
            if (length := _number(value.get(side))) is not None and 0 < length < 100_000:
                signature[side] = length
        return signature

    def show(self, value: Any, display: Display) -> str:
        sealed = isinstance(value, Mapping) and value.get("kind") == "sealed_photo"
        if display.chinese:
            return "盖章照片" if sealed else "已签字"
        return "Photo of the sealed paper" if sealed else "Signed"


def _points(stroke: Any) -> list[dict[str, Any]]:
    if isinstance(stroke, Mapping):
        stroke = stroke.get("points")
    if not isinstance(stroke, list):
        raise _broken()
    points = []
    for point in stroke:
        if isinstance(point, list) and len(point) >= 2:
            point = {"x": point[0], "y": point[1]}
        if not isinstance(point, Mapping):
            raise _broken()
        x, y, at = _number(point.get("x")), _number(point.get("y")), _number(point.get("time"))
        if x is None or y is None:
            raise _broken()
        points.append({"x": x, "y": y} if at is None else {"x": x, "y": y, "time": at})
    return points


def _broken() -> Wrong:
    return wrong("type", "没有完整传到", "did not arrive whole", "请清除后重新签字。", "Clear it and sign again.")


def _number(value: Any) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) and abs(value) < 1e15 else None
