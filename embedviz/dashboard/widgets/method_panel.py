"""The answers of all analogy methods side by side, and the confidence in an answer as text."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from embedviz.analogies import BASELINES, METHODS, MethodAnswers, MethodPanel
from embedviz.dashboard.widgets.answers import COSINE_HELP, RANK_HELP, show_answers
from embedviz.dashboard.widgets.markdown import escape
from embedviz.support import arrow_name, clip, percent

NAMES = {
    "3cosadd": "3CosAdd",
    "3cosmul": "3CosMul",
    "pairdirection": "PairDirection",
    "3cosavg": "3CosAvg",
    "lrcos": "LRCos",
    "only-b": "Only b",
    "ignore-a": "Ignore a",
}
_MEANINGS = {
    "3cosadd": "nearest to b − a + a*: the sum of the vectors.",
    "3cosmul": "near b and a*, far from a: cosines are multiplied, so that none dominates.",
    "pairdirection": "offset from b in the direction from a to a*, at any distance.",
    "3cosavg": "nearest to b + the mean offset of many pairs.",
    "lrcos": "near b, and classified as a target of the pairs by logistic regression.",
    "only-b": "a baseline: nearest to b alone, without using the pair.",
    "ignore-a": "a baseline: nearest to b + a*, without using a.",
}
_SURE_HELP = (
    "How far the answer is ahead of the next, by the method's score; how many methods give it; "
    "and, for methods that learn from many pairs, how often it stays first when the pairs are "
    "resampled with replacement. None of these implies that the answer is correct."
)
_COSINES = ("3cosadd", "pairdirection", "3cosavg", "only-b", "ignore-a")
_SCORE_HELP = "The method's score: higher is better, but comparable only within this list."


def choose_method() -> str:
    """Show the choice of a method, and return it."""
    chosen = st.segmented_control(
        "Method",
        METHODS,
        default=METHODS[0],
        required=True,
        format_func=NAMES.__getitem__,
        key="method",
        label_visibility="collapsed",
        wrap=True,
        bind="query-params",
        persist_state="session",
    )
    method = chosen or METHODS[0]
    st.caption(f"{NAMES[method]}: {escape(_MEANINGS[method])}")
    return method


def show_confidence(
    place: DeltaGenerator, found: MethodPanel, method: str, learnt_from: str | None
) -> None:
    """Show the confidence in a method's first answer as text."""
    row = found[method]
    best = row.excluded[0]
    answered = [one for one in found.methods if one.excluded and one.method not in BASELINES]
    parts = [
        f"{found.votes(best.word)} of {len(answered)} methods answer **{escape(best.word, 60)}**."
    ]
    if method in BASELINES:
        parts.insert(0, f"{NAMES[method]} is a baseline, not an analogy method.")
    if row.margin is not None:
        parts.append(
            f"{NAMES[method]} ranks it {_describe_lead(row)} the next, "
            f"**{escape(row.excluded[1].word, 60)}** (by {row.margin:.2g} in score)."
        )
    if row.agreement is not None and learnt_from:
        parts.append(
            f"It stays first in {percent(row.agreement)} of {found.n_draws} draws of the "
            f"{found.n_pairs} pairs of {learnt_from}."
        )
    seen = "" if best.count is None else f", with {best.count:,} occurrences"
    parts.append(f"It is the word of rank {best.rank:,} by frequency{seen}.")
    place.markdown(" ".join(parts), help=_SURE_HELP)


def _describe_lead(row: MethodAnswers) -> str:
    """Describe the lead relative to the usual difference between the following answers."""
    step = row.usual_step
    if row.margin is None or step is None or step <= 0:
        return "ahead of"
    times = row.margin / step
    return "far ahead of" if times >= 3 else "ahead of" if times >= 1 else "hardly ahead of"


def show_side_by_side(place: DeltaGenerator, found: MethodPanel, method: str) -> None:
    """Show answers without and with the query words, and the words nearest to b."""
    row = found[method]
    is_cosine = method in _COSINES
    score, help_ = ("Cosine", COSINE_HELP) if is_cosine else ("Score", _SCORE_HELP)
    left, middle, right = place.columns(3, gap="medium")
    with left:
        st.markdown(
            "**Query words excluded**",
            help="The usual evaluation. It is biased in favour of every method.",
        )
        show_answers(row.excluded, key=f"out-{method}", score=score, score_help=help_)
    with middle:
        st.markdown(
            "**Query words included**",
            help="The honest evaluation: often the nearest word is a query word, so that "
            "excluding these does part of the work.",
        )
        show_answers(row.honest, key=f"in-{method}", score=score, score_help=help_)
    with right:
        st.markdown(
            f"**Nearest to {escape(found.word, 40)} alone**",
            help="The answers without the pair. If the answer is listed here too, the pair may "
            "contribute little.",
        )
        show_answers(found["only-b"].excluded, key="alone")


def show_every_method(place: DeltaGenerator, found: MethodPanel, source: str, target: str) -> None:
    """Show the first answer of each method in one table, with the meaning of its symbols."""
    with place.container():
        _show_table(found, source, target)


def _show_table(found: MethodPanel, source: str, target: str) -> None:
    st.caption(
        f"The question is a : a\\* = b : ?, here with a = {escape(source, 40)}, "
        f"a\\* = {escape(target, 40)}, b = {escape(found.word, 40)}."
    )
    rows = found.methods
    first = [one.excluded[0] if one.excluded else None for one in rows]
    table = pa.table(
        {
            "method": [NAMES[one.method] for one in rows],
            "answer": [clip(one.word, 80) if one else "–" for one in first],
            "rank": [f"{one.rank:,}" if one else "–" for one in first],
            "count": [f"{one.count:,}" if one and one.count else "–" for one in first],
            "lead": ["–" if one.margin is None else f"{one.margin:.3f}" for one in rows],
            "stays": ["–" if one.agreement is None else percent(one.agreement) for one in rows],
            "honest": [clip(one.honest[0].word, 80) if one.honest else "–" for one in rows],
            "meaning": [_MEANINGS[one.method] for one in rows],
        }
    )
    columns = {
        "method": st.column_config.TextColumn("Method", pinned=True),
        "answer": st.column_config.TextColumn("Answer", help="First answer, query words excluded."),
        "rank": st.column_config.TextColumn("Rank", help=RANK_HELP, alignment="right"),
        "count": st.column_config.TextColumn(
            "Count", help="Occurrences of the word in the training text.", alignment="right"
        ),
        "lead": st.column_config.TextColumn(
            "Margin", help="Score of the answer minus that of the next.", alignment="right"
        ),
        "stays": st.column_config.TextColumn(
            "Stable",
            help="Share of bootstrap draws of the pairs that give the same answer. Not "
            "defined for methods that use one pair.",
            width="small",
        ),
        "honest": st.column_config.TextColumn(
            "Included", help="First answer, query words included."
        ),
        "meaning": st.column_config.TextColumn("Method description", width="large"),
    }
    # two tables of a run cannot have one key
    key = f"every-method-{found.n_drawn}"
    st.dataframe(table, key=key, column_config=columns, hide_index=True)
    for remark in found.remarks:
        for method, name in NAMES.items():
            remark = remark.replace(method, name)
        st.caption(escape(remark))


def choose_relation(names: Sequence[str], known: str | None) -> str:
    """Show the choice of training pairs of 3CosAvg and LRCos, and return it.

    Parameters
    ----------
    names : sequence of str
        Relations to choose from.
    known : str or None
        The relation of the queried pair.
    """
    found = f"the pair's own: {arrow_name(known)}" if known else "the pair's own: unknown"
    return st.selectbox(
        "3CosAvg and LRCos learn from",
        ["own", *names],
        format_func=lambda name: found if name == "own" else arrow_name(name),
        key="learn",
        help="These two methods learn from many pairs; the others use the one in the formula.",
        bind="query-params",
        persist_state="session",
        width=320,
    )
