"""Points of a space of words put into words by a net, and words found by another one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedviz.checkpoints import LabelSpace
from embedviz.dashboard.component import word_map
from embedviz.dashboard.component.word_map import Mark, Points
from embedviz.dashboard.state.sequence_models import ServerSequenceModel
from embedviz.errors import InputError
from embedviz.projection import Plane, fit_plane
from embedviz.relations import built_in
from embedviz.vectors import WordVectors

if TYPE_CHECKING:
    from embedviz.sequences import FoundWords, Point, WordRank, WordScores

NOTHING = "zero()"
"""Asks for a vector of zeros, as `ask_random` and `ask_place` do for others that are no formula."""

ON_MAP = 2_500
"""Words of the map."""

_N_TEXTS, _MOST_KEPT = 3, 96
_RANDOM = re.compile(r"random\((\d{1,6})\)")
_PLACE = re.compile(r"map\((-?\d{1,3}(?:\.\d{1,6})?), ?(-?\d{1,3}(?:\.\d{1,6})?)\)")
_PART_OF_SPEECH = re.compile(r"^[a-z]+: ")


@dataclass(frozen=True)
class Asked:
    """A point as it is asked for.

    Attributes
    ----------
    formula : str
        Words, or a formula of them; or ``zero()``, ``random(7)``, ``map(0.12, -0.3)``.
    along : str
        A built-in relation whose mean offset is added; empty for none.
    """

    formula: str
    along: str = ""


@dataclass(frozen=True)
class Text:
    """A text, and how much likelier the point makes it.

    Attributes
    ----------
    by : str
        Whose text it is.
    text : str
    ratio : float or None
        log p(text | point) - log p(text | no vector); None for a text of another model.
    """

    by: str
    text: str
    ratio: float | None


@dataclass(frozen=True, eq=False)
class DescribedPoint:
    """What a model says of a point, and what stands beside it.

    Attributes
    ----------
    name : str
    word : str
        The word itself, or of other points the nearest one; empty without any.
    is_word : bool
    texts, controls : tuple of Text
        Of the model, best first; of the nearest other word, of no vector, and of the model before
        training.
    nearest : tuple of (str, float)
        Words but those of the formula, with their cosines.
    cosine : float or None
        Of the nearest word of all.
    far_below : float
        See `embedviz.sequences.Described`.
    is_far : bool
    mark : Mark
        On the map.
    """

    name: str
    word: str
    is_word: bool
    texts: tuple[Text, ...]
    controls: tuple[Text, ...]
    nearest: tuple[tuple[str, float], ...]
    cosine: float | None
    far_below: float
    is_far: bool
    mark: Mark


@dataclass(frozen=True, eq=False)
class MapOfWords:
    """The plane of the most frequent labels, their points, and the share that it keeps."""

    plane: Plane
    points: Points
    kept: float


def describe(model: ServerSequenceModel, asked: Asked) -> DescribedPoint:
    """Put a point into words.

    Raises
    ------
    InputError
        If the formula cannot be read, or names words that are not known.
    """
    return _describe(model.key, asked, model)


def lay_out(model: ServerSequenceModel) -> MapOfWords:
    """Lay out the most frequent words on their principal plane."""
    return _lay_out(model.key, model)


def find(model: ServerSequenceModel, description: str, n: int = 10) -> FoundWords:
    """Find the words that a description means."""
    return _score(model.key, description, model).best(n)


def rank(model: ServerSequenceModel, description: str, word: str) -> WordRank | None:
    """Rank a word among all answers to a description; None if it is not among them."""
    return _score(model.key, description, model).rank(word)


def remove_part_of_speech(text: str) -> str:
    """Return a description without its part of speech.

    >>> remove_part_of_speech("noun: a stringed instrument")
    'a stringed instrument'
    """
    return _PART_OF_SPEECH.sub("", text, count=1)


# Streamlit leaves parameters with a leading underscore out of the cache key.


@st.cache_resource(max_entries=3, show_spinner="Laying out the map …")
def _lay_out(key: str, _model: ServerSequenceModel) -> MapOfWords:
    vectors = _model.labels
    plane = fit_plane(vectors, vectors.words[:ON_MAP])
    points = word_map.place_words(vectors, plane, ON_MAP, ())
    return MapOfWords(plane, points, plane.kept(vectors.unit(vectors.words[:ON_MAP])))


@st.cache_resource(max_entries=_MOST_KEPT, show_spinner="Putting the point into words …")
def _describe(key: str, asked: Asked, _model: ServerSequenceModel) -> DescribedPoint:
    from embedviz.sequences import BEAM, Point, decode_texts, describe_points, weigh_texts

    model = _model.open()
    point = _find_point(_model, asked)
    vectors = _model.labels
    (found,) = describe_points(model, [point], replace(BEAM, n_best=_N_TEXTS), labels=vectors)
    about = found.about
    others = [(word, cosine) for word, cosine in about.nearest if word not in point.words]
    named = [("no vector", Point("", np.zeros(vectors.n_dims, np.float32)))]
    if others:
        word = others[0][0]
        named.insert(0, (f"nearest word: {word}", Point(word, vectors[word], (), (word,))))
    written = decode_texts(
        model, [one.vector for _, one in named], BEAM, banned=[one.own_words for _, one in named]
    )
    texts = [one for (one, *_) in written]
    ratios = weigh_texts(model, point.vector, texts)
    ((before, *_),) = decode_texts(_model.open(trained=False), [point.vector], BEAM)
    controls = [
        Text(by, one.text, round(ratio, 3) + 0.0)
        for (by, _), one, ratio in zip(named, texts, ratios, strict=True)
    ]
    is_word = bool(point.own_words)
    return DescribedPoint(
        point.name,
        point.own_words[0] if is_word else others[0][0] if others else "",
        is_word,
        tuple(
            Text("this point", one.text, ratio)
            for one, ratio in zip(found.texts, about.log_ratios, strict=True)
        ),
        (*controls, Text("the net before training", before.text, None)),
        tuple(others),
        others[0][1] if others else None,
        about.far_below,
        about.is_far,
        _mark(_model, point.name, point.vector),
    )


def ask_random(number: int) -> str:
    """Ask for a random direction.

    >>> ask_random(7)
    'random(7)'
    """
    return f"random({number})"


def ask_place(x: float, y: float) -> str:
    """Ask for the point of the plane at a place of the map.

    >>> ask_place(0.12, -0.3)
    'map(0.120, -0.300)'
    """
    return f"map({x:.3f}, {y:.3f})"


def _find_point(model: ServerSequenceModel, asked: Asked) -> Point:
    """Return the vector that is asked for."""
    from embedviz.sequences import Point, points_of

    vector = _find_vector(model, asked.formula)
    if vector is None:
        along = built_in(asked.along) if asked.along else None
        (point,) = points_of(model.open(), [asked.formula], along, labels=model.labels)
        return point
    if asked.along:
        raise InputError(
            f"{asked.formula} has no words to move along a relation: choose none, or give a word."
        )
    return Point(asked.formula, vector)


def _find_vector(model: ServerSequenceModel, formula: str) -> NDArray[np.float32] | None:
    """Return the vector of a point that is no formula of words; None for others."""
    n_dims = model.labels.n_dims
    if formula == NOTHING:
        return np.zeros(n_dims, np.float32)
    if found := _RANDOM.fullmatch(formula):
        return np.random.default_rng(int(found[1])).standard_normal(n_dims, np.float32)
    if found := _PLACE.fullmatch(formula):
        place = np.array([[float(found[1]), float(found[2])]], np.float32)
        return np.asarray(lay_out(model).plane.lift(place)[0])
    return None


def _mark(model: ServerSequenceModel, name: str, vector: NDArray[np.float32]) -> Mark:
    # a place is where it was clicked; others are directions, as the words are
    scale = 1.0 if _PLACE.fullmatch(name) else max(float(np.linalg.norm(vector)), 1e-12)
    x, y = lay_out(model).plane.coordinates(vector[None] / scale)[0]
    vectors = model.labels
    rank = vectors.id(name) + 1 if name in vectors else 0
    return Mark(name[:60], rank, round(float(x), 5), round(float(y), 5))


def find_marks(model: ServerSequenceModel, words: Sequence[str]) -> list[Mark]:
    """Return the marks of words on the map."""
    vectors, plane = model.labels, lay_out(model).plane
    return [word_map.place_mark(vectors, plane, word) for word in words]


@st.cache_resource(max_entries=32, show_spinner="Looking for words …")
def _score(key: str, description: str, _model: ServerSequenceModel) -> WordScores:
    from embedviz.sequences import score_words

    return score_words(_model.open(), description, given=_given(key, _model))


@st.cache_resource(max_entries=2, show_spinner=False)
def _given(key: str, _model: ServerSequenceModel) -> tuple[WordVectors, LabelSpace] | None:
    from embedviz.sequences import given_vectors

    return given_vectors(_model.open())
