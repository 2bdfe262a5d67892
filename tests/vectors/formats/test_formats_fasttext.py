"""fastText's ``.bin``: vectors composed as its own program does, to the last bit."""

import struct

import numpy as np
import pytest

from embedviz import InputError, load
from embedviz.checkpoints.loading import convert

WORDS = ("</s>", "the", "king", "a", "über", "日本", "naïve", "new_york", "x" * 40)


def literal_hash(ngram):
    h = 2166136261
    for byte in ngram:
        signed = byte - 256 if byte > 127 else byte
        h = ((h ^ (signed & 0xFFFFFFFF)) * 16777619) & 0xFFFFFFFF
    return h


def literal_ngrams(word, shortest, longest):
    """As Dictionary::computeSubwords, over the bytes of the word."""
    found = []
    for i in range(len(word)):
        if word[i] & 0xC0 == 0x80:
            continue
        ngram, j, n = b"", i, 1
        while j < len(word) and n <= longest:
            ngram += word[j : j + 1]
            j += 1
            while j < len(word) and word[j] & 0xC0 == 0x80:
                ngram += word[j : j + 1]
                j += 1
            if n >= shortest and not (n == 1 and (i == 0 or j == len(word))):
                found.append(ngram)
            n += 1
    return found


def literal_vector(matrix, words, id_, shortest, longest, n_buckets):
    """As FastText::getWordVector: rows added one by one in float32, then scaled."""
    rows = [id_]
    if words[id_] != "</s>" and n_buckets:
        for ngram in literal_ngrams(f"<{words[id_]}>".encode(), shortest, longest):
            rows.append(len(words) + literal_hash(ngram) % n_buckets)
    vector = np.zeros(matrix.shape[1], dtype=np.float32)
    for row in rows:
        vector = vector + matrix[row]
    return vector * np.float32(1.0 / len(rows))


def model(words, matrix, shortest, longest, n_buckets, **changes):
    facts = {"version": 12, "kind": 2, "n_pruned": -1, "quantised": 0, "labels": ()} | changes
    n_entries = len(words) + len(facts["labels"])
    head = struct.pack("<ii", 793712314, facts["version"])
    arguments = (matrix.shape[1], 5, 5, 1, 5, 1, 1, facts["kind"], n_buckets, shortest, longest)
    head += struct.pack("<12id", *arguments, 100, 1e-4)
    head += struct.pack(
        "<iiiqq", n_entries, len(words), len(facts["labels"]), 99, facts["n_pruned"]
    )
    for n, word in enumerate(words):
        head += word.encode() + b"\0" + struct.pack("<qb", 1000 - n, 0)
    for label in facts["labels"]:
        head += label.encode() + b"\0" + struct.pack("<qb", 7, 1)
    return (
        head + struct.pack("<?qq", facts["quantised"], *matrix.shape) + matrix.tobytes() + b"rest"
    )


def made(n_buckets, n_dims=5):
    rng = np.random.default_rng(0)
    return rng.normal(size=(len(WORDS) + n_buckets, n_dims)).astype("f4")


@pytest.mark.parametrize(
    ("shortest", "longest", "n_buckets"), [(3, 6, 50), (1, 4, 7), (2, 2, 1), (0, 0, 0), (5, 5, 999)]
)
def test_words_are_composed_of_their_ngrams_to_the_last_bit(tmp_path, shortest, longest, n_buckets):
    matrix = made(n_buckets)
    data = model(WORDS, matrix, shortest, longest, n_buckets, labels=("__label__a",))
    (tmp_path / "a.bin").write_bytes(data)
    found = load(tmp_path / "a.bin")
    assert found.words == WORDS
    assert found.vocabulary.counts.tolist() == [1000 - n for n in range(len(WORDS))]
    expected = [
        literal_vector(matrix, WORDS, n, shortest, longest, n_buckets) for n in range(len(WORDS))
    ]
    assert found.matrix.tobytes() == np.array(expected).tobytes()


def test_many_blocks_of_words_are_those_of_one(tmp_path, monkeypatch):
    (tmp_path / "a.bin").write_bytes(model(WORDS, made(50), 3, 6, 50))
    whole = load(tmp_path / "a.bin").matrix.tobytes()
    monkeypatch.setattr("embedviz.vectors.formats.fasttext._MOST_WORDS", 2)
    assert load(tmp_path / "a.bin").matrix.tobytes() == whole


def test_an_old_classifier_has_no_ngrams_of_characters(tmp_path):
    matrix = made(50)
    (tmp_path / "a.bin").write_bytes(model(WORDS, matrix, 3, 6, 50, version=11, kind=3))
    assert load(tmp_path / "a.bin").matrix.tobytes() == matrix[: len(WORDS)].tobytes()


@pytest.mark.filterwarnings("default")  # of the peer's own making
def test_gensim_computes_the_same_vectors(tmp_path):
    models = pytest.importorskip("gensim.models", exc_type=ImportError)
    fasttext = pytest.importorskip("gensim.models.fasttext", exc_type=ImportError)
    texts = [["king", "queen", "über", "日本"], ["apple", "pear", "king", "naïve"]] * 20
    trained = models.FastText(texts, vector_size=6, min_count=1, seed=1, workers=1, bucket=100)
    path = tmp_path / "a.bin"
    fasttext.save_facebook_model(trained, str(path))
    found = load(path)
    theirs = fasttext.load_facebook_vectors(str(path))
    assert set(found.words) == set(theirs.index_to_key)
    for word in found.words:
        assert found[word] == pytest.approx(theirs[word], abs=1e-6)
    convert(path, tmp_path / "a.npy")
    assert (load(tmp_path / "a.npy").matrix == found.matrix).all()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"quantised": 1}, "is a quantised model of fastText"),
        ({"n_pruned": 3}, "is a quantised model of fastText"),
        ({"version": 9}, "of version 9, and version 12 is read"),
    ],
)
def test_other_models_of_fasttext_are_named(tmp_path, changes, says):
    (tmp_path / "a.bin").write_bytes(model(WORDS, made(5), 3, 6, 5, **changes))
    with pytest.raises(InputError, match=says):
        load(tmp_path / "a.bin")


def test_a_model_cut_anywhere_is_refused(tmp_path):
    whole = model(("king", "日本"), made(0)[:4], 3, 4, 2)[: -len(b"rest")]
    path = tmp_path / "a.bin"
    for length in range(8, len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(InputError, match=r"a\.bin"):
            load(path)
