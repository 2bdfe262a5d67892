"""Recording of what a model writes while it learns."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from embedviz.cli.moments import MomentClock
from embedviz.cli.run_options import RUN
from embedviz.errors import EmbedvizError, InputError
from embedviz.jobs import Sample, SampleMoment, append_moment
from embedviz.text import PairSource, PictureSource, Tokenizer

if TYPE_CHECKING:
    from embedviz.checkpoints import checkpoint
    from embedviz.sequences import SequenceModel
    from embedviz.training import Example, Progress

logger = logging.getLogger(__name__)

_N_SAMPLES = 5
_N_GIVEN, _N_WRITTEN = 8, 25  # words of a language model's passage that it goes on from, and adds
_LONGEST = 300  # words or characters of a text that are written for a moment
_NAME = "the model in training"

Samples = Annotated[
    Path | None,
    typer.Option(
        help="Write what the model makes of some held-out examples to this file every few percent "
        "of the run, as JSON lines.",
        show_default=False,
        rich_help_panel=RUN,
    ),
]


class SampleRecorder:
    """Records what a model writes in a file; see `embedviz.jobs.samples`.

    Parameters
    ----------
    path : Path
    source : PairSource, optional
        What a sequence model is trained on.

    Raises
    ------
    InputError
        If the file cannot be written.
    """

    def __init__(self, path: Path, source: PairSource | None = None) -> None:
        self._path, self._source, self._clock = path, source, MomentClock()
        try:
            path.open("a").close()
        except OSError as error:
            raise InputError(
                f"{path} cannot be written ({error.strerror}): choose another --samples file."
            ) from None

    def __call__(self, progress: Progress) -> None:
        """Record a moment if it is due; the last one always is."""
        if not self._clock.is_due(progress.share):
            return
        try:
            saved = progress.checkpoint()
            if saved is not None:
                share = round(progress.share, 6)
                append_moment(self._path, self._look(saved, progress.examples(_N_SAMPLES), share))
        except (EmbedvizError, OSError) as error:  # a failed moment must not stop the run
            logger.warning("%s Training continues.", error)
        self._clock.recorded(progress.share)

    def _look(
        self, saved: checkpoint.Checkpoint, examples: Sequence[Example], share: float
    ) -> SampleMoment:
        if saved.target is None:
            return _look_at_language_model(saved, examples, share)
        from embedviz.sequences import sequence_model

        pictures = self._source if isinstance(self._source, PictureSource) else None
        of_pictures = bool(saved.training.get("picture_size"))
        model = sequence_model(saved, _NAME, of_pictures=of_pictures)
        join = saved.tokenizer.join
        sources = [" ".join(one.source) if pictures else join(one.source) for one in examples]
        texts = _write(model, sources, pictures if of_pictures else None)
        return SampleMoment(
            share,
            tuple(
                Sample(source, join(one.target), text)
                for source, one, text in zip(sources, examples, texts, strict=True)
            ),
        )


def _write(
    model: SequenceModel, sources: Sequence[str], pictures: PictureSource | None
) -> list[str]:
    """Return what a model makes of sources: texts, or the labels nearest to them."""
    from embedviz.sequences import decode_texts, find_words, picture_size

    if not sources:
        return []
    if model.shape == "seq-vec":
        found = [find_words(model, source, 3).with_own for source in sources]
        return [", ".join(answer.word for answer in answers) for answers in found]
    given = list(pictures.pictures(sources, picture_size(model))) if pictures else list(sources)
    written = decode_texts(model, given, longest=min(_LONGEST, model.longest))
    return [texts[0].text for texts in written]


def _look_at_language_model(
    saved: checkpoint.Checkpoint, examples: Sequence[Example], share: float
) -> SampleMoment:
    """Let a language model go on with passages, and measure how far its gradients reach."""
    from embedviz.models import sample_text, trained_model
    from embedviz.sequences import MOST_STEPS, gradient_reach

    model, join = trained_model(saved, _NAME), saved.tokenizer.join
    samples = []
    if not model.skipped:  # else it never saw running text
        for number, one in enumerate(examples):
            begin, rest = join(one.source[:_N_GIVEN]), join(one.source[_N_GIVEN:])
            words = sample_text(model, begin, n_words=_N_WRITTEN, temperature=0.7, seed=number)
            samples.append(Sample(begin, rest, join(words)))
    text = join_up_to(saved.tokenizer, examples[0].source, MOST_STEPS)
    quartiles = gradient_reach(model, text).by_distance
    reach = [(low, middle, high) for low, middle, high in quartiles.tolist() if middle == middle]
    return SampleMoment(share, tuple(samples), tuple(reach))


def join_up_to(tokenizer: Tokenizer, words: Sequence[str], most: int) -> str:
    """Join words, as many of them as are read again as at most so many.

    A tokenizer of punctuation reads three words in ``<unk>``.
    """
    some = list(words)
    while len(tokenizer.tokens(text := tokenizer.join(some))) > most:
        some.pop()
    return text
