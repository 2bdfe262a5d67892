"""Words on a map that goes through a series of moments: a run, checkpoints, seeds or corpora."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedviz.dashboard.component import time_line, word_map
from embedviz.jobs import Watched, snapshots
from embedviz.projection import Plane
from embedviz.relations import Relation, offsets, style_number, style_numbers
from embedviz.support import arrow_name, percent
from embedviz.vectors import WordVectors

_PAIRS_DRAWN = 12


@dataclass(frozen=True)
class WordTrails:
    """Words at every moment, on the plane of the last one's arrows.

    Attributes
    ----------
    labels : sequence of str
        Name of each moment.
    vectors : WordVectors
        At the last moment.
    relations : sequence of Relation
        Those with a pair among the words.
    words : sequence of str
        Further words.
    plane : Plane
    points : Points
    places : ndarray of float32, shape (n_moments, n_words, 2)
    first_kept, last_kept : float
        Share of the offsets' squared length that the plane retains at the first and last moment.
    """

    labels: Sequence[str]
    vectors: WordVectors
    relations: Sequence[Relation]
    words: Sequence[str]
    plane: Plane
    points: word_map.Points
    places: NDArray[np.float32]
    first_kept: float
    last_kept: float


def build_trails(
    labels: Sequence[str], moments: Sequence[WordVectors], watched: Watched
) -> WordTrails:
    """Place the words of all moments, which must be the same.

    Raises
    ------
    InputError
        If no relation has a pair among them, or there are too few words for a plane.
    """
    first, last = moments[0], moments[-1]
    plane = snapshots.plane(last, watched.all_relations)
    known = [there for one in watched.all_relations if (there := one.known_to(last))]
    kept = [
        plane.fidelity(np.concatenate([offsets(vectors, one) for one in known]))
        for vectors in (first, last)
    ]
    return WordTrails(
        labels,
        last,
        known,
        last.known(list(watched.words)),
        plane,
        word_map.place_words(last, plane, len(last), []),
        np.stack([plane.place_ids(vectors) for vectors in moments]),
        *kept,
    )


def show_trails(key: str, trails: WordTrails) -> None:
    """Show the map and, for more than one moment, its time line."""
    points, vectors = trails.points, trails.vectors
    word_map.show_map(key, points, small=True)
    if len(trails.labels) > 1:
        time_line.show_time_line(key, points.version, trails.labels, trails.places)
    drawn: list[word_map.Family] = []
    styles = style_numbers([relation.name for relation in trails.relations])
    for relation in trails.relations:
        rows = points.rows_of(vectors, relation.pairs[:_PAIRS_DRAWN])
        label, style = arrow_name(relation.name), styles[relation.name]
        drawn.append(word_map.Family(label, style, rows))
    if trails.words:
        rows = points.rows_of(vectors, [(word, word) for word in trails.words])
        style = style_number("", len(trails.relations))  # after all of theirs
        drawn.append(word_map.Family("words that you follow", style, rows, is_points=True))
    word_map.show_overlay(
        key,
        word_map.Overlay(
            families=drawn,
            summary="Arrows of relations, and the trails of their words through "
            f"{len(trails.labels)} moments",
            version=points.version,
        ),
    )


def describe_plane(trails: WordTrails) -> str:
    """Say what the plane retains at both ends, beside what a random one would."""
    return (
        "The plane is fitted to the arrows of the last moment, which it therefore favours: it "
        f"retains {percent(trails.last_kept)} of the offsets' squared length there, "
        f"{percent(trails.first_kept)} in the first one (a random plane: "
        f"{percent(2 / trails.vectors.n_dims)})."
    )
