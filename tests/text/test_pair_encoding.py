"""Pairs as ids: vocabularies, what is left out, what is held out, and the cache."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embedviz.errors import InputError
from embedviz.text import (
    SENTENCE_END,
    UNKNOWN,
    PairConfig,
    PairFile,
    Reading,
    Tokenizer,
    encode_pairs,
    pair_encoding,
)

PAIRS = [
    ("The cat sleeps.", "Le chat dort."),
    ("the dog sleeps", "le chien dort"),
    ("the dog eats", "le chien mange"),
    ("a bird", "un oiseau"),
]
ALL = PairConfig(min_count=1, held_out=0)


@pytest.fixture
def encode(tmp_path):
    """Return a function that writes pairs to a table and encodes them."""

    def encode_(pairs, config=ALL, **reading):
        lines = (json.dumps({"source": a, "target": b}) + "\n" for a, b in pairs)
        (tmp_path / "pairs.jsonl").write_text("".join(lines), encoding="utf-8")
        file = PairFile(tmp_path / "pairs.jsonl")
        return encode_pairs(file, config, tmp_path / "cache", reading=Reading(**reading))

    return encode_


def texts(side):
    words = side.vocabulary.words
    ends = zip(side.ends, side.ends[1:], strict=False)
    return [" ".join(words[id_] for id_ in side.ids[begin:end]) for begin, end in ends]


def test_ids_are_the_words_of_the_texts(encode):
    corpus = encode(PAIRS)
    assert texts(corpus.source) == ["the cat sleeps", "the dog sleeps", "the dog eats", "a bird"]
    assert texts(corpus.target)[3] == "un oiseau"
    assert corpus.source.lengths.tolist() == [3, 3, 3, 2]
    assert corpus.train.tolist() == [0, 1, 2, 3] and not len(corpus.held_out)
    assert corpus.source.is_text and corpus.target.is_text


def test_words_stand_by_frequency_after_the_special_ones(encode):
    corpus = encode(PAIRS)
    words = corpus.source.vocabulary.words
    assert words == (UNKNOWN, "the", "sleeps", "dog", "cat", "eats", "a", "bird")
    assert corpus.source.vocabulary.counts.tolist() == [0, 3, 2, 2, 1, 1, 1, 1]
    target = corpus.target.vocabulary
    assert target.words[:5] == (UNKNOWN, SENTENCE_END, "le", "dort", "chien")
    assert target.counts.tolist()[:5] == [0, 4, 3, 2, 2]  # each text ends once
    assert 1 not in corpus.target.ids  # the ends are added to batches


def test_rare_words_and_those_beyond_the_limit_are_unknown(encode):
    corpus = encode(PAIRS, PairConfig(min_count=2, held_out=0))
    assert corpus.source.vocabulary.words == (UNKNOWN, "the", "sleeps", "dog")
    assert corpus.source.vocabulary.counts.tolist() == [4, 3, 2, 2]
    assert texts(corpus.source)[3] == f"{UNKNOWN} {UNKNOWN}"
    corpus = encode(PAIRS, PairConfig(min_count=1, max_words=2, held_out=0))
    assert corpus.source.vocabulary.words == (UNKNOWN, "the", "sleeps")
    assert corpus.target.vocabulary.words == (UNKNOWN, SENTENCE_END, "le", "dort")


def test_long_texts_are_cut_and_counted(encode):
    corpus = encode(PAIRS, PairConfig(min_count=1, longest=2, held_out=0))
    assert texts(corpus.source)[:2] == ["the cat", "the dog"]
    assert corpus.counts["n_cut"] == 6  # three sources and three targets
    assert encode(PAIRS).counts["n_cut"] == 0


def test_pairs_with_an_empty_side_are_counted_and_left_out(encode):
    corpus = encode([*PAIRS[:2], ("...", "rien"), ("nothing", " "), *PAIRS[2:]])
    assert corpus.counts == {"n_pairs": 4, "n_empty": 2, "n_without_vector": 0, "n_cut": 0}
    assert texts(corpus.target) == texts(encode(PAIRS).target)


def test_the_tokenizer_splits_both_sides(encode):
    config = PairConfig(Tokenizer(lowercase=False, elisions=True), min_count=1, held_out=0)
    corpus = encode([("The man's", "L'homme"), ("The", "l'eau")], config)
    assert texts(corpus.source) == ["The man's", "The"]
    assert texts(corpus.target) == ["L' homme", "l' eau"]
    with pytest.raises(InputError, match="omit --sentence-ends"):
        PairConfig(Tokenizer(sentence_ends=True))


@pytest.mark.parametrize("label_is_source", [False, True])
def test_labels_are_whole_however_written_and_those_without_a_vector_counted(
    encode, label_is_source
):
    labels = ["New York", "Ünïcödé 日本", "New York", "nowhere", "x"]
    described = ["a big city", "a sign", "the big apple", "no place", "..."]
    pairs = [
        (a, b)[:: -1 if label_is_source else 1] for a, b in zip(described, labels, strict=True)
    ]
    corpus = encode(
        pairs,
        labels=(label_is_source, not label_is_source),
        known={"New York", "Ünïcödé 日本", "x"},
        mark="labels",
    )
    side = corpus.source if label_is_source else corpus.target
    other = corpus.target if label_is_source else corpus.source
    assert corpus.counts == {"n_pairs": 3, "n_empty": 1, "n_without_vector": 1, "n_cut": 0}
    assert side.vocabulary.words == ("New York", "Ünïcödé 日本")  # no special words
    assert side.vocabulary.counts.tolist() == [2, 1]
    assert side.ids.tolist() == [0, 1, 0] and not side.is_text and other.is_text
    assert texts(other) == ["a big city", "a sign", "the big apple"]


@pytest.mark.parametrize("n_at_once", [1, 7, 64, 1 << 16])
def test_words_are_counted_in_blocks_as_at_once(monkeypatch, n_at_once):
    monkeypatch.setattr(pair_encoding, "_IDS_AT_ONCE", n_at_once)
    rng = np.random.default_rng(0)
    lengths = rng.integers(0, 9, size=200)  # also empty texts
    ends = np.concatenate([[0], np.cumsum(lengths)])
    ids = rng.integers(0, 5, size=ends[-1]).astype(np.int32)
    held_out = rng.random(200) < 0.3
    found = pair_encoding._count_trained(ids, ends, held_out, 6)
    assert found.tolist() == np.bincount(ids[np.repeat(~held_out, lengths)], minlength=6).tolist()


def test_labels_are_all_kept_without_vectors_and_whatever_their_count(encode):
    pairs = [(f"word number {i}", f"label {i % 7}") for i in range(20)]
    corpus = encode(pairs, PairConfig(min_count=2, max_words=3, held_out=0), labels=(False, True))
    assert len(corpus.target.vocabulary) == 7
    assert texts(corpus.target) == [label for _, label in pairs]


def test_fixed_words_are_the_source_vocabulary_in_their_order(encode):
    fixed = ("sleeps", "zebra", "the", "bird")
    corpus = encode(PAIRS, words=fixed, mark="fixed")
    assert corpus.source.vocabulary.words == (UNKNOWN, *fixed)
    assert corpus.source.vocabulary.counts.tolist() == [5, 2, 0, 3, 1]
    assert texts(corpus.source)[1] == f"the {UNKNOWN} sleeps"
    assert "chat" in corpus.target.vocabulary  # not those of the target


words = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=3).map(" ".join)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.tuples(words, words), min_size=2, max_size=40), st.floats(0.05, 0.45))
def test_a_held_out_pair_shares_no_side_with_a_training_pair(encode, pairs, share):
    # too many alike to be held out, so that two words are left on each side
    pairs = [*pairs, *[("a b", "c d")] * (len(pairs) + 2)]
    corpus = encode(pairs, PairConfig(min_count=1, longest=2, held_out=share))
    assert sorted([*corpus.train, *corpus.held_out]) == list(range(len(pairs)))
    assert len(corpus.held_out) <= share * len(pairs)
    for side in (corpus.source, corpus.target):
        here = [side.ids[a:b].tobytes() for a, b in zip(side.ends, side.ends[1:], strict=False)]
        out = {here[i] for i in corpus.held_out}
        assert not out & {here[i] for i in corpus.train}
        # counts and vocabulary are of the training pairs alone
        lists = [side.ids[side.ends[i] : side.ends[i + 1]] for i in corpus.train]
        found = np.bincount(np.concatenate(lists), minlength=len(side.vocabulary))
        expected = np.array(side.vocabulary.counts)
        if side is corpus.target:
            assert expected[1] == len(corpus.train)
            expected[1] = 0
        assert found.tolist() == expected.tolist()


def test_words_of_held_out_pairs_alone_are_unknown(encode):
    pairs = [(f"s{i} x y", f"t{i} x y") for i in range(50)]
    corpus = encode(pairs, PairConfig(min_count=1, held_out=0.2))
    assert len(corpus.held_out) == 10
    for i in corpus.held_out:
        assert f"s{i}" not in corpus.source.vocabulary
        assert texts(corpus.source)[i] == f"{UNKNOWN} x y"


def refuse(monkeypatch):
    """Let a test fail if the pairs are read again."""

    def read(*_):
        raise AssertionError("the pairs were read again")

    monkeypatch.setattr("embedviz.text.pairs.read_text_pairs", read)


def test_the_same_file_and_settings_are_read_once(tmp_path, monkeypatch):
    path = tmp_path / "a.tsv"
    path.write_text("".join(f"{a}\t{b}\n" for a, b in PAIRS), encoding="utf-8")
    file, cache = PairFile(path), tmp_path / "cache"
    first = encode_pairs(file, ALL, cache)
    with monkeypatch.context() as patch:
        refuse(patch)
        again = encode_pairs(file, ALL, cache)
        assert texts(again.target) == texts(first.target)
        assert again.counts == first.counts and again.fingerprint == first.fingerprint
        for changed in (
            {"config": PairConfig(min_count=2, held_out=0)},
            {"config": PairConfig(Tokenizer(lowercase=False), min_count=1, held_out=0)},
            {"reading": Reading((False, True))},
            {"reading": Reading(mark="other vectors")},
            {"file": PairFile(path, source="target", target="source")},
        ):
            given = {"file": file, "config": ALL, "cache": cache} | changed
            with pytest.raises(AssertionError, match="read again"):
                encode_pairs(**given)
    path.write_text(path.read_text(encoding="utf-8") + "one more\tun de plus\n", encoding="utf-8")
    assert encode_pairs(file, ALL, cache).counts["n_pairs"] == 5


@pytest.mark.parametrize("name", ["pairs.json", "source.i32", "target.ends.npy", "held_out.npy"])
@pytest.mark.parametrize("how", ["cut", "changed", "lost"])
def test_a_damaged_cache_is_made_again(tmp_path, caplog, name, how):
    path = tmp_path / "a.tsv"
    path.write_text("".join(f"{a}\t{b}\n" for a, b in PAIRS), encoding="utf-8")
    expected = texts(encode_pairs(PairFile(path), ALL, tmp_path / "cache").source)
    (damaged,) = (tmp_path / "cache").glob(f"*/{name}")
    data = damaged.read_bytes()
    if how == "lost":
        damaged.unlink()
    else:
        damaged.write_bytes(data[:-1] if how == "cut" else data[:-1] + bytes([data[-1] ^ 1]))
    assert texts(encode_pairs(PairFile(path), ALL, tmp_path / "cache").source) == expected
    assert "the pairs are encoded again" in caplog.text
    assert damaged.read_bytes() == data
    assert sorted(file.name for file in damaged.parent.iterdir()) == [
        *("checksums.json", "held_out.npy", "pairs.json", "source.ends.npy", "source.i32"),
        *("target.ends.npy", "target.i32"),
    ]


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([], "leaves 0 pairs"),
        ([("a b", "c d")], "leaves 1 pair: give at least 2"),
        ([("a b", "!"), ("c", "d")], r"leaves 1 pair \(1 with an empty side"),
        ([("a", "b"), ("a", "b")], "1 of 1 distinct words"),
    ],
)
def test_too_little_is_told(encode, tmp_path, pairs, says):
    with pytest.raises(InputError, match=says):
        encode(pairs)
    assert not list((tmp_path / "cache").glob("*"))


def test_a_lone_surrogate_is_told(encode):
    for side in (("\ud800 a", "b"), ("a", "\ud800 b")):
        with pytest.raises(InputError, match="surrogate"):
            encode([*PAIRS, side])


def test_progress_rises(tmp_path):
    (tmp_path / "a.tsv").write_text("a b\tc d\n" * 9_000)
    shares = []
    encode_pairs(PairFile(tmp_path / "a.tsv"), ALL, tmp_path / "cache", progress=shares.append)
    assert shares == sorted(shares) and len(shares) > 1
    assert shares[0] >= 0 and shares[-1] <= 1
