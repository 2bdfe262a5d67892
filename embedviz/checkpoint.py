"""Model folders: configuration as JSON, vocabulary as JSON lines, tensors as safetensors.

Nothing here needs torch, so that exploring a model never loads it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import EmbedvizError, ModelError
from embedviz.tokenization import Tokenizer
from embedviz.vocabulary import Vocabulary
from embedviz.writing import check_writable, written_aside

FORMAT = "embedviz model"
VERSION = 1
_CONFIG, _VOCABULARY, _TENSORS = "config.json", "vocabulary.jsonl", "model.safetensors"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A model as it lies in its folder.

    Attributes
    ----------
    tokenizer : Tokenizer
    vocabulary : Vocabulary
        With the unknown word as id 0.
    training : mapping
        The settings of the run, by name.
    results : mapping
        What the run measured, such as the held-out perplexity.
    tensors : mapping of str to ndarray
        ``embedding`` has shape (n_words, n_dims).
    """

    tokenizer: Tokenizer
    vocabulary: Vocabulary
    training: Mapping[str, object]
    results: Mapping[str, object]
    tensors: Mapping[str, NDArray[np.floating]]


def is_model(folder: Path) -> bool:
    """Whether a folder looks like a model of ours."""
    return (folder / _CONFIG).is_file() and (folder / _TENSORS).is_file()


def check_target(folder: Path) -> None:
    """Refuse to write a model over anything that is not an older model.

    Raises
    ------
    ModelError
        If something else stands at the place.
    InputError
        If the folder around it cannot be written to.
    """
    if folder.exists() and not is_model(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise ModelError(f"{folder} exists and is not a model: choose another place for it.")
    check_writable(folder)


def save(folder: Path, checkpoint: Checkpoint) -> None:
    """Write a model aside and put it in its place, replacing an older model there."""
    from safetensors.numpy import save_file

    check_target(folder)
    config = {
        "format": FORMAT,
        "version": VERSION,
        "tokenizer": asdict(checkpoint.tokenizer),
        "training": dict(checkpoint.training),
        "results": dict(checkpoint.results),
    }
    counts = checkpoint.vocabulary.counts
    if counts is None:
        counts = np.zeros(len(checkpoint.vocabulary), dtype=np.int64)
    lines = (
        json.dumps([word, count], ensure_ascii=False)
        for word, count in zip(checkpoint.vocabulary, counts.tolist(), strict=True)
    )
    with written_aside(folder) as aside:
        aside.mkdir()
        (aside / _CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        (aside / _VOCABULARY).write_text("\n".join(lines) + "\n", encoding="utf-8")
        save_file(dict(checkpoint.tensors), aside / _TENSORS)


def load(folder: Path, *, only: str | None = None) -> Checkpoint:
    """Read a model folder.

    Parameters
    ----------
    folder : Path
    only : str, optional
        Read this tensor alone.

    Raises
    ------
    ModelError
        If it is no model, is damaged, or is from a newer version of embedviz.
    """
    if not folder.exists():
        raise ModelError(f"{folder} does not exist: give the folder that 'embedviz train' wrote.")
    if not (folder / _CONFIG).is_file():
        raise ModelError(
            f"{folder} is not a model: it has no {_CONFIG}; give the folder that "
            "'embedviz train' wrote."
        )
    config = _read_config(folder)
    try:
        entries = [
            json.loads(line)
            for line in (folder / _VOCABULARY).read_text(encoding="utf-8").splitlines()
        ]
        vocabulary = Vocabulary(
            tuple(str(word) for word, _ in entries),
            np.array([count for _, count in entries], dtype=np.int64),
        )
        tokenizer = Tokenizer(**config["tokenizer"])
        training, results = dict(config["training"]), dict(config["results"])
        tensors = _read_tensors(folder / _TENSORS, only)
    except (OSError, ValueError, TypeError, KeyError, EmbedvizError) as error:
        raise _damaged(folder, error) from None
    embedding = tensors.get("embedding")
    if embedding is None or embedding.ndim != 2 or len(embedding) != len(vocabulary):
        shape = None if embedding is None else embedding.shape
        raise _damaged(folder, f"embedding {shape} for {len(vocabulary)} words")
    return Checkpoint(tokenizer, vocabulary, training, results, tensors)


def _read_config(folder: Path) -> dict[str, Any]:
    try:
        config = json.loads((folder / _CONFIG).read_text(encoding="utf-8"))
        if config["format"] != FORMAT or not isinstance(config["version"], int):
            raise ValueError(f"format {config['format']!r}")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _damaged(folder, error) from None
    if config["version"] > VERSION:
        raise ModelError(
            f"{folder} was written by a newer embedviz (model version {config['version']}, this "
            f"one reads up to {VERSION}): upgrade embedviz."
        )
    return dict(config)


def _read_tensors(path: Path, only: str | None) -> dict[str, NDArray[np.floating]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            names = [only] if only else list(file.keys())
            return {name: file.get_tensor(name) for name in names}
    except SafetensorError as error:
        raise ValueError(f"{path.name}: {error}") from None


def _damaged(folder: Path, reason: object) -> ModelError:
    return ModelError(f"The model {folder} is damaged ({reason}): train it again or copy it anew.")
