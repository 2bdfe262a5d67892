"""How the loop trains a sequence model."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from embedviz.checkpoints import extract_vectors
from embedviz.models import MeasurementStoppedError, PictureToText, VectorToText
from embedviz.settings import SequenceConfig
from embedviz.text import (
    UNKNOWN,
    PairBatch,
    PairCorpus,
    Side,
    Vocabulary,
    order_batches,
    take_batch,
)
from embedviz.training.distributed import World
from embedviz.training.loop import train_run
from embedviz.training.progress import Callbacks, TrainingResult
from embedviz.training.sequences.measurement import measure_perplexity
from embedviz.training.sequences.state import SequenceRun, Tables, restore, snapshot, start_run
from embedviz.training.sequences.step import learn
from embedviz.training.task import Arrays, Example, Task
from embedviz.vectors import WordVectors

_MOST_TRIED = 200  # pairs that are looked at for examples


def train_pairs(
    corpus: PairCorpus,
    config: SequenceConfig,
    tables: Tables | None = None,
    callbacks: Callbacks | None = None,
    *,
    resume: tuple[Arrays, Arrays] | None = None,
    world: World | None = None,
) -> TrainingResult:
    """Train a sequence model on encoded pairs.

    Parameters
    ----------
    corpus : PairCorpus
    config : SequenceConfig
    tables : Tables, optional
        First vectors of words, and vectors of labels.
    callbacks : Callbacks, optional
    resume : (mapping, mapping), optional
        See `embedviz.training.loop.train_run`.
    world : World, optional
        The processes that train together; each calls this function with the same arguments.

    Raises
    ------
    InputError
        If the cost is not finite, or `resume` is damaged.
    """
    run = start_run(corpus, config, tables, world)
    return train_run(run, SEQUENCE_TASK, callbacks, resume=resume)


def _read(run: SequenceRun, stop: Callable[[], bool]) -> Iterator[tuple[PairBatch, float, bool]]:
    config, corpus = run.config, run.corpus
    while not run.is_over:
        seed = (config.seed, run.epoch)
        batches = order_batches(corpus, corpus.train, n_pairs=config.n_pairs, seed=seed)
        for number in range(run.batch, len(batches)):
            if run.epoch + number / len(batches) >= config.epochs:
                break  # in the middle of an epoch; also of a run that was stopped here
            share = (run.epoch + (number + 1) / len(batches)) / config.epochs
            run.batch = number + 1
            yield take_batch(corpus, batches[number]), min(1.0, share), True
        # before the position moves on: a run that is stopped here measures again
        _compare(run, stop)
        run.epoch, run.batch = run.epoch + 1, 0


def _compare(run: SequenceRun, stop: Callable[[], bool]) -> None:
    """Measure the perplexity after an epoch, and keep the weights if it is the lowest."""
    if not len(run.corpus.held_out):
        return
    perplexity, given_up = None, False
    try:  # the first process measures for all
        perplexity = measure_perplexity(run, False, stop)
    except MeasurementStoppedError:
        given_up = True
    if run.world.any(given_up):
        raise MeasurementStoppedError
    run.perplexity = perplexity
    is_better = perplexity is not None and perplexity < run.best_perplexity
    if run.world.any(is_better):
        run.best_perplexity, run.n_worse = perplexity or 0.0, 0
        run.best = {name: value.clone() for name, value in run.model.state_dict().items()}
    else:
        run.n_worse += 1


def _locate(run: SequenceRun, batch: PairBatch) -> str:
    return f"batch {run.batch} of epoch {run.epoch + 1}"


def _vectors(run: SequenceRun, words: Collection[str], n_frequent: int) -> WordVectors | None:
    if isinstance(run.model, VectorToText | PictureToText):
        # the end of a text, id 1, takes the place of the unknown word
        names = Vocabulary(run.corpus.target.vocabulary.words[1:])
        embedding = run.model.decoder.embedding[1:]
    else:
        names, embedding = run.corpus.source.vocabulary, run.model.encoder.embedding
    return extract_vectors(names, embedding.detach().cpu().numpy(), words, n_frequent)


def _examples(run: SequenceRun, n: int) -> tuple[Example, ...]:
    """Return held-out pairs without unknown words; of training if none are held out."""
    corpus = run.corpus
    rows = corpus.held_out if len(corpus.held_out) else corpus.train
    found: list[Example] = []
    for row in rows[:_MOST_TRIED]:
        sides = [_words(side, row) for side in (corpus.source, corpus.target)]
        if len(found) < n and not any(UNKNOWN in side for side in sides):
            found.append(Example(*sides))
    return tuple(found)


def _words(side: Side, row: int) -> tuple[str, ...]:
    ids = side.ids[side.ends[row] : side.ends[row + 1]]
    return tuple(side.vocabulary.words[id_] for id_ in ids)


SEQUENCE_TASK: Task[SequenceRun, PairBatch] = Task(
    read=_read,
    learn=learn,
    assemble=SequenceRun.assemble,
    measure=measure_perplexity,
    snapshot=snapshot,
    restore=restore,
    locate=_locate,
    vectors=_vectors,
    examples=_examples,
    rate=lambda run: run.config.rate,
)
"""Functions of the loop for a sequence model."""
