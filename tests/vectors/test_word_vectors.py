import numpy as np
import pytest

from embedviz.errors import EmbedvizError, InputError, UnknownWordError
from embedviz.text import Tokenizer, Vocabulary
from embedviz.vectors import Filter, WordVectors


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
        (np.array([[1.0], [np.nan], [2.0]]), "'b' contains NaN"),
    ],
)
def test_a_matrix_that_cannot_be_searched_is_refused(matrix, says):
    with pytest.raises(InputError, match=says):
        WordVectors(Vocabulary(tuple("abc")), matrix)


@pytest.mark.parametrize(
    ("words", "says"),
    [((), "0 words"), (("a", "b", "a"), "'a' occurs twice"), (("a", ""), "Word 1.*is empty")],
)
def test_a_vocabulary_that_cannot_be_looked_up_is_refused(words, says):
    with pytest.raises(InputError, match=says):
        Vocabulary(words).checked()
    with pytest.raises(InputError, match=says):
        Vocabulary(words).id("a")


def mapped(tmp_path, matrix):
    np.save(tmp_path / "m.npy", matrix)
    return np.load(tmp_path / "m.npy", mmap_mode="r")


def test_of_spellings_alike_as_far_the_frequent_come_first():
    words = ("the", "queen", "king", "queue", "quine", "queer", "queens")
    vocabulary = Vocabulary(words)
    assert vocabulary.near_spellings("quene") == ("queen", "queue", "quine")
    assert vocabulary.near_spellings("Queens")[0] == "queens"
    assert vocabulary.near_spellings("zzzzzz") == ()


def test_a_memory_map_is_checked_at_its_first_search_and_not_before(tmp_path):
    rows = mapped(tmp_path, np.array([[1, 0], [np.inf, 1], [0, 1]], dtype=np.float32))
    vectors = WordVectors(Vocabulary(tuple("abc")), rows)
    with pytest.raises(InputError, match="'b' contains NaN or infinity"):
        vectors.most_similar("a")


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_memory_map_answers_as_an_array_and_is_not_copied(tmp_path, vectors, dtype):
    matrix = vectors.matrix.astype(dtype)
    there = WordVectors(vectors.vocabulary, mapped(tmp_path, matrix))
    here = WordVectors(vectors.vocabulary, matrix)
    assert there.most_similar("king") == here.most_similar("king")
    assert "unit_matrix" not in vars(there)
    assert np.shares_memory(there.top(100).matrix, there.matrix)


def test_lengths_are_right_for_very_large_and_very_small_numbers():
    matrix = np.array([[3e20, 4e20], [3e-25, 4e-25], [0, 0], [3, 4]], dtype=np.float32)
    vectors = WordVectors(Vocabulary(tuple("abcd")), matrix)
    assert vectors.norms == pytest.approx([5e20, 5e-25, 0, 5])
    assert [n.cosine for n in vectors.nearest(matrix[3], 4)] == pytest.approx([1, 1, 1, 0])


def test_the_most_frequent_words_and_chosen_ones():
    vectors = small(provenance={"steps": ("trained",)})
    first = vectors.top(3)
    assert list(first) == ["man", "woman", "king"]
    assert np.shares_memory(first.matrix, vectors.matrix)
    assert first.provenance["steps"] == ("trained", "3 most frequent words kept")
    assert len(vectors.top(100)) == len(vectors)
    chosen = vectors.subset(["queen", "man", "queen"])
    assert list(chosen) == ["man", "queen"]
    assert np.array_equal(chosen["queen"], vectors["queen"])
    assert list(vectors.matching("man$")) == ["man", "woman"]
    assert "4 words kept that match n" in vectors.matching("n").provenance["steps"]
    assert [n.rank for n in vectors.matching("^q|^k").most_similar("king")] == [2]


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (lambda v: v.top(0), "at least 1"),
        (lambda v: v.matching("x{9}"), "No word of 5 matches"),
        (lambda v: v.matching("(["), "not a regular expression"),
        (lambda v: v.subset(["unheard"]), "'unheard' is not in the vocabulary"),
        (lambda v: v.without_components(0), "from 1 to 2"),
        (lambda v: v.without_components(3), "from 1 to 2"),
    ],
)
def test_parts_that_cannot_be_taken_are_told(part, says):
    with pytest.raises(EmbedvizError, match=says):
        part(small())


def test_counts_go_with_their_words():
    vocabulary = Vocabulary(tuple("abc"), np.array([30, 20, 10]))
    vectors = WordVectors(vocabulary, np.eye(3, dtype=np.float32))
    assert vectors.subset(["c", "a"]).count("c") == vectors.top(3).count("c") == 10
    assert small().count("king") is None


def test_the_mean_and_the_strongest_components_are_taken_off(vectors):
    moved = WordVectors(vectors.vocabulary, vectors.matrix + np.float32(3))
    centred = moved.centred()
    assert np.allclose(centred.matrix.mean(axis=0), 0, atol=1e-5)
    assert centred.provenance["steps"] == ("mean taken off",)
    rest = moved.without_components(2)
    assert rest.provenance["steps"] == ("mean and 2 strongest components taken off",)
    # by the definition: singular vectors of the centred rows
    rows = vectors.matrix.astype(float) - vectors.matrix.astype(float).mean(axis=0)
    left, sizes, right = np.linalg.svd(rows, full_matrices=False)
    assert np.allclose(rest.matrix, (left[:, 2:] * sizes[2:]) @ right[2:], atol=1e-4)


def test_the_mean_of_the_first_words_only_is_taken_off(vectors):
    found = vectors.centred(100)
    assert np.allclose(found.matrix, vectors.matrix - vectors.matrix[:100].mean(axis=0), atol=1e-5)
    assert found.provenance["steps"] == ("mean of the 100 most frequent words taken off",)
    assert vectors.centred(len(vectors)).provenance["steps"] == ("mean taken off",)


@pytest.mark.parametrize("power", [0.1, 0.25, 0.5])
def test_whitening_shrinks_the_strong_axes_of_the_first_words(vectors, power):
    found = vectors.whitened(power, n_frequent=200)
    assert found.provenance["steps"] == (
        f"whitened to the power {power:g} by the 200 most frequent words",
    )
    before = np.cov(vectors.matrix[:200].T.astype(float), bias=True)
    after = np.cov(found.matrix[:200].T.astype(float), bias=True)
    old, new = (np.linalg.eigvalsh(one) for one in (before, after))
    assert new == pytest.approx(np.sort(old ** (1 - 2 * power)), rel=1e-3)
    assert np.allclose(before @ after, after @ before, atol=1e-4)  # the same axes


def test_what_cannot_be_whitened_is_refused(vectors):
    for power in (0, -0.1, 0.6, float("nan")):
        with pytest.raises(InputError, match=r"above 0, at most 0\.5"):
            vectors.whitened(power)
    with pytest.raises(InputError, match=f"at least {vectors.n_dims + 1} are needed"):
        vectors.top(vectors.n_dims).whitened()
    for number in (0, -3):
        with pytest.raises(InputError, match=f"The mean of {number} words"):
            vectors.centred(number)
        with pytest.raises(InputError, match=f"The mean of {number} words"):
            vectors.whitened(0.25, number)


def test_words_without_a_vector_get_none_by_centring_or_whitening(vectors):
    matrix = np.array(vectors.matrix)
    matrix[[3, 700]] = 0
    holed = WordVectors(vectors.vocabulary, matrix)
    for found in (holed.centred(), holed.centred(50), holed.whitened(0.25, 300)):
        assert not found.matrix[[3, 700]].any()
        assert found.norms[4] > 0
    rest = np.delete(matrix, [3, 700], axis=0)
    assert np.allclose(holed.centred().matrix[0], matrix[0] - rest.mean(axis=0), atol=1e-5)


def test_a_stability_that_does_not_fit_is_refused(vectors):
    n = len(vectors)
    for wrong in (np.zeros(3, np.uint8), np.zeros(n), np.full(n, 101, np.uint8)):
        with pytest.raises(InputError, match=f"does not fit {n} words"):
            WordVectors(vectors.vocabulary, vectors.matrix, stability=wrong)


def test_many_vectors_at_once_have_the_neighbours_of_each(vectors, monkeypatch):
    monkeypatch.setattr(
        "embedviz.vectors.search._SCORES_AT_ONCE", 3 * len(vectors)
    )  # several batches
    queries = vectors.matrix[:10]
    left_out = [[word] for word in vectors.words[:10]]
    found = vectors.nearest_to_each(queries, 4, exclude=left_out)
    for query, out, words in zip(queries, left_out, found, strict=True):
        alone = vectors.nearest(query, 4, exclude=out)
        assert [n.word for n in words] == [n.word for n in alone]


def test_filters_come_before_the_selection(vectors):
    only = Filter(max_rank=60, prefix="b", matching="[a-m]", exclude=("brother",))
    found = vectors.most_similar("king", 1000, only=only)
    words = [
        word
        for word in vectors.words[:60]
        if word.startswith("b") and set(word) & set("abcdefghijklm") and word != "brother"
    ]
    assert len(words) > 3
    assert {n.word for n in found} == set(words)
    cosines = [vectors.similarity("king", n.word) for n in found]
    assert [n.cosine for n in found] == pytest.approx(cosines, abs=1e-6)
    assert cosines == sorted(cosines, reverse=True)
    assert vectors.most_similar("king", only=Filter(matching="^$")) == []


def test_a_vector_that_is_no_direction_is_told():
    with pytest.raises(InputError, match="NaN or infinity"):
        small().nearest(np.array([1, np.nan, 0]))


def test_a_message_names_ten_unknown_words_and_counts_the_others(vectors):
    with pytest.raises(UnknownWordError) as error:
        vectors.ids([f"no{number}such" for number in range(30)])
    assert "'no9such' and 20 more are not in the vocabulary" in str(error.value)
    assert "no10such" not in str(error.value) and len(error.value.words) == 30
