"""Scores of texts for a source: how likely they are, and what the source adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import streamlit as st

from embedviz.dashboard.state.sequence_models import DESCRIBES, EXECUTES, TRANSLATES
from embedviz.dashboard.state.written_texts import Writer
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.read_words import say_cut
from embedviz.errors import EmbedvizError, InputError
from embedviz.support import clip, clip_all

if TYPE_CHECKING:
    from embedviz.sequences import CandidateScores, SequenceModel

MOST_OWN = 20
"""Maximum number of own candidates."""

_NAMED = 8
_COLUMNS = {
    "text": st.column_config.TextColumn("Candidate", width="medium"),
    "what": st.column_config.TextColumn("From"),
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


@dataclass(frozen=True)
class Candidate:
    """A text to score, and what it is, in a word or two."""

    what: str
    text: str


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


def show_scores(writer: Writer, other: str, named: Sequence[Candidate], *, key: str) -> None:
    """Show the scores of texts, beside another source and the untrained model.

    Parameters
    ----------
    writer : Writer
    other : str
        Another source, a control.
    named : sequence of Candidate
        Of two with the same words the first one counts.
    key : str
        Of the table.
    """
    model = writer.model.open()
    by_text = _fold(model, named)
    texts = list(by_text)
    scores = writer.score(texts)
    untrained = writer.likelihoods(texts, trained=False)
    try:
        elsewhere = Writer(writer.model, other).likelihoods(texts)
    except EmbedvizError as error:
        st.error(f"The other source: {escape(str(error))}")
        elsewhere = np.full(len(texts), np.nan)
    table = _build_table(model, by_text, scores, elsewhere, untrained)
    if not any(table["unknown"].to_pylist()):
        table = table.drop_columns(["unknown"])
    st.dataframe(table, key=key, column_config=_COLUMNS, hide_index=True)
    read = texts if writer.model.task == DESCRIBES else [*texts, other]
    say_cut(writer.model, read, named=True)
    st.markdown(_name_best(texts, scores))
    st.caption(_explain(writer, scores, other))
    show_csv_download("Download (CSV)", table, "embedviz-scores.csv", key=f"download-{key}")


def _fold(model: SequenceModel, named: Sequence[Candidate]) -> dict[str, str]:
    """Return what the candidates are, by their text as the model joins it; say which have no words.

    So a text that the model wrote and the visitor typed is one row.
    """
    found: dict[str, str] = {}
    bad = []
    for one in named:
        words = model.tokenizer.tokens(one.text)
        if words:
            found.setdefault(model.tokenizer.join(words), one.what)
        else:
            bad.append(one.text)
    if bad:
        shown = ", ".join(f"“{escape(text, 40)}”" for text in bad[:_NAMED])
        st.warning(f"Without words, left out: {shown}.")
    return found


def _build_table(
    model: SequenceModel,
    by_text: Mapping[str, str],
    scores: Sequence[CandidateScores],
    elsewhere: np.ndarray[tuple[int], np.dtype[np.float64]],
    untrained: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> pa.Table:
    texts = list(by_text)
    log_p, prior, n_tokens = (
        np.array([getattr(one, name)[0] for one in scores])
        for name in ("log_probability", "log_prior", "n_tokens")
    )
    adds = log_p - prior
    order = np.argsort(-adds, kind="stable")
    n_unknown = [
        sum(word not in model.target for word in model.tokenizer.tokens(text)) for text in texts
    ]
    columns = {
        "log_p": log_p,
        "per_token": log_p / n_tokens,
        "prior": prior,
        "adds": adds,
        "adds_per_token": adds / n_tokens,
        "other": elsewhere,
        "untrained": untrained,
    }
    return pa.table(
        {
            "text": clip_all([texts[i] for i in order], 300),
            "what": [by_text[texts[i]] for i in order],
            **{name: pa.array(np.round(values[order], 3)) for name, values in columns.items()},
            "unknown": [n_unknown[i] for i in order],
        }
    )


def _name_best(texts: Sequence[str], scores: Sequence[CandidateScores]) -> str:
    """Say which text is likeliest, and to which the source adds most."""
    likeliest = texts[int(np.argmax([one.log_probability[0] for one in scores]))]
    most = texts[int(np.argmax([one.information[0] for one in scores]))]
    if likeliest == most:
        return f"First by log p and by PMI: “**{escape(most)}**”."
    return f"First by log p: “**{escape(likeliest)}**”. First by PMI: “**{escape(most)}**”."


def _explain(writer: Writer, scores: Sequence[CandidateScores], other: str) -> str:
    n = scores[0].after_others.shape[1]
    kinds = {TRANSLATES: "everyday phrases that ship", EXECUTES: "programs drawn at random"}
    prior = (
        f"p(y) is the mean of p(y | x′) over {n} other sources: {kinds[writer.model.task]}."
        if n
        else "p(y) is p(y | 0), after a vector of zeros in place of the source."
    )
    return (
        f"{prior} log p alone favours short and frequent texts; what the source adds does not, but "
        "neither does it ask for fluent ones: read both. "
        f"Controls: the same texts after “{escape(clip(other, 60))}”, and before training."
    )
