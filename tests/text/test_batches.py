import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedviz.text import batches, cut_evenly, keep_probabilities, read_chunks


def blocks(ids, cuts, **options):
    return [block for chunk in read_chunks(ids, cuts=cuts, **options) for block in chunk.blocks()]


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(batches, "CHUNK", 100)


@settings(max_examples=60)
@given(
    n_tokens=st.integers(60, 3000),
    n_streams=st.integers(1, 7),
    n_steps=st.integers(1, 7),
    chunk=st.integers(20, 400),
)
def test_streams_read_the_text_in_order_and_targets_are_the_next_words(
    n_tokens, n_streams, n_steps, chunk
):
    ids = np.arange(n_tokens, dtype=np.int32)
    cuts = cut_evenly(ids, None, n_streams)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "CHUNK", chunk)
        found = blocks(ids, cuts, n_steps=n_steps, keep=None, seed=(0, 0))
    expected = cuts[:-1]
    for block in found:
        assert (block.ids == expected + np.arange(n_steps + 1)[:, None]).all()
        expected = expected + n_steps
    # all but the last words of each stream are read, and progress ends near the end
    assert min(np.diff(cuts)) - len(found) * n_steps <= n_steps
    assert [b.progress for b in found] == sorted(b.progress for b in found)
    assert found[-1].progress <= 1
    assert sum(b.n_read for b in found) <= n_tokens


def uneven_text(n_tokens=200_000):
    """Frequent words first, rare words last."""
    rng = np.random.default_rng(0)
    half = n_tokens // 2
    ids = np.concatenate([rng.integers(1, 4, half), rng.integers(4, 1000, half)]).astype(np.int32)
    counts = np.bincount(ids, minlength=1000).astype(np.int64)
    return ids, keep_probabilities(counts, 1e-3)


def test_streams_keep_equally_many_tokens_however_uneven_the_text(small_chunks):
    ids, keep = uneven_text()
    cuts = cut_evenly(ids, keep, 8)
    masses = [keep[ids[a:b]].sum() for a, b in itertools.pairwise(cuts)]
    np.testing.assert_allclose(masses, np.mean(masses), rtol=0.01)
    found = blocks(ids, cuts, n_steps=10, keep=keep, seed=(0, 0))
    learnt = sum(block.ids[:-1].size for block in found)
    assert learnt > 0.95 * keep[ids].sum()  # streams of equal length would lose half


def test_skipping_draws_anew_for_each_chunk_and_epoch_and_repeats_with_the_seed(small_chunks):
    ids, keep = np.ones(20_000, dtype=np.int32), np.array([1, 0.5], dtype=np.float32)
    ids[1::2] = 0  # always kept: the gaps between tell what was drawn
    cuts = cut_evenly(ids, keep, 2)

    def drawn(seed):
        found = blocks(ids, cuts, n_steps=10, keep=keep, seed=seed)
        return np.concatenate([block.ids[:-1, 0] for block in found])

    first = drawn((0, 0))
    assert np.array_equal(first, drawn((0, 0)))
    assert not np.array_equal(first, drawn((0, 1)))
    assert not np.array_equal(first, drawn((1, 0)))
    assert 0.48 < (first == 1).sum() / (first == 0).sum() < 0.52
    assert not np.array_equal(first[:50], first[75:125])  # another chunk, other draws


def test_no_kept_token_is_lost_between_chunks(small_chunks):
    ids, keep = uneven_text(20_000)
    cuts = cut_evenly(ids, keep, 3)
    found = blocks(ids, cuts, n_steps=7, keep=keep, seed=(3, 0))
    rows = np.concatenate([block.ids[:-1] for block in found] + [found[-1].ids[-1:]])
    everything = [np.empty(0, dtype=np.int32)] * 3
    lengths = np.diff(cuts)
    n_chunks = -(-lengths.max() // 100)
    for number in range(n_chunks):
        rng = np.random.default_rng((3, 0, number))
        for stream in range(3):
            first = cuts[stream] + lengths[stream] * number // n_chunks
            last = cuts[stream] + lengths[stream] * (number + 1) // n_chunks
            tokens = ids[first:last]
            kept = tokens[rng.random(len(tokens), dtype=np.float32) < keep[tokens]]
            everything[stream] = np.concatenate([everything[stream], kept])
    for stream in range(3):
        assert np.array_equal(rows[:, stream], everything[stream][: len(rows)])


def test_reading_goes_on_from_any_chunk(small_chunks):
    ids, keep = uneven_text(20_000)
    options = {"cuts": cut_evenly(ids, keep, 4), "n_steps": 5, "keep": keep, "seed": (0, 2)}
    whole = list(read_chunks(ids, **options))
    for at in (1, len(whole) // 2):
        rest = list(read_chunks(ids, **options, start=whole[at - 1].after))
        assert len(rest) == len(whole) - at
        for one, other in zip(whole[at:], rest, strict=True):
            assert np.array_equal(one.ids, other.ids)
            assert one.progress == other.progress
            assert one.n_read == other.n_read


def test_rare_words_are_always_kept():
    keep = keep_probabilities(np.array([1_000_000, 10]), 1e-3)
    assert keep[1] == 1
    assert keep[0] == pytest.approx((1e-3) ** 0.5, rel=1e-3)


def test_processes_read_streams_of_their_own(small_chunks):
    """What each of two reads is all that one alone would read, kept tokens and all."""
    ids = np.random.default_rng(0).integers(0, 50, 9000).astype(np.int32)
    cuts = cut_evenly(ids, None, 4)
    options = {"cuts": cuts, "n_steps": 5, "keep": None, "seed": (0, 0)}
    whole = list(read_chunks(ids, **options))
    halves = [
        list(read_chunks(ids, **options, mine=mine, agree=lambda n: n))
        for mine in (slice(0, 2), slice(2, 4))
    ]
    for chunk, *parts in zip(whole, *halves, strict=True):
        assert np.array_equal(chunk.ids, np.hstack([part.ids for part in parts]))
        assert all(part.progress == chunk.progress for part in parts)
    fewer = list(read_chunks(ids, **options, mine=slice(0, 2), agree=lambda n: min(n, 2)))
    assert all(chunk.n_blocks <= 2 for chunk in fewer)


def test_turned_streams_are_read_against_their_order():
    ids = np.arange(40, dtype=np.int32)
    options = {"cuts": np.array([0, 20, 40]), "n_steps": 4, "keep": None, "seed": (0, 0)}
    (chunk,) = read_chunks(ids, **options)
    turned = chunk.reverse_streams(np.array([False, True]))
    assert turned.ids[:, 0].tolist() == chunk.ids[:, 0].tolist()
    assert turned.ids[:, 1].tolist() == chunk.ids[::-1, 1].tolist()
    first, *_ = turned.blocks()
    assert first.ids[:, 1].tolist() == chunk.ids[:-6:-1, 1].tolist()
