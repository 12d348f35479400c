"""For a WSGI server of one's own: `granian --interface wsgi wsgi:application`; jobs are done beside it."""

from __future__ import annotations

from app.cli.serving import application as make_application

application = make_application()
