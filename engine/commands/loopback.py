"""A server for this machine alone: one page and its version, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ..errors import EnvironmentFailure
from ..redaction import redacted

ADDRESS = "127.0.0.1"
_NAMES = ("127.0.0.1", "localhost")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def server(port: int, text: Callable[[], str], version: Callable[[], int]) -> ThreadingHTTPServer:
    """A server at `port` (0: any that is free) of the loopback address, still to be run by `serve_forever`.

    It answers only requests that name this machine as their host: a page of another site whose name was made to lead
    here gets nothing.
    """

    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = "accord", ""
        timeout = 30  # seconds that a silent connection is kept

        def do_GET(self) -> None:
            self._answer()

        def do_HEAD(self) -> None:
            self._answer()

        def _answer(self) -> None:
            if not self._is_ours():
                self._send(HTTPStatus.MISDIRECTED_REQUEST, "text/plain", "this server answers its own machine only\n")
                return
            path = self.path.partition("?")[0]
            if path == "/":
                self._send(HTTPStatus.OK, "text/html", text())
            elif path == "/version":
                self._send(HTTPStatus.OK, "text/plain", str(version()))
            else:
                self._send(HTTPStatus.NOT_FOUND, "text/plain", "nothing here\n")

        def _is_ours(self) -> bool:
            return (self.headers.get("Host") or "").partition(":")[0].lower() in _NAMES

        def _send(self, status: HTTPStatus, kind: str, body: str) -> None:
            data = redacted(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Requests are not worth a line each."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A reader that has gone is no fault."""

    try:
        return Quiet((ADDRESS, port), Handler)
    except OSError as error:
        raise EnvironmentFailure(f"cannot listen on {ADDRESS}:{port}: {error.strerror}") from error
