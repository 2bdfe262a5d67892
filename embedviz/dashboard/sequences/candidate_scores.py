"""Scores of texts for a source: how likely they are, and what the source adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import streamlit as st

from embedviz.dashboard.state.sequence_models import EXECUTES, TRANSLATES
from embedviz.dashboard.state.written_texts import Writer, open_named
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import EmbedvizError, InputError
from embedviz.support import clip, clip_all

if TYPE_CHECKING:
    from embedviz.sequences import CandidateScores, SequenceModel

MOST_OWN = 20
"""Maximum number of own candidates."""

_NAMED = 8
_COLUMNS = {
    "text": st.column_config.TextColumn("Candidate", width="large"),
    "log_p": st.column_config.NumberColumn(
        "log p(y | x)", format="%.2f", help="In nats, of the words and the end."
    ),
    "per_token": st.column_config.NumberColumn("per token", format="%.2f"),
    "prior": st.column_config.NumberColumn(
        "log p(y)", format="%.2f", help="How likely the text is whatever the source; see below."
    ),
    "adds": st.column_config.NumberColumn(
        "adds (PMI)", format="%+.2f", help="log p(y | x) − log p(y): what the source adds."
    ),
    "adds_per_token": st.column_config.NumberColumn("adds per token", format="%+.2f"),
    "other": st.column_config.NumberColumn(
        "other source", format="%.2f", help="Control: log p(y | another source)."
    ),
    "untrained": st.column_config.NumberColumn(
        "untrained", format="%.2f", help="Control: log p(y | x) by the model before training."
    ),
    "unknown": st.column_config.NumberColumn(
        "unknown words", help="Words that the model does not write: they count as one unknown word."
    ),
}


def read_candidates(text: str) -> list[str]:
    """Split typed candidates, one a line; blank lines and repetitions are left out.

    Raises
    ------
    InputError
        If there are too many.
    """
    own = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(own) > MOST_OWN:
        raise InputError(
            f"{len(own):,} candidates are more than {MOST_OWN}: give fewer, or use embedviz score."
        )
    return own


def show_scores(writer: Writer, other: str, written: Sequence[str], own: Sequence[str]) -> None:
    """Show the scores of texts, beside another source and the untrained model.

    Parameters
    ----------
    writer : Writer
    other : str
        Another source, a control.
    written, own : sequence of str
        Texts of the model, and of the visitor.
    """
    model = open_named(writer.model)
    texts = tuple(dict.fromkeys([*written, *_readable(model, own)]))
    scores = writer.score(texts)
    untrained = writer.score(texts, trained=False).log_probability
    try:
        elsewhere = Writer(writer.model, other).score(texts).log_probability
    except EmbedvizError as error:
        st.error(f"The other source: {escape(str(error))}")
        elsewhere = np.full(len(texts), np.nan)
    table = _build_table(model, texts, scores, elsewhere, untrained)
    if not any(table["unknown"].to_pylist()):
        table = table.drop_columns(["unknown"])
    st.dataframe(table, key="write-scores", column_config=_COLUMNS, hide_index=True)
    st.markdown(_name_best(texts, scores))
    st.caption(_explain(writer, scores, other))
    show_csv_download("Download (CSV)", table, "embedviz-scores.csv", key="download-write-scores")


def _readable(model: SequenceModel, own: Sequence[str]) -> list[str]:
    """Return the candidates with words; say which have none."""
    bad = [text for text in own if not model.tokenizer.tokens(text)]
    if bad:
        named = ", ".join(f"“{escape(text, 40)}”" for text in bad[:_NAMED])
        st.warning(f"Without words, left out: {named}.")
    # as the model joins its own, so that a text that it wrote too is one row
    return [model.tokenizer.join(model.tokenizer.tokens(text)) for text in own if text not in bad]


def _build_table(
    model: SequenceModel,
    texts: Sequence[str],
    scores: CandidateScores,
    elsewhere: np.ndarray[tuple[int], np.dtype[np.float64]],
    untrained: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> pa.Table:
    order = np.argsort(-scores.information, kind="stable")
    n_unknown = [
        sum(word not in model.target for word in model.tokenizer.tokens(text)) for text in texts
    ]
    columns = {
        "log_p": scores.log_probability,
        "per_token": scores.log_probability / scores.n_tokens,
        "prior": scores.log_prior,
        "adds": scores.information,
        "adds_per_token": scores.information / scores.n_tokens,
        "other": elsewhere,
        "untrained": untrained,
    }
    return pa.table(
        {
            "text": clip_all([texts[i] for i in order], 300),
            **{name: pa.array(np.round(values[order], 3)) for name, values in columns.items()},
            "unknown": [n_unknown[i] for i in order],
        }
    )


def _name_best(texts: Sequence[str], scores: CandidateScores) -> str:
    """Say which text is likeliest, and to which the source adds most."""
    likeliest = texts[int(scores.log_probability.argmax())]
    most = texts[int(scores.information.argmax())]
    if likeliest == most:
        return f"First by log p and by PMI: “**{escape(most)}**”."
    return f"First by log p: “**{escape(likeliest)}**”. First by PMI: “**{escape(most)}**”."


def _explain(writer: Writer, scores: CandidateScores, other: str) -> str:
    n = scores.after_others.shape[1]
    kinds = {TRANSLATES: "everyday phrases that ship", EXECUTES: "programs drawn at random"}
    prior = (
        f"p(y) is the mean of p(y | x′) over {n} other sources: {kinds[writer.model.task]}."
        if n
        else "p(y) is p(y | 0), after a vector of zeros in place of the source."
    )
    return (
        f"{prior} log p alone favours short and frequent texts; what the source adds does not. "
        f"Controls: the same texts after “{escape(clip(other, 60))}”, and before training."
    )
