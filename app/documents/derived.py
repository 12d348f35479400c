"""The sections of a paper that declares none: the form as it stands, group by group."""

from __future__ import annotations

from collections.abc import Iterator

from app.documents.declaration import Section, SignatureBox
from app.forms.form import Field, Form, Group, fields_of
from app.messages import Message

_SIGNER, _SIGNED_AT = "signer_name", "signed_at"  # of the shared form `sign`
_BESIDE = {_SIGNER, _SIGNED_AT, "signature_refused", "refusal_reason"}  # stand in the signature box


def sections_of(form: Form, number: str) -> tuple[Section, ...]:
    """What is filled in: loose fields first, then each group, its lists as tables; signatures at the end.

    The number and the case stand in the head already.
    """
    left_out = {number, "case_no"}
    fields = list(fields_of(form.nodes))
    signatures = [field for field in fields if field.type == "signature"]
    if signatures:
        left_out |= _BESIDE
    loose = [node for node in form.nodes if isinstance(node, Field)]
    sections = list(_of(loose, None, left_out, private=False))
    for node in form.nodes:
        if isinstance(node, Group):
            sections += _of(list(fields_of(node.children)), node, left_out, private=node.private)
    boxes = tuple(SignatureBox(field.title, field=field.key, signer=_SIGNER, at=_SIGNED_AT) for field in signatures)
    return (*sections, Section(signatures=boxes)) if boxes else tuple(sections)


def _of(fields: list[Field], group: Group | None, left_out: set[str], *, private: bool) -> Iterator[Section]:
    title = Message(group.label, group.label_en or group.label) if group is not None and group.label else None
    plain: list[str] = []
    photos: list[str] = []
    for field in fields:
        if field.key in left_out or field.type == "signature" or field.is_list:
            continue
        (photos if field.type == "photos" else plain).append(field.key)
    if plain or photos:
        yield Section(title, fields=tuple(plain), photos=tuple(photos), filled_only=True, office_only=private)
    for field in fields:
        if field.is_list and field.key not in left_out:
            yield Section(field.title, rows=field.key, office_only=private)
