"""Evaluation: question sets, human ratings and grades, comparison and stability of models."""

from embedviz.evaluation.analogy_accuracy import (
    score_analogies,
)
from embedviz.evaluation.averages import (
    Average,
    average_words,
)
from embedviz.evaluation.comparison import (
    Agreement,
    ComparedRelation,
    Difference,
    compare_answers,
    compare_relation,
    compare_similarity,
)
from embedviz.evaluation.evaluator import (
    ANALOGY_CUT,
)
from embedviz.evaluation.grades import (
    GradeBook,
    GradedText,
    agreements,
    format_texts_to_grade,
    grade_shares,
    open_grades,
    parse_grades,
    parse_texts_to_grade,
    read_texts_to_grade,
    share_text,
    write_texts_to_grade,
)
from embedviz.evaluation.moments import (
    MOMENT_SHUFFLES,
    RelationMoment,
    measure_moment,
)
from embedviz.evaluation.neighbourhoods import (
    FREQUENT,
    N_NEIGHBOURS,
    SHARED_CUT,
    Moved,
    Overlap,
    distances_after_turning,
    most_moved,
    neighbour_overlap,
    on_shared_axes,
    on_shared_words,
)
from embedviz.evaluation.questions import (
    QuestionSet,
    read_questions,
)
from embedviz.evaluation.rating_files import RatedPair, is_rated_beginning, read_similarities
from embedviz.evaluation.same_kind import (
    N_NEAREST,
    same_kind_by_chance,
    same_kind_share,
)
from embedviz.evaluation.scores import (
    AnalogyReport,
    SectionScore,
)
from embedviz.evaluation.similarity import (
    SimilarityReport,
    score_similarity,
    spearman_interval,
    spearman_of,
)
from embedviz.evaluation.stability import (
    Spread,
    StabilityReport,
    accuracy_spread,
    stability,
)
from embedviz.evaluation.word_groups import (
    N_SHUFFLES,
    GroupFit,
    fit_groups,
)

__all__ = [
    "ANALOGY_CUT",
    "FREQUENT",
    "MOMENT_SHUFFLES",
    "N_NEAREST",
    "N_NEIGHBOURS",
    "N_SHUFFLES",
    "SHARED_CUT",
    "Agreement",
    "AnalogyReport",
    "Average",
    "ComparedRelation",
    "Difference",
    "GradeBook",
    "GradedText",
    "GroupFit",
    "Moved",
    "Overlap",
    "QuestionSet",
    "RatedPair",
    "RelationMoment",
    "SectionScore",
    "SimilarityReport",
    "Spread",
    "StabilityReport",
    "accuracy_spread",
    "agreements",
    "average_words",
    "compare_answers",
    "compare_relation",
    "compare_similarity",
    "distances_after_turning",
    "fit_groups",
    "format_texts_to_grade",
    "grade_shares",
    "is_rated_beginning",
    "measure_moment",
    "most_moved",
    "neighbour_overlap",
    "on_shared_axes",
    "on_shared_words",
    "open_grades",
    "parse_grades",
    "parse_texts_to_grade",
    "read_questions",
    "read_similarities",
    "read_texts_to_grade",
    "same_kind_by_chance",
    "same_kind_share",
    "score_analogies",
    "score_similarity",
    "share_text",
    "spearman_interval",
    "spearman_of",
    "stability",
    "write_texts_to_grade",
]
