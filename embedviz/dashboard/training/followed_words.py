"""The words that a run follows, on a map that goes through the run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from embedviz.checkpoints import loading
from embedviz.dashboard.widgets.growth_figures import MomentFigures, show_growth_figures
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.word_trails import (
    WordTrails,
    build_trails,
    describe_plane,
    show_trails,
)
from embedviz.errors import EmbedvizError
from embedviz.evaluation import MOMENT_SHUFFLES, RelationMoment
from embedviz.jobs import Job, Snapshot, read_watched, snapshots
from embedviz.relations import FEWEST_FOR_INTERVAL, offsets
from embedviz.support import arrow_name, p_value, percent, signed
from embedviz.vectors import WordVectors

_MAP = "growth-map"
_IN_A_ROW = 3


def show_followed_words(job: Job, recorded: Sequence[Snapshot]) -> None:
    """Show the map with its time line, a card for each relation, and the figures over time."""
    families = recorded[-1].families
    if not families:
        st.caption("None of the followed pairs is in this text's vocabulary: no arrows to draw.")
        return
    last = job.growth / snapshots.MOMENTS / recorded[-1].file
    try:
        trails = _load_trails(str(last), last.stat().st_mtime_ns, job.growth, recorded)
    except (OSError, EmbedvizError):
        return  # show the metrics without the picture
    show_trails(_MAP, trails)
    if len(trails.labels) > 1:
        st.caption(f"{describe_plane(trails)} Nothing is rotated between moments of a run.")
    _show_cards(trails, families)
    if len(recorded) > 1:
        show_growth_figures(
            [MomentFigures(_label(one), one.share, one.families) for one in recorded],
            "train-growth",
            is_share=True,
            candidates=f"{snapshots.N_CANDIDATES:,} most frequent words and the followed ones",
            file_name="embedviz-growth.csv",
        )


def _show_cards(trails: WordTrails, families: Sequence[RelationMoment]) -> None:
    vectors, plane = trails.vectors, trails.plane
    kept = {one.name: plane.fidelity(offsets(vectors, one)) for one in trails.relations}
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
        f"random pairings of the same words that are at least as consistent, of {MOMENT_SHUFFLES}.",
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
def _load_trails(
    last: str, modified: int, _folder: Path, _recorded: Sequence[Snapshot]
) -> WordTrails:
    """Load all moments; of a run that continued elsewhere, those with the last one's words."""
    found = []
    for moment in _recorded:
        vectors = _load_moment(str(_folder / snapshots.MOMENTS / moment.file))
        if vectors:
            found.append((_label(moment), vectors))
    if not found:
        raise FileNotFoundError(last)
    words = found[-1][1].words
    labels, moments = zip(*(one for one in found if one[1].words == words), strict=True)
    return build_trails(labels, moments, read_watched(_folder))


@st.cache_resource(max_entries=400, show_spinner=False)
def _load_moment(path: str) -> WordVectors | None:
    """Load the vectors of a moment, which do not change; None if they cannot be read."""
    try:
        return loading.open_vectors(Path(path))
    except (OSError, EmbedvizError):
        return None
