"""Sparse matrices in ``.npz``, as `scipy.sparse.save_npz` writes them: counts of contexts."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.vectors.formats.arrays import read_array
from embedviz.vectors.formats.blocks import BLOCK_VALUES, Block, Options
from embedviz.vectors.formats.word_records import WordList

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FORMAT = "format"
MOST_BYTES = 1 << 32
"""Limit of the size of a matrix that is mostly zeros, with the zeros."""

_INVALID = (ValueError, TypeError, KeyError, IndexError, OverflowError, NotImplementedError)


def is_sparse(names: Sequence[str]) -> bool:
    """Whether the members of an archive are the parts of a sparse matrix."""
    return {f"{FORMAT}.npy", "shape.npy", "data.npy"} <= set(names)


def read_shape(path: Path, archive: zipfile.ZipFile) -> tuple[int, int]:
    """Return the number of rows and of columns.

    Raises
    ------
    InputError
        If it is damaged, or too large to be read with its zeros.
    """
    numbers = read_array(f"{path}: shape.npy", archive.read("shape.npy"), "iu")
    shape = tuple(numbers.ravel().tolist())
    if len(shape) != 2 or min(shape) < 1:
        raise InputError(f"{path}: shape.npy is {shape}, not that of a matrix: write it again.")
    if 4 * shape[0] * shape[1] > MOST_BYTES:
        raise InputError(
            f"{path} has {shape[0]:,} x {shape[1]:,} numbers, which would take "
            f"{4 * shape[0] * shape[1] >> 20:,} MB with the zeros, more than {MOST_BYTES >> 20:,}: "
            "reduce its columns, such as to 300 with TruncatedSVD of scikit-learn."
        )
    return shape[0], shape[1]


def dense_blocks(
    path: Path, shape: tuple[int, int], words: WordList, options: Options
) -> Iterator[Block]:
    """Yield the rows with their zeros."""
    with zipfile.ZipFile(path) as archive:
        matrix = _read_matrix(path, archive, shape)
    n_rows = max(1, BLOCK_VALUES // shape[1])
    for start in range(0, shape[0], n_rows):
        names = words.words[start : start + n_rows]
        there = [place for place, name in enumerate(names) if name is not None]
        with np.errstate(over="ignore"):  # `collect` reports infinity
            rows = matrix[start : start + n_rows].toarray().astype(np.float32)[there]
        counts = None if words.counts is None else words.counts[start : start + n_rows][there]
        yield Block([n for n in names if n is not None], rows, start + 1, counts=counts)
        options.report((start + len(names)) / shape[0])


def _read_matrix(path: Path, archive: zipfile.ZipFile, shape: tuple[int, int]) -> csr_matrix:
    from scipy.sparse import coo_matrix, csc_matrix, csr_matrix

    def part(name: str, kinds: str = "iu") -> NDArray[Any]:
        return read_array(f"{path}: {name}.npy", archive.read(f"{name}.npy"), kinds)

    layout = part(FORMAT, "US").tolist()
    layout = layout[0] if layout else ""
    layout = layout.decode(errors="replace") if isinstance(layout, bytes) else layout
    try:
        if layout == "coo":
            return coo_matrix((part("data", "fiu"), (part("row"), part("col"))), shape).tocsr()
        kinds = {"csr": csr_matrix, "csc": csc_matrix}
        if layout not in kinds:
            raise ValueError(f"the layout {layout[:20]!r}, not csr, csc or coo")
        parts = part("data", "fiu"), part("indices"), part("indptr")
        matrix = kinds[layout](parts, shape)
        matrix.check_format(full_check=True)
        return matrix.tocsr()
    except _INVALID as error:
        raise InputError(
            f"{path} is not a complete sparse matrix ({str(error)[:120]}): write it again with "
            "save_npz of its tocsr()."
        ) from None
