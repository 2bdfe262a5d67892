"""Analogies: methods, answers to one or many questions, and the offset gain."""

from embedviz.analogies.analogy import (
    Answer,
    answer_question,
)
from embedviz.analogies.batched_answers import (
    answer_questions,
    nearest_unasked,
)
from embedviz.analogies.method_panel import (
    MethodAnswers,
    MethodPanel,
    compare_methods,
    iterate_methods,
)
from embedviz.analogies.methods import (
    BASELINES,
    LEARNT,
    METHODS,
    Method,
)
from embedviz.analogies.offset_gain import (
    MethodScore,
    score_methods,
)

__all__ = [
    "BASELINES",
    "LEARNT",
    "METHODS",
    "Answer",
    "Method",
    "MethodAnswers",
    "MethodPanel",
    "MethodScore",
    "answer_question",
    "answer_questions",
    "compare_methods",
    "iterate_methods",
    "nearest_unasked",
    "score_methods",
]
