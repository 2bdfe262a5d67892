"""Batches of pairs: each pair once, sources of one length, ends in their place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedviz.text import (
    END,
    PairConfig,
    PairFile,
    Reading,
    add_ends,
    encode_pairs,
    order_batches,
    take_batch,
)

ALL = PairConfig(min_count=1, held_out=0.1)


def make(folder, labels=(False, False)):
    """Encode two hundred pairs of one to six words on each side."""
    rng = np.random.default_rng(0)
    lines = []
    for i in range(200):
        source = " ".join(f"s{j}" for j in rng.integers(20, size=rng.integers(1, 7)))
        target = " ".join(f"t{j}" for j in rng.integers(20, size=rng.integers(1, 7)))
        lines.append(f"{source} x{i}\t{target} y{i}\n")
    (folder / "a.tsv").write_text("".join(lines))
    return encode_pairs(PairFile(folder / "a.tsv"), ALL, folder / "cache", reading=Reading(labels))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return make(tmp_path_factory.mktemp("pairs"))


@pytest.mark.parametrize("n_pairs", [1, 7, 1_000])
def test_every_training_pair_comes_once_an_epoch(corpus, n_pairs):
    batches = order_batches(corpus, corpus.train, n_pairs=n_pairs, seed=(0, 3))
    assert sorted(np.concatenate(batches)) == corpus.train.tolist()
    assert all(1 <= len(rows) <= n_pairs for rows in batches)


def test_sources_are_never_padded(corpus):
    for rows in order_batches(corpus, corpus.train, n_pairs=16, seed=(0,)):
        assert len(set(corpus.source.lengths[rows])) == 1
        batch = take_batch(corpus, rows)
        assert (batch.source_lengths == len(batch.source)).all()


def test_targets_are_padded_less_than_at_random(corpus):
    def padding(batches):
        return sum(
            int((len(b.target) - 1 - b.target_lengths).sum())
            for b in (take_batch(corpus, rows) for rows in batches)
        )

    ours = order_batches(corpus, corpus.train, n_pairs=16, seed=(0,))
    shuffled = np.random.default_rng(0).permutation(corpus.train)
    assert padding(ours) < padding(np.array_split(shuffled, len(ours))) / 2


def test_the_order_is_that_of_the_seed_and_not_of_the_lengths(corpus):
    def order(*seed):
        found = order_batches(corpus, corpus.train, n_pairs=16, seed=seed)
        return [rows.tolist() for rows in found]

    assert order(0, 1) == order(0, 1)
    assert order(0, 1) != order(0, 2) != order(1, 2)
    assert {tuple(sorted(rows)) for rows in order(0, 1)} != {
        tuple(sorted(rows)) for rows in order(0, 2)
    }  # other batches, not only another order of the same ones
    lengths = [int(corpus.source.lengths[rows[0]]) for rows in order(0, 1)]
    assert lengths != sorted(lengths)


def test_a_batch_has_the_words_of_its_pairs_between_two_ends(corpus):
    rows = corpus.train[[5, 50, 100, 3]]  # of several lengths
    batch = take_batch(corpus, rows)
    assert batch.source.shape == (batch.source_lengths.max(), 4)
    for column, row in enumerate(rows):
        source = corpus.source.ids[corpus.source.ends[row] : corpus.source.ends[row + 1]]
        target = corpus.target.ids[corpus.target.ends[row] : corpus.target.ends[row + 1]]
        n, m = batch.source_lengths[column], batch.target_lengths[column]
        assert (n, m) == (len(source), len(target) + 1)
        assert batch.source[:n, column].tolist() == source.tolist()
        assert not batch.source[n:, column].any()
        assert batch.target[: m + 1, column].tolist() == [END, *target, END]
        assert not batch.target[m + 1 :, column].any()
    assert batch.source.dtype == batch.target.dtype == np.int64


@pytest.mark.parametrize("labels", [(True, False), (False, True)])
def test_labels_are_a_single_row_without_ends(tmp_path, labels):
    corpus = make(tmp_path, labels)
    (rows, *_) = order_batches(corpus, corpus.train, n_pairs=8, seed=(0,))
    batch = take_batch(corpus, rows)
    label, lengths = (
        (batch.source, batch.source_lengths) if labels[0] else (batch.target, batch.target_lengths)
    )
    side = corpus.source if labels[0] else corpus.target
    assert label.shape == (1, len(rows)) and (lengths == 1).all()
    assert label[0].tolist() == side.ids[side.ends[rows]].tolist()
    if labels[0]:
        assert (batch.target[0] == END).all()


@given(st.lists(st.lists(st.integers(2, 9), max_size=5), min_size=1, max_size=6))
def test_ends_are_added_where_each_target_ends(texts):
    lengths = np.array([len(text) for text in texts])
    columns = np.zeros((max(lengths), len(texts)), dtype=np.int64)
    for number, text in enumerate(texts):
        columns[: len(text), number] = text
    framed = add_ends(columns, lengths)
    for number, text in enumerate(texts):
        n = len(text)
        assert framed[: n + 2, number].tolist() == [END, *text, END]
        assert not framed[n + 2 :, number].any()
