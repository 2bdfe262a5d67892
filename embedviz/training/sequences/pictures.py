"""The pictures of a run, made once and kept on the disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from embedviz.models import N_FEATURES, photo_features
from embedviz.support import atomic_path
from embedviz.text import PictureSource

_FORMAT = 2  # increase when the same source and size give other pictures
_REPORT_EVERY = 16


def keep_pictures(
    source: PictureSource,
    names: Sequence[str],
    size: int,
    cache: Path,
    *,
    features: bool = False,
    progress: Callable[[float], None] | None = None,
) -> NDArray[np.uint8] | NDArray[np.float32]:
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
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shape, kind = (len(names), 3, size, size), np.dtype(np.uint8)
        if features:
            shape, kind = (len(names), N_FEATURES), np.dtype(np.float32)  # type: ignore[assignment]
        with atomic_path(path) as aside:
            made = np.lib.format.open_memmap(aside, "w+", kind, shape)
            for number, picture in enumerate(source.pictures(names, size)):
                made[number] = _features(picture) if features else picture.transpose(2, 0, 1)
                if progress and number % _REPORT_EVERY == 0:
                    progress(number / len(names))
            made.flush()
            del made
    # copy on write: PyTorch takes no read-only array
    kept: NDArray[np.uint8] | NDArray[np.float32] = np.load(path, mmap_mode="c")
    return kept


def _features(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    one = torch.from_numpy(picture.transpose(2, 0, 1)[np.newaxis].copy())
    return np.asarray(photo_features(one)[0].numpy(), dtype=np.float32)
