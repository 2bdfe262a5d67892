"""Headers of NumPy's arrays, and arrays of words, without pickles."""

from __future__ import annotations

import io
import tokenize
import warnings
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.support import clip

MAGIC = b"\x93NUMPY"
# what numpy raises for a header that it cannot parse
_INVALID_HEADER = (
    *(ValueError, TypeError, EOFError, SyntaxError, tokenize.TokenError, IndexError),
    *(MemoryError, RecursionError, OverflowError, AttributeError),
)


class ArrayFacts:
    """Shape, order and type from the header of a ``.npy`` file."""

    def __init__(self, shape: tuple[int, ...], fortran: bool, dtype: np.dtype[Any]) -> None:
        self.shape, self.fortran, self.dtype = shape, fortran, dtype
        self.n_bytes = dtype.itemsize
        for length in shape:  # Python integers, which do not overflow
            self.n_bytes *= int(length)


def array_facts(name: str, file: BinaryIO, kinds: str = "f") -> ArrayFacts:
    """Read the header of an array of floats; the caller compares its size with the file's.

    Raises
    ------
    InputError
        If it is damaged, or contains Python objects (a pickle, which can run any program).
    """
    try:
        version = np.lib.format.read_magic(file)
        reader = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        with warnings.catch_warnings(action="ignore"):  # of headers that Python 2 wrote
            shape, fortran, dtype = reader(file)
    except _INVALID_HEADER as error:
        reason = clip(str(error) or "a damaged header", 80)
        raise InputError(
            f"{name} does not begin like a NumPy array ({reason}): write it with numpy.save."
        ) from None
    if dtype.hasobject:
        raise InputError(
            f"{name} contains Python objects (a pickle), which are never opened: save numbers as "
            "float32."
        )
    if dtype.kind not in kinds:
        raise InputError(
            f"{name} contains numbers of type {dtype}, not float32 or float16: convert "
            "them with astype('float32')."
        )
    return ArrayFacts(shape, fortran, dtype)


def read_array(name: str, data: bytes, kinds: str) -> NDArray[Any]:
    """Read a one-dimensional array of some kinds from the bytes of a ``.npy`` file.

    Raises
    ------
    InputError
        If it is damaged, or of another kind.
    """
    file = io.BytesIO(data)
    facts = array_facts(name, file, kinds)
    if facts.n_bytes != len(data) - file.tell() or not facts.dtype.itemsize:
        raise InputError(f"{name}: the header does not match what follows: write it again.")
    return np.frombuffer(data, facts.dtype, offset=file.tell())


def read_texts(name: str, data: bytes) -> list[str]:
    """Read an array of words from the bytes of a ``.npy`` file.

    Raises
    ------
    InputError
        If it is damaged, or no array of text.
    """
    try:
        texts = read_array(name, data, "US").tolist()
        return [text.decode() if isinstance(text, bytes) else text for text in texts]
    except ValueError as error:  # bytes that are no UTF-8, or numbers that are no characters
        raise InputError(f"{name}: a word is not valid text ({error}): write it again.") from None
