"""Files of other programs that are not read here: which program, and how to get vectors out."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

_PYTORCH = (
    "a file of PyTorch, which can run any program and is never opened: load it there and save it "
    "with safetensors.torch.save_file, with the words in a text file"
)
_PICKLE = (
    "a pickle, which can run any program and is never opened: open it where it was written and "
    "save it as .bin (gensim: save_word2vec_format with binary=True)"
)
_ARROW = (
    "a Feather (Arrow) file: save it as Parquet, with pandas.read_feather(FILE).to_parquet(OUT)"
)
_KERAS = (
    "an HDF5 file, as Keras writes models: save the matrix of its embedding layer with numpy.save, "
    "and the words in a text file"
)
# the first bytes of a file, and what it is
_MAGIC = (
    (b"\x89HDF\r\n\x1a\n", _KERAS),
    (
        b"GGUF",
        "a model of llama.cpp (GGUF): give the folder of the original model, with safetensors",
    ),
    (b"ARROW1", _ARROW),
    (b"FEA1", _ARROW),
    (
        b"SQLite format 3\x00",
        "a database (SQLite), as Magnitude writes vectors: write each word and its vector to a "
        "text file with pymagnitude",
    ),
    (
        b"version https://git-lfs",
        "a pointer of Git LFS, not the file itself: run git lfs pull in its folder",
    ),
    (b"<!DOCTYPE", "a web page, not a file of vectors: download the file again"),
    (b"<!doctype", "a web page, not a file of vectors: download the file again"),
    (b"<html", "a web page, not a file of vectors: download the file again"),
)
_JSON = (
    "JSON, which is not read as vectors: write a line per word, the word and its numbers with "
    "spaces between, to a text file"
)
_GLOVE = (
    "perhaps GloVe's own binary file, which has no words: run GloVe with -binary 0, or give its "
    "vectors.txt"
)
_LARGEST = 1e3  # of the numbers of GloVe


def describe_foreign(path: Path, head: bytes) -> str | None:
    """Return what a file is and the way out, as the end of a sentence; None if unknown."""
    for magic, sentence in _MAGIC:
        if head.startswith(magic):
            return sentence
    if head[:1] == b"\x80" and b"\x01" < head[1:2] <= b"\x05":
        is_torch = path.suffix in (".pt", ".pth") or path.name == "pytorch_model.bin"
        return _PYTORCH if is_torch else _PICKLE
    if head.lstrip()[:1] in (b"{", b"[") and b'"' in head:
        return _JSON
    if path.suffix == ".bin" and _may_be_glove(path, head):
        return _GLOVE
    return None


def describe_archive(path: Path) -> str | None:
    """Return what a zip archive of another program is and the way out; None if it is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    if any(name.endswith("data.pkl") for name in names):
        return _PYTORCH
    return _KERAS if any(name.endswith(".h5") for name in names) else None


def _may_be_glove(path: Path, head: bytes) -> bool:
    """Whether there are only moderate float64 numbers: no header and no words."""
    whole = head[: len(head) // 8 * 8]
    if not whole or path.stat().st_size % 8:
        return False
    numbers = np.frombuffer(whole, "<f8")
    with np.errstate(invalid="ignore"):
        sizes = np.abs(numbers)
        return bool((np.isfinite(numbers) & (sizes < _LARGEST)).all() and (sizes > 1e-30).any())
