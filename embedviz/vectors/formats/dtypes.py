"""Number types of the files, and their conversion to float32 and float16."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.vectors.formats.blocks import Matrix

BFLOAT16: np.dtype[Any] = np.dtype("<u2")
"""Substitute for bfloat16, which numpy lacks: the same 16 bits, unsigned."""

MAPPED_DTYPES = (np.dtype("<f4"), np.dtype("<f2"))
"""Types that can be memory-mapped as they are; other types are read and converted."""


def is_float16(dtype: np.dtype[Any]) -> bool:
    """Whether numbers are float16, in either byte order."""
    return dtype.kind == "f" and dtype.itemsize == 2


def to_floats(rows: NDArray[Any]) -> Matrix:
    """Convert numbers to float32, and keep float16; the shape stays."""
    if rows.dtype == BFLOAT16:
        return (rows.astype(np.uint32) << 16).view(np.float32)
    with np.errstate(over="ignore"):  # `collect` reports infinity
        return rows.astype(np.float16 if is_float16(rows.dtype) else np.float32)
