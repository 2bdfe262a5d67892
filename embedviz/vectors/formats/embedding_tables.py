"""Which tensor of a model is the embedding of its words, by the names that transformers use.

A guess is never made: if no name is known, or several different tables fit, the message lists them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError, SeveralTablesError
from embedviz.vectors.formats.blocks import WITH_TENSOR
from embedviz.vectors.formats.dtypes import BFLOAT16
from embedviz.vectors.formats.safetensors_header import Entry

TYPES: dict[str, np.dtype[Any]] = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "BF16": BFLOAT16,
    "I8": np.dtype("<i1"),
}
_EMBEDDING = "embedding"
# whole names after the beginning or a dot: position_embeddings.weight is none of them
_KNOWN = re.compile(
    r"(?:(?:^|\.)(?:"
    r"word_embeddings?\.weight"  # BERT, RoBERTa, DistilBERT, ELECTRA, DeBERTa, ALBERT; XLNet
    r"|embed_tokens\.weight"  # Llama, Gemma, Qwen, OPT, Whisper
    r"|shared\.weight"  # T5, BART, Marian, Pegasus
    r"|wte\.weight"  # GPT-2, GPT-J
    r"|embed_in\.weight"  # GPT-NeoX
    r"|tok_embeddings\.weight"  # ModernBERT, Llama as Meta writes it
    r"|tokens?_embed(?:ding)?s?\.weight"  # CLIP, GPT
    r"|input_embeddings?\.weight"
    r"|transformer\.w\.weight"  # CTRL
    r")|^(?:(?:transformer|model|backbone|rwkv)\.)?embeddings?(?:\.weight)?"  # Mamba, model2vec
    r")$"
)
_SCALES = ("scale", "scales", "SCB", "zero_point", "absmax", "quant_state")


def is_known_name(name: str) -> bool:
    """Whether a name is one that models use for the embedding of words.

    >>> [is_known_name(f"bert.{kind}_embeddings.weight") for kind in ("word", "position")]
    [True, False]
    """
    return bool(_KNOWN.search(name))


def map_matrix(path: Path, entry: Entry) -> NDArray[Any]:
    """Memory-map a tensor."""
    return np.memmap(path, TYPES[entry.dtype], "r", entry.start, entry.shape)


def choose_table(
    path: Path,
    tensors: Mapping[str, tuple[Path, Entry]],
    tensor: str | None,
    n_words: int,
    *,
    is_transformer: bool,
) -> str:
    """Choose the table of word vectors: as named, ``embedding``, by a known name, or the only one.

    Parameters
    ----------
    path : Path
        For messages.
    tensors : mapping
        File and entry of each tensor.
    tensor : str, optional
        The name that the user gave.
    n_words : int
    is_transformer : bool
        Whether the words are a transformer's. The only matrix of such a file may be another
        table, so an unknown name needs exactly one row per word.

    Raises
    ------
    InputError
        If there is no table, the choice is in doubt, or the shape does not match the bytes.
    """
    matrices = [name for name, (_, e) in tensors.items() if len(e.shape) == 2 and e.dtype in TYPES]
    known = [name for name in matrices if is_known_name(name)]
    if tensor:
        fitting = [name for name in matrices if name == tensor]
    elif _EMBEDDING in matrices:
        fitting = [_EMBEDDING]
    else:
        fitting = _distinct(tensors, known) if len(known) < _MOST_COMPARED else known
        if not known and len(matrices) == 1:
            n_rows = tensors[matrices[0]][1].shape[0]
            fitting = matrices if not is_transformer or n_rows == n_words else []
    if len(fitting) != 1:
        listed = ", ".join(sorted(fitting or matrices)[:8]) or "none"
        more = len(fitting or matrices) - 8
        listed += f" and {more} more" if more > 0 else ""
        remedy = f"choose one with {WITH_TENSOR}" if matrices else "give a file that has one"
        raise SeveralTablesError(
            f"{path}: expected a matrix called {tensor or _EMBEDDING}, found {listed}: {remedy}.",
            sorted(fitting or matrices),
        )
    name = fitting[0]
    _check_size(path, name, tensors)
    return name


_MOST_COMPARED = 8


def _distinct(tensors: Mapping[str, tuple[Path, Entry]], names: list[str]) -> list[str]:
    """Leave out tables that equal an earlier one: encoder and decoder share the words' table."""
    kept: list[str] = []
    for name in sorted(names, key=lambda name: not name.endswith("shared.weight")):
        if not any(_are_equal(tensors[name], tensors[other]) for other in kept):
            kept.append(name)
    return kept


def _are_equal(one: tuple[Path, Entry], other: tuple[Path, Entry]) -> bool:
    if (one[1].dtype, one[1].shape) != (other[1].dtype, other[1].shape):
        return False
    n_bytes = one[1].stop - one[1].start
    if n_bytes != other[1].stop - other[1].start or not n_bytes:
        return False
    first, second = (np.memmap(p, np.uint8, "r", e.start, (n_bytes,)) for p, e in (one, other))
    return bool(np.array_equal(first, second))


def _check_size(path: Path, name: str, tensors: Mapping[str, tuple[Path, Entry]]) -> None:
    entry = tensors[name][1]
    n_rows, n_dims = entry.shape
    n_bytes = entry.stop - entry.start
    if n_rows * n_dims * TYPES[entry.dtype].itemsize != n_bytes or not n_bytes:
        raise InputError(
            f"{path}: tensor {name} of shape {entry.shape} and type {entry.dtype} has "
            f"{n_bytes:,} bytes, which do not match: copy the file again."
        )
    stem = name.removesuffix(".weight")
    scales = [f"{base}{sign}{end}" for base in (stem, name) for sign in "._" for end in _SCALES]
    if entry.dtype == "I8" and any(scale in tensors for scale in scales):
        raise InputError(
            f"{path}: tensor {name} is quantised with scales of its own, which are not read here: "
            "give the folder of the original model."
        )
