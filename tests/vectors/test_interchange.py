"""Data frames, gensim and spaCy: what comes back is what went in, and bad input is answered."""

import numpy as np
import pytest

from embedviz import InputError, Tokenizer, Vocabulary, WordVectors

pa = pytest.importorskip("pyarrow")

WORDS = ("king", "queen", "naïve", "co-op")
MATRIX = np.array([[1, 0.5], [0.25, -1], [3, 3], [0, 1]], dtype=np.float32)
COUNTS = np.array([9, 7, 7, 1])


@pytest.fixture
def vectors():
    return WordVectors(Vocabulary(WORDS, COUNTS), MATRIX.copy(), Tokenizer(lowercase=False))


def assert_same(found, vectors):
    assert found.words == vectors.words
    np.testing.assert_array_equal(found.matrix, vectors.matrix)
    np.testing.assert_array_equal(found.vocabulary.counts, vectors.vocabulary.counts)


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_a_data_frame_and_back(vectors, library, wide):
    pytest.importorskip(library)
    frame = vectors.to_frame(library, wide=wide)
    assert type(frame).__module__.split(".")[0] in (library, "pandas")
    names = list(getattr(frame, "column_names", None) or frame.columns)
    assert names == ["word", "count", *(["0", "1"] if wide else ["vector"])]
    assert_same(WordVectors.from_frame(frame), vectors)


def test_an_arrow_table_keeps_the_provenance_and_the_tokenizer(vectors):
    table = vectors.with_matrix(MATRIX, "turned").to_frame("pyarrow")
    found = WordVectors.from_frame(table)
    assert found.provenance["steps"] == ("turned",)
    assert found.tokenizer == vectors.tokenizer


def test_words_may_be_the_index_of_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"x1": [1.0, 0.0], "x2": [0.0, 1.0]}, index=["a", "b"])
    found = WordVectors.from_frame(frame)
    assert found.words == ("a", "b") and found["b"].tolist() == [0, 1]
    by_number = pandas.DataFrame([[1.0, 2.0]], index=["a"])  # columns 0 and 1 are numbers
    assert WordVectors.from_frame(by_number)["a"].tolist() == [1, 2]


def test_an_index_that_is_no_word_is_left_alone():
    pandas = pytest.importorskip("pandas")
    columns = {"word": ["b", "a"], "vector": [[1.0], [2.0]]}
    for index in (["x", "y"], [0.5, 1.5], pandas.to_datetime(["2020-01-01", "2020-01-02"])):
        assert WordVectors.from_frame(pandas.DataFrame(columns, index=index)).words == ("b", "a")
    kept = pandas.DataFrame(columns).set_index("word", drop=False)
    assert WordVectors.from_frame(kept).words == ("b", "a")
    twice = pandas.DataFrame([["a", 1.0, 2.0]], columns=["word", "0", "0"])
    with pytest.raises(InputError, match=r"name each once|rename one"):
        WordVectors.from_frame(twice)
    with pytest.raises(InputError, match="A Series is no data frame"):
        WordVectors.from_frame(pandas.Series([1.0]))


def test_the_words_are_sorted_by_count_and_the_first_of_two_is_kept(caplog):
    table = pa.table(
        {
            "word": ["rare", "often", "rare"],
            "count": [2, 50, 2],
            "vector": [[1.0, 0.0], [0.0, 1.0], [5.0, 5.0]],
        }
    )
    found = WordVectors.from_frame(table)
    assert found.words == ("often", "rare") and found["rare"].tolist() == [1, 0]
    assert "rare" in caplog.text


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"vector": [[1.0]]}, "expected a column word of text"),
        ({"word": ["a"]}, "expected the columns word"),
        ({"word": ["a", None], "vector": [[1.0], [2.0]]}, "row 2: the column word is empty"),
        ({"word": ["a", "b"], "vector": [[1.0], [2.0, 3.0]]}, "row 2: expected 1 numbers"),
        ({"word": ["a"], "vector": [[float("nan")]]}, "is nan where a finite one"),
        ({"word": ["a"], "one": [[1.0]], "two": [[1.0]]}, "choose one"),
        ({"word": pa.array([], pa.string()), "vector": pa.array([], pa.list_(pa.float32()))}, "0"),
    ],
)
def test_tables_that_are_none_are_answered(columns, says):
    with pytest.raises(InputError, match=says):
        WordVectors.from_frame(pa.table(columns))


def test_one_of_several_columns_of_vectors():
    table = pa.table({"word": ["a"], "one": [[1.0]], "two": [[2.0]]})
    assert WordVectors.from_frame(table, vector="two")["a"].tolist() == [2]


def test_what_is_no_frame_is_answered(vectors):
    with pytest.raises(InputError, match="A dict is no data frame"):
        WordVectors.from_frame({"word": ["a"]})
    with pytest.raises(InputError, match="'excel' makes no data frame"):
        vectors.to_frame("excel")


def test_gensim_and_back(vectors):
    pytest.importorskip("gensim")
    model = vectors.to_gensim()
    assert model.similarity("king", "queen") == pytest.approx(vectors.similarity("king", "queen"))
    assert model.get_vecattr("king", "count") == 9
    assert [word for word, _ in model.most_similar("king", topn=2)] == [
        one.word for one in vectors.most_similar("king", 2)
    ]
    model.vectors[0] = 0  # a copy: ours stay
    assert vectors["king"].tolist() == [1, 0.5]
    assert_same(WordVectors.from_gensim(vectors.to_gensim()), vectors)


def test_a_trained_model_of_gensim():
    models = pytest.importorskip("gensim.models")
    text = [["a", "b", "c", "a"]] * 30
    model = models.Word2Vec(text, vector_size=4, min_count=1, epochs=1, workers=1)
    found = WordVectors.from_gensim(model)
    assert found.words[0] == "a" and found.count("a") == 60
    np.testing.assert_array_equal(found["b"], model.wv["b"])
    vectors = model.wv
    vectors.expandos["count"] = np.arange(len(vectors), 0, -1)  # as gensim makes up for a file
    assert WordVectors.from_gensim(vectors).vocabulary.counts is None
    with pytest.raises(InputError, match="A list has no words and vectors of gensim"):
        WordVectors.from_gensim([])


def test_spacy():
    spacy = pytest.importorskip("spacy")
    nlp = spacy.blank("en")
    with pytest.raises(InputError, match="has no word vectors"):
        WordVectors.from_spacy(nlp)
    for word, row in zip(WORDS, MATRIX, strict=True):
        nlp.vocab.set_vector(word, row)
    for given in (nlp, nlp.vocab):
        found = WordVectors.from_spacy(given)
        assert found.words == WORDS
        np.testing.assert_array_equal(found.matrix, MATRIX)
    assert found.similarity("king", "queen") == pytest.approx(
        nlp.vocab["king"].similarity(nlp.vocab["queen"])
    )
    nlp.vocab.vectors.add(12345, row=1)  # a word that the pipeline does not know
    nlp.vocab.vectors.add(nlp.vocab.strings.add("rare"), row=0)  # as a pruned table shares rows
    shared = WordVectors.from_spacy(nlp)
    assert shared.words == (*WORDS, "rare") and shared["rare"].tolist() == [1, 0.5]
    with pytest.raises(InputError, match="A str is no pipeline of spaCy"):
        WordVectors.from_spacy("en_core_web_md")
