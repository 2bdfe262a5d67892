"""Evaluation of sequence models, with their controls."""

import math
import sys

import numpy as np
import pytest
import small_models

import embedviz
from embedviz.errors import InputError
from embedviz.sequences import (
    EvaluationOptions,
    Search,
    add_labels,
    decode_texts,
    evaluate_pairs,
    label_vectors,
    make_pair_set,
    open_sequence_model,
    rated_cosines,
    read_pair_set,
    score_pairs,
    summaries,
)
from embedviz.sequences.labels import given_vectors, labels_of
from embedviz.sequences.written_texts import measure_texts, text_scores
from embedviz.text import PairFile, TextPair, Vocabulary
from embedviz.vectors import WordVectors

sacrebleu = pytest.importorskip("sacrebleu")
PAIRS = small_models.pairs()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("evaluation")


@pytest.fixture(scope="module")
def phrases(folder):
    return open_sequence_model(small_models.train(folder / "phrases", PAIRS, epochs=12.0))


@pytest.fixture(scope="module")
def vectors(folder):
    return small_models.write_vectors(folder / "labels.npy")


def pair_set(model, rows):
    return make_pair_set(model, (TextPair(*row) for row in rows), "here")


def by_key(found):
    return {one.key: one for one in found}


def test_a_trained_model_is_better_than_every_control(phrases):
    pairs = pair_set(phrases, PAIRS[::2])
    options = EvaluationOptions(Search(), 30, 0)
    found = by_key(evaluate_pairs(phrases, pairs, options))
    assert set(found) == {"perplexity", "texts", "retrieval"}
    perplexity = {name: row[0] for name, row in found["perplexity"].rows.items()}
    assert perplexity["model"] == pytest.approx(score_pairs(phrases, pairs).perplexity)
    assert perplexity["model"] < perplexity["untrained"]
    assert perplexity["model"] < perplexity["shuffled pairs"]
    # an untrained model knows nothing: about as many as there are words
    assert perplexity["untrained"] == pytest.approx(len(phrases.target), rel=0.5)
    chrf = {name: row[0] for name, row in found["texts"].rows.items()}
    assert chrf["model"] > max(chrf.pop("target of the nearest source"), 60)
    assert chrf["model"] > chrf["most frequent target"]
    first, reciprocal, median = found["retrieval"].rows["model"]
    assert first > 0.5
    assert reciprocal >= first
    assert median == 1
    chance = found["retrieval"].rows["chance"]
    assert chance == (1 / 30, pytest.approx(sum(1 / k for k in range(1, 31)) / 30), 15.5)
    for name in ("shuffled pairs", "untrained"):
        assert found["retrieval"].rows[name][0] < 0.3


def test_unknown_target_words_are_told(phrases):
    pairs = pair_set(phrases, [("one small dog", "un0 qqq"), ("two small dog", "rrr un1")])
    (perplexity, *_) = evaluate_pairs(phrases, pairs)
    assert "50.0% of the target words are unknown" in " ".join(perplexity.notes)


def test_texts_are_compared_with_all_targets_of_a_source(phrases):
    sources = [source for source, _ in PAIRS[::20]]
    texts = [text.text for (text,) in decode_texts(phrases, sources)]
    # each source has another target, and then what the model writes
    rows = [(source, "un5 un5") for source in sources] + list(zip(sources, texts, strict=True))
    measured = measure_texts(phrases, pair_set(phrases, rows), Search(), most=100)
    assert measured.n == len(sources)
    assert measured.rows["model"][0] == pytest.approx(100)
    # the most frequent target is one of the targets of each
    assert measured.rows["most frequent target"][0] == pytest.approx(100)
    assert measure_texts(phrases, pair_set(phrases, rows), Search(), most=3).n == 3


def test_the_nearest_source_gives_its_target(phrases):
    sources = ["one small dog", "one small cat", "six new tree", "six new car"]
    rows = [(source, f"un{i}") for i, source in enumerate(sources)]
    pairs = pair_set(phrases, rows)
    centred = summaries(phrases, pairs.sources)
    centred = centred - centred.mean(0)
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    cosines = unit @ unit.T - 9 * np.eye(4)
    copies = [rows[place][1] for place in cosines.argmax(1)]
    found = measure_texts(phrases, pairs, Search(), most=10).rows["target of the nearest source"]
    assert found == text_scores(copies, [[target] for _, target in rows])


def test_scores_of_texts_are_those_of_sacrebleu():
    texts, references = ["a b c d e", "x y"], [["a b c d f", "a b c"], ["x y"]]
    streams = [["a b c d f", "x y"], ["a b c", None]]
    assert text_scores(texts, references) == (
        sacrebleu.corpus_chrf(texts, streams).score,
        sacrebleu.corpus_bleu(texts, streams, tokenize="none", force=True).score,
    )


def test_a_missing_sacrebleu_is_named_with_its_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "sacrebleu.metrics.bleu", None)
    with pytest.raises(InputError, match=r"pip install 'embedviz\[sequences\]'"):
        text_scores(["a"], [["a"]])


def test_labels_are_found_with_the_mean_of_words_as_control(folder, vectors):
    rows = small_models.labelled("bird")
    name = small_models.train(folder / "find", rows, vectors=vectors, shape="seq-vec")
    model = open_sequence_model(name)
    file = PairFile(small_models.write_pairs(folder / "all.tsv", small_models.labelled()))
    extended, pairs = read_pair_set(model, file)
    found = by_key(evaluate_pairs(extended, pairs))
    assert set(found) == {"perplexity", "labels"}
    ranks = score_pairs(extended, pairs).rank
    median, first, ten, hundred = found["labels"].rows["model"]
    assert median == np.median(ranks)
    assert first == (ranks <= 1).mean() > 0.5
    assert ten <= hundred == 1
    # a label lies at the sum of its words: their mean is its direction
    assert found["labels"].rows["mean of content words"][0] <= 2
    assert found["labels"].rows["chance"] == (12.5, 1 / 24, 10 / 24, 1.0)
    assert found["labels"].rows["untrained"][0] > median
    vectors.unlink()  # then there is no such control, and it is said
    found = by_key(evaluate_pairs(model, pair_set(model, rows[:4])))
    assert "mean of content words" not in found["labels"].rows
    assert "no mean of words" in " ".join(found["labels"].notes)


@pytest.mark.parametrize("shape", ["seq-vec", "vec-seq"])
def test_other_vectors_in_the_place_of_the_labels_are_those_that_are_gone(tmp_path, shape):
    vectors = small_models.write_vectors(tmp_path / "labels.npy")
    rows = [(text, label) for text, label in small_models.labelled("bird")]
    rows = rows if shape == "seq-vec" else [(label, text) for text, label in rows]
    folder = small_models.train(tmp_path / "m", rows, vectors=vectors, shape=shape, epochs=1.0)
    model = open_sequence_model(folder)
    original = embedviz.load(vectors)
    matrix = np.array(original.matrix)

    def put(words, changed):
        embedviz.save(WordVectors(Vocabulary(words), changed), vectors)

    put(original.words, matrix.astype(np.float16).astype(np.float32))
    found, space = given_vectors(model)
    assert found.words == original.words
    assert len(label_vectors(model)) == len(matrix) and "small_dog" in space
    extended = add_labels(model, ["small_bird", "nothing"])
    assert labels_of(extended).words == (*labels_of(model).words, "small_bird")
    assert given_vectors(extended) is not None
    other = np.random.default_rng(7).normal(size=matrix.shape).astype(np.float32)
    for words, changed in (
        (original.words, other),
        (original.words, matrix[::-1].copy()),
        (tuple(f"{word}x" for word in original.words), matrix),
    ):
        put(words, changed)
        assert given_vectors(model) is None
        assert label_vectors(model).words == labels_of(model).words
        assert add_labels(model, ["small_bird"]) is model


def test_descriptions_are_ranked_by_what_the_vector_adds(folder):
    vectors = small_models.write_vectors(folder / "others.npy")
    rows = [(label, text) for text, label in small_models.labelled()]
    name = small_models.train(folder / "describe", rows, vectors=vectors, shape="vec-seq")
    model = open_sequence_model(name)
    found = by_key(evaluate_pairs(model, pair_set(model, rows)))
    assert set(found) == {"perplexity", "texts", "retrieval"}
    perplexity = {name: row[0] for name, row in found["perplexity"].rows.items()}
    assert perplexity["model"] < min(perplexity["vector of zeros"], perplexity["shuffled pairs"])
    assert found["retrieval"].rows["model"][0] > 0.5


def test_a_single_pair_has_no_ranks(phrases):
    found = by_key(evaluate_pairs(phrases, pair_set(phrases, PAIRS[:1])))
    assert set(found) == {"perplexity", "texts"}
    assert found["perplexity"].rows["shuffled pairs"] == (None,)
    assert "target of the nearest source" not in found["texts"].rows


def test_cosines_of_rated_texts_are_centred(phrases):
    pairs = [
        ("one small dog", "two small dog", 4.0),
        ("six old tree", "one new car", 1.0),
        ("qqq", "one", 3.0),
    ]
    ratings, cosines = rated_cosines(phrases, pairs)
    assert ratings.tolist() == [4, 1]
    texts = [text for *both, _ in pairs[:2] for text in both]
    rows = summaries(phrases, [phrases.source_ids(text) for text in texts])
    rows = rows - rows.mean(0)
    for i in range(2):
        a, b = rows[2 * i], rows[2 * i + 1]
        expected = float(a @ b) / math.sqrt(float(a @ a) * float(b @ b))
        assert cosines["model"][i] == pytest.approx(expected, abs=1e-5)
    assert set(cosines) == {"model", "untrained", "mean of word vectors"}
    assert all(len(one) == 2 for one in cosines.values())
    with pytest.raises(InputError, match="can read 1 of 2 rated pairs"):
        rated_cosines(phrases, pairs[1:])
