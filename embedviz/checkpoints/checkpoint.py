"""Model folders: configuration as JSON, vocabulary as JSON lines, tensors as safetensors.

Nothing here needs torch, so that exploring a model never loads it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import EmbedvizError, InputError, ModelError
from embedviz.settings import SHAPES
from embedviz.support import (
    BUNDLED,
    atomic_path,
    bundled_folder,
    check_writable,
    parse_json,
    parse_json_lines,
    read_limited,
    recover,
)
from embedviz.text import SENTENCE_END, UNKNOWN, Tokenizer, Vocabulary
from embedviz.vectors.formats import refuse_lone_surrogates

FORMAT = "embedviz model"
VERSION = 2
"""Of a sequence model; a language model has version 1, which older programs read."""
LANGUAGE_MODEL = "language-model"
_SHAPES = (LANGUAGE_MODEL, *SHAPES)
_CONFIG, _VOCABULARY, _TENSORS = "config.json", "vocabulary.jsonl", "model.safetensors"
_TARGET = "target.jsonl"
_RUN = "run.safetensors"
STABILITY = "stability"
"""Name of the tensor with the stability of each word, in per cent; see `WordVectors.stability`."""
VOCABULARY = "vocabulary"
"""Name of the reference to another model's words."""
_REFERABLE = ("encoder.embedding", "vectors", VOCABULARY)
_LONGEST_CONFIG, _LONGEST_VOCABULARY = 1 << 24, 1 << 30  # bytes


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The content of a model folder.

    Attributes
    ----------
    tokenizer : Tokenizer
    vocabulary : Vocabulary
        Of the source: words, with the unknown word as id 0; or labels, of the shape vec-seq.
    training : mapping
        The settings of the run, by name.
    results : mapping
        Results of the run, such as the held-out perplexity.
    tensors : mapping of str to ndarray
        ``embedding`` has shape (n_words, n_dims); a packed model may have ``stability``, uint8 of
        shape (n_words,).
    run : mapping of str to ndarray
        State that an unfinished run needs to resume; empty for a finished one.
    shape : str
        ``language-model``, ``seq-seq``, ``seq-vec`` or ``vec-seq``.
    target : Vocabulary or None
        Of a sequence model: words, with the unknown word and the end as ids 0 and 1; or labels,
        of the shape seq-vec.
    references : mapping of str to str
        Tensors that are not in the folder but are made from a bundled model: its name.
    """

    tokenizer: Tokenizer
    vocabulary: Vocabulary
    training: Mapping[str, object]
    results: Mapping[str, object]
    tensors: Mapping[str, NDArray[Any]]
    run: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)
    shape: str = LANGUAGE_MODEL
    target: Vocabulary | None = None
    references: Mapping[str, str] = field(default_factory=dict)

    @property
    def word_table(self) -> tuple[str, Vocabulary, int]:
        """Name, vocabulary and number of special words of the embedding that is explored."""
        if self.shape == LANGUAGE_MODEL:
            return "embedding", self.vocabulary, 1
        if self.shape == "vec-seq" and self.target is not None:
            return "decoder.embedding", self.target, 2
        return "encoder.embedding", self.vocabulary, 1


def is_model(folder: Path) -> bool:
    """Whether a folder has the files of an embedviz model."""
    return (folder / _CONFIG).is_file() and (folder / _TENSORS).is_file()


def is_unfinished(folder: Path) -> bool:
    """Whether a model folder holds the state of a run that can be resumed."""
    return (folder / _RUN).is_file()


def read_shape(folder: Path) -> str | None:
    """Read the shape of the model in a folder; None if there is none, as for a file of vectors."""
    # a transformer has neither file
    is_ours = (folder / _VOCABULARY).is_file() or (folder / _TARGET).is_file()
    return str(_read_config(folder)["shape"]) if is_ours and is_model(folder) else None


def read_training(folder: Path) -> dict[str, Any]:
    """Read the settings that a model was trained with, without its tensors."""
    return dict(_read_config(folder)["training"])


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
        ours = {_CONFIG, _VOCABULARY, _TARGET, _TENSORS, _RUN}
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
    is_sequence_model = checkpoint.target is not None
    config: dict[str, object] = {
        "format": FORMAT,
        "version": VERSION if is_sequence_model else 1,
        "tokenizer": checkpoint.tokenizer.as_stored(),
        "training": dict(checkpoint.training),
        "results": dict(checkpoint.results),
    }
    if is_sequence_model:
        config |= {"shape": checkpoint.shape, "references": dict(checkpoint.references)}
    with atomic_path(folder, durable=True) as aside:
        aside.mkdir()
        (aside / _CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        if VOCABULARY not in checkpoint.references:
            _write_vocabulary(aside / _VOCABULARY, checkpoint.vocabulary)
        if checkpoint.target is not None:
            _write_vocabulary(aside / _TARGET, checkpoint.target)
        try:
            save_file(dict(checkpoint.tensors), aside / _TENSORS)
            if checkpoint.run:
                save_file(dict(checkpoint.run), aside / _RUN)
        except SafetensorError as error:  # such as a full disk
            raise OSError(str(error)) from None
        for file in aside.iterdir():  # safetensors creates files that only their owner can read
            shutil.copymode(aside / _CONFIG, file)


def _write_vocabulary(path: Path, vocabulary: Vocabulary) -> None:
    counts = vocabulary.counts
    if counts is None:
        counts = np.zeros(len(vocabulary), dtype=np.int64)
    lines = (
        json.dumps([word, count], ensure_ascii=False)
        for word, count in zip(vocabulary, counts.tolist(), strict=True)
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def load(folder: Path, *, only_words: bool = False) -> Checkpoint:
    """Read a model folder.

    Parameters
    ----------
    folder : Path
    only_words : bool
        Read only the words' vectors, see `Checkpoint.word_table`, and their stability.

    Raises
    ------
    ModelError
        If it is no model, is damaged, or is from a newer version of embedviz.
    """
    missing = next((name for name in BUNDLED if folder == bundled_folder(name)), None)
    if missing and not is_model(folder):
        raise ModelError(
            f"The model {missing} is missing from this installation of embedviz: install embedviz "
            "again, or give the folder that 'embedviz train' wrote."
        )
    recover(folder)
    if not folder.exists():
        others = ""
        if get_close_matches(str(folder), BUNDLED):  # perhaps misspelt
            others = f", or a bundled model: {', '.join(BUNDLED)}"
        raise ModelError(
            f"{folder} does not exist: give the folder that 'embedviz train' wrote{others}."
        )
    if not (folder / _CONFIG).is_file():
        raise ModelError(
            f"{folder} is not a model: it has no {_CONFIG}; give the folder that "
            "'embedviz train' wrote."
        )
    config = _read_config(folder)
    with _reporting_damage(folder, _CONFIG):
        tokenizer = Tokenizer.from_stored(config["tokenizer"])
        training, results = dict(config["training"]), dict(config["results"])
        shape, references = config["shape"], dict(config["references"])
        if shape not in _SHAPES:
            raise ValueError(f"shape {shape!r} is none of {', '.join(_SHAPES)}")
        _check_references(references)
    with _reporting_damage(folder, _VOCABULARY):
        vocabulary = _source_vocabulary(folder, shape, references)
        counts = vocabulary.counts
        if shape == LANGUAGE_MODEL and counts is not None and (np.diff(counts[1:]) > 0).any():
            raise ValueError("counts that are out of order")
    target = None
    if shape != LANGUAGE_MODEL:
        with _reporting_damage(folder, _TARGET):
            specials = (UNKNOWN, SENTENCE_END) if shape != "seq-vec" else ()
            target = _read_vocabulary(folder / _TARGET, specials)
    loaded = Checkpoint(tokenizer, vocabulary, training, results, {}, {}, shape, target, references)
    name, words, _ = loaded.word_table
    with _reporting_damage(folder, _TENSORS):
        if only_words and name in references:
            tensors = {}
        else:
            tensors = _read_tensors(folder / _TENSORS, {name, STABILITY} if only_words else None)
    with _reporting_damage(folder, _RUN):
        has_run = not only_words and (folder / _RUN).exists()
        run = _read_tensors(folder / _RUN) if has_run else {}
    embedding = tensors.get(name)
    if name not in references and (
        embedding is None or embedding.ndim != 2 or len(embedding) != len(words)
    ):
        found = None if embedding is None else embedding.shape
        raise _damaged(folder, _TENSORS, f"{name} {found} for {len(words)} words")
    _check_stability(folder, tensors.get(STABILITY), len(words))
    return replace(loaded, tensors=tensors, run=run)


def _check_stability(folder: Path, stability: NDArray[Any] | None, n_words: int) -> None:
    if stability is None:
        return
    if stability.dtype != np.uint8 or stability.shape != (n_words,) or (stability > 100).any():
        found = f"{STABILITY}, {stability.dtype} of shape {stability.shape}"
        raise _damaged(folder, _TENSORS, f"{found}, is no per cent of each of {n_words} words")


def _check_references(references: Mapping[str, object]) -> None:
    """Raise `ValueError` for others than to bundled models: one that goes round would not end."""
    for name, model in references.items():
        if name not in _REFERABLE or model not in BUNDLED:
            raise ValueError(f"{name} refers to {model!r:.60}, which is no bundled model")


def _source_vocabulary(folder: Path, shape: str, references: Mapping[str, str]) -> Vocabulary:
    """Read the words of the source, or its labels."""
    if VOCABULARY not in references:
        return _read_vocabulary(folder / _VOCABULARY, (UNKNOWN,) if shape != "vec-seq" else ())
    # a bundled model whose words are those of another one has no file of them
    words = _read_vocabulary(bundled_folder(references[VOCABULARY]) / _VOCABULARY, (UNKNOWN,))
    if shape != "vec-seq":
        return words
    counts = None if words.counts is None else words.counts[1:]
    return Vocabulary(words.words[1:], counts)  # no label is unknown


def _read_vocabulary(path: Path, specials: tuple[str, ...]) -> Vocabulary:
    entries = parse_json_lines(read_limited(path, _LONGEST_VOCABULARY).decode())
    counts = np.array([count for _, count in entries], dtype=np.int64)
    vocabulary = Vocabulary(tuple(str(word) for word, _ in entries), counts).checked()
    refuse_lone_surrogates(path, vocabulary.words)
    if vocabulary.words[: len(specials)] != specials:
        raise ValueError(f"the first words are not {', '.join(specials)}")
    if counts.min() < 0:
        raise ValueError("negative counts")
    return vocabulary


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
    return {"shape": LANGUAGE_MODEL, "references": {}} | dict(config)


def _read_tensors(path: Path, only: Collection[str] | None = None) -> dict[str, NDArray[Any]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            names = [name for name in file.keys() if only is None or name in only]  # noqa: SIM118
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
