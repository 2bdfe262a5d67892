"""Model folders: configuration as JSON, vocabulary as JSON lines, tensors as safetensors.

Nothing here needs torch, so that exploring a model never loads it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import EmbedvizError, InputError, ModelError
from embedviz.support import (
    ENGLISH,
    atomic_path,
    check_writable,
    english_folder,
    parse_json,
    parse_json_lines,
    read_limited,
    recover,
)
from embedviz.text import UNKNOWN, Tokenizer, Vocabulary
from embedviz.vectors.formats import refuse_lone_surrogates

FORMAT = "embedviz model"
VERSION = 1
_CONFIG, _VOCABULARY, _TENSORS = "config.json", "vocabulary.jsonl", "model.safetensors"
_RUN = "run.safetensors"
_LONGEST_CONFIG, _LONGEST_VOCABULARY = 1 << 24, 1 << 30  # bytes


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The content of a model folder.

    Attributes
    ----------
    tokenizer : Tokenizer
    vocabulary : Vocabulary
        With the unknown word as id 0.
    training : mapping
        The settings of the run, by name.
    results : mapping
        Results of the run, such as the held-out perplexity.
    tensors : mapping of str to ndarray
        ``embedding`` has shape (n_words, n_dims).
    run : mapping of str to ndarray
        State that an unfinished run needs to resume; empty for a finished one.
    """

    tokenizer: Tokenizer
    vocabulary: Vocabulary
    training: Mapping[str, object]
    results: Mapping[str, object]
    tensors: Mapping[str, NDArray[np.floating]]
    run: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)


def is_model(folder: Path) -> bool:
    """Whether a folder has the files of an embedviz model."""
    return (folder / _CONFIG).is_file() and (folder / _TENSORS).is_file()


def check_disk_space(folder: Path, n_bytes: int) -> None:
    """Check that the disk has room for a model.

    Parameters
    ----------
    folder : Path
        Folder of the model.
    n_bytes : int
        Required free space.

    Raises
    ------
    InputError
        If less is free.
    """
    there = next(place for place in folder.resolve().parents if place.exists())
    free = shutil.disk_usage(there).free
    if free < n_bytes:
        raise InputError(
            f"{folder} needs {n_bytes / 1e6:,.0f} MB and the disk has {free / 1e6:,.0f} MB free: "
            "free disk space or choose another folder."
        )


def check_target(folder: Path) -> None:
    """Check that a model can be written here, and would replace only an older model.

    Raises
    ------
    ModelError
        If the path contains anything else.
    InputError
        If the parent folder cannot be written to.
    """
    if folder.exists():
        if not folder.is_dir():
            raise ModelError(f"{folder} is a file and not a model: choose another folder.")
        ours = {_CONFIG, _VOCABULARY, _TENSORS, _RUN}
        others = sorted({file.name for file in folder.iterdir()} - ours)
        if others:
            raise ModelError(
                f"{folder} contains {others[0]}, which is not part of a model and would be lost: "
                "choose another folder for the model or move the file."
            )
        if (folder / _CONFIG).exists():
            _read_config(folder)  # raises for another program's model
    check_writable(folder)


def save(folder: Path, checkpoint: Checkpoint) -> None:
    """Save a model atomically, replacing an older one.

    Raises
    ------
    ModelError, InputError
        If the folder contains anything else, or cannot be written; see `check_target`.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    check_target(folder)
    config = {
        "format": FORMAT,
        "version": VERSION,
        "tokenizer": checkpoint.tokenizer.as_stored(),
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
    with atomic_path(folder, durable=True) as aside:
        aside.mkdir()
        (aside / _CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        (aside / _VOCABULARY).write_text("\n".join(lines) + "\n", encoding="utf-8")
        try:
            save_file(dict(checkpoint.tensors), aside / _TENSORS)
            if checkpoint.run:
                save_file(dict(checkpoint.run), aside / _RUN)
        except SafetensorError as error:  # such as a full disk
            raise OSError(str(error)) from None
        for file in aside.iterdir():  # safetensors creates files that only their owner can read
            shutil.copymode(aside / _CONFIG, file)


def load(folder: Path, *, only: str | None = None) -> Checkpoint:
    """Read a model folder.

    Parameters
    ----------
    folder : Path
    only : str, optional
        Read only this tensor.

    Raises
    ------
    ModelError
        If it is no model, is damaged, or is from a newer version of embedviz.
    """
    if folder == english_folder() and not is_model(folder):
        raise ModelError(
            f"The model {ENGLISH} is missing from this installation of embedviz: install embedviz "
            "again, or give the folder that 'embedviz train' wrote."
        )
    recover(folder)
    if not folder.exists():
        raise ModelError(f"{folder} does not exist: give the folder that 'embedviz train' wrote.")
    if not (folder / _CONFIG).is_file():
        raise ModelError(
            f"{folder} is not a model: it has no {_CONFIG}; give the folder that "
            "'embedviz train' wrote."
        )
    config = _read_config(folder)
    with _reporting_damage(folder, _VOCABULARY):
        entries = parse_json_lines(read_limited(folder / _VOCABULARY, _LONGEST_VOCABULARY).decode())
        counts = np.array([count for _, count in entries], dtype=np.int64)
        vocabulary = Vocabulary(tuple(str(word) for word, _ in entries), counts).checked()
        refuse_lone_surrogates(folder / _VOCABULARY, vocabulary.words)
        if vocabulary.words[0] != UNKNOWN:
            raise ValueError(f"the first word is not {UNKNOWN}")
        if counts.min() < 0 or (np.diff(counts[1:]) > 0).any():
            raise ValueError("counts that are negative or out of order")
    with _reporting_damage(folder, _CONFIG):
        tokenizer = Tokenizer(**config["tokenizer"])
        training, results = dict(config["training"]), dict(config["results"])
    with _reporting_damage(folder, _TENSORS):
        tensors = _read_tensors(folder / _TENSORS, only)
    with _reporting_damage(folder, _RUN):
        run = {} if only or not (folder / _RUN).exists() else _read_tensors(folder / _RUN, None)
    embedding = tensors.get("embedding")
    if embedding is None or embedding.ndim != 2 or len(embedding) != len(vocabulary):
        shape = None if embedding is None else embedding.shape
        raise _damaged(folder, _TENSORS, f"embedding {shape} for {len(vocabulary)} words")
    return Checkpoint(tokenizer, vocabulary, training, results, tensors, run)


def _read_config(folder: Path) -> dict[str, Any]:
    with _reporting_damage(folder, _CONFIG):
        config = parse_json(read_limited(folder / _CONFIG, _LONGEST_CONFIG))
        if config["format"] != FORMAT:
            raise ValueError(f"format is {config['format']!r}, not {FORMAT!r}")
        if not isinstance(config["version"], int):
            raise ValueError(f"version {config['version']!r} is not a number")
    if config["version"] > VERSION:
        raise ModelError(
            f"{folder} was written by a newer embedviz (model version {config['version']}, this "
            f"one reads up to {VERSION}): upgrade embedviz."
        )
    return dict(config)


def _read_tensors(path: Path, only: str | None) -> dict[str, NDArray[Any]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            names = [only] if only else list(file.keys())
            return {name: file.get_tensor(name) for name in names}
    except SafetensorError as error:
        raise ValueError(str(error)) from None


@contextmanager
def _reporting_damage(folder: Path, name: str) -> Iterator[None]:
    """Convert errors from reading a model's file to a `ModelError` that names the file."""
    try:
        yield
    except KeyError as error:
        raise _damaged(folder, name, f"{error} is missing") from None
    except OSError as error:
        raise _damaged(folder, name, error.strerror or error) from None
    except (ValueError, TypeError, OverflowError, EmbedvizError) as error:
        raise _damaged(folder, name, error) from None


def _damaged(folder: Path, name: str, reason: object) -> ModelError:
    return ModelError(
        f"The model {folder} is damaged in {name} ({reason}): train or copy it again."
    )
