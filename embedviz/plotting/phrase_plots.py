"""The content of the picture of phrases: their places, and how well kinds stay together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.corpora import Phrase
from embedviz.errors import InputError
from embedviz.evaluation import N_NEAREST, same_kind_by_chance, same_kind_share
from embedviz.projection import MAPS, Layout, fit_map, fit_plane, trustworthiness
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors, principal_axes

Floats = NDArray[np.float32]

THIS_MODEL = "this model"
"""Name of the model that is drawn, among the controls."""

PHRASE_PLANES = ("pca", *MAPS)
"""Layouts of `phrase_map`: principal components, or a neighbour map."""

FEWEST_PHRASES = 30
"""Minimum number of phrases; zooms have at least a third as many."""

_ZOOMS = {
    "Durations and times": ("duration", "time"),
    "Countries and regions": ("country", "region"),
    "Syntax": ("question", "negation", "infinitive", "past", "present", "future"),
}
_TITLES = {"pca": "principal plane", "tsne": "t-SNE", "umap": "UMAP"}


@dataclass(frozen=True, eq=False)
class PhrasePlot:
    """Some phrases in a layout of their own.

    Attributes
    ----------
    title : str
    phrases : tuple of Phrase
    coordinates : ndarray of float32, shape (n_phrases, 2)
    trustworthiness : float
        See `embedviz.projection.trustworthiness`.
    note : str
        Layout and trustworthiness, to show with it.
    """

    title: str
    phrases: tuple[Phrase, ...]
    coordinates: Floats
    trustworthiness: float
    note: str


@dataclass(frozen=True)
class SameKind:
    """Share of a phrase's 5 nearest phrases that are of its kind, mean over the phrases.

    Attributes
    ----------
    name : str
        Of the model, or of a control.
    space : float
        By the cosine of all dimensions, after subtracting the mean, 0 to 1.
    plot : float
        By the distance on a plot of the same kind, 0 to 1.
    """

    name: str
    space: float
    plot: float


@dataclass(frozen=True, eq=False)
class PhraseMap:
    """Phrases on a plot, zooms of some kinds, and the same measures of controls.

    Attributes
    ----------
    plane : str
        One of `PHRASE_PLANES`.
    whole : PhrasePlot
        All phrases with vectors in all models.
    zooms : tuple of PhrasePlot
        Durations and times, countries and regions, and syntax, each laid out anew; without those
        of which there are too few phrases.
    same_kind : tuple of SameKind
        The model first, then the controls.
    chance : float
        The same share if phrases were placed at random: the frequency of the kinds.
    left_out : tuple of Phrase
        Phrases without vectors in one of the models.
    """

    plane: str
    whole: PhrasePlot
    zooms: tuple[PhrasePlot, ...]
    same_kind: tuple[SameKind, ...]
    chance: float
    left_out: tuple[Phrase, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences to show with the picture: how to read it."""
        sentences = [
            "Trustworthiness: how well the 10 nearest phrases of a plot match the nearest in all "
            "dimensions; 0.5 by chance.",
            "The mean of all phrases is subtracted; controls are measured on plots of their own.",
        ]
        if self.plane in MAPS:
            sentences.insert(1, f"{_TITLES[self.plane]} keeps neighbours, not larger distances.")
        if self.left_out:
            n = len(self.left_out)
            sentences.append(f"Left out: {n} phrase{'s' * (n > 1)} without vectors in a model.")
        return tuple(sentences)

    @property
    def facts(self) -> dict[str, object]:
        """All figures that the picture shows, JSON-serialisable."""
        return {
            "plane": self.plane,
            "phrases": len(self.whole.phrases),
            "left_out": [phrase.text for phrase in self.left_out],
            "nearest": N_NEAREST,
            "same_kind": [
                {"model": one.name, "space": round(one.space, 4), "plot": round(one.plot, 4)}
                for one in self.same_kind
            ],
            "same_kind_by_chance": round(self.chance, 4),
            "plots": [
                {
                    "title": one.title,
                    "phrases": len(one.phrases),
                    "trustworthiness": round(one.trustworthiness, 4),
                }
                for one in (self.whole, *self.zooms)
            ],
        }


def phrase_map(
    vectors: WordVectors,
    phrases: Sequence[Phrase],
    controls: Mapping[str, WordVectors],
    *,
    plane: str = "tsne",
    seed: int = 0,
) -> PhraseMap:
    """Lay out phrases, and measure how well kinds stay together, beside controls.

    The mean of the drawn phrases is subtracted from all vectors. A neighbour map is the default:
    two principal components of phrases keep too little of the neighbourhoods.
    Source of the kind of picture: Cho et al. (2014), *Learning phrase representations using RNN
    encoder–decoder for statistical machine translation*, figures 4 and 5.

    Parameters
    ----------
    vectors : WordVectors
        The words are phrases.
    phrases : sequence of Phrase
        A text that stands twice counts once; see `embedviz.corpora.read_phrases`.
    controls : mapping from str to WordVectors
        By name; for example vectors of an untrained encoder, and means of word vectors.
    plane : str
        One of `PHRASE_PLANES`; ``tsne`` and ``umap`` need their packages, see `fit_map`.
    seed : int
        Of the neighbour maps.

    Raises
    ------
    InputError
        If the plane is not known, its package is missing, or there are fewer than 30 phrases with
        vectors in all models.
    """
    if plane not in PHRASE_PLANES:
        raise InputError(
            f"The plane '{plane}' is not known: use one of {', '.join(PHRASE_PLANES)}."
        )
    models = {THIS_MODEL: vectors, **controls}
    distinct = {phrase.text: phrase for phrase in phrases}.values()
    known = tuple(p for p in distinct if all(p.text in model for model in models.values()))
    if len(known) < FEWEST_PHRASES:
        raise InputError(
            f"{len(known)} of {len(distinct)} phrases have vectors in all of "
            f"{', '.join(models)}: give at least {FEWEST_PHRASES}, for example by encoding the "
            "same phrases with each model."
        )
    there, kinds = set(known), [phrase.kind for phrase in known]
    same_kind = []
    plots = {}
    for name, model in models.items():
        centred = _centred(model, known)
        plots[name] = _plot("All phrases", centred, known, plane, seed)
        same_kind.append(
            SameKind(
                name,
                same_kind_share(centred.unit_matrix, kinds),
                same_kind_share(plots[name].coordinates, kinds),
            )
        )
    ours = _centred(vectors, known)
    zooms = []
    for title, wanted in _ZOOMS.items():
        shown = tuple(phrase for phrase in known if phrase.kind in wanted)
        if len(shown) >= FEWEST_PHRASES // 3:
            zooms.append(_plot(title, ours, shown, plane, seed))
    return PhraseMap(
        plane,
        plots[THIS_MODEL],
        tuple(zooms),
        tuple(same_kind),
        same_kind_by_chance(kinds),
        tuple(phrase for phrase in distinct if phrase not in there),
    )


def _centred(model: WordVectors, phrases: Sequence[Phrase]) -> WordVectors:
    """Vectors of the phrases, in their order, without their mean."""
    ids = model.ids([phrase.text for phrase in phrases])
    matrix = np.asarray(model.matrix)[ids].astype(np.float32)
    return WordVectors(Vocabulary(tuple(p.text for p in phrases)), matrix).centred()


def _plot(
    title: str, vectors: WordVectors, phrases: tuple[Phrase, ...], plane: str, seed: int
) -> PhrasePlot:
    texts = [phrase.text for phrase in phrases]
    if plane == "pca":
        flat = fit_plane(vectors, texts)
        layout: Layout = flat
        kept = f", {sum(flat.explained_variance):.0%} of variance".replace(
            "%", "\N{NO-BREAK SPACE}%"
        )
    else:
        layout, kept = fit_map(vectors, texts, plane, seed=seed), ""
    places = layout.place(vectors, texts)
    if plane != "pca":  # a map has no orientation: lay it along the plot
        axes = principal_axes(places, 2)
        places = ((places - axes.centre) @ axes.axes.T).astype(np.float32)
    trust = trustworthiness(vectors.unit(texts), places)
    note = f"{len(texts)} phrases; {_TITLES[plane]}{kept}; trustworthiness {trust:.2f}"
    return PhrasePlot(title, phrases, places, trust, note)
