"""From pairs to a model folder in one call."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from embedviz.checkpoints import LabelSpace, checkpoint, embedding_table, open_vectors
from embedviz.errors import InputError
from embedviz.models import PictureToText, SequenceNet, TextToVector, VectorToText, measure_hubness
from embedviz.settings import ProgramConfig, SceneConfig, SequenceConfig
from embedviz.support import cache_folder, recover, writing_alone
from embedviz.text import PairConfig, PairCorpus, PairSource, PictureSource, Reading, encode_pairs
from embedviz.training.distributed import World
from embedviz.training.folder import (
    begun_run,
    check_memory,
    check_same,
    check_same_texts,
    saver,
    say_finished,
)
from embedviz.training.progress import Callbacks, TrainingResult
from embedviz.training.sequences.measurement import some_summaries
from embedviz.training.sequences.memory import parts_of
from embedviz.training.sequences.pictures import keep_pictures
from embedviz.training.sequences.state import Tables
from embedviz.training.sequences.task import train_pairs
from embedviz.vectors import WordVectors

_COMPOSED, _MEAN, _HUBNESS = "composed", "mean", "hubness"
"""Tensors beside the weights: labels whose vector is composed, the mean summary of texts, by which
cosines between texts are centred, and see `embedviz.models.measure_hubness`."""


@dataclass(frozen=True)
class GivenVectors:
    """Models or files of vectors that a run takes from elsewhere, by name.

    Attributes
    ----------
    embedding : str, optional
        First vectors of the source's words; for vec-seq of the target's.
    labels : str, optional
        Vectors of the labels: needed by vec-seq; by default those of seq-vec are trained.
    """

    embedding: str | None = None
    labels: str | None = None


def train_sequence_model(
    pairs: PairSource,
    out: Path,
    *,
    pair_config: PairConfig,
    config: SequenceConfig,
    given: GivenVectors | None = None,
    callbacks: Callbacks | None = None,
    resume: bool = False,
    world: World | None = None,
) -> Mapping[str, object]:
    """Encode pairs, train a sequence model and write its folder.

    Parameters
    ----------
    pairs : PairSource
    out : Path
        The model folder; an older model is replaced, any other content is an error.
    pair_config : PairConfig
    config : SequenceConfig
    given : GivenVectors, optional
    callbacks : Callbacks, optional
        `save` is not used: each checkpoint is a complete model folder in `out`.
    resume : bool
        Continue the unfinished run in `out`, if there is one; it must have the same pairs and
        settings. The final weights are bitwise those of an uninterrupted run.
    world : World, optional
        The processes that train together, each calling this function with the same arguments.

    Returns
    -------
    mapping
        Results, as in the model's ``config.json``: among others ``finished`` and ``perplexity``,
        on the held-out pairs over the full softmax.
    """
    world, callbacks = world or World(), callbacks or Callbacks()
    given = given or GivenVectors()
    if world.is_first:
        recover(out)
        checkpoint.check_target(out)
    with writing_alone(out) if world.is_first else nullcontext():
        return _train(pairs, out, pair_config, config, given, callbacks, resume, world)


def _train(
    pairs: PairSource,
    out: Path,
    pair_config: PairConfig,
    config: SequenceConfig,
    given: GivenVectors,
    callbacks: Callbacks,
    resume: bool,
    world: World,
) -> Mapping[str, object]:
    words = _open_embedding(given, config)
    labels = _open_labels(given, config)
    if words is not None:
        n_dims = words.matrix.shape[1]
        name = "n_dims" if config.reads_text else "n_target_dims"
        config = replace(config, **{name: n_dims})
    settings = asdict(given) | asdict(config) | asdict(pair_config) | {"n_processes": world.size}
    del settings["tokenizer"]  # stored separately
    settings |= pairs.settings
    before = begun_run(out, world, resume=resume)
    if before:
        configs = SequenceConfig, PairConfig, ProgramConfig, SceneConfig
        check_same(before, pair_config.tokenizer, settings, *configs)
    if before and before.results.get("finished"):
        say_finished(out, world)
        return before.results
    corpus = _encode(pairs, pair_config, config, (words, labels), callbacks, world)
    parts = parts_of(
        config,
        len(corpus.source.vocabulary),
        len(corpus.target.vocabulary),
        has_first=words is not None,
        n_label_dims=0 if labels is None else labels.n_dims,
    )
    checkpoint.check_disk_space(out, sum(part.n_bytes_on_disk for part in parts))
    check_memory(
        sum(part.n_bytes for part in parts),
        f"{sum(part.n for part in parts) / 1e6:,.0f} million weights",
        max(parts, key=lambda part: part.n_bytes).remedy,
    )
    if before:
        check_same_texts(before, corpus.fingerprint, out)
    label_names = (corpus.source if config.shape == "vec-seq" else corpus.target).vocabulary.words
    if labels is not None and config.shape == "seq-vec" and labels.composed(label_names).all():
        raise InputError(
            f"None of {len(label_names):,} labels has a vector of its own, and composed ones are "
            "no answers: name vectors of the labels with --vectors, or omit it to train them."
        )
    side = corpus.source if config.reads_text else corpus.target
    tables = Tables(
        None if words is None else embedding_table(words, side.vocabulary),
        None if labels is None else labels.table(label_names),
        None if labels is None else ~labels.composed(label_names),
        _pictures(pairs, corpus, config, callbacks, world),
    )

    def make(result: TrainingResult) -> checkpoint.Checkpoint:
        tensors = {name: t.cpu().numpy() for name, t in result.model.state_dict().items()}
        if labels is not None and labels.composed(label_names).any():
            tensors[_COMPOSED] = labels.composed(label_names)
        net = cast(SequenceNet, result.model)
        if not isinstance(net, VectorToText | PictureToText):
            summaries = some_summaries(net, corpus, world.device)
            if isinstance(net, TextToVector):
                tensors[_HUBNESS] = measure_hubness(summaries, net.vectors).cpu().numpy()
            else:
                tensors[_MEAN] = summaries.mean(0).cpu().numpy()
        return checkpoint.Checkpoint(
            pair_config.tokenizer,
            corpus.source.vocabulary,
            settings,
            _results(result, corpus, pairs),
            tensors,
            result.snapshot,
            config.shape,
            corpus.target.vocabulary,
        )

    write, write_if_possible = saver(out, world, make)
    result = train_pairs(
        corpus,
        config,
        tables,
        replace(callbacks, save=write_if_possible, make=make),
        resume=(before.tensors, before.run) if before else None,
        world=world,
    )
    return write(result)


def _open_embedding(given: GivenVectors, config: SequenceConfig) -> WordVectors | None:
    if given.embedding is None:
        if config.frozen:
            raise InputError(
                "Word vectors that are not trained have to come from somewhere: name a model or a "
                "file of vectors with --embedding, or omit --frozen."
            )
        return None
    return open_vectors(given.embedding)


def _open_labels(given: GivenVectors, config: SequenceConfig) -> LabelSpace | None:
    if config.picture_size and given.labels is not None:
        raise InputError(
            "Pictures have vectors of their own, which are learned: omit --vectors, or --pictures."
        )
    if given.labels is None:
        if config.shape == "vec-seq" and not config.picture_size:
            raise InputError(
                "The shape vec-seq reads vectors: name the model or the file that has those of "
                "the labels with --vectors."
            )
        return None
    if config.shape == "seq-seq":
        raise InputError(
            "The shape seq-seq has no labels: omit --vectors, or choose --shape seq-vec or "
            "vec-seq. First vectors of the source's words are given with --embedding."
        )
    return LabelSpace(open_vectors(given.labels), config.shape)


def _encode(
    pairs: PairSource,
    pair_config: PairConfig,
    config: SequenceConfig,
    given: tuple[WordVectors | None, LabelSpace | None],
    callbacks: Callbacks,
    world: World,
) -> PairCorpus:
    """Encode in the first process; the others open the cached ids."""
    words, labels = given
    fixed = tuple(words.words) if words is not None and config.frozen else None
    known = labels.names if labels is not None else ()
    mark = hashlib.sha256("\n".join([*(fixed or ()), "\n", *known]).encode("utf-8", "replace"))
    reading = Reading(
        (not config.reads_text, not config.writes_text), labels, fixed, mark.hexdigest()
    )
    if not world.is_first:
        world.wait()
    corpus = encode_pairs(
        pairs, pair_config, cache_folder() / "pairs", reading=reading, progress=callbacks.encode
    )
    if world.is_first:
        world.wait()
    return corpus


def _pictures(
    pairs: PairSource,
    corpus: PairCorpus,
    config: SequenceConfig,
    callbacks: Callbacks,
    world: World,
) -> NDArray[np.uint8] | NDArray[np.float32] | None:
    """Make the pictures that the sources name, in the first process; the others open them."""
    if not config.picture_size:
        return None
    if not isinstance(pairs, PictureSource):
        raise InputError(
            f"{pairs.names[0]} has no pictures: name them with --pictures, or omit --picture-size."
        )
    names, size = corpus.source.vocabulary.words, config.picture_size
    if not world.is_first:
        world.wait()
    kept = keep_pictures(
        pairs,
        names,
        size,
        cache_folder() / "pictures",
        features=config.picture_encoder != "learned",
        progress=callbacks.encode,
    )
    if world.is_first:
        world.wait()
    return kept


def _results(result: TrainingResult, corpus: PairCorpus, pairs: PairSource) -> dict[str, object]:
    held_out_tokens = int(corpus.target.lengths[corpus.held_out].sum())
    return {
        "finished": result.finished,
        "perplexity": result.perplexity,
        **corpus.counts,
        "n_train_pairs": len(corpus.train),
        "n_held_out_pairs": len(corpus.held_out),
        "n_held_out_tokens": held_out_tokens + corpus.target.is_text * len(corpus.held_out),
        "n_source": len(corpus.source.vocabulary),
        "n_target": len(corpus.target.vocabulary),
        "n_weights": sum(weight.numel() for weight in result.model.parameters()),
        "n_tokens_read": result.n_tokens,
        "n_steps": result.n_steps,
        "seconds": round(result.seconds, 1),
        "cpu_seconds": round(result.cpu_seconds, 1),
        "texts": list(pairs.names),
        "fingerprint": corpus.fingerprint,
    }
