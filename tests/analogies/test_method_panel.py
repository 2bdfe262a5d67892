import dataclasses

import numpy as np
import pytest
from literal_regression import regression

from embedviz.analogies import METHODS, Method, answer_question, compare_methods, iterate_methods
from embedviz.errors import InputError, UnknownWordError
from embedviz.relations import built_in
from embedviz.text import Vocabulary
from embedviz.vectors import Filter, WordVectors


@pytest.fixture(scope="module")
def fewer(vectors):
    return vectors.top(150)


@pytest.fixture(scope="module")
def pairs(fewer):
    return built_in("male-female").known_to(fewer).pairs[:9]


def literal_agreement(vectors, method, pairs, b, left_out, n_draws):
    """Learn from each draw and score every word, one by one."""
    unit = {w: vectors[w].astype(float) / np.linalg.norm(vectors[w]) for w in vectors}
    left = [word for word in vectors.words if word not in left_out]
    drawn = np.random.default_rng([0, 3]).integers(len(pairs), size=(n_draws, len(pairs)))

    def first(some):
        if method == "3cosavg":
            query = unit[b] + np.mean([unit[t] - unit[s] for s, t in some], axis=0)
            return max(left, key=lambda x: unit[x] @ query)
        model = regression(unit, some)
        return max(
            left, key=lambda x: model.predict_proba(unit[x][None])[0, 1] * (unit[x] @ unit[b])
        )

    answers = [first([pairs[place] for place in row]) for row in drawn]
    return np.mean([word == first(pairs) for word in answers])


@pytest.mark.parametrize("method", ["3cosavg", "lrcos"])
def test_the_share_of_draws_that_agree_is_that_of_the_literal_loop(vectors, fewer, method):
    relation = built_in("male-female").known_to(fewer)
    some = relation.pairs[:4]
    shares = set()
    for word in ("filler0", "filler1", "filler2", relation.pairs[6][0]):
        both = vectors.subset([*fewer.words, "filler0", "filler1", "filler2"])
        found = compare_methods(both, some, word, n_draws=12)[method]
        share = literal_agreement(both, method, some, word, {*some[0], word}, 12)
        assert found.agreement == pytest.approx(share)
        shares.add(share)
    assert min(shares) < 1  # or the test would not see a constant


def test_the_panel_is_filled_step_by_step_the_chosen_method_first(fewer, pairs):
    word = "king" if pairs[0][0] != "king" else "man"
    steps = list(iterate_methods(fewer, pairs, word, 5, first="3cosmul", n_draws=25))
    assert [one.method for one in steps[0].methods] == ["3cosmul"]
    assert "3cosadd" not in steps[0] and "3cosmul" in steps[0]
    assert [len(one.methods) for one in steps[: len(METHODS)]] == [*range(1, len(METHODS) + 1)]
    assert [one.n_drawn for one in steps[len(METHODS) :]] == [10, 20, 25, 25]
    assert all(row.agreement is None for one in steps[:-1] for row in one.methods)
    assert steps[-1] == dataclasses.replace(
        compare_methods(fewer, pairs, word, 5, n_draws=25), n_drawn=25
    )
    with pytest.raises(KeyError):
        steps[0]["lrcos"]


@pytest.mark.parametrize("method", METHODS)
def test_the_panel_answers_as_each_method_alone(fewer, pairs, method):
    word = "king" if pairs[0][0] != "king" else "man"
    used = [pair for pair in pairs if pair[0] != word]
    if method not in ("3cosavg", "lrcos"):
        used = used[:1]
    row = compare_methods(fewer, pairs, word, 5, n_draws=1)[method]
    asked = {*compare_methods(fewer, pairs, word, 1, n_draws=1).pair, word}
    honest = answer_question(fewer, used, word, 5, method=Method(method, honest=True))
    assert list(row.honest) == honest
    more = answer_question(fewer, used, word, 8, method=Method(method, honest=True))
    assert list(row.excluded) == [one for one in more if one.word not in asked][:5]


def test_one_pair_gives_no_figure_that_wants_several(vectors):
    found = compare_methods(vectors, [("man", "woman")], "king")
    for name in ("3cosavg", "lrcos"):
        assert found[name].excluded == () and found[name].agreement is None
        assert found[name].margin is None and "needs 2 pairs" in found[name].unanswered
    assert all(one.agreement is None for one in found.methods)
    assert len(found.remarks) == 1 and "offset gain need more pairs" in found.remarks[0]
    # a pair that begins with the word is no second one
    assert compare_methods(vectors, [("man", "woman"), ("king", "queen")], "king").n_pairs == 1


def test_margin_step_and_votes():
    words = Vocabulary(tuple("abcdefg"), np.arange(70, 0, -10))
    rows = np.array([[1, 0], [0, 1], [1, 1], [1, 0.9], [1, 0.5], [1, 0.2], [1, 0.05]])
    found = compare_methods(WordVectors(words, rows.astype(np.float32)), [("a", "b")], "g", 4)
    row = found["only-b"]
    scores = [one.score for one in row.excluded]
    assert row.margin == pytest.approx(scores[0] - scores[1])
    assert row.usual_step == pytest.approx((scores[1] - scores[3]) / 2)
    assert [one.count for one in row.excluded] == [20, 30, 40, 50]
    assert [one.rank for one in row.excluded] == [6, 5, 4, 3]
    first = found["3cosadd"].excluded[0].word
    assert found.votes(first) == sum(
        found[name].excluded[0].word == first for name in ("3cosadd", "3cosmul", "pairdirection")
    )
    alone = compare_methods(WordVectors(words, rows.astype(np.float32)), [("a", "b")], "g", 1)[
        "only-b"
    ]
    assert alone.margin is None and alone.usual_step is None


def test_the_filter_holds_for_every_method(fewer, pairs):
    found = compare_methods(
        fewer, pairs, "king", 5, only=Filter(max_rank=60, exclude=("queen",)), n_draws=2
    )
    for row in found.methods:
        for one in (*row.excluded, *row.honest):
            assert one.rank <= 60 and one.word != "queen"


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (
            lambda v: compare_methods(v, [("king", "queen")], "king"),
            "pairs have the source",
        ),
        (lambda v: compare_methods(v, [], "king"), "0 pairs"),
        (lambda v: compare_methods(v, [("man", "woman")], "king", 0), "0 answers"),
        (lambda v: compare_methods(v, [("man", "woman")], "king", n_draws=0), "0 draws"),
    ],
)
def test_what_cannot_be_asked_is_told(vectors, ask, says):
    with pytest.raises(InputError, match=says):
        ask(vectors)


def test_an_unknown_word_is_named(vectors):
    with pytest.raises(UnknownWordError, match="kign"):
        compare_methods(vectors, [("man", "woman")], "kign")


def test_words_that_cancel_out_leave_the_other_methods_standing():
    same = WordVectors(
        Vocabulary(("a", "b", "c", "d")),
        np.array([[1, 0], [0, 1], [1, -1], [0.3, 1]], dtype=np.float32),
    )
    matrix = same.matrix.copy()
    matrix[2] = matrix[0] - matrix[1]
    odd = WordVectors(same.vocabulary, matrix)
    # a = b* and b = -a*: their sum has no direction
    matrix = np.array([[1, 0], [-1, 0], [0.6, 0.8], [0, 1]], dtype=np.float32)
    odd = WordVectors(same.vocabulary, matrix)
    found = compare_methods(odd, [("c", "a")], "b")
    assert "cancel out" in found["ignore-a"].unanswered
    assert any("ignore-a: The words cancel out" in said for said in found.remarks)
    assert found["only-b"].excluded
