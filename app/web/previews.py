"""A list that is shown before it is imported: it travels through the browser, signed, so that no server has to keep a
file between the two requests."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from app.messages import Message, Refusal
from app.web.access import actor

HOUR = 3600
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def seal(kind: str, content: Any) -> str:
    """What was shown (JSON), for whoever saw it and for nothing but this kind of import."""
    return str(_serializer(kind).dumps([actor().id, content]))


def unseal(kind: str, text: str) -> Any:
    """What was shown; refuses what is older than an hour, somebody else's, or not ours."""
    try:
        who, content = _serializer(kind).loads(text, max_age=HOUR)
    except (BadData, ValueError, TypeError):
        who, content = None, None
    if who is None or who != actor().id:
        sentence = Message("预览已过期，请重新上传文件。", "The preview has expired; upload the file again.")
        raise Refusal("preview_expired", sentence, field="file", status=422)
    return content


def workbook(content: bytes, name: str) -> Response:
    """An .xlsx file to keep."""
    return Response(content, mimetype=EXCEL, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _serializer(kind: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=kind)
