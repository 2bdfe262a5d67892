"""The pictures of a run, made once and kept on the disk."""

from __future__ import annotations

import hashlib
import json
import logging
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from embedviz.checkpoints import checkpoint
from embedviz.models import N_FEATURES, photo_features
from embedviz.support import atomic_path
from embedviz.text import PictureSource

logger = logging.getLogger(__name__)

Kept: TypeAlias = NDArray[np.uint8] | NDArray[np.float32]
"""Pictures, or their features."""

_FORMAT = 3  # increase when the same source and size give other pictures
_REPORT_EVERY = 16


def keep_pictures(
    source: PictureSource,
    names: Sequence[str],
    size: int,
    cache: Path,
    *,
    features: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Kept:
    """Make pictures or their features, or open those of an earlier run.

    Parameters
    ----------
    source : PictureSource
    names : sequence of str
    size : int
        Side in pixels.
    cache : Path
        Cache folder, with one file per source, names and size.
    features : bool
        Keep the features of the pictures in place of these; see `photo_features`.
    progress : callable, optional
        Called with the share that is made so far.

    Returns
    -------
    ndarray
        Memory-mapped: of uint8, shape (n_pictures, 3, size, size), or of float32, shape
        (n_pictures, n_features).
    """
    parts = json.dumps([_FORMAT, source.identity(), list(names), size, features], sort_keys=True)
    path = cache / f"{hashlib.sha256(parts.encode()).hexdigest()[:32]}.npy"
    shape = (len(names), N_FEATURES) if features else (len(names), 3, size, size)
    kind = np.dtype(np.float32 if features else np.uint8)
    if path.exists():
        kept = _open(path, shape, kind)
        if kept is not None:
            return kept
        logger.warning("%s is not as it was written: the pictures are made again", path)
    path.parent.mkdir(parents=True, exist_ok=True)
    checkpoint.check_disk_space(path, math.prod(shape) * kind.itemsize)
    with atomic_path(path) as aside, aside.open("wb") as file:
        # written, not memory-mapped: a full disk is then an error, and no signal
        header = {"descr": np.lib.format.dtype_to_descr(kind), "fortran_order": False}
        np.lib.format.write_array_header_1_0(file, header | {"shape": shape})
        for number, picture in enumerate(source.pictures(names, size)):
            row = _features(picture) if features else picture.transpose(2, 0, 1)
            file.write(np.ascontiguousarray(row, dtype=kind).tobytes())
            if progress and number % _REPORT_EVERY == 0:
                progress(number / len(names))
    kept = _open(path, shape, kind)
    assert kept is not None
    return kept


def _open(path: Path, shape: tuple[int, ...], kind: np.dtype[Any]) -> Kept | None:
    """Open kept pictures; None if the file is damaged."""
    try:
        # copy on write: PyTorch takes no read-only array
        kept: Kept = np.load(path, mmap_mode="c")
    except (ValueError, EOFError, OSError):
        return None
    return kept if kept.shape == shape and kept.dtype == kind else None


def _features(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    one = torch.from_numpy(picture.transpose(2, 0, 1)[np.newaxis].copy())
    return np.asarray(photo_features(one)[0].numpy(), dtype=np.float32)
