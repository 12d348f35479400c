"""Uploaded files: the value is a file id, or a list of ids when several are allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.forms.fields.field_type import Component, Display, FieldType, Situation, whole_number, wrong_type
from app.forms.sentences import wrong
from app.messages import Message

MOST_FILES = 50


class Filepicker(FieldType):
    """`filepicker`; `multiple`, `accept` as in form-js, `properties.max_files`."""

    type = "filepicker"
    properties = frozenset({"max_files"})
    ask = Message("上传文件", "upload the file")

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        self.multiple = component.get("multiple") not in (None, False, "", "false")
        accept = component.get("accept")
        self.accept = [] if not isinstance(accept, str) or accept.startswith("=") else _accepted(accept)
        self.most = whole_number(self.settings.get("max_files")) or MOST_FILES

    def read(self, value: Any, situation: Situation) -> Any:
        if value is None or value == "" or value == []:
            return None
        items = value if isinstance(value, list) else [value]
        ids: list[str] = []
        for item in items:
            file_id = known_file(item, situation)
            self._check_accepted(file_id, situation)
            if file_id not in ids:
                ids.append(file_id)
        if not self.multiple:
            if len(ids) > 1:
                raise wrong(
                    "max_files", "只能上传一个文件", "takes one file only", "请删去多余的文件。", "Remove the others."
                )
            return ids[0]
        if len(ids) > self.most:
            raise wrong(
                "max_files", f"最多 {self.most} 个文件", f"takes at most {self.most} files",
                "请删去多余的文件。", "Remove some files.",
            )  # fmt: skip
        return ids

    def _check_accepted(self, file_id: str, situation: Situation) -> None:
        if not self.accept or situation.lookups is None:
            return
        found = situation.lookups.file(file_id) or {}
        name, kind = str(found.get("name") or "").lower(), str(found.get("content_type") or "").lower()
        if not name and not kind:
            return
        for accepted in self.accept:
            if accepted.startswith(".") and name.endswith(accepted):
                return
            if accepted == kind or (accepted.endswith("/*") and kind.startswith(accepted[:-1])):
                return
        raise wrong(
            "file_type", f"不接受文件「{name}」", f"does not take the file “{name}”",
            f"可以上传：{'、'.join(self.accept)}。", f"You may upload: {', '.join(self.accept)}.",
        )  # fmt: skip

    def show(self, value: Any, display: Display) -> str:
        items = value if isinstance(value, list) else [value]
        return ("、" if display.chinese else ", ").join(display.name("file", str(item)) for item in items)


def known_file(item: Any, situation: Situation) -> str:
    """The id of an uploaded file (sent as id or as `{"id": …}`). Raises `Wrong` when nobody uploaded it."""
    if isinstance(item, Mapping):
        item = item.get("id", item.get("file"))
    if not isinstance(item, str) or not item.strip() or len(item) > 200:
        raise wrong_type("是已上传的文件", "an uploaded file")
    file_id = item.strip()
    if situation.lookups is not None and situation.lookups.file(file_id) is None:
        raise wrong(
            "file_unknown", "的文件没有上传成功", "has a file that did not arrive",
            "请重新上传。", "Please upload it again.",
        )  # fmt: skip
    return file_id


def _accepted(accept: str) -> list[str]:
    return [part.strip().lower() for part in accept.split(",") if part.strip()]
