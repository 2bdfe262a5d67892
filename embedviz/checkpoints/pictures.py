"""The small pictures beside a file of their vectors."""

from __future__ import annotations

import logging
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from embedviz.corpora import read_sheet, sheet_path
from embedviz.errors import InputError
from embedviz.support import model_folder
from embedviz.vectors import WordVectors

logger = logging.getLogger(__name__)


def label_pictures(named: str | PathLike[str], vectors: WordVectors) -> NDArray[np.uint8] | None:
    """Read the pictures of a file's labels, shape (n_words, side, side, 3); None without them.

    A sheet that cannot be read is reported and left out, since the vectors are of use without it.
    """
    path = model_folder(named)
    sheet = sheet_path(path)
    if path.is_dir() or not sheet.is_file():
        return None
    try:
        return read_sheet(sheet, vectors.words)
    except InputError as error:
        logger.warning("%s", error)
        return None
