import numpy as np
import pytest

from embedviz.errors import InputError, UnknownWordError
from embedviz.tokenization import Tokenizer
from embedviz.vectors import WordVectors
from embedviz.vocabulary import Vocabulary


def small(**options):
    words = ("man", "woman", "king", "queen", "zero")
    matrix = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [0, 0, 0]], dtype=np.float32)
    return WordVectors(Vocabulary(words), matrix, **options)


def test_the_analogy_leaves_its_words_out():
    assert [n.word for n in small().analogy("man", "king", "woman")] == ["queen", "zero"]


def test_answers_are_the_cosines_of_a_literal_search(vectors):
    weights = {"king": 1.0, "man": -1.0, "woman": 1.0}
    found = vectors.solve(weights, 5)
    unit = {w: vectors[w] / np.linalg.norm(vectors[w]) for w in vectors.words}
    query = unit["king"] - unit["man"] + unit["woman"]
    cosines = {w: float(unit[w] @ query / np.linalg.norm(query)) for w in unit if w not in weights}
    best = sorted(cosines, key=lambda w: -cosines[w])[:5]
    assert [n.word for n in found] == best
    assert [n.cosine for n in found] == pytest.approx([cosines[w] for w in best], abs=1e-5)
    assert [n.rank for n in found] == [vectors.words.index(w) + 1 for w in best]


def test_a_repeated_word_is_weighted_once_and_excluded_once():
    # a - a + c is c
    (best, *_) = small().analogy("man", "man", "king")
    assert best.word == "queen"


def test_equal_cosines_stand_by_frequency():
    same = WordVectors(Vocabulary(tuple("abcdef")), np.array([[1, 0]] * 6, dtype=np.float32))
    assert [n.word for n in same.most_similar("c", 3)] == ["a", "b", "d"]


def test_more_neighbours_than_words_are_all_words():
    assert len(small().most_similar("king", 100)) == 4


def test_words_are_found_as_written_or_folded():
    vectors = small(tokenizer=Tokenizer())
    assert vectors.id("King") == vectors.id("king") == 2
    assert "QUEEN" in vectors
    with pytest.raises(UnknownWordError):
        small().id("King")


def test_all_unknown_words_are_named_with_near_spellings():
    with pytest.raises(UnknownWordError) as caught:
        small().analogy("mann", "kingg", "xyzzy")
    assert set(caught.value.words) == {"mann", "kingg", "xyzzy"}
    assert {"man", "king"} <= set(caught.value.suggestions)
    assert "are not in the vocabulary" in str(caught.value)


def test_words_that_cancel_out_are_told():
    with pytest.raises(InputError, match="cancel out"):
        small().analogy("man", "man", "zero")


def test_the_matrix_is_read_only_and_kept_as_given():
    vectors = small()
    before = vectors.matrix.copy()
    vectors.most_similar("king")
    assert np.array_equal(vectors.matrix, before)
    with pytest.raises(ValueError, match="read-only"):
        vectors.matrix[0, 0] = 9


@pytest.mark.parametrize(
    ("matrix", "says"),
    [
        (np.zeros((2, 3)), "does not fit 3 words"),
        (np.array([[1.0], [np.nan], [2.0]]), "'b' holds NaN"),
    ],
)
def test_a_matrix_that_cannot_be_searched_is_refused(matrix, says):
    with pytest.raises(InputError, match=says):
        WordVectors(Vocabulary(tuple("abc")), matrix)


@pytest.mark.parametrize(
    ("words", "says"),
    [((), "0 words"), (("a", "b", "a"), "'a' stands twice"), (("a", ""), "Word 1.*is empty")],
)
def test_a_vocabulary_that_cannot_be_looked_up_is_refused(words, says):
    with pytest.raises(InputError, match=says):
        Vocabulary(words)
