"""Relations and words over several models in an order, on the Compare page."""

from __future__ import annotations

import streamlit as st

from embedviz.dashboard.state.model_series import MOST_MODELS, ModelSeries
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets import own_pairs, word_lists
from embedviz.dashboard.widgets.error_boundary import run_safely
from embedviz.dashboard.widgets.growth_figures import MomentFigures, show_growth_figures
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.model_choice import list_models
from embedviz.dashboard.widgets.series_stability import show_stability
from embedviz.dashboard.widgets.word_trails import build_trails, describe_plane, show_trails
from embedviz.errors import InputError
from embedviz.jobs import Watched
from embedviz.support import clip

_KEY, _MAP = "series", "series-map"


@st.fragment
def show_series(first: Model, second: Model) -> None:
    """Show the section as a fragment: another order reruns only this part."""
    run_safely(lambda: _draw(first, second))


def _draw(first: Model, second: Model) -> None:
    st.markdown(
        "#### Over time",
        anchors=False,
        help="Models in an order: checkpoints of one run, seeds, or corpora such as the decades of "
        "a newspaper. Each is rotated onto the last one (orthogonal Procrustes), which changes no "
        "angle within it.",
    )
    there = {model.name: model for model in list_models()}
    if any(name not in there for name in st.session_state.get(_KEY, ())):
        st.session_state.pop(_KEY, None)  # a model of the link that is not on this server
    names = st.multiselect(
        "Models in their order",
        list(there),
        default=[first.name, second.name],
        max_selections=MOST_MODELS,
        key=_KEY,
        bind="query-params",
        persist_state="session",
    )
    if len(names) < 2:
        st.caption("Choose two models or more, in their order.")
        return
    try:
        _show(ModelSeries(tuple(there[name] for name in names)))
    except InputError as error:
        st.caption(escape(str(error)))


def _show(series: ModelSeries) -> None:
    watched = _read_watched()
    every = series.aligned
    few = [vectors.subset(vectors.known(watched.all_words)) for vectors in every]
    labels = [clip(model.name, 40) for model in series.models]
    trails = build_trails(labels, few, watched)
    show_trails(_MAP, trails)
    own, others = series.mean_moves(few[-1].words)
    st.caption(
        f"{describe_plane(trails)} From one model to the next, these {len(few[-1])} words move by "
        f"{own:.2f} on average (1 − cosine after the rotation), the most frequent shared words by "
        f"{others:.2f}. Your own pairs and words, from Relations and My words, are drawn too."
    )
    measured = [series.measure(relation) for relation in watched.all_relations]
    figures = [
        MomentFigures(label, place, [one[place] for one in measured if one[place]])  # type: ignore[misc]
        for place, label in enumerate(labels)
    ]
    show_growth_figures(
        figures,
        "series-growth",
        is_share=False,
        candidates=f"{len(every[-1]):,} shared words",
        file_name="embedviz-series.csv",
    )
    show_stability(series)


def _read_watched() -> Watched:
    """Read the pairs and words given on other pages, which tell about invalid ones."""
    text = _stored(own_pairs.KEY)
    try:
        relations = own_pairs.read_lists(text)[1] if text.strip() else ()
    except InputError:
        relations = ()
    groups = word_lists.read_groups(_stored(word_lists.KEY))
    return Watched(relations, tuple(word for some in groups.values() for word in some))


def _stored(key: str) -> str:
    return str(st.session_state.get(key) or st.query_params.get(key, ""))
