"""ASGI middleware that checks every request and websocket before Streamlit handles it.

It also sends the headers by which browsers protect a page: from being framed by a foreign one, and
from loading or sending anything elsewhere.

Streamlit itself checks websockets only, and for a foreign origin it queries a service on the
Internet for this machine's address; with this filter such requests never reach it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from embedviz.dashboard.server.upload_limits import UploadLimits
from embedviz.dashboard.state.server_options import (
    MOST_SERVER_MEGABYTES,
    MOST_UPLOAD_MEGABYTES,
    MOST_VISITOR_MEGABYTES,
)

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_MOST_DIGITS = 15  # of a declared length
_UPLOADS = "/_stcore/upload_file/"
_MOST_BYTES = (MOST_UPLOAD_MEGABYTES + 1) << 20  # with what surrounds the file
_LONGEST_PAUSE, _MOST_SECONDS = 30.0, 600.0  # seconds between two parts of an upload, and in all
_TOO_LARGE = f"An upload may have {MOST_UPLOAD_MEGABYTES} MB.\n"
_TOO_MUCH = (
    f"Uploads may take {MOST_VISITOR_MEGABYTES} MB for a visitor and {MOST_SERVER_MEGABYTES:,} MB "
    "for the server at a time: try again later.\n"
)
# Streamlit's pages hold inline scripts and styles, run the charts' expressions as code, and load
# the components from blobs
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss: data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_NAMES = frozenset(name for name, _ in _HEADERS)


class RequestFilter:
    """Refuse requests with a foreign host or origin, and uploads to a read-only server.

    Parameters
    ----------
    application : ASGI application
        The application to protect.
    hosts : collection of str
        Allowed host names, without ports; empty allows any.
    read_only : bool
        Refuse uploads, which a client can send even if no page offers them.
    limits : UploadLimits, optional
    """

    def __init__(
        self,
        application: Application,
        *,
        hosts: Collection[str] = (),
        read_only: bool = False,
        limits: UploadLimits | None = None,
    ) -> None:
        self._application = application
        self._hosts = frozenset(host.lower() for host in hosts)
        self._read_only = read_only
        self._limits = limits or UploadLimits()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request, or respond with status 403, 408, 411 or 413 and the reason."""
        reason = self._reason_to_refuse(scope) if scope["type"] in ("http", "websocket") else None
        if scope["type"] == "websocket" and reason is not None:
            await send({"type": "websocket.close", "code": 1008})  # the client sees status 403
        elif scope["type"] != "http":
            await self._application(scope, receive, send)
        elif reason is not None:
            await _respond(_protected(send), 403, reason)
        elif scope.get("method") == "PUT" and _UPLOADS in scope["path"]:
            await self._forward_upload(scope, receive, _protected(send))
        else:
            await self._application(scope, receive, _protected(send))

    async def _forward_upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward an upload, unless it is too large or does not arrive."""
        session = scope["path"].partition(_UPLOADS)[2].partition("/")[0]
        lengths = _get_values(scope["headers"], b"content-length")
        chunked = _get_values(scope["headers"], b"transfer-encoding")
        if chunked or len(lengths) != 1 or not lengths[0].isdecimal():
            await _respond(send, 411, "An upload must declare its length.\n")
        elif len(lengths[0]) > _MOST_DIGITS or int(lengths[0]) > _MOST_BYTES:
            await _respond(send, 413, _TOO_LARGE)
        elif not self._limits.allows(session, int(lengths[0])):
            await _respond(send, 413, _TOO_MUCH)
        else:
            with self._limits.counting(session) as count:
                await _Upload(receive, send, count).pass_to(self._application, scope)

    def _reason_to_refuse(self, scope: Scope) -> str | None:
        hosts = _get_values(scope["headers"], b"host")
        if len(hosts) != 1 or not self._is_allowed_host(hosts[0]):
            return "This host name is not allowed: start the server with --host NAME.\n"
        origins = _get_values(scope["headers"], b"origin")
        if any(origin.partition("://")[2].lower() != hosts[0].lower() for origin in origins):
            return "Cross-origin requests are not allowed.\n"
        if self._read_only and _UPLOADS in scope["path"]:
            return "This server is read-only: uploads are disabled.\n"
        return None

    def _is_allowed_host(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return name is not None and (not self._hosts or name.rstrip(".") in self._hosts)


class _Upload:
    """An upload that is given up when it exceeds a limit, stalls, or its client leaves.

    The application then sees a client that left, and its answer is replaced by the reason.
    """

    def __init__(self, receive: Receive, send: Send, count: Callable[[int], bool]) -> None:
        self._receive, self._send, self._count = receive, send, count
        self._end = time.monotonic() + _MOST_SECONDS
        self._reason: tuple[int, str] | None = None

    async def pass_to(self, application: Application, scope: Scope) -> None:
        from starlette.requests import ClientDisconnect

        try:
            await application(scope, self._next, self._answer)
        except ClientDisconnect:
            logger.debug("An upload ended before it was whole")
        if self._reason:
            await _respond(self._send, *self._reason)

    async def _next(self) -> MutableMapping[str, Any]:
        if self._reason:
            return {"type": "http.disconnect"}
        left = min(_LONGEST_PAUSE, self._end - time.monotonic())
        try:
            message = await asyncio.wait_for(self._receive(), max(0.0, left))
        except TimeoutError:
            self._reason = (408, "The upload did not arrive in time: try again.\n")
            return {"type": "http.disconnect"}
        if not self._count(len(message.get("body", b""))):
            self._reason = (413, _TOO_MUCH)
            return {"type": "http.disconnect"}
        return message

    async def _answer(self, message: MutableMapping[str, Any]) -> None:
        if not self._reason:
            await self._send(message)


def _protected(send: Send) -> Send:
    """Add the protective headers to a response."""

    async def send_protected(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            given = [header for header in message.get("headers", ()) if header[0] not in _NAMES]
            message = {**message, "headers": [*given, *_HEADERS]}
        await send(message)

    return send_protected


async def _respond(send: Send, status: int, text: str) -> None:
    # the rest of a body that nobody reads would be taken for another request
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


def _get_values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]
