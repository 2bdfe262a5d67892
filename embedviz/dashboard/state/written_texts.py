"""Texts that decoders wrote for visitors, and scores of texts, computed once for all sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedviz.corpora import draw_program, parse_program, read_phrases
from embedviz.dashboard.state.sequence_models import (
    DESCRIBES,
    EXECUTES,
    TRANSLATES,
    ServerSequenceModel,
)
from embedviz.vectors import parse_expression

if TYPE_CHECKING:
    from embedviz.sequences import (
        CandidateScores,
        DecodedText,
        Search,
        Source,
        WritingTree,
    )

WRITES = (TRANSLATES, DESCRIBES, EXECUTES)
"""Tasks of models with a decoder, other than of pictures."""

LONGEST = 130
"""Maximum number of words of a text here; characters of a trace of a program."""

_MOST_KEPT = 64
_N_OTHERS = 50  # sources over which p(y) is the mean
_FEWEST_OTHERS = 20
_N_PROGRAMS = 40
_LONGEST_CONTROL = 20  # words: an untrained decoder rarely ends


@dataclass(frozen=True)
class Writer:
    """A model with a source that it writes from.

    Attributes
    ----------
    model : ServerSequenceModel
    source : str
        A text, a formula over words, or a program.
    """

    model: ServerSequenceModel
    source: str

    def write(self, how: Search, prefix: str = "", n_choices: int = 4) -> WritingTree:
        """Write a text that begins with a prefix, with the choices along it."""
        return _write(self.model.key, self.source, how, prefix, n_choices, self.model)

    def write_untrained(self) -> DecodedText:
        """Write the likeliest word at each step with the model before training."""
        return _write_untrained(self.model.key, self.source, self.model)

    def score(self, texts: Sequence[str]) -> list[CandidateScores]:
        """Score texts for this source one by one, so that one scored before costs nothing.

        p(y) is the mean over other sources, or p(y | 0).
        """
        return [_score(self.model.key, self.source, text, self.model) for text in texts]

    def likelihoods(self, texts: Sequence[str], *, trained: bool = True) -> NDArray[np.float64]:
        """Compute log p of texts after this source, by the model or by it before training."""
        found = _likelihoods(self.model.key, self.source, tuple(texts), trained, self.model)
        return found.log_probability

    def words(self) -> list[str]:
        """Split the source into the words that the model reads; none of a point."""
        if self.model.task == DESCRIBES:
            return []
        opened = self.model.open()
        read = _read_source(self.model.key, self.source, self.model)
        return opened.tokenizer.tokens(str(read))[: opened.longest]


# Streamlit leaves parameters with a leading underscore out of the cache key.


@st.cache_resource(max_entries=512, show_spinner=False)
def _read_source(key: str, source: str, _model: ServerSequenceModel) -> Source:
    from embedviz.sequences import program_source

    if _model.task == DESCRIBES:
        labels = _model.labels
        weights = {source: 1.0} if source in labels else parse_expression(source, known=labels)
        return labels.combine(weights)
    if _model.task == EXECUTES:
        return program_source(_model.open(), parse_program(source))
    return source


@st.cache_resource(max_entries=_MOST_KEPT, show_spinner="Writing …")
def _write(
    key: str,
    source: str,
    how: Search,
    prefix: str,
    n_choices: int,
    _model: ServerSequenceModel,
) -> WritingTree:
    from embedviz.sequences import write_tree

    opened = _model.open()
    return write_tree(
        opened,
        _read_source(key, source, _model),
        how,
        prefix=prefix,
        n_choices=n_choices,
        longest=min(LONGEST, opened.longest),
    )


@st.cache_resource(max_entries=_MOST_KEPT, show_spinner=False)
def _write_untrained(key: str, source: str, _model: ServerSequenceModel) -> DecodedText:
    from embedviz.sequences import decode_texts

    read = _read_source(key, source, _model)
    untrained = _model.open(trained=False)
    return decode_texts(untrained, [read], longest=_LONGEST_CONTROL)[0][0]


@st.cache_resource(max_entries=1_000, show_spinner="Scoring …")
def _score(key: str, source: str, text: str, _model: ServerSequenceModel) -> CandidateScores:
    from embedviz.sequences import score_candidates

    opened = _model.open()
    read = _read_source(key, source, _model)
    others = [one for one in _list_others(key, _model) if one != read]
    return score_candidates(opened, read, [text], others)


@st.cache_resource(max_entries=_MOST_KEPT, show_spinner="Scoring …")
def _likelihoods(
    key: str, source: str, texts: tuple[str, ...], trained: bool, _model: ServerSequenceModel
) -> CandidateScores:
    from embedviz.sequences import score_candidates

    read = _read_source(key, source, _model)
    return score_candidates(_model.open(trained=trained), read, texts)


@st.cache_resource(max_entries=16, show_spinner=False)
def _list_others(key: str, _model: ServerSequenceModel) -> tuple[str, ...]:
    """List sources over which p(y) is the mean: everyday phrases, or programs drawn at random.

    There are none for points, and for a model that reads few of the phrases.
    """
    from embedviz.sequences import program_config, unreadable_sources

    opened = _model.open()
    if _model.task == EXECUTES:
        config = program_config(opened)
        drawn = [draw_program(Random(i), config.length, 1)[0].text for i in range(_N_PROGRAMS)]
        return tuple(config.source(text) for text in dict.fromkeys(drawn))
    if _model.task != TRANSLATES:
        return ()
    phrases = [phrase.text for phrase in read_phrases()]
    unread = unreadable_sources(opened, phrases)
    read = [text for place, text in enumerate(phrases) if place not in unread]
    if len(read) < _FEWEST_OTHERS:
        return ()
    return tuple(read[:: -(-len(read) // _N_OTHERS)])
