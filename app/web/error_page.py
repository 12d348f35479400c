"""What a person sees when something went wrong: the sentence, what to do about it, and the ways out."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from flask import current_app, render_template, request

from app.messages import Message
from app.web.access import language, own_path

HINTS = {
    400: Message(
        "返回上一页，刷新后再做一次；填写的内容浏览器一般还保留着。",
        "Go back, reload and do it once more; the browser usually still has what you typed.",
    ),
    403: Message(
        "需要这个页面的话，请系统管理员给您相应的角色。", "If you need this page, ask the administrator for the role."
    ),
    404: Message(
        "检查地址，或者用服务单号、客户、电话搜索。", "Check the address, or search by case number, customer or phone."
    ),
    409: Message("重新打开看看现在的内容，再决定要不要改。", "Open it again to see how it stands now."),
    413: Message("换一个小一些的文件，照片可以先压缩。", "Choose a smaller file; a photo can be compressed first."),
    429: Message("稍等一分钟，不用关闭页面。", "Wait a minute; there is no need to close the page."),
    500: Message(
        "任务里填写的内容已自动保存为草稿，回到任务就能继续。一直这样时请告诉系统管理员发生的时间。",
        "What you filled in at a task is kept as a draft and is there when you come back. "
        "If it goes on, tell the administrator when it happened.",
    ),
}
# Worth asking once more for the same page.
_AGAIN = {409, 429, 500, 502, 503}

_BARE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{status}</title><body style="font: 16px/1.6 sans-serif; max-width: 32em; margin: 15vh auto; padding: 0 16px">
<h1 style="font-size: 20px">{sentence}</h1><p><a href="/">{home}</a></p></body></html>"""


def error_page(status: int, sentence: str) -> str:
    """The page of an error; without its frame when not even that can be drawn, because the database does not answer."""
    lang = spoken()
    try:
        return render_template(
            "error.html",
            status=status,
            message=sentence,
            hint=HINTS[status].text(lang) if status in HINTS else "",
            back=where_from(),
            again=request.full_path.rstrip("?") if status in _AGAIN and request.method == "GET" else "",
        )
    except Exception:
        current_app.logger.exception("the page of error %s cannot be drawn", status)
        home = Message("回到待办", "Back to the tasks").text(lang)
        return _BARE.format(status=status, sentence=escape(sentence), home=escape(home))


def spoken() -> str:
    """The person's language, Chinese when it cannot be found out."""
    try:
        return language()
    except Exception:
        return "zh"


def where_from() -> str:
    """The page of ours that led here, "" when there is none or it was this one."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return ""
    path = own_path(parts.path + (f"?{parts.query}" if parts.query else ""), "")
    return "" if path in {request.path, request.full_path.rstrip("?")} and request.method == "GET" else path
