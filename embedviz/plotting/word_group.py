"""Words of one colour and mark, placed in a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class WordGroup:
    """Words of one colour and mark.

    Attributes
    ----------
    name : str
    style : int
        Style number, see `embedviz.relations.style_number`.
    words : tuple of str
    places : ndarray, shape (n_words, 2)
    """

    name: str
    style: int
    words: tuple[str, ...]
    places: Floats
