"""The map of phrases, and the phrases nearest to one of them in the model and its controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import streamlit as st

from embedviz.dashboard.component import word_map
from embedviz.dashboard.state.phrase_vectors import (
    MODEL,
    SPACES,
    UNTRAINED,
    WORD_MEAN,
    PhraseSpaces,
    kind_of,
)
from embedviz.dashboard.state.sequence_models import TRANSLATES
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.error_boundary import guarded
from embedviz.dashboard.widgets.markdown import escape
from embedviz.evaluation import same_kind_by_chance
from embedviz.projection import Plane, fit_plane
from embedviz.support import clip_all, percent
from embedviz.vectors import Neighbour, WordVectors

KEY = "phrase-map"
YOURS = "your phrases"
ALL = "All phrases"
GROUPS = {
    ALL: (),
    "Durations and times": ("duration", "time"),
    "Countries and regions": ("country", "region"),
    "People": ("person", "kinship"),
    "Sentences": ("question", "negation", "infinitive", "past", "present", "future"),
}
"""Kinds of phrases that are shown together, on a plane of their own."""

OTHERS = "Places"
"""Phrases of no group."""

_N_NEAR, _N_MARKED, _MOST_RINGED = 8, 5, 30


def show_phrase_map(spaces: PhraseSpaces, own: Sequence[str], phrase: str, phrase_key: str) -> None:
    """Show the phrases on their principal plane; a click chooses one.

    Parameters
    ----------
    spaces : PhraseSpaces
        With the visitor's phrases and the chosen one.
    own : sequence of str
        The visitor's phrases, which are marked.
    phrase : str
        The chosen one.
    phrase_key : str
        Key of the field that a click fills.
    """
    with st.container(horizontal=True, gap="medium"):
        space = _choose_space("phrase-space", spaces)
        group = st.selectbox(
            "Kinds",
            list(GROUPS),
            key="phrase-kinds",
            width=240,
            bind="query-params",
            persist_state="session",
        )
    vectors = spaces.vectors(space)
    shown = _list_shown(vectors, group, [*own, phrase])
    plane = fit_plane(vectors, [text for text in shown if text in kind_of()] or shown)
    points = word_map.place_words(vectors, plane, 0, shown)

    def choose() -> None:
        rank = st.session_state[KEY].get("picked")
        if isinstance(rank, int) and 1 <= rank <= len(vectors):
            st.session_state[phrase_key] = vectors.words[rank - 1]

    word_map.show_map(KEY, points, on_pick=guarded(choose))
    near = [one.word for one in _nearest(vectors, phrase)[:_N_MARKED] if one.word in shown]
    ringed = dict.fromkeys([*vectors.known(list(own))[:_MOST_RINGED], *near])
    marks = [word_map.place_mark(vectors, plane, text) for text in ringed if text != phrase]
    word_map.show_overlay(
        KEY,
        word_map.Overlay(
            families=_colour_phrases(vectors, points, shown, own, by_group=group == ALL),
            chosen=word_map.place_mark(vectors, plane, phrase) if phrase in vectors else None,
            near=marks,
            summary=f"{len(shown)} phrases on their principal plane",
            version=points.version,
        ),
    )
    word_map.show_facts(KEY, vectors)
    st.caption(_describe(spaces, space, plane, len(shown)))


def _choose_space(key: str, spaces: PhraseSpaces) -> str:
    """Show the choice between the model and its controls."""
    space = st.segmented_control(
        "Vectors",
        SPACES,
        default=MODEL,
        required=True,
        key=key,
        help="Untrained: the same net before training. Mean: of the vectors of a phrase's words, "
        "whatever their order.",
        bind="query-params",
        persist_state="session",
    )
    return space or MODEL


def _list_shown(vectors: WordVectors, group: str, others: Sequence[str]) -> list[str]:
    """List the phrases of some kinds, and others."""
    kinds, wanted = kind_of(), GROUPS[group]
    shipped = [
        text for text in vectors.words if text in kinds and (not wanted or kinds[text] in wanted)
    ]
    return list(dict.fromkeys([*shipped, *vectors.known(list(others))]))


def _colour_phrases(
    vectors: WordVectors,
    points: word_map.Points,
    shown: Sequence[str],
    own: Sequence[str],
    *,
    by_group: bool,
) -> list[word_map.Family]:
    """Make families of the phrases, by kind or, of all, by group of kinds; the visitor's first."""
    kinds = kind_of()
    group_of = {kind: name for name, some in GROUPS.items() for kind in some}
    families: dict[str, list[str]] = {YOURS: [text for text in shown if text in own]}
    for text in shown:
        if text in kinds and text not in own:
            kind = kinds[text]
            name = group_of.get(kind, OTHERS) if by_group else kind
            families.setdefault(name, []).append(text)
    return [
        word_map.Family(
            name,
            number,
            points.rows_of(vectors, [(text, text) for text in texts]),
            is_points=True,
        )
        for number, (name, texts) in enumerate(families.items())
        if texts
    ]


def _nearest(vectors: WordVectors, phrase: str) -> Sequence[Neighbour]:
    return vectors.most_similar(phrase, _N_NEAR) if phrase in vectors else ()


def _describe(spaces: PhraseSpaces, space: str, plane: Plane, n: int) -> str:
    """Say what the plane keeps, and whether kinds stay together."""
    kinds = kind_of()
    there = [text for text in spaces.vectors().words if text in kinds]
    said = (
        f"{n} phrases on their principal plane, which keeps "
        f"{percent(sum(plane.explained_variance))} of their variance. Click a phrase to choose it; "
        "it, its nearest and your own are ringed. "
    )
    if spaces.model.task == TRANSLATES and space != WORD_MEAN:
        said += "The mean of all everyday phrases is subtracted. "
    if len(there) < 2:
        return said
    shares = [
        f"{percent(PhraseSpaces(spaces.model).same_kind(one))} ({one.lower()})"
        for one in SPACES
        if spaces.is_there(one)
    ]
    chance = same_kind_by_chance([kinds[text] for text in there])
    return said + (
        f"In all dimensions, of a phrase's 5 nearest {', '.join(shares)} are of its kind; by "
        f"chance {percent(chance)}."
    )


def show_neighbours(spaces: PhraseSpaces, phrase: str) -> None:
    """Show the nearest phrases in the model and in its controls, beside each other."""
    if phrase not in spaces.vectors():
        st.warning(
            f"The model {escape(spaces.model.name)} knows no word of “{escape(phrase, 60)}”: "
            "choose another phrase."
        )
        return
    st.markdown(f"**Nearest to “{escape(phrase, 60)}”**, by cosine in all dimensions")
    found: dict[str, Sequence[Neighbour]] = {}
    for column, space in zip(st.columns(3, gap="medium"), SPACES, strict=True):
        with column:
            st.markdown(space if space == MODEL else f"{space} (control)")
            if not spaces.is_there(space):
                st.caption("The word vectors that the model began with are no longer there.")
                continue
            found[space] = _nearest(spaces.vectors(space), phrase)
            _show_cosines(found[space], key=f"phrase-near-{space}")
    st.caption(_say_shared(found))
    table = pa.table(
        {
            "space": [space for space, near in found.items() for _ in near],
            "phrase": clip_all([one.word for near in found.values() for one in near], 200),
            "cosine": [round(one.cosine, 4) for near in found.values() for one in near],
        }
    )
    show_csv_download(
        "Download (CSV)", table, "embedviz-phrases.csv", key="download-phrase-neighbours"
    )


def _show_cosines(near: Sequence[Neighbour], *, key: str) -> None:
    kinds = kind_of()
    table = pa.table(
        {
            "phrase": clip_all([one.word for one in near], 60),
            "cosine": [round(one.cosine, 3) for one in near],
            "kind": [kinds.get(one.word, "yours") for one in near],
        }
    )
    columns = {
        "phrase": st.column_config.TextColumn("Phrase", width="medium"),
        "cosine": st.column_config.ProgressColumn(
            "Cosine", min_value=0, max_value=1, format="%.2f", width="small"
        ),
        "kind": st.column_config.TextColumn("Kind", width="small"),
    }
    st.dataframe(table, key=key, column_config=columns, hide_index=True)


def _say_shared(found: Mapping[str, Sequence[Neighbour]]) -> str:
    """Say how many of the model's neighbours the controls find, too."""
    ours = {one.word for one in found.get(MODEL, ())}
    parts = [
        f"{len(ours & {one.word for one in found[space]})} in “{space.lower()}”"
        for space in (UNTRAINED, WORD_MEAN)
        if space in found
    ]
    return (
        f"Of the {len(ours)} nearest in the model, the controls have {' and '.join(parts)}. What "
        "they have too comes from the words alone, not from training."
    )


def show_own_phrases(spaces: PhraseSpaces, own: Sequence[str]) -> None:
    """List the visitor's phrases with the nearest phrase in the model and in its controls."""
    known = spaces.vectors().known(list(own))
    if not known:
        return
    there = [space for space in SPACES if spaces.is_there(space)]
    near = {
        space: [spaces.vectors(space).most_similar(text, 1)[0] for text in known] for space in there
    }
    columns: dict[str, list[str] | list[float]] = {"yours": clip_all(known, 200)}
    for space, found in near.items():
        columns[space] = clip_all([one.word for one in found], 200)
        columns[f"{space}, cosine"] = [round(one.cosine, 3) for one in found]
    table = pa.table(columns)
    st.markdown("**Your phrases**, with the phrase nearest to each in the model and its controls")
    st.dataframe(
        table,
        key="phrase-own-table",
        column_config={"yours": st.column_config.TextColumn("Your phrase")},
        hide_index=True,
    )
    show_csv_download("Download (CSV)", table, "embedviz-own.csv", key="download-phrase-own")
