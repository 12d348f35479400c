"""The sentences in which a form refuses: which field, why, and the way out, in both languages."""

from __future__ import annotations

from app.messages import FieldError, Message


class Wrong(Exception):
    """A value a field cannot take; `why` continues the field's label, `way_out` is a full sentence."""

    def __init__(self, code: str, why: Message, way_out: Message) -> None:
        super().__init__(why.en)
        self.code = code
        self.why = why
        self.way_out = way_out


def wrong(code: str, zh: str, en: str, way_zh: str, way_en: str) -> Wrong:
    """A `Wrong` from four plain texts."""
    return Wrong(code, Message(zh, en), Message(way_zh, way_en))


class RowName(Message):
    """The name of a row; it stands without quotation marks."""

    __slots__ = ()


Place = tuple[Message, ...]


def name_of(place: Place) -> Message:
    """The field's name as a person finds it: 「换件明细」第 2 行「数量」."""
    zh, en = [], []
    for part in place:
        if isinstance(part, RowName):
            zh.append(part.zh)
            en.append(part.en)
        else:
            zh.append(f"「{part.zh}」")
            en.append(f"“{part.en}”")
    return Message("".join(zh), ", ".join(en))


def row_name(index: int) -> RowName:
    """The name of row `index` (0-based), counted from 1 as people do."""
    return RowName(f"第 {index + 1} 行", f"row {index + 1}")


def error(path: str, place: Place, code: str, why: Message, way_out: Message) -> FieldError:
    """One `FieldError` whose sentence names the field, the reason and the way out."""
    name = name_of(place)
    return FieldError(path, code, Message(f"{name.zh}{why.zh}。{way_out.zh}", f"{name.en} {why.en}. {way_out.en}"))


def required(path: str, place: Place, ask: Message) -> FieldError:
    """The field must be filled in; `ask` says how (填写, 选择, 签字 …)."""
    why = Message("不能为空", "must not be empty")
    return error(path, place, "required", why, Message(f"请{ask.zh}后再提交。", f"Please {ask.en} and submit again."))
