"""Who is let in: every request and every websocket is looked at before Streamlit sees it.

Streamlit itself looks at websockets only, and asks a service in the net for this machine's address
when it sees a foreign origin; behind this gate it never comes to that.
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
    """Refuse requests under foreign names, of foreign pages, and uploads where there are none.

    Parameters
    ----------
    application : ASGI application
        What is guarded.
    hosts : collection of str
        Names that the server answers to, without ports; any, if there is none.
    read_only : bool
        Refuse uploads, which a page does not need to offer to be sent one.
    """

    def __init__(
        self, application: Application, *, hosts: Collection[str] = (), read_only: bool = False
    ) -> None:
        self._application = application
        self._hosts = frozenset(host.lower() for host in hosts)
        self._read_only = read_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 403 and why."""
        reason = self._refusal(scope) if scope["type"] in ("http", "websocket") else None
        if reason is None:
            await self._application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # seen as status 403
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": reason.encode()})

    def _refusal(self, scope: Scope) -> str | None:
        hosts = _values(scope["headers"], b"host")
        if len(hosts) != 1 or not self._answers_to(hosts[0]):
            return "This server does not answer to that name: start it with --host NAME.\n"
        origins = _values(scope["headers"], b"origin")
        if any(origin.partition("://")[2].lower() != hosts[0].lower() for origin in origins):
            return "The request comes from a page of another server.\n"
        if self._read_only and _UPLOADS in scope["path"]:
            return "This server takes no files.\n"
        return None

    def _answers_to(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return name is not None and (not self._hosts or name.rstrip(".") in self._hosts)


def _values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]
