"""Small pictures on one sheet, beside a file of their vectors and for TensorBoard's projector."""

from __future__ import annotations

import base64
import hashlib
import io
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedviz.corpora.pictures import DAMAGE, pillow
from embedviz.errors import InputError
from embedviz.support import atomic_path

_ENDING = ".pictures.png"
_SIDE = 64  # of a small picture, in pixels
_LONGEST_SIDE = 8_192  # of a sheet: TensorBoard's limit
_OWNER = "embedviz-labels-sha256"  # text of the PNG file: whose pictures they are, in this order


def sheet_path(vectors: Path) -> Path:
    """Return the file of the pictures that belong to a file of vectors."""
    return vectors.with_suffix(_ENDING)


def small_side(n: int) -> int:
    """Side in pixels of each of n pictures on a sheet."""
    return min(_SIDE, _LONGEST_SIDE // _n_columns(n))


def write_sheet(path: Path, labels: Sequence[str], pictures: NDArray[np.uint8]) -> None:
    """Write pictures as a sheet of as many rows as columns, the first row first.

    Parameters
    ----------
    path : Path
    labels : sequence of str
        Of the vectors, in the order of the pictures.
    pictures : ndarray of uint8, shape (n, side, side, 3)

    Raises
    ------
    InputError
        If Pillow is missing, or the sheet would be larger than 8,192 pixels.
    """
    n, side = pictures.shape[:2]
    n_columns = _n_columns(n)
    if n_columns * side > _LONGEST_SIDE:
        raise InputError(
            f"{n:,} pictures of {side} pixels take a sheet of {n_columns * side:,} pixels, more "
            f"than {_LONGEST_SIDE:,}: write fewer."
        )
    sheet = np.full((n_columns * n_columns, side, side, 3), 255, np.uint8)
    sheet[:n] = pictures
    rows = sheet.reshape(n_columns, n_columns, side, side, 3).transpose(0, 2, 1, 3, 4)
    image = pillow().fromarray(rows.reshape(n_columns * side, n_columns * side, 3))
    from PIL.PngImagePlugin import PngInfo

    owner = PngInfo()
    owner.add_text(_OWNER, _digest(labels))
    with atomic_path(path) as aside:
        image.save(aside, format="PNG", pnginfo=owner)


def read_sheet(path: Path, labels: Sequence[str]) -> NDArray[np.uint8]:
    """Read the pictures of vectors, shape (n, side, side, 3), in the order of their labels.

    Raises
    ------
    InputError
        If it is no such sheet, or that of other vectors.
    """
    image = pillow()
    n_columns = _n_columns(len(labels))
    try:
        with image.open(path, formats=("PNG",)) as opened:
            width, height = opened.size
            side = width // n_columns
            if width != height or not 0 < width == side * n_columns <= _LONGEST_SIDE:
                raise ValueError(f"{width:,} × {height:,} pixels for {len(labels):,} pictures")
            sheet = np.asarray(opened.convert("RGB"), dtype=np.uint8)
            owner = getattr(opened, "text", {}).get(_OWNER)
    except (*DAMAGE, image.DecompressionBombError) as error:
        raise InputError(
            f"{path} is no sheet of the pictures of these vectors ({str(error)[:80]}): encode them "
            "again, or remove it."
        ) from None
    if owner != _digest(labels):
        raise InputError(
            f"{path} has the pictures of other vectors: encode them again, or remove it."
        )
    tiles = sheet.reshape(n_columns, side, n_columns, side, 3).transpose(0, 2, 1, 3, 4)
    return tiles.reshape(-1, side, side, 3)[: len(labels)]


def shrink(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Scale a square picture to another side."""
    image = pillow()
    if len(picture) == side:
        return picture
    small = image.fromarray(picture).resize((side, side), image.Resampling.LANCZOS)
    return np.asarray(small, dtype=np.uint8)


def data_url(picture: NDArray[np.uint8]) -> str:
    """Return a picture as a PNG file in an address, for a web page."""
    file = io.BytesIO()
    pillow().fromarray(picture).save(file, format="PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _n_columns(n: int) -> int:
    return max(1, math.isqrt(max(0, n - 1)) + 1)


def _digest(labels: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(labels).encode("utf-8", "surrogatepass")).hexdigest()
