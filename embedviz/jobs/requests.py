"""Requests of training runs, and the files that they bring along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from embedviz.errors import InputError
from embedviz.jobs.watched import Watched
from embedviz.relations import as_csv
from embedviz.settings import TrainingConfig, as_arguments
from embedviz.support import atomic_path
from embedviz.text import CorpusConfig

RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
TEXT, PAIRS, PROGRAMS, PICTURES = "text", "pairs", "programs", "pictures"
"""What a run is trained on; a language model on texts."""

_FILES = "files"


def check_name(name: str) -> None:
    """Raise `InputError` if a name cannot be that of a run's folder."""
    if not RUN_NAME.fullmatch(name):
        raise InputError(
            f"'{name[:60]}' cannot be the name of a run: use up to 40 letters from a to "
            "z, digits, dots, dashes and underscores, a letter or a digit first."
        )


@dataclass(frozen=True)
class JobRequest:
    """A request to train a language model.

    Parameters
    ----------
    name : str
        Name of the run and model: up to 40 letters a to z, digits, dots, dashes and underscores.
    text : Path or bytes
        A file or a folder of texts, or the content of an uploaded file.
    config : TrainingConfig
    corpus_config : CorpusConfig
    watched : Watched
        What the run follows besides the three families.

    Raises
    ------
    InputError
        If the name cannot be that of a folder, or there is no text.
    """

    name: str
    text: Path | bytes
    config: TrainingConfig = field(default_factory=TrainingConfig)
    corpus_config: CorpusConfig = field(default_factory=CorpusConfig)
    watched: Watched = field(default_factory=Watched)

    def __post_init__(self) -> None:
        """Validate the name, the minimum count and the text."""
        check_name(self.name)
        if isinstance(self.text, bytes) and not self.text.strip():
            raise InputError("The uploaded file is empty: upload a text with words in it.")

    @property
    def kind(self) -> str:
        """What the run is trained on."""
        return TEXT

    def write(self, folder: Path) -> tuple[str, ...]:
        """Write the uploaded text and what is followed; return the arguments of the command."""
        text = self.text
        if isinstance(text, bytes):
            with atomic_path(folder / f"{self.name}.txt") as aside:
                aside.write_bytes(text)
            text = folder / f"{self.name}.txt"
        options = as_arguments(self.config) + as_arguments(self.corpus_config)
        return (str(text.resolve()), *options, *_write_watched(self.watched, folder))


@dataclass(frozen=True)
class SequenceJobRequest:
    """A request to train a sequence model.

    Parameters
    ----------
    name : str
        See `JobRequest`.
    kind : str
        ``pairs``, ``programs`` or ``pictures``.
    arguments : tuple of str
        Of ``embedviz train``; those that begin with ``files/`` name files of the request.
    files : mapping of str to bytes
        Uploaded files by name; a name may have a folder in front.

    Raises
    ------
    InputError
        If the name cannot be that of a folder, or a file has no usable name or is empty.
    """

    name: str
    kind: str
    arguments: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Validate the names and the files."""
        check_name(self.name)
        for name, content in self.files.items():
            parts = PurePosixPath(name).parts
            if not 1 <= len(parts) <= 2 or any(part in (".", "..", "/") for part in parts):
                raise InputError(f"'{name[:60]}' cannot be the name of a file: rename it.")
            if not content:
                raise InputError(f"{name[:60]} is empty: upload another file.")

    def write(self, folder: Path) -> tuple[str, ...]:
        """Write the uploaded files; return the arguments of the command."""
        for name, content in self.files.items():
            path = folder / _FILES / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_path(path) as aside:
                aside.write_bytes(content)
        return tuple(
            str(folder / argument) if argument.startswith(f"{_FILES}/") else argument
            for argument in self.arguments
        )


def _write_watched(watched: Watched, folder: Path) -> tuple[str, ...]:
    """Write what a run follows to its folder; return the options that name the files."""
    options: tuple[str, ...] = ()
    if watched.relations:
        path = folder / "followed-pairs.csv"
        path.write_text(as_csv(watched.relations, named=True), encoding="utf-8")
        options += ("--watch", str(path))
    if watched.words:
        path = folder / "followed-words.txt"
        path.write_text("".join(f"{word}\n" for word in watched.words), encoding="utf-8")
        options += ("--watch-words", str(path))
    return options
