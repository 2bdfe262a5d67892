"""What is shown of a net that reads a text, whichever net it is: language model, encoder, file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedviz.corpora import generate_documents
from embedviz.dashboard.state.language_models import ReadingModel
from embedviz.dashboard.state.sequence_models import FINDS, ServerSequenceModel
from embedviz.states import RecordedStates, parse_text
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

if TYPE_CHECKING:
    from embedviz.models import TrainedModel
    from embedviz.sequences import EncoderReading, SequenceModel

_MOST_KEPT = 64
_BUNDLED_WORDS = 20_000


@dataclass(frozen=True, eq=False)
class WatchedText:
    """A text as a net reads it.

    Attributes
    ----------
    words : tuple of str
    unknown : tuple of str
        Words that the net does not know.
    states : ndarray of float32, shape (n_words, n_units)
        h[t] after each word.
    gates : mapping of str to ndarray of float32, shape (n_words, n_units)
    points : ndarray of float32, shape (n_words, n_dims)
        What the map shows of each state: Dec(h[t]), or the summary.
    among : tuple of str
        Words that the map shows besides those of the text.
    notes : tuple of str
        What the net makes of the text so far.
    bits : ndarray of float64, shape (n_words,), or None
        Surprise at each word, of a language model.
    """

    words: tuple[str, ...]
    unknown: tuple[str, ...]
    states: NDArray[np.float32]
    gates: Mapping[str, NDArray[np.float32]]
    points: NDArray[np.float32]
    among: tuple[str, ...]
    notes: tuple[str, ...]
    bits: NDArray[np.float64] | None = None


class Reader(Protocol):
    """A net whose way through a text is shown."""

    def watch(self, text: str, *, is_trained: bool = True) -> WatchedText:
        """Read a text, with the net or with its untrained control."""
        ...

    def place(self, words: tuple[str, ...]) -> WordVectors:
        """Return the points of words that the net knows, in the space of `WatchedText.points`."""
        ...

    def join(self, words: Sequence[str]) -> str:
        """Return a text that has these words."""
        ...

    def record(self, corpus: str | None) -> RecordedStates:
        """Keep the states along a corpus, plain or a table; by default along the bundled one."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """Words that the net reads, with the unknown word as id 0, most frequent first."""
        ...


@dataclass(frozen=True)
class LanguageModelReader:
    """A language model."""

    model: ReadingModel

    def watch(self, text: str, *, is_trained: bool = True) -> WatchedText:
        """Read a text; the points are Dec(h[t])."""
        found = self.model.read(text, is_trained=is_trained)
        n_shown = 3
        return WatchedText(
            found.words,
            _unknown(found.words, found.is_known),
            found.states,
            found.gates,
            found.decoded,
            tuple(guess.word for guesses in found.guesses for guess in guesses),
            tuple(
                ", ".join(f"{guess.word} {guess.probability:.0%}" for guess in row[:n_shown])
                for row in found.guesses
            ),
            found.bits,
        )

    def place(self, words: tuple[str, ...]) -> WordVectors:
        """Return the output embedding; not centred, as the model scores it."""
        return self.model.output_vectors

    def join(self, words: Sequence[str]) -> str:
        """Return a text that has these words."""
        return self.model.trained.tokenizer.join(words)

    def record(self, corpus: str | None) -> RecordedStates:
        """Keep the states along a corpus."""
        return _record(self.model.key, corpus, lambda: self.model.trained)

    @property
    def vocabulary(self) -> Vocabulary:
        """Words that the model reads."""
        return self.model.trained.vocabulary


@dataclass(frozen=True)
class EncoderReader:
    """The encoder of a sequence model."""

    model: ServerSequenceModel

    def watch(self, text: str, *, is_trained: bool = True) -> WatchedText:
        """Read a text; the points are the summaries of the words so far."""
        found = _read(self.model.key, text, is_trained, self.model)
        finds = self.model.task == FINDS
        nearest = [word for note in found.meanings for word in note.split(", ") if word]
        return WatchedText(
            found.words,
            _unknown(found.words, found.is_known),
            found.states,
            found.gates,
            found.summaries,
            tuple(nearest) if finds else (),
            found.meanings,
        )

    def place(self, words: tuple[str, ...]) -> WordVectors:
        """Return the labels' vectors of a seq-vec model, or the summaries of single words."""
        if self.model.task == FINDS:
            return self.model.labels
        return _encode_words(self.model.key, words, self.model)

    def join(self, words: Sequence[str]) -> str:
        """Return a text that has these words."""
        return self.model.open().tokenizer.join(words)

    def record(self, corpus: str | None) -> RecordedStates:
        """Keep the states along a corpus."""
        return _record(self.model.key, corpus, self.model.open)

    @property
    def vocabulary(self) -> Vocabulary:
        """Words of the sources."""
        return self.model.open().source


def _unknown(words: tuple[str, ...], is_known: tuple[bool, ...]) -> tuple[str, ...]:
    return tuple(word for word, known in zip(words, is_known, strict=True) if not known)


# Streamlit leaves parameters with a leading underscore out of the cache key.


@st.cache_resource(max_entries=_MOST_KEPT, show_spinner="Reading …")
def _read(key: str, text: str, is_trained: bool, _model: ServerSequenceModel) -> EncoderReading:
    from embedviz.sequences import read_with_encoder

    return read_with_encoder(_model.open(trained=is_trained), text)


@st.cache_resource(max_entries=_MOST_KEPT, show_spinner=False)
def _encode_words(key: str, words: tuple[str, ...], _model: ServerSequenceModel) -> WordVectors:
    from embedviz.sequences import encode_texts

    model: SequenceModel = _model.open()
    known = tuple(word for word in dict.fromkeys(words) if word in model.source)
    return WordVectors(Vocabulary(known), encode_texts(model, known))


@st.cache_resource(max_entries=4, show_spinner="Reading the corpus …")
def _record(
    key: str, corpus: str | None, _open: Callable[[], TrainedModel | SequenceModel]
) -> RecordedStates:
    from embedviz.sequences import record_states

    net = _open()
    if corpus is None:
        corpus = "\n".join(generate_documents(n_words=_BUNDLED_WORDS))
    return record_states(net, parse_text(corpus, net.tokenizer.tokens))
