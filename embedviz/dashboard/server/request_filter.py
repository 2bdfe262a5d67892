"""ASGI middleware that checks every request and websocket before Streamlit handles it.

Streamlit itself checks websockets only, and for a foreign origin it queries a service on the
Internet for this machine's address; with this filter such requests never reach it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_UPLOADS = "/_stcore/upload_file/"


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
    """

    def __init__(
        self, application: Application, *, hosts: Collection[str] = (), read_only: bool = False
    ) -> None:
        self._application = application
        self._hosts = frozenset(host.lower() for host in hosts)
        self._read_only = read_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request, or respond with status 403 and the reason."""
        reason = self._reason_to_refuse(scope) if scope["type"] in ("http", "websocket") else None
        if reason is None:
            await self._application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # the client sees status 403
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": reason.encode()})

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


def _get_values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]
