"""Photos from the site: each carries its file, the time, and optionally the place and a note (readings 12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.forms.fields.datetime import a_moment
from app.forms.fields.field_type import Component, Display, FieldType, Situation, clean, whole_number
from app.forms.fields.filepicker import known_file
from app.forms.sentences import wrong
from app.messages import Message

MOST_PHOTOS = 30


class Photos(FieldType):
    """`photos`, a list of `{file, taken_at?, place?, note?}`; `properties.min_files` and `max_files`."""

    type = "photos"
    properties = frozenset({"min_files", "max_files"})
    ask = Message("拍照或选择照片", "take or choose a photo")

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        self.least = whole_number(self.settings.get("min_files")) or 0
        self.most = whole_number(self.settings.get("max_files")) or MOST_PHOTOS

    def read(self, value: Any, situation: Situation) -> Any:
        if value is None or value == "" or value == []:
            return None
        photos: list[dict[str, Any]] = []
        for item in value if isinstance(value, list) else [value]:
            photo = self._photo(item, situation)
            if all(photo["file"] != other["file"] for other in photos):
                photos.append(photo)
        if len(photos) > self.most:
            raise wrong(
                "max_files", f"最多 {self.most} 张照片", f"takes at most {self.most} photos",
                "请删去多余的照片。", "Remove some photos.",
            )  # fmt: skip
        if len(photos) < self.least:
            raise wrong(
                "min_files", f"至少要 {self.least} 张照片", f"needs at least {self.least} photos",
                "请再拍几张。", "Please take some more.",
            )  # fmt: skip
        return photos

    def _photo(self, item: Any, situation: Situation) -> dict[str, Any]:
        photo: dict[str, Any] = {"file": known_file(item, situation)}
        if isinstance(item, Mapping):
            taken = item.get("taken_at")
            moment = a_moment(taken, situation.zone) if isinstance(taken, str) else None
            if moment is not None:
                photo["taken_at"] = moment.isoformat()
            if (place := _place(item.get("place"))) is not None:
                photo["place"] = place
            note = item.get("note")
            if isinstance(note, str) and clean(note).strip():
                photo["note"] = clean(note).strip()[:200]
        return photo

    def show(self, value: Any, display: Display) -> str:
        count = len(value) if isinstance(value, list) else 1
        if display.chinese:
            return f"{count} 张照片"
        return "1 photo" if count == 1 else f"{count} photos"


def _place(place: Any) -> str | dict[str, float] | None:
    """A place as words, or as `{lat, lon}` within the globe; anything else is left out."""
    if isinstance(place, str):
        return clean(place).strip()[:200] or None
    if isinstance(place, Mapping):
        lat, lon = place.get("lat"), place.get("lon")
        if isinstance(lat, int | float) and isinstance(lon, int | float) and abs(lat) <= 90 and abs(lon) <= 180:
            return {"lat": float(lat), "lon": float(lon)}
    return None
