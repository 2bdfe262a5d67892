"""From texts to a model folder in one call."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path

from embedviz.checkpoints import checkpoint
from embedviz.errors import InputError
from embedviz.settings import TrainingConfig
from embedviz.support import cache_folder, recover, writing_alone
from embedviz.text import Corpus, CorpusConfig, TextLayout, can_be_read_again, encode, find_texts
from embedviz.training.distributed import World
from embedviz.training.folder import (
    begun_run,
    check_memory,
    check_same,
    check_same_texts,
    saver,
    say_finished,
)
from embedviz.training.language.task import train
from embedviz.training.progress import Callbacks, TrainingResult


def train_model(
    texts: Sequence[Path],
    out: Path,
    *,
    corpus_config: CorpusConfig,
    config: TrainingConfig,
    layout: TextLayout | None = None,
    callbacks: Callbacks | None = None,
    resume: bool = False,
    world: World | None = None,
) -> Mapping[str, object]:
    """Encode texts, train a model and write its folder.

    Parameters
    ----------
    texts : sequence of Path
        Files, folders, or ``-`` for standard input.
    out : Path
        The model folder; an older model is replaced, any other content is an error.
    corpus_config : CorpusConfig
    config : TrainingConfig
    layout : TextLayout, optional
        By default that of plain text in UTF-8.
    callbacks : Callbacks, optional
        `save` is not used: each checkpoint is a complete model folder in `out`.
    resume : bool
        Continue the unfinished run in `out`, if there is one; it must have the same texts and
        settings. The final weights are bitwise those of an uninterrupted run.
    world : World, optional
        The processes that train together, each calling this function with the same arguments. The
        first one writes for all.

    Returns
    -------
    mapping
        Results, as in the model's ``config.json``: among others ``finished`` and
        ``perplexity``, on the held-out text over the full softmax.
    """
    world = world or World()
    if world.is_first:
        recover(out)
    with writing_alone(out) if world.is_first else nullcontext():
        return _train_model(
            texts,
            out,
            corpus_config,
            config,
            layout or TextLayout(),
            callbacks or Callbacks(),
            resume=resume,
            world=world,
        )


def _train_model(
    texts: Sequence[Path],
    out: Path,
    corpus_config: CorpusConfig,
    config: TrainingConfig,
    layout: TextLayout,
    callbacks: Callbacks,
    *,
    resume: bool,
    world: World,
) -> Mapping[str, object]:
    is_repeatable = _check_repeatable(texts, layout, world)
    if world.is_first:
        checkpoint.check_target(out)
    settings = asdict(config) | asdict(corpus_config) | {"n_processes": world.size}
    del settings["tokenizer"]  # stored separately
    before = begun_run(out, world, resume=resume)
    if before:
        check_same(before, corpus_config.tokenizer, settings, TrainingConfig, CorpusConfig)
    if before and before.results.get("finished"):
        say_finished(out, world)
        return before.results
    with tempfile.TemporaryDirectory(prefix="embedviz-") as scratch:
        # standard input cannot be identified later: its ids are not cached
        cache = cache_folder() / "ids" if is_repeatable else Path(scratch)
        corpus = _encode(texts, corpus_config, layout, cache, callbacks, world)
        n_rows = (1 + (not config.tied)) * len(corpus.counts) + config.subwords * config.n_buckets
        # the model and the optimiser's state
        checkpoint.check_disk_space(out, 8 * n_rows * config.n_dims)
        check_memory(
            # the tables, a copy of them in a checkpoint, and a gradient of them or scores of all
            3 * 4 * n_rows * config.n_dims,
            f"{n_rows:,} vectors of {config.n_dims} dimensions",
            "lower --max-words or --dims, or raise --min-count",
        )
        if before:
            check_same_texts(before, corpus.fingerprint, out)

        def make(result: TrainingResult) -> checkpoint.Checkpoint:
            tensors = {name: t.cpu().numpy() for name, t in result.model.state_dict().items()}
            return checkpoint.Checkpoint(
                corpus_config.tokenizer,
                corpus.vocabulary,
                settings,
                _results(result, corpus, texts),
                tensors,
                result.snapshot,
            )

        write, write_if_possible = saver(out, world, make)
        result = train(
            corpus,
            config,
            replace(callbacks, save=write_if_possible, make=make),
            resume=(before.tensors, before.run) if before else None,
            world=world,
        )
        return write(result)


def _encode(
    texts: Sequence[Path],
    corpus_config: CorpusConfig,
    layout: TextLayout,
    cache: Path,
    callbacks: Callbacks,
    world: World,
) -> Corpus:
    """Encode in the first process; the others open the cached ids."""
    if not world.is_first:
        world.wait()
    corpus = encode(texts, corpus_config, cache, layout=layout, progress=callbacks.encode)
    if world.is_first:
        world.wait()
    return corpus


def _check_repeatable(texts: Sequence[Path], layout: TextLayout, world: World) -> bool:
    """Whether the texts can be read twice; `InputError` if not and there are several processes."""
    found = can_be_read_again(find_texts(texts, layout))
    if world.size > 1 and not found:
        raise InputError(
            f"Standard input cannot be read by {world.size} processes: give files or folders."
        )
    return found


def _results(result: TrainingResult, corpus: Corpus, texts: Sequence[Path]) -> dict[str, object]:
    return {
        "finished": result.finished,
        "perplexity": result.perplexity,
        "n_words": len(corpus.vocabulary) - 1,
        "n_train_tokens": len(corpus.train),
        "n_held_out_tokens": corpus.held_out.size,
        "n_tokens_read": result.n_tokens,
        "seconds": round(result.seconds, 1),
        "cpu_seconds": round(result.cpu_seconds, 1),
        "texts": [path.name or "standard input" for path in texts],
        "fingerprint": corpus.fingerprint,
    }
