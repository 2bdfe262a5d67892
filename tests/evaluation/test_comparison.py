import numpy as np
import pytest
from planted import planted_vectors
from scipy.stats import spearmanr

from embedviz.errors import InputError
from embedviz.evaluation import (
    accuracy_spread,
    compare_answers,
    compare_relation,
    compare_similarity,
    most_moved,
    neighbour_overlap,
    on_shared_axes,
    on_shared_words,
    score_analogies,
    stability,
)
from embedviz.evaluation.neighbourhoods import distances_after_turning
from embedviz.evaluation.questions import Section
from embedviz.relations import FAMILIES, Relation, built_in, measure
from embedviz.reports.evaluations import difference_sentence
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors


@pytest.fixture(scope="module")
def questions():
    return [part for name in FAMILIES for part in Section.from_relation(built_in(name))]


@pytest.fixture(scope="module")
def worse():
    return planted_vectors(noise=2.0)


def test_a_model_beside_itself_is_no_different(vectors, questions):
    both = on_shared_words([vectors, vectors])
    for found in compare_answers(*both, questions):
        assert (found.difference, found.is_significant) == (0, False)
        assert found.interval[0] < 0 < found.interval[1]
    assert neighbour_overlap(both).mean == 1
    assert most_moved(*both)[0].distance == pytest.approx(0, abs=1e-6)


def test_a_better_model_is_significantly_so_and_the_other_way_round(vectors, worse, questions):
    both = on_shared_words([vectors, worse])
    whole, *sections = compare_answers(*both, questions)
    assert whole.difference > 0.2
    assert whole.is_significant
    assert [one.name for one in sections] == list(FAMILIES)
    assert whole.n_covered == sum(one.n_covered for one in sections) < whole.n_asked
    back, *_ = compare_answers(*both[::-1], questions)
    assert back.interval == pytest.approx((-whole.interval[1], -whole.interval[0]), abs=1e-6)


def test_each_difference_holds_that_with_the_asked_words_left_in(vectors, worse, questions):
    both = on_shared_words([vectors, worse])
    for found in compare_answers(*both, questions):
        honest = [score_analogies(one, questions, n_words=None) for one in both]
        if found.name == "all questions":
            wanted = [report.micro_mean("honest") for report in honest]
        else:
            wanted = [
                next(one.honest for one in report.sections if one.name == found.name)
                for report in honest
            ]
        assert [found.left_in.first, found.left_in.second] == pytest.approx(wanted)
        assert found.left_in.interval[0] < found.left_in.difference + 1e-9
        assert found.left_in.first < found.first
    part = difference_sentence("q", compare_answers(*both, questions)[0])
    assert "With the asked words left in: " in part


def test_models_of_one_quality_differ_by_chance_only(questions):
    n_significant = 0
    for seed in range(6):
        both = on_shared_words(
            [planted_vectors(0.6, seed=2 * seed), planted_vectors(0.6, seed=2 * seed + 1)]
        )
        n_significant += compare_answers(*both, questions[:1])[0].is_significant
    assert n_significant <= 2


def test_the_shared_words_are_those_inside_the_cut_of_each():
    words = tuple("abcdefghijklmnop")
    one = WordVectors(Vocabulary(words), np.eye(16, dtype=np.float32))
    other = WordVectors(Vocabulary(words[::-1]), np.eye(16, dtype=np.float32)[::-1].copy())
    shared = on_shared_words([one, other], n_words=14)
    assert shared[0].words == shared[1].words
    assert set(shared[0].words) == set("cdefghijklmn")
    assert (shared[0].matrix == shared[1].matrix).all()
    with pytest.raises(InputError, match="share 10 words"):
        on_shared_words([one, other], n_words=13)
    with pytest.raises(InputError, match="1 model"):
        on_shared_words([one])


def test_ratings_are_compared_as_by_a_literal_bootstrap(vectors, worse):
    a, b = on_shared_words([vectors, worse])
    rng = np.random.default_rng(2)
    drawn = rng.choice(a.words, size=(60, 2)).tolist()
    rated = [(x, y, a.similarity(x, y) + float(rng.normal()) / 50) for x, y in drawn]
    found = compare_similarity(a, b, [*rated, ("king", "unheard", 1.0)], seed=4)
    ours = np.array([a.similarity(x, y) for x, y, _ in rated])
    theirs = np.array([b.similarity(x, y) for x, y, _ in rated])
    ratings = np.array([rating for *_, rating in rated])
    assert found.first == pytest.approx(spearmanr(ours, ratings).statistic)
    assert (found.n_asked, found.n_covered, found.is_significant) == (61, 60, True)
    draws = []
    for _ in range(500):
        rows = rng.integers(60, size=60)
        draws.append(
            spearmanr(ours[rows], ratings[rows]).statistic
            - spearmanr(theirs[rows], ratings[rows]).statistic
        )
    assert found.interval == pytest.approx(np.quantile(draws, [0.025, 0.975]), abs=0.06)
    same = compare_similarity(a, a, rated)
    assert (same.difference, same.is_significant) == (0, False)


def test_the_turn_is_procrustes_by_singular_values(vectors, worse):
    a, b = on_shared_words([vectors, worse])
    rows = [one.unit_matrix.astype(float) for one in (a, b)]
    left, _, right = np.linalg.svd(rows[0].T @ rows[1])
    turned = rows[0] @ (left @ right)
    literal = [1 - float(x @ y) for x, y in zip(turned, rows[1], strict=True)]
    assert distances_after_turning(a, b) == pytest.approx(literal, abs=1e-5)


def test_on_shared_axes_a_turned_model_lies_where_the_first_does(vectors):
    rng = np.random.default_rng(1)
    turn, _ = np.linalg.qr(rng.normal(size=(vectors.n_dims + 3, vectors.n_dims)))
    both = on_shared_words(
        [vectors, WordVectors(vectors.vocabulary, 3 * (vectors.matrix @ turn.T))]
    )
    first, second = on_shared_axes(*both)
    assert first.n_dims == second.n_dims == vectors.n_dims + 3
    assert np.allclose(first.matrix, second.matrix, atol=1e-5)
    # the first stays as it is, so that a plane of its own shows it
    assert np.allclose(first.matrix[:, : vectors.n_dims], both[0].unit_matrix, atol=1e-6)


def test_on_shared_axes_no_angle_within_a_model_changes(vectors, worse):
    both = on_shared_words([vectors, worse])
    for before, after in zip(both, on_shared_axes(*both), strict=True):
        cosines = [one.unit_matrix[:50] @ one.unit_matrix[:50].T for one in (before, after)]
        assert np.allclose(*cosines, atol=1e-5)


def test_a_relation_is_compared_on_its_own_pairs(vectors, worse):
    both = on_shared_words([vectors, worse])
    relation = built_in("country-capital")
    found = compare_relation(*both, relation)
    for model, agreement in zip(both, (found.first, found.second), strict=True):
        report = measure(model, relation)
        assert agreement.consistency == pytest.approx(report.consistency, abs=1e-6)
        assert agreement.interval == pytest.approx(report.consistency_interval, abs=1e-6)
        assert found.n_pairs == report.n_pairs
    questions = list(Section.from_relation(relation.known_to(both[0])))
    assert found.answers == compare_answers(*both, questions)[1]
    assert found.answers.name == "country-capital" and found.answers.is_significant


def test_a_relation_of_one_pair_or_none_has_no_figures(vectors):
    both = on_shared_words([vectors, vectors])
    one = compare_relation(*both, Relation("x", (("france", "paris"),)))
    assert (one.n_pairs, one.first.consistency, one.first.interval) == (1, None, None)
    assert one.answers.difference is None
    assert compare_relation(*both, Relation("x", (("absent", "missing"),))) is None


def test_a_turned_model_with_one_word_moved_names_that_word(vectors):
    rng = np.random.default_rng(1)
    turn, _ = np.linalg.qr(rng.normal(size=(vectors.n_dims + 3, vectors.n_dims)))
    matrix = (vectors.matrix @ turn.T).astype(np.float32)  # more dimensions, too
    matrix[vectors.id("king")] = rng.normal(size=matrix.shape[1])
    both = on_shared_words([vectors, WordVectors(vectors.vocabulary, matrix)])
    first, second = most_moved(*both)[:2]
    assert first.word == "king"
    assert first.distance > 10 * second.distance
    assert len(first.first) == 3


def test_overlap_is_counted_word_by_word(vectors, worse):
    both = on_shared_words([vectors, worse, vectors])
    found = neighbour_overlap(both, n_frequent=30)
    sets = [
        [{one.word for one in model.most_similar(word, 10)} for word in found.words]
        for model in both
    ]
    for i, share in enumerate(found.shares):
        expected = [len(sets[x][i] & sets[y][i]) / 10 for x, y in ((0, 1), (0, 2), (1, 2))]
        assert share == pytest.approx(np.mean(expected))


def test_stability_names_what_agrees_and_how_accuracies_spread(vectors, worse, questions):
    report = stability([vectors, worse, vectors])
    assert report.between[0][2] == 1
    assert report.between[0][1] == report.between[1][0] < 1
    assert report.most_stable(1)[0][1] >= report.overlap.mean >= report.least_stable(1)[0][1]
    whole, *_ = accuracy_spread([vectors, worse], questions)
    assert whole.values[0] > whole.values[1]
    assert whole.deviation == pytest.approx(np.std(whole.values, ddof=1))
