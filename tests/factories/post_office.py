"""Doubles on this machine: a mail server, and the interfaces of 企业微信's and 钉钉's applications."""

from __future__ import annotations

import json
import socketserver
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class MailServer:
    """Takes mails and keeps them; answers `refusal` to every receiver while it is set."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusal = ""
        office = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say("220 double")
                for line in self.rfile:
                    verb = line[:4].upper()
                    if verb == b"DATA":
                        self._say("354 go on")
                        office.mails.append(message_from_bytes(self._mail(), policy=policy.default))
                        self._say("250 kept")
                    elif verb == b"QUIT":
                        self._say("221 bye")
                        return
                    else:
                        self._say(office.refusal if verb == b"RCPT" and office.refusal else "250 ok")

            def _mail(self) -> bytes:
                lines = []
                for line in self.rfile:
                    if line == b".\r\n":
                        break
                    lines.append(line.removeprefix(b"."))
                return b"".join(lines)

            def _say(self, text: str) -> None:
                self.wfile.write(f"{text}\r\n".encode())

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Go out of business."""
        self._server.shutdown()
        self._server.server_close()


class ChatServer:
    """Gives tokens and takes messages; `answers` are what it says to the next messages, else that all is well."""

    def __init__(self) -> None:
        self.tokens = 0
        self.asked: list[str] = []
        self.messages: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[tuple[int, dict[str, Any]]] = []
        office = self

        class Session(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                office.tokens += 1
                office.asked.append(self.path)
                self._answer(200, {"errcode": 0, "access_token": f"token-{office.tokens}", "expires_in": 7200})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                office.messages.append((self.path, body))
                self._answer(*(office.answers.pop(0) if office.answers else (200, {"errcode": 0, "errmsg": "ok"})))

            def _answer(self, status: int, answer: dict[str, Any]) -> None:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Session)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Go out of business."""
        self._server.shutdown()
        self._server.server_close()
