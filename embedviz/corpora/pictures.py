"""Pictures in files: read at one size, and folders of them with captions in COCO's JSON."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO, ClassVar

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.support import clip, counted, parse_json, read_limited

_MOST_PIXELS = 100_000_000  # of a picture, before it is made smaller
_TIMES = 3  # the size that is asked for: to so much a picture is shrunk first
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")  # others run programs, or are little tried
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, ArithmeticError, TypeError, struct.error)
"""What Pillow raises for damaged files."""

_LARGEST_FILE = 1 << 28  # bytes, of captions
_LONGEST_NAME = 250
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff")
"""Endings of the names of pictures."""


def pillow() -> ModuleType:
    """Return Pillow's module of images; `InputError` if Pillow is missing."""
    try:
        from PIL import Image
    except ImportError:
        raise InputError(
            "Pictures need Pillow: install it with pip install 'embedviz[pictures]'."
        ) from None
    return Image


def read_picture(path: Path, size: int) -> NDArray[np.uint8]:
    """Read a picture in a file as a square; see `read_square`."""
    pillow()
    if not path.is_file():
        raise InputError(f"{path} is not a file: name a picture, such as a PNG or JPEG file.")
    return read_square(path, str(path), size)


def read_square(file: Path | BinaryIO, name: str, size: int) -> NDArray[np.uint8]:
    """Read a picture as a square.

    It is turned as its EXIF data say, the first frame of an animation, transparent parts on white,
    cut around its middle to a square, and scaled.

    Parameters
    ----------
    file : Path or binary file
    name : str
        For messages.
    size : int
        Side in pixels.

    Returns
    -------
    ndarray of uint8, shape (size, size, 3)

    Raises
    ------
    InputError
        If the file is no picture, is damaged, or has more than 100 million pixels, or Pillow is
        missing.
    """
    pillow()
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=_FORMATS) as opened:
                width, height = opened.size
                if width * height > _MOST_PIXELS:
                    raise InputError(
                        f"{name} has {width:,} × {height:,} pixels, more than {_MOST_PIXELS:,}: "
                        "make it smaller first."
                    )
                opened.draft("RGB", (2 * size, 2 * size))  # a JPEG file is then read faster
                if opened.mode.startswith("I"):  # 16 bits of grey
                    shown = Image.fromarray((np.asarray(opened) // 256).astype(np.uint8))
                else:
                    shown = opened
                # smaller before it is converted, which takes four bytes a pixel
                shown.thumbnail((_TIMES * size * max(width, height) // min(width, height),) * 2)
                upright = ImageOps.exif_transpose(shown).convert("RGBA")
                ground = Image.new("RGBA", upright.size, "white")
                flat = Image.alpha_composite(ground, upright).convert("RGB")
                square = ImageOps.fit(flat, (size, size), Image.Resampling.LANCZOS)
                return np.asarray(square, dtype=np.uint8)
    except InputError:
        raise
    except Image.DecompressionBombError:
        raise InputError(
            f"{name} has more than {_MOST_PIXELS:,} pixels: make it smaller first."
        ) from None
    except DAMAGE as error:
        reason = clip(str(error).splitlines()[0] if str(error) else type(error).__name__, 80)
        raise InputError(
            f"{name} cannot be read as a picture ({reason}): give a PNG or JPEG file."
        ) from None


def list_pictures(path: Path) -> list[Path]:
    """Return a file itself, or the pictures in a folder by their names' endings, in order.

    Raises
    ------
    InputError
        If there is none.
    """
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in PICTURE_ENDINGS)
    if not found:
        raise InputError(
            f"{path} has no pictures ({', '.join(PICTURE_ENDINGS)}): name another folder."
        )
    return found


@dataclass(frozen=True)
class PictureFolder:
    """Pictures of a folder with their captions.

    Parameters
    ----------
    folder : Path
    captions : Path
        JSON as that of COCO: ``images`` with ``id`` and ``file_name``, and ``annotations`` with
        ``image_id`` and ``caption``; of a picture there may be several.

    Raises
    ------
    InputError
        On reading, if the file has another form, or names pictures that are not in the folder.
    """

    folder: Path
    captions: Path

    in_order: ClassVar[bool] = False
    """Whether pairs are read in this order."""

    @property
    def names(self) -> tuple[str, ...]:
        """What the pairs are called."""
        return (self.captions.name,)

    @property
    def settings(self) -> Mapping[str, object]:
        """Settings by which they were made: none."""
        return {}

    def identity(self) -> object:
        """Return what distinguishes other pairs, for JSON."""
        files = sorted({name for name, _ in self._rows})
        stats = [(self.folder / name).stat() for name in files]
        return [
            str(self.folder.resolve()),
            [(one.st_size, one.st_mtime_ns) for one in stats],
            self._rows,
        ]

    def read(self) -> Iterator[tuple[str, str]]:
        """Yield the name of each picture and a caption."""
        yield from self._rows

    def pictures(self, names: Sequence[str], size: int) -> Iterator[NDArray[np.uint8]]:
        """Read the pictures with these names, each (size, size, 3)."""
        for name in names:
            yield read_picture(self.folder / name, size)

    @cached_property
    def _rows(self) -> list[tuple[str, str]]:
        """Names of files and captions."""
        if not self.folder.is_dir():
            raise InputError(f"{self.folder} is not a folder: name the one with the pictures.")
        files = {str(one["id"]): one["file_name"] for one in self._list("images")}
        rows = []
        for one in self._list("annotations"):
            number = str(one["image_id"])
            if number not in files:
                raise InputError(
                    f"{self.captions} has a caption for the picture {clip(number, 40)}, which is "
                    "none of its images: remove the caption, or add the image."
                )
            rows.append((files[number], " ".join(one["caption"].split())))
        captioned = dict.fromkeys(name for name, _ in rows)
        for name in captioned:
            self._check_inside(name)
        missing = [name for name in captioned if not (self.folder / name).is_file()]
        if missing:
            raise InputError(
                f"{self.captions} names {counted(len(missing), 'picture')} missing from "
                f"{self.folder}, such as {clip(missing[0], 60)}: add them, "
                "or remove their captions."
            )
        return rows

    def _check_inside(self, name: str) -> None:
        try:
            is_inside = (self.folder / name).resolve().is_relative_to(self.folder.resolve())
        except (OSError, ValueError, RuntimeError):  # too long, a null character, links in a circle
            is_inside = False
        if not is_inside or len(name) > _LONGEST_NAME:
            raise InputError(
                f"{self.captions} names the picture {clip(name, 60)}, which is no file of "
                f"{self.folder}: move it there, or remove its captions."
            )

    def _list(self, key: str) -> list[dict[str, Any]]:
        needed = {"images": ("id", "file_name"), "annotations": ("image_id", "caption")}[key]
        found = self._document.get(key)
        if not isinstance(found, list) or not all(
            isinstance(one, dict)
            and all(_is_plain(one.get(name)) for name in needed)
            and isinstance(one[needed[1]], str)
            for one in found
        ):
            raise InputError(
                f"{self.captions} has no list {key} with {' and '.join(needed)} in each entry: "
                "give captions in COCO's format."
            )
        return found

    @cached_property
    def _document(self) -> dict[str, Any]:
        try:
            data = read_limited(self.captions, _LARGEST_FILE)
            document = parse_json(data.decode("utf-8-sig"))
        except OSError as error:
            raise InputError(
                f"{self.captions} cannot be read ({error.strerror}): name the JSON file with the "
                "captions."
            ) from None
        except ValueError as error:
            raise InputError(
                f"{self.captions} is not JSON ({clip(str(error), 80)}): give captions in COCO's "
                "format."
            ) from None
        if not isinstance(document, dict):
            raise InputError(f"{self.captions} is no JSON object: give captions in COCO's format.")
        return document


def _is_plain(value: object) -> bool:
    """Whether a value is a number, or a text that can be written."""
    if isinstance(value, str):
        return not any("\ud800" <= sign <= "\udfff" for sign in value)
    return isinstance(value, int | float)
