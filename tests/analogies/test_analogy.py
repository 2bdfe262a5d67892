import numpy as np
import pytest
from literal_regression import regression

from embedviz.analogies import METHODS, Method, answer_question, answer_questions, nearest_unasked
from embedviz.errors import InputError
from embedviz.relations import built_in
from embedviz.text import Vocabulary
from embedviz.vectors import Filter, WordVectors


def literal_scores(method, unit, x, pairs, b, model):
    """Score one word by the formula, in 64 bits; `pairs` are those learnt from."""
    (a, target), cos = pairs[0], lambda p, q: float(p @ q / np.linalg.norm(p) / np.linalg.norm(q))
    if method == "3cosadd":
        return cos(unit[x], unit[b] - unit[a] + unit[target])
    if method == "3cosmul":
        s = [(1 + cos(unit[x], unit[word])) / 2 for word in (b, target, a)]
        return s[0] * s[1] / (s[2] + 1e-3)
    if method == "pairdirection":
        return 0.0 if x == b else cos(unit[x] - unit[b], unit[target] - unit[a])
    if method == "3cosavg":
        sources, targets = zip(*pairs, strict=True)
        mean = np.mean([unit[t] for t in targets], axis=0) - np.mean(
            [unit[s] for s in sources], axis=0
        )
        return cos(unit[x], unit[b] + mean)
    if method == "lrcos":
        return model.predict_proba(unit[x][np.newaxis])[0, 1] * cos(unit[x], unit[b])
    return cos(unit[x], unit[b] + (unit[target] if method == "ignore-a" else 0))


def literal(vectors, method, pairs, b, *, honest, n_words, named):
    """Score every word one by one."""
    unit = {w: vectors[w].astype(float) / np.linalg.norm(vectors[w]) for w in vectors}
    model = regression(unit, pairs) if method == "lrcos" else None
    left = [w for w in vectors.words[:n_words] if honest or w not in named]
    return {x: literal_scores(method, unit, x, pairs, b, model) for x in left}


@pytest.fixture(scope="module")
def fewer(vectors):
    """Some of the planted words, so that the slow twin is not too slow."""
    return vectors.top(150)


@pytest.mark.parametrize("honest", [False, True])
@pytest.mark.parametrize("method", METHODS)
def test_one_question_is_answered_as_by_the_formula(fewer, method, honest):
    relation = built_in("male-female").known_to(fewer)
    assert relation
    pairs = relation.pairs[:6] if method in ("3cosavg", "lrcos") else relation.pairs[:1]
    word = relation.pairs[8][0]
    named = {word, *(w for pair in pairs for w in pair)}
    right = literal(fewer, method, pairs, word, honest=honest, n_words=120, named=named)
    chosen = Method(method, honest=honest)
    found = answer_question(fewer, pairs, word, 5, method=chosen, only=Filter(max_rank=120))
    # by the score and not the word: two may be equal but for the last bits
    highest = sorted(right.values(), reverse=True)[:5]
    assert [one.score for one in found] == pytest.approx(highest, abs=1e-4)
    assert [right[one.word] for one in found] == pytest.approx(highest, abs=1e-4)
    assert [one.rank for one in found] == [fewer.id(one.word) + 1 for one in found]


@pytest.mark.parametrize("honest", [False, True])
@pytest.mark.parametrize("method", METHODS)
def test_many_questions_are_answered_as_each(fewer, method, honest, monkeypatch):
    monkeypatch.setattr(
        "embedviz.analogies.batched_answers._QUESTIONS_AT_ONCE", 16
    )  # several batches
    monkeypatch.setattr("embedviz.analogies.batched_answers._WIDEST", 50)  # several blocks of words
    relation = built_in("male-female").known_to(fewer)
    assert relation
    some = relation.pairs[:6]
    asked = [(a, target, b) for a, target in some for b, _ in some if a != b]
    found = answer_questions(
        fewer,
        np.array([fewer.ids(question) for question in asked]),
        np.array([fewer.ids(pair) for pair in some]),
        method=Method(method),
        n_words=140,
    )
    ids = found.honest_ids if honest else found.ids
    for question, id_ in zip(asked, ids, strict=True):
        a, target, b = question
        learnt = [(a, target)]
        if method in ("3cosavg", "lrcos"):
            learnt = [pair for pair in some if pair[0] != b]
        right = literal(fewer, method, learnt, b, honest=honest, n_words=140, named=set(question))
        # by the score and not the word: two may be equal but for the last bits
        assert right[fewer.words[id_]] == pytest.approx(max(right.values()), abs=1e-5)


def test_scores_of_equal_words_stand_by_frequency():
    same = WordVectors(Vocabulary(tuple("abcdef")), np.ones((6, 3), dtype=np.float32))
    assert answer_questions(
        same, np.array([[0, 1, 2]]), np.array([[0, 1]]), method=Method("only-b"), n_words=6
    ).ids.tolist() == [3]
    assert [
        one.word for one in answer_question(same, [("a", "b")], "d", method=Method("3cosmul"))
    ] == [
        "c",
        "e",
        "f",
    ]


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda v: Method("cosadd"), "'cosadd' is not an analogy method: use one of 3cosadd"),
        (lambda v: Method("3cosmul", epsilon=0), "epsilon=0 must be above 0"),
        (lambda v: answer_question(v, [], "king"), "0 pairs"),
        (lambda v: answer_question(v, [("man", "woman")] * 2, "king"), "2 pairs"),
        (lambda v: answer_question(v, [("man", "woman")], "king", 0), "0 answers"),
        (
            lambda v: answer_question(v, [("king", "queen")], "king", method=Method("3cosavg")),
            "no pair to learn from other than that of 'king'",
        ),
    ],
)
def test_what_cannot_be_asked_is_told(vectors, ask, says):
    with pytest.raises(InputError, match=says):
        ask(vectors)


def test_words_that_are_all_targets_are_told_apart_from_none():
    two = WordVectors(Vocabulary(("a", "b")), np.eye(2, dtype=np.float32))
    with pytest.raises(InputError, match="cannot separate 2 targets"):
        answer_question(two, [("a", "b"), ("b", "a"), ("b", "b")], "a", method=Method("lrcos"))


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul", "3cosavg"])
def test_ranks_are_those_of_a_literal_order(fewer, method, monkeypatch):
    monkeypatch.setattr("embedviz.analogies.batched_answers._WIDEST", 50)
    relation = built_in("male-female").known_to(fewer)
    assert relation
    some = relation.pairs[:6]
    questions = [(a, target, b) for a, target in some for b, _ in some if a != b]
    words = fewer.words
    # two words somewhere, and one of the question's own
    asked = [
        (question, sorted({words[13 * i % 150], words[(29 * i + 5) % 150], question[0]}))
        for i, question in enumerate(questions)
    ]
    right = np.full((len(asked), 3), -1)
    for row, (_, wanted) in zip(right, asked, strict=True):
        row[: len(wanted)] = fewer.ids(wanted)
    found = answer_questions(
        fewer,
        np.array([fewer.ids(question) for question, _ in asked]),
        np.array([fewer.ids(pair) for pair in some]),
        method=Method(method),
        n_words=len(fewer),
        right=right,
    )
    assert (found.ranks > 1).any()
    for (question, wanted), rank in zip(asked, found.ranks, strict=True):
        a, target, b = question
        learnt = [pair for pair in some if pair[0] != b] if method == "3cosavg" else [(a, target)]
        scores = literal(
            fewer, method, learnt, b, honest=False, n_words=len(fewer), named=set(question)
        )
        order = sorted(scores, key=lambda word: -scores[word])
        assert rank == 1 + min(order.index(word) for word in wanted if word in scores)


def test_a_right_answer_among_the_asked_words_has_no_rank(fewer):
    ids = np.array([fewer.ids(["he", "she", "his"])])
    found = answer_questions(
        fewer, ids, ids[:, :2], method=Method(), n_words=150, right=ids[:, 1:2]
    )
    assert found.ranks.tolist() == [0]


def test_the_nearest_unasked_is_what_only_b_answers(fewer):
    rng = np.random.default_rng(0)
    questions = rng.integers(150, size=(300, 3))
    found = answer_questions(
        fewer, questions, questions[:1, :2], method=Method("only-b"), n_words=150
    )
    assert nearest_unasked(fewer, questions, n_words=150).tolist() == found.ids.tolist()
    two = WordVectors(Vocabulary(("a", "b")), np.eye(2, dtype=np.float32))
    assert nearest_unasked(two, np.array([[0, 1, 0]]), n_words=2).tolist() == [-1]


@pytest.mark.parametrize("method", ["3cosavg", "lrcos"])
def test_a_question_without_another_pair_is_not_answered_and_refuses_no_other(fewer, method):
    he, she, man, woman = fewer.ids(["he", "she", "man", "woman"])
    questions = np.array([[he, she, he], [he, she, man]])
    found = answer_questions(
        fewer,
        questions,
        np.array([[he, she]]),
        method=Method(method),
        n_words=150,
        right=np.array([[woman], [woman]]),
    )
    assert found.answerable.tolist() == [False, True]
    assert (found.ids[0], found.honest_ids[0], found.ranks[0]) == (-1, -1, 0)
    assert found.ids[1] >= 0
    assert found.ranks[1] >= 1
