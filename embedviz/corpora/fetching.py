"""Public corpora: recipes, and downloads that are resumed and verified.

A recipe is a TOML file in ``corpora/recipes/`` with a corpus's address, checksum and
licence. Downloading needs the ``corpora`` extra (pooch).
"""

import dataclasses
import hashlib
import logging
import re
import shutil
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from embedviz.errors import FetchError, InputError
from embedviz.support import data_folder

if TYPE_CHECKING:
    from requests import Response, Session

Progress = Callable[[int, int], None]

_CHUNK_BYTES = 1 << 14  # maximum loss of received bytes if the connection breaks
_TIMEOUT_SECONDS = (20.0, 60.0)  # to connect, and between two reads
_HEADERS = {"User-Agent": "embedviz (corpus fetch)", "Accept-Encoding": "identity"}


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Address, checksum and licence of a public corpus.

    Parameters
    ----------
    name : str
        Name for users: lower-case letters, digits, hyphens and dots.
    title : str
        One-line description of the text.
    url : str
        Address of the file, http or https.
    sha256 : str
        Digest of the downloaded file, 64 hexadecimal digits.
    size_bytes : int
        Size of the downloaded file in bytes.
    licence, citation, note : str
        Terms of use, citation, and notes on training.
    member : str, optional
        Path of the text in the zip archive; empty if the download is the text itself.
    unpacked_bytes : int, optional
        Maximum unpacked size of this member.

    Raises
    ------
    InputError
        If a value is invalid.
    """

    name: str
    title: str
    url: str
    sha256: str
    size_bytes: int
    licence: str
    citation: str
    note: str
    member: str = ""
    unpacked_bytes: int = 0

    def __post_init__(self) -> None:
        """Validate every value."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if type(value) is not field.type:
                needed = "a whole number" if field.type is int else "a string"
                raise InputError(f"{field.name} is {value!r}: it must be {needed}.")
        address, member = urlsplit(self.url), PurePosixPath(self.member)
        checks = {
            "name": re.fullmatch(r"[a-z0-9][a-z0-9.-]*", self.name),
            "url": address.scheme in ("http", "https") and address.hostname,
            "sha256": re.fullmatch(r"[0-9a-f]{64}", self.sha256),
            "size_bytes": self.size_bytes > 0,
            "member": not member.is_absolute()
            and ".." not in member.parts
            and not re.search(r"[\\:\0]", self.member),
            "unpacked_bytes": (self.unpacked_bytes > 0) == bool(self.member),
        }
        for key, good in checks.items():
            if not good:
                raise InputError(f"{key} is {getattr(self, key)!r}, which is invalid in a recipe.")


def recipes(folder: Path | None = None) -> tuple[Recipe, ...]:
    """List all recipes of the folder, by name.

    Parameters
    ----------
    folder : Path, optional
        Folder of the TOML files; by default those bundled with embedviz.

    Raises
    ------
    InputError
        If a recipe cannot be read, or has an unknown or missing key.
    """
    if folder is None:
        folder = data_folder() / "recipes"
    return tuple(_read_recipe(path) for path in sorted(folder.glob("*.toml")))


def recipe(name: str) -> Recipe:
    """Return the recipe called ``name``.

    Raises
    ------
    InputError
        If no recipe has that name.
    """
    known = {one.name: one for one in recipes()}
    if name not in known:
        raise InputError(f"there is no recipe '{name}': choose one of {', '.join(known)}.")
    return known[name]


def fetch(recipe: Recipe, folder: Path, *, progress: Progress | None = None) -> Path:
    """Download a corpus, verify it, unpack it, and return the path of its text.

    A verified file is not downloaded again. An interrupted one leaves ``NAME.zip.part``, and the
    next call requests only the rest. The archive is kept next to the text as proof of origin.

    Parameters
    ----------
    recipe : Recipe
        The corpus to download.
    folder : Path
        Target folder; created if missing.
    progress : callable, optional
        Called with the bytes received and the total.

    Raises
    ------
    InputError
        If pooch is not installed.
    FetchError
        If the download failed, or its checksum differs.
    """
    try:
        import pooch
    except ImportError as error:
        raise InputError(
            "downloading a corpus needs pooch: install it with pip install 'embedviz[corpora]'."
        ) from error
    file_name = f"{recipe.name}.zip" if recipe.member else f"{recipe.name}.txt"
    download = _Download(recipe, folder / f"{file_name}.part", progress)
    try:
        with _quiet(pooch.get_logger()):
            fetched = pooch.retrieve(
                recipe.url,
                known_hash=f"sha256:{recipe.sha256}",
                fname=file_name,
                path=folder,
                downloader=download,
            )
        return _unpack(recipe, Path(fetched)) if recipe.member else Path(fetched)
    except OSError as error:
        raise FetchError(
            f"'{error.filename or folder}' could not be written ({error.strerror or error}):"
            " free disk space or choose another folder, and run the same command again."
        ) from error


@dataclasses.dataclass(frozen=True)
class _Download:
    """A downloader for pooch that stores received bytes in ``part`` and resumes from it."""

    recipe: Recipe
    part: Path
    progress: Progress | None

    def __call__(self, url: str, output_file: str, _: object) -> None:
        if self._arrived() > self.recipe.size_bytes:
            self._discard()
        if self._arrived() < self.recipe.size_bytes:
            self._receive(url)
        with self.part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != self.recipe.sha256:
            self._discard()
            raise FetchError(
                f"{url} is not the file of the recipe '{self.recipe.name}': SHA-256"
                f" expected {self.recipe.sha256}, got {digest}; it was deleted: run the same"
                " command again."
            )
        self.part.replace(output_file)
        self._discard()

    @property
    def _validator(self) -> Path:
        """File with the server's version identifier of the download (ETag or date)."""
        return self.part.with_name(f"{self.part.name}.version")

    def _arrived(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _discard(self) -> None:
        self.part.unlink(missing_ok=True)
        self._validator.unlink(missing_ok=True)

    def _receive(self, url: str) -> None:
        import requests

        self.part.parent.mkdir(parents=True, exist_ok=True)
        with requests.Session() as session:
            try:
                response = self._request(session, url)
                if response.status_code == 416 or not self._continues(response):
                    # the part cannot be resumed: the file on the server has changed
                    response.close()
                    self._discard()
                    response = self._request(session, url)
                with response:
                    self._store(response)
            except requests.RequestException as error:
                late = isinstance(error, requests.Timeout)
                reason = "no answer in time" if late else "the connection failed"
                raise self._broken_off(url, reason) from error
        if self._arrived() < self.recipe.size_bytes:
            raise self._broken_off(url, "the server closed the connection")

    def _request(self, session: "Session", url: str) -> "Response":
        """Request the missing bytes of the version that the part belongs to."""
        headers = dict(_HEADERS)
        if offset := self._arrived():
            headers["Range"] = f"bytes={offset}-"
            if self._validator.exists():
                headers["If-Range"] = self._validator.read_text(encoding="latin-1")
        return session.get(url, headers=headers, stream=True, timeout=_TIMEOUT_SECONDS)

    def _continues(self, response: "Response") -> bool:
        """Whether a partial response starts where the part ends; any other response is fine."""
        if response.status_code != 206:
            return True
        content_range = response.headers.get("Content-Range", "")
        return bool(re.match(rf"bytes {self._arrived()}-", content_range))

    def _store(self, response: "Response") -> None:
        if response.status_code not in (200, 206):
            raise FetchError(
                f"{response.url} answered {response.status_code} {response.reason}: try again"
                " later, or download the file by other means and put it into the folder"
                f" as '{self.part.stem}'."
            )
        arrived = self._arrived() if response.status_code == 206 else 0
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and arrived + int(length) != self.recipe.size_bytes:
            if arrived:
                self._discard()
            raise self._wrong_size(response.url, f"{arrived + int(length):,}")
        self._note_version(response)
        with self.part.open("ab" if arrived else "wb") as file:
            for chunk in response.iter_content(_CHUNK_BYTES):
                arrived += len(chunk)
                if arrived > self.recipe.size_bytes:
                    break
                file.write(chunk)
                if self.progress is not None:
                    self.progress(arrived, self.recipe.size_bytes)
        if arrived > self.recipe.size_bytes:
            self._discard()
            raise self._wrong_size(response.url, "more")

    def _note_version(self, response: "Response") -> None:
        version = response.headers.get("ETag", "")
        if not version.startswith('"'):  # a weak ETag says nothing about bytes
            version = response.headers.get("Last-Modified", "")
        if version:
            self._validator.write_text(version, encoding="latin-1")
        else:
            self._validator.unlink(missing_ok=True)

    def _wrong_size(self, url: str, offered: str) -> FetchError:
        return FetchError(
            f"{url} offers {offered} bytes where the recipe '{self.recipe.name}' expects"
            f" {self.recipe.size_bytes:,}: it is a different file, and was not downloaded."
        )

    def _broken_off(self, url: str, reason: str) -> FetchError:
        return FetchError(
            f"the download of {url} was interrupted after {self._arrived():,} of"
            f" {self.recipe.size_bytes:,} bytes ({reason}): run the same command to resume it."
        )


def _unpack(recipe: Recipe, archive: Path) -> Path:
    """Unpack the recipe's member next to the archive, unless it is complete."""
    text = archive.with_name(f"{recipe.name}.txt")
    aside = archive.with_name(f"{recipe.name}.txt.part")
    try:
        with zipfile.ZipFile(archive) as opened:
            size = opened.getinfo(recipe.member).file_size
            if size > recipe.unpacked_bytes:
                raise FetchError(
                    f"'{recipe.member}' in '{archive}' unpacks to {size:,} bytes, more than the"
                    f" {recipe.unpacked_bytes:,} that the recipe '{recipe.name}' allows."
                )
            if text.exists() and text.stat().st_size == size:
                return text
            with opened.open(recipe.member) as packed, aside.open("wb") as file:
                shutil.copyfileobj(packed, file)  # never more than file_size
        aside.replace(text)
    except (KeyError, zipfile.BadZipFile) as error:
        raise FetchError(
            f"'{archive}' contains no readable file '{recipe.member}'"
            f" ({error}): correct the recipe '{recipe.name}'."
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    return text


def _read_recipe(path: Path) -> Recipe:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"the recipe '{path}' cannot be read: {error}.") from error
    fields = dataclasses.fields(Recipe)
    needed = {field.name for field in fields if field.default is dataclasses.MISSING}
    if unknown := sorted(table.keys() - {field.name for field in fields}):
        raise InputError(f"the recipe '{path}' has the unknown key '{unknown[0]}': remove it.")
    if missing := sorted(needed - table.keys()):
        raise InputError(f"the recipe '{path}' lacks the key '{missing[0]}': add it.")
    try:
        return Recipe(**table)
    except InputError as error:
        raise InputError(f"the recipe '{path}' cannot be used: {error}") from error


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Silence pooch's log messages: the caller reports progress."""
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
