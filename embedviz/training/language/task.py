"""How the loop trains a language model."""

from __future__ import annotations

from collections.abc import Callable, Collection

from embedviz.checkpoints import extract_vectors
from embedviz.settings import TrainingConfig
from embedviz.text import Block, Corpus
from embedviz.training.distributed import World
from embedviz.training.language.blocks import read_run_blocks
from embedviz.training.language.measurement import measure_perplexity
from embedviz.training.language.state import LanguageRun, restore, snapshot, start_run
from embedviz.training.language.step import learn
from embedviz.training.loop import train_run
from embedviz.training.progress import Callbacks, TrainingResult
from embedviz.training.task import Arrays, Example, Task
from embedviz.vectors import WordVectors

_N_WORDS = 40  # of a passage


def _learn(run: LanguageRun, block: Block, remaining: float) -> float:
    return learn(run, block, remaining=remaining)


def _measure(run: LanguageRun, sample: bool, stop: Callable[[], bool]) -> float | None:
    return measure_perplexity(run, sample=sample, stop=stop)


def _locate(run: LanguageRun, block: Block) -> str:
    return f"block {block.number + 1} of chunk {run.position.chunk} in epoch {run.epoch + 1}"


def _vectors(run: LanguageRun, words: Collection[str], n_frequent: int) -> WordVectors | None:
    run.assemble_embedding()
    embedding = run.model.embedding.cpu().numpy()
    return extract_vectors(run.corpus.vocabulary, embedding, words, n_frequent)


def _examples(run: LanguageRun, n: int) -> tuple[Example, ...]:
    """Return passages of the held-out text, or of the text."""
    corpus = run.corpus
    blocks = corpus.held_out[:, :_N_WORDS] if corpus.held_out.size else [corpus.train[:_N_WORDS]]
    words = corpus.vocabulary.words
    return tuple(Example(tuple(words[id_] for id_ in ids)) for ids in blocks[:n])


LANGUAGE_TASK: Task[LanguageRun, Block] = Task(
    read=lambda run, stop: read_run_blocks(run),
    learn=_learn,
    assemble=LanguageRun.assemble_embedding,
    measure=_measure,
    snapshot=snapshot,
    restore=restore,
    locate=_locate,
    vectors=_vectors,
    examples=_examples,
    rate=lambda run: run.config.rate,
)
"""Functions of the loop for a language model."""


def train(
    corpus: Corpus,
    config: TrainingConfig,
    callbacks: Callbacks | None = None,
    *,
    resume: tuple[Arrays, Arrays] | None = None,
    world: World | None = None,
) -> TrainingResult:
    """Train a recurrent language model on an encoded text.

    Parameters
    ----------
    corpus : Corpus
    config : TrainingConfig
    callbacks : Callbacks, optional
    resume : (mapping, mapping), optional
        See `embedviz.training.loop.train_run`.
    world : World, optional
        The processes that train together; each calls this function with the same corpus and
        configuration, and all end with the same weights. Only the first one measures.

    Raises
    ------
    InputError
        If the text is too short for one block, the cost is not finite, or `resume` is damaged.
    """
    return train_run(start_run(corpus, config, world), LANGUAGE_TASK, callbacks, resume=resume)
