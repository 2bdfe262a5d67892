"""Phrases as vectors of a model and of its controls, computed once for all sessions."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedviz.checkpoints import save
from embedviz.corpora import read_phrases
from embedviz.dashboard.state.models import hash_pairs
from embedviz.dashboard.state.sequence_models import FINDS, TRANSLATES, ServerSequenceModel
from embedviz.errors import InputError
from embedviz.evaluation import same_kind_share
from embedviz.relations import Relation, RelationReport, measure, phrase_relations
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

if TYPE_CHECKING:
    from embedviz.sequences import SequenceModel

READS = (TRANSLATES, FINDS)
"""Tasks of models whose encoder turns phrases into vectors."""

MODEL, UNTRAINED, WORD_MEAN = "Model", "Untrained", "Mean of word vectors"
SPACES = (MODEL, UNTRAINED, WORD_MEAN)
"""The model, and its controls: before training, and the mean of the phrase's word vectors."""

EVERYDAY, RELATIONS = "everyday phrases", "phrases of the relations"
"""Phrases that ship: those of the map, and those of the built-in relations."""

_FEWEST = 3  # phrases
_MOST_KEPT = 48


@dataclass(frozen=True)
class PhraseSpaces:
    """Phrases in a model and in its controls.

    Attributes
    ----------
    model : ServerSequenceModel
    base : str
        ``EVERYDAY`` or ``RELATIONS``: their mean is subtracted, unless the model encodes into a
        space of labels.
    own : tuple of str
        Further phrases.
    """

    model: ServerSequenceModel
    base: str = EVERYDAY
    own: tuple[str, ...] = ()

    def vectors(self, space: str = MODEL) -> WordVectors:
        """Return the vectors of one of `SPACES`, labelled by the phrases.

        Phrases of which the model knows no word have none.

        Raises
        ------
        InputError
            If there are fewer than three, or the model before training cannot be made again.
        """
        return _vectors(self.model.key, space, self.base, self.own, self.model)

    def is_there(self, space: str) -> bool:
        """Whether a space can be computed: an untrained model may need vectors that are gone."""
        try:
            self.vectors(space)
        except InputError:
            return space == MODEL
        return True

    def unread(self) -> tuple[str, ...]:
        """Return the own phrases of which the model knows no word."""
        return tuple(text for text in self.own if text not in self.vectors())

    def measure(self, space: str, relation: Relation) -> RelationReport:
        """Measure how consistent the offsets of a relation are."""
        key = (self.model.key, space, self.base, self.own, hash_pairs(relation))
        return _measure(*key, relation, self)

    def same_kind(self, space: str) -> float:
        """Return the share of a phrase's 5 nearest that are of its kind, among those that ship."""
        return _same_kind(self.model.key, space, PhraseSpaces(self.model))


def kind_of() -> dict[str, str]:
    """Return the kind of each phrase that ships."""
    return {phrase.text: phrase.kind for phrase in read_phrases()}


@st.cache_data(max_entries=8, show_spinner="Writing the file …")
def as_file(key: str, own: tuple[str, ...], ending: str, _vectors: WordVectors) -> bytes:
    """Return vectors as a file that every page and command takes, see `embedviz.checkpoints.save`.

    Parameters
    ----------
    key : str
        Of the model and the space.
    own : tuple of str
    ending : str
        ``.npz``, ``.parquet`` or ``.csv``: formats of a single file.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"phrases{ending}"
        save(_vectors, path)
        return path.read_bytes()


# Streamlit leaves parameters with a leading underscore out of the cache key.


@st.cache_resource(max_entries=16, show_spinner="Encoding phrases …")
def _base_rows(
    key: str, space: str, base: str, _model: ServerSequenceModel
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Return the phrases that ship and the model can read, and their vectors as they are."""
    from embedviz.sequences import can_read

    texts = (
        tuple(phrase.text for phrase in read_phrases())
        if base == EVERYDAY
        else tuple(dict.fromkeys(word for one in phrase_relations() for word in one.words))
    )
    opened = _model.open()
    read = tuple(text for text in texts if can_read(opened, text))
    return read, _encode(key, space, read, _model)


@st.cache_resource(max_entries=_MOST_KEPT, show_spinner=False)
def _vectors(
    key: str, space: str, base: str, own: tuple[str, ...], _model: ServerSequenceModel
) -> WordVectors:
    from embedviz.sequences import can_read

    there, rows = _base_rows(key, space, base, _model)
    opened = _model.open()
    new = tuple(text for text in own if text not in there and can_read(opened, text))
    texts = (*there, *new)
    if len(texts) < _FEWEST:
        raise InputError(
            f"{_model.name} can read {len(texts)} of these phrases: give at least {_FEWEST} of "
            "your own with words that it knows."
        )
    matrix = np.concatenate([rows, _encode(key, space, new, _model)])
    if space != WORD_MEAN and _model.task == TRANSLATES:
        matrix = matrix - matrix[: len(there) or None].mean(axis=0)
    facts = {"model": _model.name, "space": space, "steps": ("texts encoded", "mean taken off")}
    return WordVectors(Vocabulary(texts), matrix.astype(np.float32), None, facts)


def _encode(
    key: str, space: str, texts: Sequence[str], model: ServerSequenceModel
) -> NDArray[np.float32]:
    from embedviz.sequences import encode_texts, mean_of_words

    opened = model.open()
    if space == WORD_MEAN:
        return mean_of_words(texts, _first_words(key, opened), opened.tokenizer)
    return encode_texts(model.open(trained=False) if space == UNTRAINED else opened, texts)


@st.cache_resource(max_entries=4, show_spinner=False)
def _first_words(key: str, _opened: SequenceModel) -> WordVectors:
    from embedviz.sequences import word_vectors

    return word_vectors(_opened)


@st.cache_resource(max_entries=256, show_spinner=False)
def _measure(
    key: str,
    space: str,
    base: str,
    own: tuple[str, ...],
    pairs: str,
    _relation: Relation,
    _spaces: PhraseSpaces,
) -> RelationReport:
    return measure(_spaces.vectors(space), _relation)


@st.cache_resource(max_entries=32, show_spinner=False)
def _same_kind(key: str, space: str, _spaces: PhraseSpaces) -> float:
    vectors, kinds = _spaces.vectors(space), kind_of()
    return same_kind_share(vectors.unit_matrix, [kinds[text] for text in vectors.words])
