"""Packing of a sequence model for the package: 16 bits, no settings of one machine, a card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedviz.checkpoints import checkpoint
from embedviz.errors import InputError
from embedviz.support import atomic_path

CARD = "README.md"


def halved(model: checkpoint.Checkpoint) -> checkpoint.Checkpoint:
    """Round a model's numbers to 16 bits."""
    tensors: Mapping[str, NDArray[np.generic]] = {
        name: tensor.astype(np.float16) if tensor.dtype == np.float32 else tensor
        for name, tensor in model.tensors.items()
    }
    return replace(model, tensors=tensors)


def pack(model: checkpoint.Checkpoint, card: str, out: Path, *, most_bytes: int) -> None:
    """Write model and card, and replace the older ones at once."""
    if out.exists() and not (checkpoint.is_model(out) and (out / CARD).is_file()):
        raise InputError(f"{out} is no model with a card: choose another --out.")
    with atomic_path(out) as aside:
        checkpoint.save(aside, model)
        if (size := n_bytes(aside)) > most_bytes:
            raise InputError(f"The model takes {size:,} bytes, more than {most_bytes:,}.")
        (aside / CARD).write_text(card, encoding="utf-8")


def n_bytes(folder: Path) -> int:
    """Return the total size of a folder's files."""
    return sum(file.stat().st_size for file in folder.iterdir())
