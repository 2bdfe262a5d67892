"""Who is let in, what a server is started with, and how it answers over a real socket."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from embedviz.dashboard.server import launcher, request_filter
from embedviz.dashboard.server.request_filter import RequestFilter
from embedviz.dashboard.server.upload_limits import UploadLimits, held_by_streamlit
from embedviz.dashboard.state import server_options

UPLOAD = "/_stcore/upload_file/a/b"


def complete(coroutine):
    """Run a coroutine on a thread of its own: an open browser keeps a loop running on this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, coroutine).result()


def answer(*headers, hosts=("localhost", "127.0.0.1"), read_only=False, kind="http", path="/"):
    """What the gate does with a request: ``"in"``, or the status or close code it answers with."""
    sent = []

    async def inside(*_):
        sent.append("in")

    async def send(message):
        sent.append(message.get("status") or message.get("code"))

    gate = RequestFilter(inside, hosts=hosts, read_only=read_only)
    raw = [(name.encode(), value.encode()) for name, value in headers]
    complete(gate({"type": kind, "path": path, "headers": raw}, None, send))
    return sent[0]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8501", "127.0.0.1:80", "localhost.", "localhost:99999"]
)
def test_its_own_names_are_answered(host):
    assert answer(("host", host)) == "in"


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "evil.example:8501", "", "[", "a@evil.example"],
)
@pytest.mark.parametrize(("kind", "code"), [("http", 403), ("websocket", 1008)])
def test_a_foreign_name_is_refused(host, kind, code):
    assert answer(("host", host), kind=kind) == code


def test_a_request_has_one_name():
    assert answer() == 403
    assert answer(("host", "localhost"), ("host", "evil.example")) == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:3000", "localhost", "http://[", ""]
)
@pytest.mark.parametrize(("kind", "code"), [("http", 403), ("websocket", 1008)])
@pytest.mark.parametrize("hosts", [("localhost",), ()])
def test_a_page_of_another_server_is_refused(origin, kind, code, hosts):
    headers = (("host", "localhost:8501"), ("origin", origin))
    assert answer(*headers, kind=kind, hosts=hosts) == code


def test_its_own_pages_are_answered():
    for scheme in ("http", "https"):
        own = (("host", "Localhost:8501"), ("origin", f"{scheme}://localhost:8501"))
        assert answer(*own, kind="websocket") == "in"
    assert answer(("host", "any.name"), hosts=()) == "in"


def test_uploads_are_refused_where_visitors_only_look():
    assert answer(("host", "localhost"), path=UPLOAD) == "in"
    assert answer(("host", "localhost"), path=UPLOAD, read_only=True) == 403
    assert answer(("host", "localhost"), path=f"/under{UPLOAD}", read_only=True) == 403
    assert answer(("host", "localhost"), path="/", read_only=True) == "in"


# -- what it is started with --


def test_read_only_is_said_on_the_command_line_only(monkeypatch, tmp_path):
    arguments = launcher._build_arguments([tmp_path], read_only=True)
    monkeypatch.setattr(sys, "argv", ["script.py", *arguments])
    assert server_options.is_read_only() and server_options.list_models() == [
        str(tmp_path.resolve())
    ]
    monkeypatch.setattr(sys, "argv", ["app.py", "--", "english"])
    assert not server_options.is_read_only() and server_options.list_models() == ["english"]


@pytest.mark.parametrize(
    ("address", "hosts", "names", "shown"),
    [
        ("127.0.0.1", (), ["localhost", "127.0.0.1"], "127.0.0.1"),
        ("10.0.0.5", (), ["localhost", "127.0.0.1", "10.0.0.5"], "10.0.0.5"),
        ("0.0.0.0", ("a.b",), ["localhost", "127.0.0.1", "a.b"], "a.b"),
        ("0.0.0.0", (), ["*"], "localhost"),
        ("::", (), ["*"], "localhost"),
    ],
)
def test_names_that_are_answered_to(address, hosts, names, shown):
    config = launcher._build_config(
        launcher.list_allowed_hosts(address, hosts), port=9, address=address
    )
    assert config["server.allowedHosts"] == names
    assert config["browser.serverAddress"] == shown


# -- over a real socket --

# Writes every address that the process resolves or connects to.
_WATCHED = """
import sys
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        with open(sys.argv[1], "a") as log:
            print(event, arguments[1:] if event == "socket.connect" else arguments, file=log)
open(sys.argv[1], "w").write("watching\\n")
sys.addaudithook(watch)
from embedviz.cli import main
main(sys.argv[2:])
"""


@contextmanager
def served(log: Path, *arguments: str):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", _WATCHED, str(log), "app", "--port", str(port), *arguments]
    temporary = log.parent / "temporary"
    temporary.mkdir()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    try:
        for _ in range(600):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0, output
        assert "Traceback" not in output
        assert not list(temporary.glob("embedviz-*"))


def status(port: int, path: str, method: str = "GET", **headers: str) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
    for name, value in headers.items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def handshake(port: int, **headers: str) -> int:
    """Status of the answer to a websocket's first request."""
    lines = {
        "Host": f"127.0.0.1:{port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(f"GET /_stcore/stream HTTP/1.1\r\n{head}\r\n".encode())
        return int(connection.recv(64).split()[1])


def test_a_server_over_a_real_socket(tmp_path):
    log = tmp_path / "connections"
    with served(log, "--read-only") as port:
        own = f"http://127.0.0.1:{port}"
        assert status(port, "/_stcore/health") == 200
        assert status(port, "/") == status(port, "/", Origin=own) == 200
        assert status(port, "/", Host="evil.example") == 403
        assert status(port, "/_stcore/health", Origin="http://evil.example") == 403
        assert status(port, UPLOAD, "PUT") == 403
        assert handshake(port, Origin=own) == 101
        assert handshake(port, Origin="http://evil.example") == 403
        assert handshake(port, Host="evil.example", Origin="http://evil.example") == 403
    watching, *connections = log.read_text().splitlines()
    assert watching == "watching"
    # no telemetry, and nobody is asked for this machine's address
    assert not [line for line in connections if "127.0.0.1" not in line]


def test_the_settings_name_the_upload_limit():
    config = Path(launcher.__file__).parent / ".streamlit" / "config.toml"
    assert f"maxUploadSize = {server_options.MOST_UPLOAD_MEGABYTES}\n" in config.read_text()


# -- protective headers, and limits of uploads --


def response(*headers, method="GET", path="/", limits=None, hosts=("localhost",)):
    """Status and headers of the answer to a request; the application answers with 200."""
    sent = []

    async def inside(_, __, send):
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"x-frame-options", b"ALLOW")],
            }
        )
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        sent.append(message)

    gate = RequestFilter(inside, hosts=hosts, limits=limits)
    raw = [(name.encode(), value.encode()) for name, value in (("host", "localhost"), *headers)]
    scope = {"type": "http", "method": method, "path": path, "headers": raw}
    complete(gate(scope, None, send))
    starts = [message for message in sent if message["type"] == "http.response.start"]
    assert len(starts) == 1
    return starts[0]["status"], starts[0]["headers"]


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"hosts": ("other",)},
        {"method": "PUT", "path": UPLOAD},
    ],
)
def test_every_response_protects_its_page(request_):
    _, headers = response(**request_)
    found = dict(headers)
    assert len(found) == len(headers)  # the application's own are replaced
    assert b"frame-ancestors 'none'" in found[b"content-security-policy"]
    assert found[b"x-frame-options"] == b"DENY"
    assert found[b"x-content-type-options"] == b"nosniff"
    assert found[b"referrer-policy"] == b"no-referrer"


MEGABYTE = 1 << 20


@pytest.mark.parametrize(
    ("held", "n_bytes", "status"),
    [
        ({}, 45, 200),
        ({"a": 150}, 45, 200),
        ({"a": 160}, 45, 413),  # this visitor's limit
        ({str(i): 150 for i in range(6)}, 45, 200),
        ({str(i): 150 for i in range(7)}, 45, 413),  # everybody's
    ],
)
def test_uploads_have_a_total(held, n_bytes, status):
    limits = UploadLimits(lambda: {name: size * MEGABYTE for name, size in held.items()})
    length = ("content-length", str(n_bytes * MEGABYTE))
    assert response(length, method="PUT", path=UPLOAD, limits=limits)[0] == status


def test_uploads_that_arrive_at_once_are_counted():
    limits = UploadLimits(lambda: {})
    with limits.counting("a") as first:
        assert first(150 * MEGABYTE)
        assert limits.allows("b", 200 * MEGABYTE)
        with limits.counting("a") as second:
            assert second(45 * MEGABYTE)
            assert not second(10 * MEGABYTE)
        assert not limits.allows("a", 60 * MEGABYTE)
        assert limits.allows("a", 45 * MEGABYTE)
    assert limits.allows("a", 200 * MEGABYTE)
    assert not limits.allows("a", 201 * MEGABYTE)


def upload(receive, limits=None):
    """Answers to an upload, passed on to an application that reads it as Streamlit does."""
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse

    read = []

    async def inside(scope, receive, send):
        try:
            read.append(await Request(scope, receive).body())
        except BaseException:
            await PlainTextResponse("failed", 500)(scope, receive, send)
            raise
        await PlainTextResponse("", 204)(scope, receive, send)

    sent = []

    async def send(message):
        sent.append(message.get("status"))

    gate = RequestFilter(inside, hosts=("localhost",), limits=limits)
    headers = [(b"host", b"localhost"), (b"content-length", b"1000")]
    scope = {"type": "http", "method": "PUT", "path": UPLOAD, "headers": headers}
    complete(gate(scope, receive, send))
    return [status for status in sent if status], read


def parts(*bodies, then=None):
    messages = [{"type": "http.request", "body": body, "more_body": True} for body in bodies]

    async def receive():
        if messages:
            return messages.pop(0)
        if then is None:
            await asyncio.sleep(3600)
        return then

    return receive


LAST = {"type": "http.request", "body": b"c", "more_body": False}


def test_an_upload_is_passed_on_whole():
    assert upload(parts(b"a", b"b", then=LAST)) == ([204], [b"abc"])


def test_a_stalled_upload_is_given_up(monkeypatch):
    monkeypatch.setattr(request_filter, "_LONGEST_PAUSE", 0.01)
    assert upload(parts(b"a")) == ([408], [])


def test_an_upload_whose_client_leaves_is_no_exception():
    statuses, read = upload(parts(b"a", then={"type": "http.disconnect"}))
    assert not read and statuses == [500]  # to nobody


def test_an_upload_that_becomes_too_much_is_given_up():
    limits = UploadLimits(lambda: {"a": len(seen) * 199 * MEGABYTE})
    seen = []
    assert upload(parts(b"a" * MEGABYTE, b"b" * MEGABYTE, then=LAST), limits)[0] == [204]
    seen.append(1)
    assert upload(parts(b"a" * MEGABYTE, b"b" * MEGABYTE, then=LAST), limits) == ([413], [])


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("content-length", "12"), ("content-length", "13")),
        (("content-length", "-1"),),
        (("content-length", "12"), ("transfer-encoding", "chunked")),
    ],
)
def test_an_upload_says_its_length(headers):
    assert response(*headers, method="PUT", path=UPLOAD)[0] == 411


def test_an_endless_length_is_refused():
    assert response(("content-length", "9" * 5_000), method="PUT", path=UPLOAD)[0] == 413


def test_what_streamlit_holds_is_counted(monkeypatch):
    from streamlit import runtime
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
    from streamlit.runtime.uploaded_file_manager import UploadedFileRec

    assert held_by_streamlit() == {}  # no server
    manager = MemoryUploadedFileManager("/upload")
    for number in range(3):
        file = UploadedFileRec(str(number), "a.vec", "", bytes(10 * number))
        manager.add_file("a" if number else "b", file)

    class Running:
        uploaded_file_mgr = manager

    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", Running)
    assert held_by_streamlit() == {"a": 30, "b": 0}
