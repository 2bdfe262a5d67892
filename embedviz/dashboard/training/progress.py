"""A run as it learns: how far it is, its cost, and the families' arrows as they form."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from embedviz.checkpoints import loading
from embedviz.dashboard.component import word_map
from embedviz.dashboard.training import charts
from embedviz.dashboard.widgets.plain_text import plain
from embedviz.errors import EmbedvizError
from embedviz.jobs import (
    DONE,
    FAILED,
    QUEUED,
    STOPPED,
    STOPPING,
    Job,
    Metrics,
    Snapshot,
    read_metrics,
    snapshots,
)
from embedviz.projection import Plane
from embedviz.relations import FEWEST_FOR_INTERVAL, offsets, style_number
from embedviz.support import arrow_name, p_value, percent
from embedviz.vectors import WordVectors

_MAP = "growth-map"
_PAIRS_DRAWN = 12
_LOG_LINES = 30


def show(job: Job, *, n_before: int) -> None:
    """Show a run; `n_before` others are at work or wait before it."""
    told, moments = read_metrics(job), snapshots.read_snapshots(job.growth)
    _state(job, told, n_before)
    if told:
        _figures(told)
    if moments:
        _arrows(job, moments)
    if told:
        charts.both(told, moments)
    _more(job)


def _state(job: Job, told: Sequence[Metrics], n_before: int) -> None:
    """Say in a line how the run stands."""
    share = told[-1].share if told else 0.0
    if job.state == FAILED:
        st.error(plain(job.reason))
    elif job.state == QUEUED:
        others = "one run is" if n_before == 1 else f"{n_before} runs are"
        st.caption(f"It begins by itself; {others} before it." if n_before else "It begins now.")
    elif job.state == STOPPED:
        st.caption(f"Stopped at {percent(share)}." if told else "Stopped before it had begun.")
    elif job.state == STOPPING:
        st.progress(share, "Saving what is learnt …")
    elif job.state == DONE:
        st.caption(
            f"{told[-1].tokens:,} words read in {_duration(told[-1].seconds)}." if told else ""
        )
    elif not told:
        st.progress(0.0, "Starting, and reading the text …")
    else:
        left = _duration(told[-1].seconds_left)
        st.progress(share, f"{percent(share)}, {left} left" if share < 1 else "Measuring …")


def _figures(told: Sequence[Metrics]) -> None:
    last = told[-1]
    columns = st.columns(3, wrap=False)
    columns[0].metric(
        "Cost",
        f"{last.cost:.2f}",
        help="Mean cost of a word in training, in nats: how surprised the model is, among the "
        "noise words that it is told to tell apart. It falls as the model learns.",
    )
    columns[1].metric(
        "Perplexity",
        "–" if last.perplexity is None else f"{last.perplexity:,.0f}",
        help="On text kept from training, over all words: among how many equally likely words the "
        "model hesitates. Measured with each checkpoint, and at the end.",
    )
    columns[2].metric(
        "Words/s",
        _short(last.tokens_per_second),
        help="Of the text, those skipped for being frequent included.",
    )


def _arrows(job: Job, moments: Sequence[Snapshot]) -> None:
    """Draw the families as they stood last, and say how far they agree."""
    families = moments[-1].families
    if not families:
        st.caption("None of the families' pairs is in this text's vocabulary: no arrows to draw.")
        return
    try:
        modified = (job.growth / snapshots.VECTORS).stat().st_mtime_ns
        vectors, plane = _snapshot(modified, job.growth / snapshots.VECTORS)
    except (OSError, EmbedvizError):
        return  # the figures stand without their picture
    relations = snapshots.known_families(vectors)
    words = [word for relation in relations for word in relation.words]
    shown = word_map.points(vectors, plane, 0, words)
    drawn = []
    for relation in relations:
        pairs = relation.pairs[:_PAIRS_DRAWN]
        rows = [tuple(shown.rows[id_] for id_ in vectors.ids(pair)) for pair in pairs]
        style = style_number(relation.name)
        drawn.append(word_map.Family(arrow_name(relation.name), style, rows))  # type: ignore[arg-type]
    word_map.word_map(_MAP, shown, on_pick=lambda: None, small=True)
    for column, family in zip(st.columns(3), families, strict=False):
        few = family.n_pairs < FEWEST_FOR_INTERVAL
        consistency = "–" if few or family.consistency is None else f"{family.consistency:.2f}"
        kept = next(plane.fidelity(offsets(vectors, r)) for r in relations if r.name == family.name)
        with column.container(border=True, height="stretch"):
            st.metric(
                arrow_name(family.name),
                consistency,
                help="Consistency: mean cosine between the offsets of every two pairs. p is the "
                "share of random pairings of the same words that are at least as consistent, of "
                f"{snapshots.N_SHUFFLES}.",
            )
            n_pairs = f"{family.n_pairs} pair{'' if family.n_pairs == 1 else 's'}"
            st.caption(
                f"{n_pairs}: too few to tell."
                if few
                else f"p = {p_value(family.p_value)}, {n_pairs}; this plane keeps {percent(kept)} "
                "of their squared length."
            )
    word_map.overlay(
        _MAP,
        word_map.Overlay(
            families=drawn,
            summary="Arrows of the families as the model has learnt them so far.",
            version=shown.version,
        ),
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _snapshot(modified: int, path: Path) -> tuple[WordVectors, Plane]:
    """Open the families' vectors, and the plane that shows their arrows."""
    vectors = loading.open_vectors(path)
    return vectors, snapshots.plane(vectors)


def _more(job: Job) -> None:
    """Show the command, and what the run said."""
    with st.expander("The same by command, and what the run said"):
        st.code(shlex.join(job.command), language=None, wrap_lines=True)
        if job.log.exists():
            said = job.log.read_text(encoding="utf-8", errors="replace").splitlines()
            st.code("\n".join(said[-_LOG_LINES:]) or "Nothing yet.", language=None)


def _short(number: float) -> str:
    """Write a number so that it fits a phone.

    >>> _short(34_929).replace("\N{NO-BREAK SPACE}", " "), _short(812)
    ('35 k', '812')
    """
    return f"{number:.0f}" if number < 1000 else f"{number / 1000:.0f}\N{NO-BREAK SPACE}k"


def _duration(seconds: float) -> str:
    """Write a time in the two units that matter.

    >>> _duration(3.4), _duration(125), _duration(3725)
    ('3 s', '2 min 5 s', '1 h 2 min')
    """
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if minutes else f"{rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
