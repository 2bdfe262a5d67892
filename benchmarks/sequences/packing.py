"""A sequence model for the package: trained, in 16 bits, with a card."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.checkpoints import checkpoint
from embedviz.cli.progress import reporting
from embedviz.errors import InputError
from embedviz.settings import SequenceConfig
from embedviz.support import ENGLISH, atomic_path, bundled_folder
from embedviz.text import PairConfig, PairSource, Vocabulary
from embedviz.training import Callbacks, GivenVectors, train_sequence_model

CARD = "README.md"


def train(
    source: PairSource,
    folder: Path,
    pair_config: PairConfig,
    config: SequenceConfig,
    *,
    given: GivenVectors | None = None,
    metrics: Path | None = None,
) -> None:
    """Train a model, or go on with the run in the folder; a finished one is left as it is."""
    with reporting(metrics, None) as (reading, report):
        train_sequence_model(
            source,
            folder,
            pair_config=pair_config,
            config=config,
            given=given,
            callbacks=Callbacks(reading, report),
            resume=True,
        )


def halved(model: checkpoint.Checkpoint) -> checkpoint.Checkpoint:
    """Round a model's numbers to 16 bits."""
    tensors: Mapping[str, NDArray[np.generic]] = {
        name: tensor.astype(np.float16) if tensor.dtype == np.float32 else tensor
        for name, tensor in model.tensors.items()
    }
    return replace(model, tensors=tensors)


def without_rare(model: checkpoint.Checkpoint, min_count: int) -> checkpoint.Checkpoint:
    """Leave out rarer target words, which were hardly learnt: they are read as unknown ones."""
    target, tensors = model.target, dict(model.tensors)
    assert target is not None and target.counts is not None
    kept = target.counts >= min_count
    kept[:2] = True  # the unknown word and the end
    places = np.flatnonzero(kept)
    counts = target.counts[places].copy()
    counts[0] += target.counts[~kept].sum()
    for name in ("decoder.embedding", "decoder.untied_output", "decoder.bias"):
        tensors[name] = tensors[name][places]
    words = tuple(target.words[place] for place in places)
    return replace(model, target=Vocabulary(words, counts), tensors=tensors)


def referring(model: checkpoint.Checkpoint) -> checkpoint.Checkpoint:
    """Refer to the words, and to the labels' vectors, that the model ``english`` has.

    Those words are the source's; if it is a label, all of them become labels.
    """
    tables = ["encoder.embedding"] * (model.shape != "vec-seq") + ["vectors"]
    left_out = {*tables, "composed", "hubness"}
    return replace(
        model,
        tensors={name: tensor for name, tensor in model.tensors.items() if name not in left_out},
        references=dict.fromkeys([checkpoint.VOCABULARY, *tables], ENGLISH),
    )


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


def run(
    parser: argparse.ArgumentParser,
    options: argparse.Namespace,
    source: str,
    make: Callable[[argparse.Namespace], None],
    card: Callable[[Mapping[str, Any]], str],
) -> None:
    """Make a model, or only its card anew, from options that `add_options` added."""
    if options.only_card:
        figures = json.loads(options.figures.read_text(encoding="utf-8"))
        (options.out / CARD).write_text(card(figures), encoding="utf-8")
        return
    if not (getattr(options, source) and options.work):
        parser.error(f"give {source.upper()} and --work, or --only-card")
    np.seterr(all="raise", under="ignore")
    make(options)


def add_options(
    parser: argparse.ArgumentParser, *, model: str, epochs: float, figures: Path
) -> None:
    """Add the options that all programs that make a model have."""
    parser.add_argument("--work", type=Path, help="folder for the pairs and the trained model")
    parser.add_argument("--out", type=Path, default=bundled_folder(model), help="packed model")
    parser.add_argument("--epochs", type=float, default=epochs)
    parser.add_argument("--figures", type=Path, default=figures, help="the measured figures, JSON")
    parser.add_argument(
        "--only-card", action="store_true", help="rewrite the card from the figures"
    )
