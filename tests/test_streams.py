import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from embedviz import streams
from embedviz.streams import blocks, keep_probabilities


@settings(deadline=None, max_examples=60)
@given(
    n_tokens=st.integers(50, 3000),
    n_streams=st.integers(1, 7),
    n_steps=st.integers(1, 9),
    chunk=st.integers(20, 400),
)
def test_streams_read_the_text_in_order_and_targets_are_the_next_words(
    n_tokens, n_streams, n_steps, chunk
):
    ids = np.arange(n_tokens, dtype=np.int32)
    length = n_tokens // n_streams
    before, streams._CHUNK = streams._CHUNK, chunk
    try:
        found = list(blocks(ids, n_streams=n_streams, n_steps=n_steps, keep=None, seed=(0, 0)))
    finally:
        streams._CHUNK = before
    expected = np.arange(n_streams) * length
    for block in found:
        assert (block.ids == expected + np.arange(n_steps + 1)[:, None]).all()
        expected = expected + n_steps
    # all but the last words of each stream are read, and progress ends near the end
    assert length - len(found) * n_steps <= max(n_steps, 1)
    assert [b.progress for b in found] == sorted(b.progress for b in found)
    assert sum(b.n_read for b in found) <= n_tokens


def test_skipping_keeps_the_wanted_share_and_changes_with_the_epoch():
    rng = np.random.default_rng(0)
    ids = np.where(rng.random(200_000) < 0.5, 1, rng.integers(2, 1000, 200_000)).astype(np.int32)
    counts = np.bincount(ids, minlength=1000).astype(np.int64)
    keep = keep_probabilities(counts, 1e-3)
    drawn = [
        np.concatenate(
            [b.ids[:-1].ravel() for b in blocks(ids, n_streams=4, n_steps=10, keep=keep, seed=seed)]
        )
        for seed in ((0, 0), (0, 0), (0, 1))
    ]
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0][:1000], drawn[2][:1000])
    share = (drawn[0] == 1).sum() / (counts[1] * keep[1])
    assert 0.9 < share < 1.1


def test_rare_words_are_always_kept():
    keep = keep_probabilities(np.array([1_000_000, 10]), 1e-3)
    assert keep[1] == 1
    assert keep[0] < 0.1
