"""How well word vectors answer analogy questions.

Question sets are read in `embedviz.questions`, ratings of similarity read and scored in
`embedviz.similarity`; what callers need of both can be had from here.
"""

from __future__ import annotations

from embedviz.asking import ANALOGY_CUT
from embedviz.questions import Question, QuestionSet, Section, read_questions
from embedviz.scores import AnalogyReport, Intervals, SectionScore
from embedviz.similarity import (
    RatedPair,
    SimilarityReport,
    read_similarities,
    score_similarity,
)

__all__ = [
    "ANALOGY_CUT",
    "AnalogyReport",
    "Intervals",
    "Question",
    "QuestionSet",
    "RatedPair",
    "Section",
    "SectionScore",
    "SimilarityReport",
    "read_questions",
    "read_similarities",
    "score_analogies",
    "score_similarity",
]
