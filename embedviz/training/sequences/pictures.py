"""The pictures of a run, made once and kept on the disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedviz.support import atomic_path
from embedviz.text import PictureSource

_FORMAT = 1  # increase when the same source and size give other pictures
_REPORT_EVERY = 256


def keep_pictures(
    source: PictureSource,
    names: Sequence[str],
    size: int,
    cache: Path,
    *,
    progress: Callable[[float], None] | None = None,
) -> NDArray[np.uint8]:
    """Make pictures, or open those of an earlier run.

    Parameters
    ----------
    source : PictureSource
    names : sequence of str
    size : int
        Side in pixels.
    cache : Path
        Cache folder, with one file per source, names and size.
    progress : callable, optional
        Called with the share that is made so far.

    Returns
    -------
    ndarray of uint8, shape (n_pictures, 3, size, size)
        Memory-mapped.
    """
    parts = json.dumps([_FORMAT, source.identity(), list(names), size], sort_keys=True)
    path = cache / f"{hashlib.sha256(parts.encode()).hexdigest()[:32]}.npy"
    shape = (len(names), 3, size, size)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(path) as aside:
            made = np.lib.format.open_memmap(aside, "w+", np.uint8, shape)
            for number, picture in enumerate(source.pictures(names, size)):
                made[number] = picture.transpose(2, 0, 1)
                if progress and number % _REPORT_EVERY == 0:
                    progress(number / len(names))
            made.flush()
            del made
    # copy on write: PyTorch takes no read-only array
    kept: NDArray[np.uint8] = np.load(path, mmap_mode="c")
    return kept
