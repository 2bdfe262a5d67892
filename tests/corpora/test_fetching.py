"""Fetching, against a server of our own on the loopback interface."""

import dataclasses
import hashlib
import io
import re
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from embedviz.corpora import fetch, recipe, recipes
from embedviz.corpora.fetching import Recipe
from embedviz.errors import FetchError, InputError

pytest.importorskip("pooch")

TEXT = b"".join(b"line %d of a small corpus\n" % number for number in range(4000))
DATE = "Fri, 24 Feb 2023 12:00:00 GMT"


def zipped(member: str = "deep/text", text: bytes = TEXT) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(member, text)
    return buffer.getvalue()


class Server(ThreadingHTTPServer):
    """Serves ``body`` under every path, and misbehaves as told."""

    daemon_threads = True

    def __init__(self, body: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.body = body
        self.status = 200
        self.etag: str | None = '"v1"'
        self.modified: str | None = None
        self.ignore_range = False
        self.misplace_range = False
        self.hide_length = False
        self.drop_after: int | None = None
        self.asked: list[dict[str, str]] = []
        self.sent: list[int] = []

    def handle_error(self, request, client_address):
        if not isinstance(sys.exception(), ConnectionError):  # we hang up on what is too long
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/corpus.zip"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self):
        server = self.server
        server.asked.append(dict(self.headers))
        if server.status != 200:
            self.send_error(server.status)
            return
        start = self.start()
        if start >= len(server.body):
            self.send_error(416)
            return
        rest = server.body[start:]
        self.send_response(206 if start else 200)
        if start:
            said = start + 1 if server.misplace_range else start
            last = len(server.body) - 1
            self.send_header("Content-Range", f"bytes {said}-{last}/{len(server.body)}")
        if server.etag:
            self.send_header("ETag", server.etag)
        if server.modified:
            self.send_header("Last-Modified", server.modified)
        if not server.hide_length:
            self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        if server.drop_after is not None:
            rest = rest[: server.drop_after]
        server.sent.append(len(rest))
        self.wfile.write(rest)

    def start(self) -> int:
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        version = self.headers.get("If-Range")
        stale = version is not None and version not in (self.server.etag, self.server.modified)
        return int(wanted[1]) if wanted and not stale and not self.server.ignore_range else 0

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "*")
    with Server(zipped()) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


def recipe_for(server: Server, **changes) -> Recipe:
    good = Recipe(
        name="small",
        title="A small corpus",
        url=server.url,
        sha256=hashlib.sha256(server.body).hexdigest(),
        size_bytes=len(server.body),
        licence="CC0",
        citation="us",
        note="",
        member="deep/text",
        unpacked_bytes=len(TEXT),
    )
    return dataclasses.replace(good, **changes)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def break_off(server: Server, wanted: Recipe, folder: Path, after: int = 50_000) -> None:
    server.drop_after = after
    with pytest.raises(FetchError, match="was interrupted"):
        fetch(wanted, folder)
    server.drop_after = None


def test_fetch_downloads_verifies_and_unpacks(server, tmp_path, capfd):
    seen: list[tuple[int, int]] = []
    path = fetch(recipe_for(server), tmp_path / "new", progress=lambda *at: seen.append(at))
    assert path == tmp_path / "new" / "small.txt"
    assert path.read_bytes() == TEXT
    assert names(path.parent) == ["small.txt", "small.zip"]
    assert seen[-1] == (len(server.body), len(server.body))
    assert capfd.readouterr() == ("", "")


def test_what_is_there_is_not_asked_for_again(server, tmp_path):
    wanted = recipe_for(server)
    path = fetch(wanted, tmp_path)
    assert fetch(wanted, tmp_path) == path
    path.write_bytes(b"cut short")
    assert fetch(wanted, tmp_path).read_bytes() == TEXT
    assert len(server.asked) == 1


def test_a_damaged_archive_is_fetched_anew(server, tmp_path):
    wanted = recipe_for(server)
    fetch(wanted, tmp_path)
    (tmp_path / "small.zip").write_bytes(b"damaged")
    assert fetch(wanted, tmp_path).read_bytes() == TEXT
    assert len(server.asked) == 2


def test_a_text_that_is_no_archive(server, tmp_path):
    server.body = TEXT
    path = fetch(recipe_for(server, member="", unpacked_bytes=0), tmp_path)
    assert path.read_bytes() == TEXT
    assert names(tmp_path) == ["small.txt"]


@pytest.mark.parametrize(
    ("etag", "modified", "version"),
    [
        ('"v1"', None, '"v1"'),
        ('"v1"', DATE, '"v1"'),
        (None, DATE, DATE),
        ('W/"weak"', DATE, DATE),
        ('W/"weak"', None, None),
        (None, None, None),
    ],
)
def test_a_broken_download_goes_on_where_it_stopped(server, tmp_path, etag, modified, version):
    server.etag, server.modified = etag, modified
    server.drop_after = 50_000
    wanted = recipe_for(server)
    size = len(server.body)
    with pytest.raises(FetchError) as caught:
        fetch(wanted, tmp_path)
    arrived = (tmp_path / "small.zip.part").stat().st_size
    assert 30_000 < arrived <= 50_000
    assert f"after {arrived:,} of {size:,} bytes" in str(caught.value)
    assert "run the same command to resume it" in str(caught.value)
    assert not (tmp_path / "small.zip").exists()
    server.drop_after = None
    assert fetch(wanted, tmp_path).read_bytes() == TEXT
    assert "Range" not in server.asked[0]
    assert server.asked[1]["Range"] == f"bytes={arrived}-"
    assert server.asked[1].get("If-Range") == version
    assert server.sent == [50_000, size - arrived]
    assert names(tmp_path) == ["small.txt", "small.zip"]


def test_the_rest_of_another_version_is_not_appended(server, tmp_path):
    wanted = recipe_for(server)
    break_off(server, wanted, tmp_path)
    server.etag = '"v2"'
    assert fetch(wanted, tmp_path).read_bytes() == TEXT
    assert server.sent == [50_000, len(server.body)]


def test_a_server_that_ignores_ranges_sends_all_again(server, tmp_path):
    server.ignore_range = True
    wanted = recipe_for(server)
    break_off(server, wanted, tmp_path)
    assert fetch(wanted, tmp_path).read_bytes() == TEXT
    assert server.sent == [50_000, len(server.body)]


def test_a_range_that_starts_elsewhere_is_not_appended(server, tmp_path):
    server.misplace_range = True
    wanted = recipe_for(server)
    break_off(server, wanted, tmp_path)
    assert fetch(wanted, tmp_path).read_bytes() == TEXT
    assert "Range" not in server.asked[2]


def test_a_complete_part_needs_no_request(server, tmp_path):
    (tmp_path / "small.zip.part").write_bytes(server.body)
    assert fetch(recipe_for(server), tmp_path).read_bytes() == TEXT
    assert server.asked == []


def test_a_part_that_is_too_long_is_thrown_away(server, tmp_path):
    (tmp_path / "small.zip.part").write_bytes(server.body + b"more")
    assert fetch(recipe_for(server), tmp_path).read_bytes() == TEXT
    assert "Range" not in server.asked[0]


def test_a_range_that_the_server_cannot_serve_starts_over(server, tmp_path):
    wanted = recipe_for(server)
    (tmp_path / "small.zip.part").write_bytes(b"?" * (len(server.body) - 1))
    server.body = server.body[:-5]  # shorter than the part: the answer is 416
    with pytest.raises(FetchError, match="it is a different file"):
        fetch(wanted, tmp_path)
    assert [asked.get("Range") is None for asked in server.asked] == [False, True]
    assert names(tmp_path) == []


def test_tampered_bytes_are_rejected(server, tmp_path):
    wanted = recipe_for(server)
    server.body = server.body.replace(b"line 7 ", b"LINE 7 ")
    got = hashlib.sha256(server.body).hexdigest()
    with pytest.raises(FetchError, match=f"expected {wanted.sha256}, got {got}"):
        fetch(wanted, tmp_path)
    assert names(tmp_path) == []


@pytest.mark.parametrize("hide_length", [False, True])
def test_more_than_the_recipe_says_is_refused(server, tmp_path, hide_length):
    wanted = recipe_for(server)
    server.hide_length = hide_length
    server.body += b"x" * 1_000_000
    with pytest.raises(FetchError, match=f"expects {wanted.size_bytes:,}"):
        fetch(wanted, tmp_path)
    assert names(tmp_path) == []


@pytest.mark.parametrize("status", [403, 404, 416, 503])
def test_a_refusal_is_named(server, tmp_path, status):
    server.status = status
    with pytest.raises(FetchError, match=f"answered {status} .* 'small.zip'"):
        fetch(recipe_for(server), tmp_path)
    assert names(tmp_path) == []


def test_no_server(server, tmp_path):
    wanted = recipe_for(server, url="http://127.0.0.1:9/corpus.zip")
    with pytest.raises(FetchError, match=r"after 0 of .* \(the connection failed\)"):
        fetch(wanted, tmp_path)


def test_a_folder_that_cannot_be_written(server, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(FetchError, match="could not be written"):
        fetch(recipe_for(server), tmp_path / "file")


def test_without_pooch(server, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(InputError, match=re.escape("pip install 'embedviz[corpora]'")):
        fetch(recipe_for(server), tmp_path)


def test_an_archive_without_the_member(server, tmp_path):
    with pytest.raises(FetchError, match="contains no readable file 'other'"):
        fetch(recipe_for(server, member="other"), tmp_path)
    assert names(tmp_path) == ["small.zip"]


def test_a_download_that_is_no_archive(server, tmp_path):
    server.body = TEXT
    with pytest.raises(FetchError, match="contains no readable file"):
        fetch(recipe_for(server), tmp_path)


def test_an_archive_that_unpacks_to_too_much(server, tmp_path):
    with pytest.raises(FetchError, match="allows"):
        fetch(recipe_for(server, unpacked_bytes=len(TEXT) - 1), tmp_path)
    assert names(tmp_path) == ["small.zip"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("member", "../../etc/passwd"),
        ("member", "/etc/passwd"),
        ("member", "a\\..\\b"),
        ("member", "C:text"),
        ("name", "../small"),
        ("name", ""),
        ("url", "file:///etc/passwd"),
        ("url", "ftp://example.org/a.zip"),
        ("url", "https://"),
        ("sha256", "abc"),
        ("size_bytes", 0),
        ("size_bytes", "12"),
        ("size_bytes", True),
        ("unpacked_bytes", 0),
    ],
)
def test_values_that_no_recipe_can_have(server, key, value):
    with pytest.raises(InputError, match=f"^{key} is "):
        recipe_for(server, **{key: value})


def test_the_recipes_that_come_with_embedviz():
    known = recipes()
    assert [one.name for one in known] == ["enwik9", "text8", "wikitext-103"]
    for one in known:
        assert re.fullmatch(r"[0-9a-f]{64}", one.sha256)
        assert one.size_bytes > 30_000_000
        assert one.licence and one.citation and one.note and one.member
        assert recipe(one.name) == one


def test_an_unknown_recipe_is_answered_with_the_known_ones():
    with pytest.raises(InputError, match="'text9': choose one of enwik9, text8, wikitext-103"):
        recipe("text9")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda text: text + 'colour = "red"\n', "unknown key 'colour'"),
        (lambda text: text.replace("licence", "# licence"), "lacks the key 'licence'"),
        (lambda text: text.replace("http:", "gopher:"), "cannot be used: url"),
        (lambda text: text.replace('"', "", 1), "cannot be read"),
    ],
)
def test_a_recipe_file_that_is_wrong_is_named(tmp_path, change, complaint):
    source = Path(__file__).parents[2] / "corpora" / "recipes" / "text8.toml"
    (tmp_path / "mine.toml").write_text(change(source.read_text(encoding="utf-8")))
    with pytest.raises(InputError, match=f"mine.toml' .*{complaint}"):
        recipes(tmp_path)
