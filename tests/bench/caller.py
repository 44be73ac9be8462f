"""A caller of the application that does next to nothing, so that what is measured is the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

HOST = b"hiring.test"
Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `wire` is its size in bytes as HTTP/1.1 sends it: status line, headers and body."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @property
    def wire(self) -> int:
        head = sum(len(name) + len(value) + 4 for name, value in self.headers)
        return len(f"HTTP/1.1 {self.status} \r\n") + head + 2 + len(self.body)


class Caller:
    """Calls an ASGI application in this process, as one browser that is signed in by its cookie."""

    def __init__(self, app: Any, token: str = "") -> None:
        self._app = app
        self._headers: Headers = (
            ((b"host", HOST), (b"cookie", b"hiring=" + token.encode())) if token else ((b"host", HOST),)
        )

    async def __call__(self, method: str, url: str, body: bytes = b"", headers: Headers = ()) -> Answer:
        """Send one request and return its whole answer."""
        parts = urlsplit(url)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "root_path": "",
            "query_string": parts.query.encode(),
            "headers": [*self._headers, *headers],
            "client": ("127.0.0.1", 50_000),
            "server": (HOST.decode(), 80),
            "extensions": {},
            "state": {},
        }
        left = [{"type": "http.request", "body": body, "more_body": False}]
        status = 0
        sent: tuple[tuple[bytes, bytes], ...] = ()
        parts_of_body: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return left.pop() if left else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status, sent = (
                    message["status"],
                    tuple((bytes(name), bytes(value)) for name, value in message["headers"]),
                )
            elif message["type"] == "http.response.body":
                parts_of_body.append(message.get("body", b""))

        await self._app(scope, receive, send)
        return Answer(status, sent, b"".join(parts_of_body))
