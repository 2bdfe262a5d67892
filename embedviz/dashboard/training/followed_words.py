"""The words that a run follows, on a map that goes through the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedviz.checkpoints import loading
from embedviz.dashboard.component import time_line, word_map
from embedviz.dashboard.widgets.growth_figures import MomentFigures, show_growth_figures
from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import EmbedvizError
from embedviz.evaluation import RelationMoment
from embedviz.jobs import Job, Snapshot, Watched, read_watched, snapshots
from embedviz.projection import Plane
from embedviz.relations import FEWEST_FOR_INTERVAL, Relation, offsets, style_number
from embedviz.support import arrow_name, p_value, percent, signed
from embedviz.vectors import WordVectors

_MAP = "growth-map"
_PAIRS_DRAWN = 12
_IN_A_ROW = 3


@dataclass(frozen=True)
class _Series:
    """The followed words at every moment, on the plane of the last one.

    Attributes
    ----------
    snapshots : sequence of Snapshot
        Those whose vectors could be read.
    vectors : WordVectors
        At the last moment.
    plane : Plane
    points : Points
    places : ndarray of float32, shape (n_moments, n_words, 2)
    first_kept, last_kept : float
        Share of the offsets' squared length that the plane retains, at both ends.
    """

    snapshots: Sequence[Snapshot]
    vectors: WordVectors
    plane: Plane
    points: word_map.Points
    places: NDArray[np.float32]
    first_kept: float
    last_kept: float


def show_followed_words(job: Job, recorded: Sequence[Snapshot]) -> None:
    """Show the map with its time line, a card for each relation, and the figures over time."""
    families = recorded[-1].families
    if not families:
        st.caption("None of the followed pairs is in this text's vocabulary: no arrows to draw.")
        return
    watched = read_watched(job.growth)
    files = [job.growth / snapshots.MOMENTS / moment.file for moment in recorded]
    try:
        modified = files[-1].stat().st_mtime_ns
        series = _place_series(modified, str(job.growth), len(recorded), recorded, watched)
    except (OSError, EmbedvizError):
        return  # show the metrics without the picture
    known = [there for one in watched.all_relations if (there := one.known_to(series.vectors))]
    _show_map(series, known, watched)
    _show_cards(series, known, families)
    figures = [MomentFigures(_label(one), one.share, one.families) for one in recorded]
    if len(figures) > 1:
        show_growth_figures(
            figures,
            "train-growth",
            is_share=True,
            candidates=f"{snapshots.N_CANDIDATES:,} most frequent words and the followed ones",
            file_name="embedviz-growth.csv",
        )


def _show_map(series: _Series, known: Sequence[Relation], watched: Watched) -> None:
    points, vectors = series.points, series.vectors
    word_map.show_map(_MAP, points, small=True)
    if len(series.places) > 1:
        labels = [_label(one) for one in series.snapshots]
        time_line.show_time_line(_MAP, points.version, labels, series.places)
        st.caption(
            "The plane is fitted to the arrows of the last moment, which it therefore favours: it "
            f"retains {percent(series.last_kept)} of the offsets' squared length there, "
            f"{percent(series.first_kept)} in “{_label(series.snapshots[0])}” (a random plane: "
            f"{percent(2 / vectors.n_dims)}). Nothing is rotated between moments of a run."
        )
    drawn = [_build_family(points, vectors, one, place) for place, one in enumerate(known)]
    if words := vectors.known(list(watched.words)):
        rows = [(points.rows[id_],) * 2 for id_ in vectors.ids(words)]
        style = style_number("", len(known))
        drawn.append(word_map.Family("words that you follow", style, rows, is_points=True))
    word_map.show_overlay(
        _MAP,
        word_map.Overlay(
            families=drawn,
            summary="Arrows of the relations in the model trained so far.",
            version=points.version,
        ),
    )


def _build_family(
    points: word_map.Points, vectors: WordVectors, relation: Relation, place: int
) -> word_map.Family:
    pairs = relation.pairs[:_PAIRS_DRAWN]
    rows = [tuple(points.rows[id_] for id_ in vectors.ids(pair)) for pair in pairs]
    style = style_number(relation.name, place)
    return word_map.Family(arrow_name(relation.name), style, [(a, b) for a, b in rows])


def _show_cards(
    series: _Series, known: Sequence[Relation], families: Sequence[RelationMoment]
) -> None:
    kept = {one.name: series.plane.fidelity(offsets(series.vectors, one)) for one in known}
    for start in range(0, len(families), _IN_A_ROW):
        row = families[start : start + _IN_A_ROW]
        for column, family in zip(st.columns(_IN_A_ROW), row, strict=False):
            with column.container(border=True, height="stretch"):
                _show_card(family, kept.get(family.name, 0.0))


def _show_card(family: RelationMoment, kept: float) -> None:
    few = family.n_pairs < FEWEST_FOR_INTERVAL or family.consistency is None
    st.metric(
        escape(arrow_name(family.name)),
        "–" if few else f"{family.consistency:.2f}",
        help="Consistency: mean cosine between the offsets of every two pairs. p is the share of "
        "random pairings of the same words that are at least as consistent, of 199.",
    )
    n_pairs = f"{family.n_pairs} pair{'' if family.n_pairs == 1 else 's'}"
    if few or family.shuffled_consistency is None:
        st.caption(f"{n_pairs}: too few for a test.")
        return
    st.caption(
        f"With shuffled pairs {signed(family.shuffled_consistency)}, "
        f"p = {p_value(family.p_value)}, {n_pairs}; the plane "
        f"retains {percent(kept)} of their squared length."
    )


def _label(moment: Snapshot) -> str:
    """Name a moment.

    >>> _label(Snapshot(0.0, ())), _label(Snapshot(0.12, ())).replace("\N{NO-BREAK SPACE}", " ")
    ('before training', '12 % of the run')
    """
    if moment.share == 0:
        return "before training"
    if moment.share < 0.1:
        return f"{100 * moment.share:.1f}\N{NO-BREAK SPACE}% of the run"
    return f"{percent(moment.share)} of the run"


@st.cache_resource(max_entries=4, show_spinner=False)
def _place_series(
    modified: int, folder: str, n: int, _recorded: Sequence[Snapshot], _watched: Watched
) -> _Series:
    """Load all moments, and place them on the plane of the last one's arrows."""
    found = []
    for moment in _recorded:
        vectors = _load_moment(str(Path(folder) / snapshots.MOMENTS / moment.file))
        if vectors:
            found.append((moment, vectors))
    if not found:
        raise FileNotFoundError(folder)
    last = found[-1][1]
    series = [(moment, vectors) for moment, vectors in found if vectors.words == last.words]
    plane = snapshots.plane(last, _watched.all_relations)
    points = word_map.place_words(last, plane, len(last), [])
    places = [plane.place_ids(vectors) for _, vectors in series]
    known = [there for one in _watched.all_relations if (there := one.known_to(last))]
    first_kept, last_kept = (
        plane.fidelity(np.concatenate([offsets(vectors, one) for one in known]))
        for vectors in (series[0][1], last)
    )
    moments = [moment for moment, _ in series]
    return _Series(moments, last, plane, points, np.stack(places), first_kept, last_kept)


@st.cache_resource(max_entries=400, show_spinner=False)
def _load_moment(path: str) -> WordVectors | None:
    """Load the vectors of a moment, which do not change; None if they cannot be read."""
    try:
        return loading.open_vectors(Path(path))
    except (OSError, EmbedvizError):
        return None
