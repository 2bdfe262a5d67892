"""Pictures that a net has put into words: new scenes with grades, and visitors' pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedviz.corpora import ScenePairs, data_url
from embedviz.dashboard.component.word_map import Points, build_points
from embedviz.dashboard.state.sequence_models import ServerSequenceModel
from embedviz.evaluation import same_kind_by_chance, same_kind_share
from embedviz.projection import fit_plane
from embedviz.settings import SceneConfig
from embedviz.vectors import WordVectors, unit_rows

if TYPE_CHECKING:
    from embedviz.sequences import SceneSheet

Picture = NDArray[np.uint8]

FACTS = ("n", "colour", "being", "action", "place", "time")
"""Of a scene."""

NET, BEFORE = "the net", "the net before training"
NEAREST_PICTURE, OTHER_PICTURE = "the nearest other picture", "another picture"
WRITERS = (NET, NEAREST_PICTURE, OTHER_PICTURE, BEFORE)
"""Whose captions are graded."""

N_SCENES = 60
"""Scenes of a sheet."""

_MOST_KEPT, _SIDE = 8, 128  # sheets; pixels of a picture that is shown


@dataclass(frozen=True, eq=False)
class CaptionedPicture:
    """What a model says of a picture that nobody has captioned.

    Attributes
    ----------
    text : str
    ratio : float
        log p(text | picture) - log p(text | 0), in nats.
    control : str
        What the model before training says.
    """

    text: str
    ratio: float
    control: str


@dataclass(frozen=True, eq=False)
class CaptionedPictures:
    """Captions of a visitor's pictures, with their vectors by number."""

    captions: tuple[CaptionedPicture, ...]
    vectors: WordVectors


@dataclass(frozen=True, eq=False)
class GradedScene:
    """A scene with the net's caption and the grades of all captions.

    Attributes
    ----------
    number : int
        Of the set, from 0.
    facts : mapping of str to str
        By `FACTS`.
    truth, text, nearest : str
        The true caption, that of the net, and that of the nearest other picture.
    ratio : float
        log p(text | picture) - log p(text | 0), in nats.
    grades : mapping of str to int
        Places in `embedviz.corpora.GRADES`, by `WRITERS`.
    """

    number: int
    facts: Mapping[str, str]
    truth: str
    text: str
    nearest: str
    ratio: float
    grades: Mapping[str, int]

    @property
    def grade(self) -> int:
        """Grade of the net's caption."""
        return self.grades[NET]


@dataclass(frozen=True)
class SameFact:
    """How many of the pictures nearest to each share a fact with it, mean over pictures.

    Attributes
    ----------
    fact : str
    share, untrained, chance : float
        By the model's vectors, by those of the model before training, and by chance.
    """

    fact: str
    share: float
    untrained: float
    chance: float


@dataclass(frozen=True)
class MapOfPictures:
    """Pictures on their principal plane, and the share of their variance that it keeps."""

    points: Points
    kept: float


def is_of_scenes(model: ServerSequenceModel) -> bool:
    """Whether a model was trained on drawn scenes, whose captions can be graded."""
    return "n_scenes" in model.open().training


def read_size(model: ServerSequenceModel) -> int:
    """Return the side of the pictures that a model reads, in pixels."""
    from embedviz.sequences import picture_size

    return picture_size(model.open())


def caption_scenes(model: ServerSequenceModel, seed: int, *, held_out: bool) -> SceneSheet:
    """Let a model caption new scenes."""
    return _caption_scenes(model.key, seed, held_out, model)


def list_graded(model: ServerSequenceModel, seed: int, *, held_out: bool) -> list[GradedScene]:
    """List new scenes with their captions and grades."""
    from embedviz.sequences import MODEL, NEAREST, RANDOM, UNTRAINED

    writers = dict(zip(WRITERS, (MODEL, NEAREST, RANDOM, UNTRAINED), strict=True))
    sheet = caption_scenes(model, seed, held_out=held_out)
    return [
        GradedScene(
            number,
            {fact: str(getattr(one.scene, fact)) for fact in FACTS},
            one.truth,
            one.said[MODEL].text,
            one.said[NEAREST].text,
            one.ratio,
            {name: one.said[by].grade for name, by in writers.items()},
        )
        for number, one in enumerate(sheet.scenes)
    ]


def caption_pictures(model: ServerSequenceModel, pictures: Sequence[Picture]) -> CaptionedPictures:
    """Let a model caption a visitor's pictures."""
    digest = hashlib.sha256(b"".join(one.tobytes() for one in pictures)).hexdigest()
    return _caption_pictures(model.key, digest, model, tuple(pictures))


def draw(seed: int, number: int, *, held_out: bool) -> str:
    """Draw a scene larger than the model reads it; return the address of a PNG file."""
    return _draw(seed, number, held_out)


def compare_facts(model: ServerSequenceModel, seed: int, *, held_out: bool) -> tuple[SameFact, ...]:
    """Measure for each fact of scenes whether pictures that share it lie together."""
    return _compare_facts(model.key, seed, held_out, model)


def lay_out(vectors: WordVectors) -> MapOfPictures:
    """Lay out pictures on their principal plane.

    Raises
    ------
    InputError
        If there are too few.
    """
    plane = fit_plane(vectors)
    rows = vectors.unit_matrix
    points = build_points(vectors, np.arange(len(vectors)), plane.coordinates(rows))
    return MapOfPictures(points, plane.kept(rows))


def _pairs(seed: int, *, held_out: bool) -> ScenePairs:
    """Return scenes of a stream of their own, which no training has."""
    return ScenePairs(SceneConfig(n_scenes=N_SCENES), seed, held_out, "dashboard")


# Streamlit leaves parameters with a leading underscore out of the cache key.


@st.cache_resource(max_entries=_MOST_KEPT, show_spinner="Drawing and captioning scenes …")
def _caption_scenes(key: str, seed: int, held_out: bool, _model: ServerSequenceModel) -> SceneSheet:
    from embedviz.sequences import caption_scenes as caption

    pairs = _pairs(seed, held_out=held_out)
    return caption(_model.open(), _model.open(trained=False), pairs)


@st.cache_resource(max_entries=_MOST_KEPT, show_spinner=False)
def _compare_facts(
    key: str, seed: int, held_out: bool, _model: ServerSequenceModel
) -> tuple[SameFact, ...]:
    sheet = _caption_scenes(key, seed, held_out, _model)
    centred = [
        unit_rows(one.matrix - one.matrix.mean(axis=0)) for one in (sheet.vectors, sheet.untrained)
    ]
    found = []
    for fact in FACTS:
        kinds = [str(getattr(one.scene, fact)) for one in sheet.scenes]
        share, untrained = (same_kind_share(rows, kinds) for rows in centred)
        found.append(SameFact(fact, share, untrained, same_kind_by_chance(kinds)))
    return tuple(found)


@st.cache_resource(max_entries=_MOST_KEPT, show_spinner="Captioning …")
def _caption_pictures(
    key: str, digest: str, _model: ServerSequenceModel, _pictures: tuple[Picture, ...]
) -> CaptionedPictures:
    from embedviz.sequences import caption_pictures as caption
    from embedviz.sequences import encode_pictures

    model = _model.open()
    found = caption(model, _pictures)
    before = caption(_model.open(trained=False), _pictures)
    names = [str(number) for number in range(len(_pictures))]
    return CaptionedPictures(
        tuple(
            CaptionedPicture(one.texts[0].text, one.log_ratios[0], other.texts[0].text)
            for one, other in zip(found, before, strict=True)
        ),
        encode_pictures(model, _pictures, names),
    )


@st.cache_resource(max_entries=512, show_spinner=False)
def _draw(seed: int, number: int, held_out: bool) -> str:
    (picture,) = _pairs(seed, held_out=held_out).pictures([str(number)], _SIDE)
    return data_url(picture)
